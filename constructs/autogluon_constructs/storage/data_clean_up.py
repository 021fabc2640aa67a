"""Empties an environment when its stack is destroyed, so that nothing stays behind."""

from aws_cdk import CustomResource, Duration, RemovalPolicy, Size
from aws_cdk import aws_logs as logs
from constructs import Construct

from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.identity.permissions import LIST_LOG_GROUPS, Permission, arn
from autogluon_constructs.network.placement import Placement
from autogluon_constructs.storage.data_store import DataStore
from autogluon_contracts import names

_BOUND = "Only the environment's own buckets, and only while the stack is being deleted"


class DataCleanUp(Construct):
    """A custom resource whose deletion empties buckets, and deletes models and endpoints' logs.

    It refers to the buckets, so CloudFormation deletes it before them.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        store: DataStore,
        log_retention: logs.RetentionDays,
        placement: Placement | None,
        has_components: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        buckets = (store.data_bucket, store.artifact_bucket, store.access_log_bucket)
        function = LambdaFunction(
            self,
            "Empty",
            handler="clean_up_data",
            description="Empties buckets and deletes model versions when the environment goes",
            environment={},
            log_retention=log_retention,
            removal_policy=RemovalPolicy.DESTROY,
            timeout=Duration.minutes(15),
            memory=Size.mebibytes(256),
            placement=placement,
        )
        bucket_arns = [bucket.bucket_arn for bucket in buckets]
        function.grant(
            Permission(actions=("s3:ListBucketVersions",), resources=bucket_arns),
            # Access to the buckets must not fill the log bucket again while it is emptied.
            Permission(
                actions=("s3:PutBucketLogging", "s3:GetBucketPolicy", "s3:PutBucketPolicy"),
                resources=bucket_arns,
                bound=_BOUND,
            ),
            Permission(
                actions=("s3:DeleteObject", "s3:DeleteObjectVersion"),
                resources=[f"{bucket}/*" for bucket in bucket_arns],
                bound=_BOUND,
            ),
            *_delete_models(function, environment),
            *_delete_logs(function, environment, has_components=has_components),
        )
        resource = CustomResource(
            self,
            "Resource",
            service_token=function.arn,
            resource_type="Custom::DataCleanUp",
            properties={
                "Buckets": [bucket.bucket_name for bucket in buckets],
                # What their names begin with: a list would have each new predictor change this
                # stack, and not know those that are declared no longer.
                "ModelGroups": names.model_package_group(environment, ""),
                "LogGroups": names.endpoint_log_groups(environment),
                **(
                    {"ComponentLogGroups": names.component_log_groups(environment)}
                    if has_components
                    else {}
                ),
            },
        )
        # Without its policy the function could not empty anything on the way out; without their
        # policies the buckets would refuse nothing, but would be deleted while being emptied.
        resource.node.add_dependency(function, *buckets)


def _delete_logs(scope: Construct, environment: str, *, has_components: bool) -> list[Permission]:
    prefixes = [names.endpoint_log_groups(environment)]
    if has_components:
        prefixes.append(names.component_log_groups(environment))
    return [
        LIST_LOG_GROUPS,
        Permission(
            actions=("logs:DeleteLogGroup",),
            resources=[arn(scope, "logs", f"log-group:{prefix}*") for prefix in prefixes],
            bound="Only logs of this environment's endpoints, and only while the stack is being "
            "deleted",
        ),
    ]


def _delete_models(scope: Construct, environment: str) -> list[Permission]:
    own = names.all_of(environment)
    bound = "Only model versions of this environment, and only while the stack is being deleted"
    return [
        Permission(
            actions=("sagemaker:ListModelPackageGroups",),
            resources=("*",),
            bound="SageMaker knows no resources for this list; it returns names only",
        ),
        Permission(
            actions=("sagemaker:ListModelPackages",),
            resources=(
                arn(scope, "sagemaker", "model-package/*"),
                arn(scope, "sagemaker", f"model-package-group/{own}"),
            ),
            bound="Lists names and states of model versions; SageMaker checks it against any",
        ),
        Permission(
            actions=("sagemaker:DeleteModelPackage",),
            resources=(arn(scope, "sagemaker", f"model-package/{own}"),),
            bound=bound,
        ),
        Permission(
            actions=("sagemaker:DeleteModelPackageGroup",),
            resources=(arn(scope, "sagemaker", f"model-package-group/{own}"),),
            bound=bound,
        ),
    ]
