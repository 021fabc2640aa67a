"""Times of signatures: 15 minutes may lie between a signature and its arrival."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from embedded_aws.gateway import ApiCall
from embedded_aws.iam.signatures import errors

TIME_FORMAT = "%Y%m%dT%H%M%SZ"
_SKEW_SECONDS = 15 * 60


def moment(text: str) -> float | None:
    """Return the seconds since the epoch of `20261128T211500Z`; None for another text."""
    try:
        return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def refuse_old(call: ApiCall, signed_at: float) -> None:
    """Raise ApiError when the signature was made too long ago."""
    now = time.time()
    if signed_at < now - _SKEW_SECONDS:
        limit = _text(now - _SKEW_SECONDS)
        times = f"{_text(signed_at)} is now earlier than {limit} ({_text(now)} - 15 min.)"
        raise errors.wrong_time(call, f"Signature expired: {times}")


def refuse_future(call: ApiCall, signed_at: float) -> None:
    """Raise ApiError when the signature is of a time that has not come."""
    now = time.time()
    if signed_at > now + _SKEW_SECONDS:
        limit = _text(now + _SKEW_SECONDS)
        times = f"{_text(signed_at)} is still later than {limit} ({_text(now)} + 15 min.)"
        raise errors.wrong_time(call, f"Signature not yet current: {times}")


def _text(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime(TIME_FORMAT)
