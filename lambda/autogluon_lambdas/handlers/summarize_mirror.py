"""Summarize the mirroring of weights: check the files, and record the set."""

from typing import Any

from autogluon_lambdas.handlers import _wiring as wiring
from autogluon_lambdas.logic.weights.summarize import MirrorSummarizer


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the summary of `{"mirror", "processing_job"}`; raises MirrorFailedError."""
    return MirrorSummarizer(wiring.environment(), wiring.store()).summarize(event)
