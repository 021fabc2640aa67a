"""Build a Lambda function of this project, with its own role."""

import functools
from collections.abc import Mapping
from typing import cast

from aws_cdk import Duration, RemovalPolicy, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from autogluon_constructs.code.archives import digest, lambda_sources, zipped
from autogluon_constructs.code.staged_file import staged_file
from autogluon_constructs.identity.acknowledgments import acknowledge
from autogluon_constructs.identity.permissions import Permission, grant
from autogluon_constructs.network.placement import Placement, function_interfaces

_ARCHIVE = "autogluon-lambdas.zip"
_RUNTIME_BOUND = (
    "The code is standard library and boto3 only and is tested on this runtime; "
    "AWS supports python3.12 until October 2028"
)
_TRACING_BOUND = "X-Ray's two write actions know no resources; they can only add trace data"


class LambdaFunction(Construct):
    """Runs `autogluon_lambdas.handlers.<handler>.handler` with a role of its own.

    Owns runtime, architecture, log group, log retention and tracing for every function.

    Args:
        placement: where in a VPC it runs; None for Lambda's own network.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        handler: str,
        description: str,
        environment: Mapping[str, str],
        log_retention: logs.RetentionDays,
        removal_policy: RemovalPolicy,
        timeout: Duration,
        memory: Size,
        placement: Placement | None,
    ) -> None:
        super().__init__(scope, construct_id)
        log_group = logs.LogGroup(
            self, "Logs", retention=log_retention, removal_policy=removal_policy
        )
        self.log_group_name = log_group.log_group_name
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What the Lambda {handler} may do",
        )
        grant(self.role, _write_to(log_group))
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_12,
            architecture=lambda_.Architecture.ARM_64,
            code=self._code(),
            handler=f"autogluon_lambdas.handlers.{handler}.handler",
            description=description,
            environment=dict(environment),
            log_group=log_group,
            memory_size=memory.to_mebibytes(),
            role=self.role.without_policy_updates(),
            timeout=timeout,
            tracing=lambda_.Tracing.ACTIVE,
        )
        self._allow_tracing()
        if placement is not None:
            self._place(placement)
        acknowledge(self.function, "L1", bound=_RUNTIME_BOUND)

    @property
    def arn(self) -> str:
        """Return the ARN of the function, unqualified."""
        return self.function.function_arn

    def grant(self, *permissions: Permission) -> None:
        """Let the function do more."""
        grant(self.role, *permissions)

    def _code(self) -> lambda_.AssetCode:
        archive, name = _archive()
        return lambda_.Code.from_asset(staged_file(self, _ARCHIVE, archive), asset_hash=name)

    def _place(self, placement: Placement) -> None:
        grant(self.role, *function_interfaces(self, placement))
        # The L2 property takes a VPC, and attaches a managed policy that allows it anywhere.
        function = cast(lambda_.CfnFunction, self.function.node.default_child)
        function.vpc_config = placement.of_function()
        # A custom resource works through the network until it is deleted.
        self.function.node.add_dependency(*placement.reached_by)

    def _allow_tracing(self) -> None:
        grant(
            self.role,
            Permission(
                actions=("xray:PutTelemetryRecords", "xray:PutTraceSegments"),
                resources=("*",),
                bound=_TRACING_BOUND,
            ),
        )
        # The frozen role above hides the policy from the function, which must not run without it.
        self.function.node.add_dependency(self.role)


@functools.cache
def _archive() -> tuple[bytes, str]:
    """Return what every function runs, and its digest: packed once, because it takes a while."""
    sources = lambda_sources()
    return zipped(sources), digest(sources)


def _write_to(log_group: logs.LogGroup) -> Permission:
    return Permission(
        actions=("logs:CreateLogStream", "logs:PutLogEvents"),
        # The attribute ends in `:*`, which stands for the streams of this one group.
        resources=(log_group.log_group_arn,),
    )
