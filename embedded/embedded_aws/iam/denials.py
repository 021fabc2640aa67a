"""Access-denied errors in the code and words of the service that was called."""

from __future__ import annotations

from moto.core.utils import get_service_model

from embedded_aws.gateway import ApiCall, ApiError

_CODES = {"sns": "AuthorizationError", "ec2": "UnauthorizedOperation"}


def access_denied(
    call: ApiCall, principal_arn: str, action: str, resource: str, reason: str
) -> ApiError:
    """Return the error for a call without permission.

    Args:
        reason: "because no identity-based policy allows the s3:GetObject action".
    """
    shown = f'"{resource}"' if call.service == "s3" else resource
    message = (
        f"User: {principal_arn} is not authorized to perform: {action} "
        f"on resource: {shown} {reason}"
    )
    if call.service == "ec2":
        message = f"You are not authorized to perform this operation. {message}"
    return ApiError(_code(call.service), message, status=403)


def _code(service: str) -> str:
    if service in _CODES:
        return _CODES[service]
    metadata = get_service_model(service).metadata
    has_query_codes = metadata["protocol"] in {"query", "rest-xml"} or (
        "awsQueryCompatible" in metadata
    )
    return "AccessDenied" if has_query_codes else "AccessDeniedException"
