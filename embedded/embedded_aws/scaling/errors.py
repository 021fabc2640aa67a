"""Application Auto Scaling's errors, in AWS's words."""

from __future__ import annotations

from embedded_aws.gateway import ApiError


def invalid(message: str) -> ApiError:
    """Return the error for a request that AWS refuses."""
    return ApiError("ValidationException", message, status=400)


def unsupported(what: str) -> ApiError:
    """Return the error for a request that only the embedded AWS refuses."""
    return ApiError("NotImplemented", f"The embedded AWS does not support {what}.", status=501)


def not_found(message: str) -> ApiError:
    """Return the error for a target, policy or scheduled action that does not exist."""
    return ApiError("ObjectNotFoundException", message, status=400)


def over_limit(message: str) -> ApiError:
    """Return the error for more of something than an account may have."""
    return ApiError("LimitExceededException", message, status=400)


class ScalingError(Exception):
    """A capacity could not be set; its text becomes the activity's StatusMessage."""
