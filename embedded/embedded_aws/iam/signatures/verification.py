"""Decide whether the owner of a key signed this very request, now."""

from __future__ import annotations

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.signatures.presigned_url import verify_url, verify_version_2_url
from embedded_aws.iam.signatures.signed_header import verify_header
from embedded_aws.iam.signatures.wire import on_the_wire


def verify_signature(call: ApiCall, secret: str) -> None:
    """Let a call pass that was signed with `secret`, or raise.

    Raises:
        ApiError: the signature is wrong, incomplete or of another time.
    """
    arguments = call.request.args
    in_url = "X-Amz-Credential" in arguments or "AWSAccessKeyId" in arguments
    wire = on_the_wire(call.request)
    if "Authorization" in call.request.headers:
        if in_url and call.service == "s3":
            raise ApiError("InvalidArgument", "Only one auth mechanism allowed", status=400)
        verify_header(call, wire, secret)
    elif "X-Amz-Credential" in arguments:
        verify_url(call, wire, secret)
    else:
        verify_version_2_url(call, wire, secret)
