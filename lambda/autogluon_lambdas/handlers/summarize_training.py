"""Summarize training: keep the report, apply the quality gate, build the registration."""

from typing import Any

from autogluon_lambdas.adapters.mlflow_server import MlflowServer
from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.training.summarize import TrainingSummarizer


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return `{"registration", "summary"}` of `{"run", "training_job"}`.

    Raises TrainingFailedError.
    """
    summarizer = TrainingSummarizer(
        wiring.environment(),
        wiring.predictors(),
        wiring.store(),
        wiring.registry(),
        MlflowServer,
    )
    return summarizer.summarize(event)
