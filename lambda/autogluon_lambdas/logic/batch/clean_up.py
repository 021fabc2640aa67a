"""Leave nothing of a batch whose execution ended otherwise than by success."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from autogluon_contracts.names import job_name
from autogluon_lambdas.logic.registry.predictors import predictor_of_input
from autogluon_lambdas.ports import Batches


def clean_up_batch(event: Mapping[str, Any], batches: Batches) -> None:
    """Stop the transform job and delete the model of an execution.

    Step Functions stops jobs of its optimised integration with their execution, but not those that
    the SDK integration created, and no models.

    Args:
        event: an EventBridge event, `Step Functions Execution Status Change`.
    """
    detail = event["detail"]
    predictor = predictor_of_input(detail.get("input"))
    if predictor is None:
        return  # the planner refused it, and nothing was created
    arn = str(detail["executionArn"])
    for attempt in count(1):
        if not batches.stop_transform(job_name(predictor, arn, attempt=attempt)):
            break
    batches.delete_model(job_name(predictor, arn))
