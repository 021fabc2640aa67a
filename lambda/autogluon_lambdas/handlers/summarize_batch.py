"""Summarize a batch: check that each row has an answer, write results and manifest."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.batch.engine_choice import BULK
from autogluon_lambdas.logic.bulk.summarize import BulkSummarizer
from autogluon_lambdas.logic.transform.summarize import BatchSummarizer


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the summary of `{"batch", "transform_job" | "processing_job" | "group_results"}`.

    Raises BatchFailedError.
    """
    is_bulk = event["batch"].get("engine") == BULK
    summarizer = (BulkSummarizer if is_bulk else BatchSummarizer)(wiring.store())
    return summarizer.summarize(event)
