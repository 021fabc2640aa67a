"""SageMaker's errors, in the words that AWS uses for them."""

from __future__ import annotations

from embedded_aws.gateway import ApiError


def invalid(message: str) -> ApiError:
    """A request that AWS, or the embedded AWS, refuses."""
    return ApiError("ValidationException", message)


def unsupported(what: str) -> ApiError:
    """A request that AWS would accept and the embedded AWS cannot honour."""
    return ApiError("ValidationException", f"The embedded AWS does not support {what}.")


def not_found(kind: str, arn: str) -> ApiError:
    """`kind` as AWS calls it in a sentence: "model", "endpoint configuration"."""
    return ApiError("ValidationException", f'Could not find {kind} "{arn}".')


def already_exists(kind: str, arn: str) -> ApiError:
    """A model, endpoint or endpoint configuration of this name exists."""
    return ApiError("ValidationException", f'Cannot create already existing {kind} "{arn}".')


def job_in_use(kind: str, arn: str) -> ApiError:
    """A job's name was used before: names of jobs stay taken forever."""
    return ApiError(
        "ResourceInUse",
        f"{kind} names must be unique within an AWS account and region, and a "
        f"{kind.lower()} with this name already exists ({arn})",
    )


class JobError(Exception):
    """Ends a job or a deployment as Failed; its text becomes the FailureReason."""
