"""Keep the live models of a deployment whose Foundation still declares their parameters."""

from aws_cdk import CustomResource, Duration, RemovalPolicy, Size
from aws_cdk import aws_logs as logs
from constructs import Construct

from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.identity.permissions import Permission, arn
from autogluon_constructs.network.placement import Placement
from autogluon_contracts import names


class KeptLiveModels(Construct):
    """A custom resource whose creation copies the live models of an earlier release.

    CloudFormation creates it before it deletes the parameters that the template no longer has. In
    a new deployment there is nothing to copy. What is promoted behind the copy is lost, so that
    `resource` should come last.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        log_retention: logs.RetentionDays,
        removal_policy: RemovalPolicy,
        placement: Placement | None,
    ) -> None:
        super().__init__(scope, construct_id)
        function = LambdaFunction(
            self,
            "Copy",
            handler="keep_live_models",
            description=f"Keeps live models of autogluon-{environment} during an upgrade",
            environment={},
            log_retention=log_retention,
            removal_policy=removal_policy,
            timeout=Duration.minutes(15),
            memory=Size.mebibytes(256),
            placement=placement,
        )
        prefix = f"parameter{names.predictor_prefix(environment)}"
        kept = f"parameter{names.kept_live_model_prefix(environment)}"
        function.grant(
            Permission(
                actions=("ssm:GetParametersByPath",),
                resources=[
                    arn(self, "ssm", each) for each in (prefix, f"{prefix}/*", kept, f"{kept}/*")
                ],
                bound="Read-only, parameters of this environment's predictors",
            ),
            Permission(
                actions=("ssm:PutParameter", "ssm:DeleteParameters"),
                resources=(arn(self, "ssm", f"{kept}/*"),),
                bound="Only copies of live models of this environment",
            ),
        )
        self.resource = CustomResource(
            self,
            "Resource",
            service_token=function.arn,
            resource_type="Custom::KeptLiveModels",
            properties={"Environment": environment},
        )
        self.resource.node.add_dependency(function)
