"""Build the stack of a predictor on a shared endpoint, which promotions update."""

from typing import Any

from aws_cdk import CfnWaitConditionHandle, Stack
from constructs import Construct

from autogluon_constructs.endpoint.autogluon_component import AutoGluonComponent
from autogluon_constructs.settings import ComponentEndpoint, Environment
from autogluon_contracts import names
from stacks.foundation import Foundation, placement_of
from stacks.shared_endpoint import SharedEndpointStack


class PredictorComponent(Stack):
    """The stack `autogluon-<env>-<predictor>-endpoint`, with a component in place of an endpoint.

    Promotions know it by the same name as that of an endpoint.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Environment,
        predictor: str,
        component: ComponentEndpoint,
        foundation: Foundation,
        shared_endpoint: SharedEndpointStack,
        failure_topic_arn: str | None,
        **stack: Any,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=names.endpoint_stack(settings.name, predictor),
            **stack,
        )
        self.add_stack_dependency(foundation)
        self.add_stack_dependency(shared_endpoint)
        # Costs nothing and does nothing: a stack needs something to create on day zero, while
        # everything else of it waits for a live model.
        CfnWaitConditionHandle(self, "DayZero")
        shared, host = (
            foundation.shared_with(self),
            settings.shared_endpoints[component.shared_endpoint],
        )
        AutoGluonComponent(
            self,
            "Endpoint",
            environment=settings.name,
            predictor=predictor,
            component=component,
            shared_endpoint_name=shared_endpoint.share_endpoint_name(),
            engine=settings.predictors[predictor].serving.engine,
            serving_role=shared.serving_role,
            network_isolation=settings.is_shared_endpoint_isolated(component.shared_endpoint),
            placement=placement_of(host, shared.placement),
            alarms=settings.alarms_of(predictor),
            failure_topic_arn=failure_topic_arn,
        )
