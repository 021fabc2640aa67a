"""The errors of this engine."""

from __future__ import annotations

from embedded_aws.gateway import ApiError


def validation_error(message: str) -> ApiError:
    """Return CloudFormation's error for an invalid request, template or parameter."""
    return ApiError("ValidationError", message)


def not_supported(what: str) -> ApiError:
    """Return the error for a feature of AWS that this engine does not have."""
    return validation_error(f"The embedded AWS's CloudFormation does not support {what}.")


class ResourceError(Exception):
    """A resource cannot be created, updated or deleted; the sentence becomes its status reason."""


class OperationCancelledError(ResourceError):
    """The operation was cancelled because another resource failed."""
