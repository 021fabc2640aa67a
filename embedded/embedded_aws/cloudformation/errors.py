"""How this engine says no."""

from __future__ import annotations

from embedded_aws.gateway import ApiError


def validation_error(message: str) -> ApiError:
    """CloudFormation's answer to anything wrong with a request, a template or a parameter."""
    return ApiError("ValidationError", message)


def not_supported(what: str) -> ApiError:
    """The answer to what AWS accepts and this engine does not."""
    return validation_error(f"The embedded AWS's CloudFormation does not support {what}.")


class ResourceError(Exception):
    """A resource cannot be created, updated or deleted; the sentence becomes its status reason."""


class OperationCancelledError(ResourceError):
    """Another resource failed, so this one stopped waiting."""
