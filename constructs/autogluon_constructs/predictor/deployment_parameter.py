"""Store where everything of an environment is in the SSM parameter that clients read."""

from aws_cdk import aws_ssm as ssm
from constructs import Construct

from autogluon_contracts import names
from autogluon_contracts.documents.deployment import DeploymentDocument


class DeploymentParameter(Construct):
    """`/autogluon/<env>/deployment` (docs/reference/contracts.md)."""

    def __init__(
        self, scope: Construct, construct_id: str, *, deployment: DeploymentDocument
    ) -> None:
        super().__init__(scope, construct_id)
        ssm.CfnParameter(
            self,
            "Resource",
            name=names.deployment_parameter(deployment.environment),
            description=f"Where everything of autogluon-{deployment.environment} is",
            type="String",
            tier="Intelligent-Tiering",
            value=deployment.to_text(),
        )
