"""Have the log groups that SageMaker makes kept as long, and under the key, that settings say."""

from collections.abc import Sequence

from aws_cdk import Aws, CustomResource, Duration, RemovalPolicy, Size
from constructs import Construct

from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.identity.permissions import LIST_LOG_GROUPS, Permission, arn
from autogluon_constructs.network.placement import Placement
from autogluon_constructs.storage.retention import log_retention
from autogluon_contracts import names

# Also without a key: one from before may have to be taken off.
_CHANGES = ("logs:CreateLogGroup", "logs:DisassociateKmsKey", "logs:PutRetentionPolicy")
# CloudWatch Logs' guide, "Encrypt log data in CloudWatch Logs using AWS Key Management Service",
# step 2: what the role that associates a key needs.
_KEY_ACTIONS = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)


class SageMakerLogGroups(Construct):
    """A custom resource whose function creates or adopts the groups of endpoints and jobs.

    A log group of a template fails where SageMaker made it first. The groups belong to no stack:
    endpoints keep theirs from deployment to deployment, and the account shares those of jobs.

    Args:
        predictors: those with an endpoint of their own, and shared endpoints.
        components: predictors on shared endpoints.
        endpoint_key_arn: the key of endpoints' groups; None for that of CloudWatch Logs.
        configures_jobs: whether the groups of jobs are changed at all.
        job_key_arn: the key of jobs' groups; None for that of CloudWatch Logs.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        predictors: Sequence[str],
        components: Sequence[str],
        retention_days: int,
        endpoint_key_arn: str | None,
        configures_jobs: bool,
        job_key_arn: str | None,
        removal_policy: RemovalPolicy,
        placement: Placement | None,
    ) -> None:
        super().__init__(scope, construct_id)
        function = LambdaFunction(
            self,
            "Configure",
            handler="configure_log_groups",
            description=f"Configures SageMaker's log groups for autogluon-{environment}",
            environment={},
            log_retention=log_retention(retention_days),
            removal_policy=removal_policy,
            # CloudWatch Logs takes a few changes a second, and 500 endpoints have as many groups.
            timeout=Duration.minutes(15),
            memory=Size.mebibytes(256),
            placement=placement,
        )
        groups = [f"{names.endpoint_log_groups(environment)}*"]
        if components:
            groups.append(f"{names.component_log_groups(environment)}*")
        if configures_jobs:
            groups += map(names.job_log_group, names.JOB_KINDS)
        function.grant(LIST_LOG_GROUPS, self._change(groups, *_CHANGES))
        if endpoint_key_arn is not None:
            function.grant(self._change(groups, "logs:AssociateKmsKey"), _use_key(endpoint_key_arn))
        resource = CustomResource(
            self,
            "Resource",
            service_token=function.arn,
            resource_type="Custom::LogGroups",
            properties={
                "Environment": environment,
                "RetentionDays": retention_days,
                "Predictors": list(predictors),
                **({"Components": list(components)} if components else {}),
                "ConfigureJobs": configures_jobs,
                **({} if endpoint_key_arn is None else {"EndpointKeyArn": endpoint_key_arn}),
                **({} if job_key_arn is None else {"JobKeyArn": job_key_arn}),
            },
        )
        resource.node.add_dependency(function)

    def _change(self, groups: Sequence[str], *actions: str) -> Permission:
        return Permission(
            actions=actions,
            # With `:*`, as CloudWatch Logs writes a group in all but tagging.
            resources=[arn(self, "logs", f"log-group:{group}:*") for group in groups],
            bound="Only log groups of this environment's endpoints, and the three of SageMaker's "
            "jobs, whose lines the function keeps no shorter than before",
        )


def _use_key(key_arn: str) -> Permission:
    return Permission(
        actions=_KEY_ACTIONS,
        resources=(key_arn,),
        conditions={"StringEquals": {"kms:ViaService": f"logs.{Aws.REGION}.{Aws.URL_SUFFIX}"}},
    )
