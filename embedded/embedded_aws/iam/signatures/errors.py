"""Refusals of signatures, in the code and words of the service that was called.

Sources: S3 API reference, "Error responses" and "Authenticating requests"; IAM user guide,
"Troubleshoot Signature Version 4 signed requests"; DynamoDB developer guide, "Error handling"
(codes and statuses of services that speak JSON).
"""

from __future__ import annotations

import hmac

from moto.core.utils import get_service_model

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.signatures.version4 import Signature
from embedded_aws.iam.signatures.wire import Wire

_NO_MATCH = "The request signature we calculated does not match the signature you provided. "


def wrong_signature(call: ApiCall) -> ApiError:
    """Return the refusal of a signature made with another secret or for another request."""
    if call.service == "s3":
        message = f"{_NO_MATCH}Check your key and signing method."
    else:
        message = (
            f"{_NO_MATCH}Check your AWS Secret Access Key and signing method. Consult the service "
            "documentation for details."
        )
    return mismatch(call, message)


def compare(call: ApiCall, expected: str, given: str) -> None:
    """Raise ApiError when the signatures differ."""
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise wrong_signature(call)


def refuse_unsigned_headers(call: ApiCall, wire: Wire, signature: Signature) -> None:
    """Raise ApiError when S3 gets an `x-amz-` header that the signature leaves out."""
    if call.service != "s3":
        return
    names = {name.lower() for name, _ in wire.request.headers.items()}
    left_out = {name for name in names if name.startswith("x-amz-")}
    if left_out - set(signature.signed_headers):
        raise denied("There were headers present in the request which were not signed")


def wrong_time(call: ApiCall, message: str) -> ApiError:
    """Return the refusal of a signature from another time.

    Args:
        message: the sentence of services other than S3, which names the times.
    """
    if call.service == "s3":
        message = "The difference between the request time and the current time is too large."
        return ApiError("RequestTimeTooSkewed", message, status=403)
    return mismatch(call, message)


def incomplete(call: ApiCall, message: str) -> ApiError:
    """Return the refusal of an Authorization header that lacks a part."""
    if call.service == "s3":
        return ApiError("AuthorizationHeaderMalformed", message, status=400)
    if _speaks_json(call):
        return ApiError("IncompleteSignatureException", message, status=400)
    return ApiError("IncompleteSignature", message, status=403)


def bad_url(call: ApiCall, message: str) -> ApiError:
    """Return the refusal of a presigned URL whose parameters are wrong."""
    if call.service == "s3":
        return ApiError("AuthorizationQueryParametersError", message, status=400)
    return incomplete(call, message)


def expired_url(call: ApiCall) -> ApiError:
    """Return the refusal of a presigned URL after its end."""
    if call.service == "s3":
        return ApiError("AccessDenied", "Request has expired", status=403)
    return mismatch(call, "Signature expired: the presigned URL is past its X-Amz-Expires.")


def denied(message: str) -> ApiError:
    """Return S3's refusal of a request whose signature leaves something out."""
    return ApiError("AccessDenied", message, status=403)


def payload_mismatch() -> ApiError:
    """Return S3's refusal of a body that is not the one that was signed."""
    return ApiError(
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        status=400,
    )


def mismatch(call: ApiCall, message: str) -> ApiError:
    """Return the refusal of a signature that cannot be that of this request."""
    if _speaks_json(call):
        rest = "rest" in str(get_service_model(call.service).metadata["protocol"])
        return ApiError("InvalidSignatureException", message, status=403 if rest else 400)
    return ApiError("SignatureDoesNotMatch", message, status=403)


def _speaks_json(call: ApiCall) -> bool:
    return "json" in str(get_service_model(call.service).metadata["protocol"])
