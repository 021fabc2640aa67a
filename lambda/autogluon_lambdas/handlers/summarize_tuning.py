"""Summarize tuning: keep the table of trials, choose the best."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.tuning.summarize import TuningSummarizer


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return `{"run", "best", "tuning"}` of `{"run", "tuning_job"}`; raises TuningFailedError."""
    summarizer = TuningSummarizer(wiring.store(), wiring.tuning_jobs(), wiring.training_jobs())
    return summarizer.summarize(event)
