"""Enforce the expiry of presigned URLs."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from embedded_aws.gateway import ApiCall, ApiError


def refuse_expired_url(call: ApiCall) -> None:
    """Raise ApiError when the call uses an expired presigned URL."""
    end = _end(call)
    if end is not None and time.time() > end:
        raise ApiError("AccessDenied", "Request has expired", status=403)


def _end(call: ApiCall) -> float | None:
    """Return the expiry in seconds since the epoch; None for calls signed by a header."""
    arguments = call.request.args
    if "X-Amz-Signature" in arguments:
        signed_at = datetime.strptime(arguments["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
        lifetime = int(arguments.get("X-Amz-Expires", "3600"))
        return signed_at.replace(tzinfo=UTC).timestamp() + lifetime
    if "AWSAccessKeyId" in arguments:  # signature version 2, still boto3's default for S3
        return float(arguments.get("Expires", "0"))
    return None
