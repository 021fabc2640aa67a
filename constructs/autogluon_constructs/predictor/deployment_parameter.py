"""Store where everything of an environment is in the SSM parameters that clients read."""

from dataclasses import replace

from aws_cdk import aws_ssm as ssm
from constructs import Construct

from autogluon_contracts import names
from autogluon_contracts.documents.deployment import DeploymentDocument


class DeploymentParameter(Construct):
    """`/autogluon/<env>/deployment` (docs/reference/contracts.md), and what it has no room for."""

    def __init__(
        self, scope: Construct, construct_id: str, *, deployment: DeploymentDocument
    ) -> None:
        super().__init__(scope, construct_id)
        environment = deployment.environment
        first, *others = deployment.listed(deployment.predictors)
        document = replace(deployment, predictors=first, more_predictors=len(others))
        parameter = self._parameter(
            "Resource",
            names.deployment_parameter(environment),
            f"Where everything of autogluon-{environment} is",
            document.to_text(),
        )
        for number, listed in enumerate(others, start=1):
            # It exists before the document says so.
            parameter.add_dependency(
                self._parameter(
                    f"Predictors{number}",
                    names.more_predictors_parameter(environment, number),
                    f"More predictors of autogluon-{environment}",
                    ",".join(listed),
                )
            )

    def _parameter(
        self, construct_id: str, name: str, description: str, value: str
    ) -> ssm.CfnParameter:
        return ssm.CfnParameter(
            self,
            construct_id,
            name=name,
            description=description,
            type="String",
            tier="Intelligent-Tiering",
            value=value,
        )
