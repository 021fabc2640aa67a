"""BatchPredict: one answer per row or failure; results with a header, and a manifest."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.summarize_batch import BatchSummarizer


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`{"batch", "transform_job"}` -> the batch's summary; raises BatchFailedError."""
    return BatchSummarizer(wiring.store()).summarize(event)
