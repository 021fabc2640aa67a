"""Summarize a processing run by the files that its job left."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.processing.summarize import ProcessingSummarizer


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the summary for `{"run"}`.

    Raises ProcessingFailedError.
    """
    return ProcessingSummarizer(wiring.store()).summarize(event)
