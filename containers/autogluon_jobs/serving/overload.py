"""Define errors for requests that the server has no capacity for: retry them unchanged."""

from __future__ import annotations

from autogluon_contracts.errors import ExplainedError

RETRY_AFTER_SECONDS = 1
"""Long enough for a full queue to drain, short enough for a caller that waits."""


class UnavailableError(ExplainedError):
    """The server cannot answer now; the same request may succeed later."""


class OverloadedError(UnavailableError):
    """As many requests wait as are allowed to."""

    def __init__(self, waiting: int) -> None:
        super().__init__(
            f"{waiting} requests are already waiting, the limit of serving.max_queued_requests.",
            advice=f"Try again in {RETRY_AFTER_SECONDS} s, or add instances.",
        )


class ExpiredError(UnavailableError):
    """The request waited until its caller had gone."""

    def __init__(self, seconds_late: float) -> None:
        super().__init__(
            f"The request waited {seconds_late:.1f} s longer than "
            f"serving.request_timeout_seconds and was not predicted.",
            advice="Try again, or add instances.",
        )
