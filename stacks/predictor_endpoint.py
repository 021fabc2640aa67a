"""Build one predictor's endpoint stack, which promotions update."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import CfnWaitConditionHandle, Stack
from constructs import Construct

from autogluon_constructs.endpoint.autogluon_endpoint import AutoGluonEndpoint
from autogluon_constructs.predictor.image_registry import host_images
from autogluon_constructs.settings import Environment, OwnEndpoint
from autogluon_contracts import names
from stacks.foundation import Foundation, placement_of


class PredictorEndpoint(Stack):
    """The stack `autogluon-<env>-<predictor>-endpoint`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Environment,
        predictor: str,
        endpoint: OwnEndpoint,
        foundation: Foundation,
        failure_topic_arn: str | None,
        pipeline_archives: Mapping[str, str],
        **stack: Any,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=names.endpoint_stack(settings.name, predictor),
            **stack,
        )
        self.add_stack_dependency(foundation)
        # Costs nothing and does nothing: a stack needs something to create on day zero, while
        # everything else of it waits for a live model.
        CfnWaitConditionHandle(self, "DayZero")
        shared = foundation.shared_with(self)
        AutoGluonEndpoint(
            self,
            "Endpoint",
            environment=settings.name,
            predictor=predictor,
            endpoint=endpoint,
            engine=settings.predictors[predictor].serving.engine,
            ami=host_images(settings.predictors[predictor]),
            serving_role=shared.serving_role,
            key=shared.key,
            artifact_bucket_name=shared.artifact_bucket.bucket_name,
            network_isolation=settings.is_endpoint_isolated(predictor),
            placement=placement_of(endpoint, shared.placement),
            alarms=settings.alarms_of(predictor),
            failure_topic_arn=failure_topic_arn,
            pipeline_archives=pipeline_archives,
        )
