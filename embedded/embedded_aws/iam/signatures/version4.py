"""Signature version 4, computed from what arrived.

Source: IAM user guide, "Create a signed AWS API request". botocore signs requests that it builds;
this reads them back from the wire, in canonical form whatever way the client spelled them.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from embedded_aws.iam.signatures.wire import Wire

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"


@dataclass(frozen=True)
class Scope:
    """The credential of a signature: `<key id>/<date>/<region>/<service>/aws4_request`."""

    access_key_id: str
    date: str
    region: str
    service: str

    @property
    def text(self) -> str:
        """Return the scope without the key id, as it is signed."""
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


@dataclass(frozen=True)
class Signature:
    """One signature with all that it says about itself."""

    scope: Scope
    timestamp: str  # "20261128T211500Z"
    signed_headers: Sequence[str]
    value: str  # hexadecimal


def expected_signature(wire: Wire, signature: Signature, secret: str, payload_hash: str) -> str:
    """Return the signature that the owner of `secret` would have made of this request."""
    is_s3 = signature.scope.service == "s3"
    headers = "".join(f"{name}:{wire.header(name)}\n" for name in signature.signed_headers)
    canonical = "\n".join(
        (
            wire.method,
            wire.canonical_path(is_s3=is_s3),
            wire.canonical_query(without="X-Amz-Signature"),
            headers,
            ";".join(signature.signed_headers),
            payload_hash,
        )
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return sign(signature, secret, (ALGORITHM, digest))


def sign(signature: Signature, secret: str, parts: Sequence[str]) -> str:
    """Sign the first of `parts`, the time and scope of a signature, and the other parts."""
    text = "\n".join((parts[0], signature.timestamp, signature.scope.text, *parts[1:]))
    scope = signature.scope
    key = _signing_key(secret, scope.date, scope.region, scope.service)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@functools.lru_cache(maxsize=1024)
def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
