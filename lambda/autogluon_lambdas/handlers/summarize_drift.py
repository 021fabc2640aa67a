"""Summarize a drift run by the report that its job left."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.drift.summarize import DriftSummarizer


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the summary for `{"run"}`.

    Raises DriftFailedError.
    """
    return DriftSummarizer(wiring.store()).summarize(event)
