"""Stop the tuning job of an execution that ended otherwise than by success."""

from collections.abc import Mapping
from typing import Any

from autogluon_contracts.names import tuning_job_name
from autogluon_lambdas.logic.registry.predictors import predictor_of_input
from autogluon_lambdas.ports import TuningJobs


def stop_tuning(event: Mapping[str, Any], tuning_jobs: TuningJobs) -> None:
    """Stop the tuning job, and with it its trials; the SDK integration leaves it running.

    Args:
        event: an EventBridge event, `Step Functions Execution Status Change`.
    """
    detail = event["detail"]
    predictor = predictor_of_input(detail.get("input"))
    if predictor is not None:  # else the planner refused it, and nothing was created
        tuning_jobs.stop(tuning_job_name(predictor, str(detail["executionArn"])))
