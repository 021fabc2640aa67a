"""SageMaker's errors, in AWS's words."""

from __future__ import annotations

from embedded_aws.gateway import ApiError


def invalid(message: str) -> ApiError:
    """Return the error for a request that AWS, or the embedded AWS, refuses."""
    return ApiError("ValidationException", message)


def unsupported(what: str) -> ApiError:
    """Return the error for a request that only the embedded AWS refuses."""
    return ApiError("ValidationException", f"The embedded AWS does not support {what}.")


def not_found(kind: str, arn: str) -> ApiError:
    """Return the error for a missing `kind`: "model", "endpoint configuration"."""
    return ApiError("ValidationException", f'Could not find {kind} "{arn}".')


def already_exists(kind: str, arn: str) -> ApiError:
    """Return the error for a name that a model, endpoint or configuration has already."""
    return ApiError("ValidationException", f'Cannot create already existing {kind} "{arn}".')


def job_in_use(kind: str, arn: str) -> ApiError:
    """Return the error for a job's name, which can never be used again."""
    return ApiError(
        "ResourceInUse",
        f"{kind} names must be unique within an AWS account and region, and a "
        f"{kind.lower()} with this name already exists ({arn})",
    )


class JobError(Exception):
    """Ends a job or a deployment as Failed; its text becomes the FailureReason."""
