"""Build Delivery: the roles with which a Git repository's CI deploys, changed rarely."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from autogluon_constructs.delivery.delivery_roles import DeliveryRoles
from autogluon_constructs.settings import Environment
from autogluon_contracts import names


class Delivery(Stack):
    """An identity provider, a role that may compare, and one that may deploy the environment."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Environment, **stack: Any
    ) -> None:
        super().__init__(
            scope, construct_id, stack_name=names.delivery_stack(settings.name), **stack
        )
        roles = DeliveryRoles(self, "Roles", settings=settings)
        CfnOutput(
            self,
            "DiffRoleArn",
            value=roles.diff.role_arn,
            description="CI compares pull requests with what is deployed",
        )
        CfnOutput(
            self,
            "DeployRoleArn",
            value=roles.deploy.role_arn,
            description="CI deploys the environment",
        )
