"""Verify the signatures in URLs: version 4 for every service, version 2 for S3."""

from __future__ import annotations

import hashlib
import time

from embedded_aws.gateway import ApiCall
from embedded_aws.iam.signatures import errors, version2
from embedded_aws.iam.signatures.moments import moment, refuse_future
from embedded_aws.iam.signatures.version4 import (
    ALGORITHM,
    UNSIGNED,
    Scope,
    Signature,
    expected_signature,
)
from embedded_aws.iam.signatures.wire import Wire

_LONGEST_SECONDS = 7 * 24 * 3600
_PARAMETERS = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-Date",
    "X-Amz-SignedHeaders",
    "X-Amz-Expires",
)


def verify_url(call: ApiCall, wire: Wire, secret: str) -> None:
    """Let a call pass whose URL was signed with `secret` and has not expired, or raise ApiError."""
    arguments = call.request.args
    if any(name not in arguments for name in _PARAMETERS):
        listed = f"{', '.join(_PARAMETERS[:-1])}, and {_PARAMETERS[-1]}"
        raise errors.bad_url(
            call, f"Query-string authentication version 4 requires the {listed} parameters."
        )
    if arguments["X-Amz-Algorithm"] != ALGORITHM:
        raise errors.bad_url(call, f'X-Amz-Algorithm only supports "{ALGORITHM}"')
    key_id, day, region, service, _ = arguments["X-Amz-Credential"].split("/")
    signature = Signature(
        Scope(key_id, day, region, service),
        arguments["X-Amz-Date"],
        tuple(arguments["X-Amz-SignedHeaders"].lower().split(";")),
        arguments["X-Amz-Signature"],
    )
    _check_expiry(call, signature, arguments["X-Amz-Expires"])
    errors.refuse_unsigned_headers(call, wire, signature)
    if call.service == "s3":
        payload_hash = wire.header("x-amz-content-sha256") or UNSIGNED
    else:
        payload_hash = hashlib.sha256(call.request.get_data(cache=True)).hexdigest()
    errors.compare(call, expected_signature(wire, signature, secret, payload_hash), signature.value)


def _check_expiry(call: ApiCall, signature: Signature, expires: str) -> None:
    signed_at = moment(signature.timestamp)
    if signed_at is None:
        raise errors.bad_url(
            call, "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
        )
    if not expires.removeprefix("-").isdecimal():
        raise errors.bad_url(call, "X-Amz-Expires should be a number")
    seconds = int(expires)
    if seconds < 0:
        raise errors.bad_url(call, "X-Amz-Expires must be non-negative")
    if seconds > _LONGEST_SECONDS:
        raise errors.bad_url(
            call,
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires "
            f"must be less than {_LONGEST_SECONDS} seconds",
        )
    refuse_future(call, signed_at)
    if time.time() > signed_at + seconds:
        raise errors.expired_url(call)


def verify_version_2_url(call: ApiCall, wire: Wire, secret: str) -> None:
    """Do the same for the older form of S3's presigned URLs."""
    arguments = call.request.args
    end, given = arguments.get("Expires"), arguments.get("Signature")
    if end is None or given is None:
        raise errors.denied(
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId "
            "parameters"
        )
    if not end.isdecimal():
        raise errors.denied(f"Invalid date (should be seconds since epoch): {end}")
    if time.time() > int(end):
        raise errors.expired_url(call)
    bucket = call.params.get("Bucket")
    expected = version2.expected_signature(
        wire, arguments["AWSAccessKeyId"], secret, bucket if isinstance(bucket, str) else None
    )
    errors.compare(call, expected, given)
