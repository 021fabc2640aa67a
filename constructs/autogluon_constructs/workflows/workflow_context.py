"""Hold what all workflows of an environment share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.identity.data_access import read_locations
from autogluon_constructs.identity.permissions import (
    LIST_BUCKET,
    READ_OBJECTS,
    READ_PARAMETERS,
    USE_KEY,
    Permission,
    arn,
)
from autogluon_constructs.network.placement import Placement
from autogluon_constructs.workflows.failure_topic import FailureTopic
from autogluon_contracts import function_variables as variables
from autogluon_contracts import names


@dataclass(frozen=True, kw_only=True)
class WorkflowContext:
    """The environment around a workflow: its storage, its roles, and how long logs are kept.

    Attributes:
        placement: where jobs run; None for SageMaker's own network.
        function_placement: where functions run; None for Lambda's.
        has_series: whether any endpoint has containers in series, through which batches can go.
        named_endpoints: the names of endpoints that are not this project's.
        has_budgets: whether the training of any predictor may cost only so much.
        output_locations: S3 prefixes below which batches may write their results, too.
        algorithm_resources: ARNs of the algorithm resources that train predictors.
        prepares_data: whether planners write data anew, as an algorithm of SageMaker's reads it.
    """

    environment: str
    data_bucket: s3.IBucket
    artifact_bucket: s3.IBucket
    key: kms.IKey
    training_role: iam.IRole
    serving_role: iam.IRole
    failure_topic: FailureTopic
    data_access: Sequence[str]
    output_locations: Sequence[str]
    placement: Placement | None
    function_placement: Placement | None
    has_series: bool
    named_endpoints: Sequence[str]
    has_budgets: bool
    algorithm_resources: Sequence[str]
    prepares_data: bool
    log_retention: logs.RetentionDays
    removal_policy: RemovalPolicy

    def function(
        self,
        scope: Construct,
        construct_id: str,
        *,
        handler: str,
        description: str,
        timeout: Duration | None = None,
        memory: Size | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> LambdaFunction:
        """Return a Lambda with the variables that all have. Defaults: one minute, 256 MiB."""
        return LambdaFunction(
            scope,
            construct_id,
            handler=handler,
            description=description,
            environment={**self._common_variables(), **(environment or {})},
            log_retention=self.log_retention,
            removal_policy=self.removal_policy,
            timeout=Duration.minutes(1) if timeout is None else timeout,
            memory=Size.mebibytes(256) if memory is None else memory,
            placement=self.function_placement,
        )

    def planner_variables(self, code_uri: str) -> dict[str, str]:
        """Return the variables that planners have besides."""
        return {
            variables.CODE_URI: code_uri,
            variables.TRAINING_ROLE_ARN: self.training_role.role_arn,
            variables.SERVING_ROLE_ARN: self.serving_role.role_arn,
            **self._network_variables(),
        }

    def read_predictors(self, scope: Construct) -> Permission:
        """Return the permission to read specs and live models, and to list predictors."""
        prefix = f"parameter{names.predictor_prefix(self.environment)}"
        return Permission(
            actions=READ_PARAMETERS,
            resources=(arn(scope, "ssm", prefix), arn(scope, "ssm", f"{prefix}/*")),
            bound="Read-only, parameters of this environment's predictors",
        )

    def give_up_data(self, runs: str) -> list[Permission]:
        """Return the permission to end uploads of data that is prepared; none where none is.

        Args:
            runs: the folder of runs, such as `batches`.
        """
        if not self.prepares_data:
            return []
        return [
            Permission(
                actions=("s3:AbortMultipartUpload",),
                resources=(self.artifacts(f"*/{runs}/*/config/data/*"),),
                bound="Only data that is being prepared for an algorithm",
            )
        ]

    def read_data_and(self, scope: Construct, *artifacts: str, bound: str) -> list[Permission]:
        """Return the permissions to read all data, and artifacts by their patterns."""
        data, others = self.data_bucket.bucket_arn, self.artifact_bucket.bucket_arn
        return [
            Permission(actions=LIST_BUCKET, resources=(data, others)),
            Permission(
                actions=READ_OBJECTS,
                resources=[f"{data}/*", *map(self.artifacts, artifacts)],
                bound=bound,
            ),
            *read_locations(scope, self.data_access),
        ]

    def use_key(self) -> Permission:
        """Return the permission to read and write what the environment's key encrypts."""
        return Permission(actions=USE_KEY, resources=(self.key.key_arn,))

    def artifacts(self, pattern: str) -> str:
        """Return the ARN of objects in the artifact bucket."""
        return f"{self.artifact_bucket.bucket_arn}/{pattern}"

    def _network_variables(self) -> dict[str, str]:
        if self.placement is None:
            return {}
        return {
            variables.SUBNETS: ",".join(self.placement.subnets),
            variables.SECURITY_GROUPS: ",".join(self.placement.security_groups),
        }

    def _common_variables(self) -> dict[str, str]:
        return {
            variables.ENVIRONMENT: self.environment,
            variables.PREDICTOR_PREFIX: names.predictor_prefix(self.environment),
            variables.DATA_BUCKET: self.data_bucket.bucket_name,
            variables.ARTIFACT_BUCKET: self.artifact_bucket.bucket_name,
            variables.KMS_KEY_ARN: self.key.key_arn,
        }
