"""Build the stack of an endpoint that predictors share, which promotions do not update."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from autogluon_constructs.endpoint.shared_endpoint import AutoGluonSharedEndpoint
from autogluon_constructs.settings import Environment
from autogluon_contracts import names
from stacks.foundation import Foundation, placement_of


class SharedEndpointStack(Stack):
    """The stack `autogluon-<env>-<name>-shared`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Environment,
        name: str,
        foundation: Foundation,
        **stack: Any,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=names.shared_endpoint_stack(settings.name, name),
            **stack,
        )
        self.add_stack_dependency(foundation)
        shared, endpoint = foundation.shared_with(self), settings.shared_endpoints[name]
        self._shared = AutoGluonSharedEndpoint(
            self,
            "Shared",
            environment=settings.name,
            name=name,
            settings=endpoint,
            serving_role=shared.serving_role,
            key=shared.key,
            network_isolation=settings.is_shared_endpoint_isolated(name),
            placement=placement_of(endpoint, shared.placement),
        )

        # Tells whose stack it is, also where the settings no longer declare it.
        CfnOutput(
            self,
            names.SHARED_ENDPOINT_OUTPUT,
            value=name,
            description="The endpoint's name in the settings",
        )

    def share_endpoint_name(self) -> str:
        """Return the endpoint's name, for use in another stack, which has to be deleted first."""
        return str(self.export_value(self._shared.endpoint.attr_endpoint_name))
