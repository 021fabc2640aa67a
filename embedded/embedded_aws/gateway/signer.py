"""Who signed a request, for which region and service, as the request itself says.

A few operations take unsigned requests, which carry a proof of their own.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from moto.moto_server.werkzeug_app import BackendRequest

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/(\d{8})/([^/,]+)/([^/,]+)/aws4_request")

# Version and action of operations whose requests SDKs do not sign, with their signing names.
_UNSIGNED = {("2011-06-15", "AssumeRoleWithWebIdentity"): "sts"}


class Signer(NamedTuple):
    """The credential scope of a signed or presigned request."""

    access_key_id: str  # empty in requests that are not signed
    region: str  # empty in version 2 signatures and unsigned requests
    signing_name: str  # "s3", "states", ...; several services may share one


def find_signer(request: BackendRequest) -> Signer | None:
    """Return the credential scope of a signed or presigned request; None when unsigned."""
    match = _CREDENTIAL.search(request.headers.get("Authorization", ""))
    if match:
        return Signer(match[1], match[3], match[4])
    presigned = request.args.get("X-Amz-Credential", "").split("/")
    if len(presigned) == 5:
        return Signer(presigned[0], presigned[2], presigned[3])
    if "AWSAccessKeyId" in request.args:  # version 2, still boto3's default for presigned S3 URLs
        return Signer(request.args["AWSAccessKeyId"], "", "s3")
    return None


def unsigned_scope(request: BackendRequest) -> Signer | None:
    """Return the scope of an unsigned request of an operation that takes such; None of others."""
    signing_name = _UNSIGNED.get((request.values.get("Version"), request.values.get("Action")))
    return None if signing_name is None else Signer("", "", signing_name)
