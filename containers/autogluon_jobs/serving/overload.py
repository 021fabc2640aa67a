"""Requests that are not answered because there are too many: try again, do not change them."""

from __future__ import annotations

RETRY_AFTER_SECONDS = 1
"""Long enough for a full queue to drain, short enough for a caller that waits."""


class UnavailableError(Exception):
    """The server cannot answer now; the same request may succeed later."""


class OverloadedError(UnavailableError):
    """As many requests wait as are allowed to."""

    def __init__(self, waiting: int) -> None:
        super().__init__(
            f"{waiting} requests are waiting already, which is serving.max_queued_requests; try "
            f"again in {RETRY_AFTER_SECONDS} s, or add instances."
        )


class ExpiredError(UnavailableError):
    """The request waited until its caller had gone."""

    def __init__(self, seconds_late: float) -> None:
        super().__init__(
            f"The request waited {seconds_late:.1f} s longer than "
            f"serving.request_timeout_seconds and was not predicted; try again, or add instances."
        )
