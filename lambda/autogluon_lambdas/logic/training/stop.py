"""Stop the training job of an execution that ended otherwise than by success."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from autogluon_contracts.names import job_name
from autogluon_lambdas.logic.registry.predictors import predictor_of_input
from autogluon_lambdas.ports import TrainingStopper


def stop_training(event: Mapping[str, Any], jobs: TrainingStopper) -> None:
    """Stop the job: Step Functions does not stop those that its SDK integration created.

    Args:
        event: an EventBridge event, `Step Functions Execution Status Change`.
    """
    detail = event["detail"]
    predictor = predictor_of_input(detail.get("input"))
    if predictor is None:
        return  # the planner refused it, and nothing was created
    arn = str(detail["executionArn"])
    for attempt in count(1):
        if not jobs.stop(job_name(predictor, arn, attempt=attempt)):
            break
