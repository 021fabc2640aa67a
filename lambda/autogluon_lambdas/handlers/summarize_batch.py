"""BatchPredict: one answer per row or failure; results with a header, and a manifest."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.batch.engine_choice import BULK
from autogluon_lambdas.logic.bulk.summarize import BulkSummarizer
from autogluon_lambdas.logic.transform.summarize import BatchSummarizer


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`{"batch", "transform_job" | "processing_job" | "group_results"}` -> the batch's summary.

    Raises BatchFailedError.
    """
    is_bulk = event["batch"].get("engine") == BULK
    summarizer = (BulkSummarizer if is_bulk else BatchSummarizer)(wiring.store())
    return summarizer.summarize(event)
