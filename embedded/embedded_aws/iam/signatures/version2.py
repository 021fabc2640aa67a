"""Signature version 2 of S3's presigned URLs, which boto3 still makes by default."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from botocore.auth import HmacV1QueryAuth
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from embedded_aws.iam.signatures.wire import Wire

_SIGNED = ("content-md5", "content-type")


def expected_signature(wire: Wire, access_key_id: str, secret: str, bucket: str | None) -> str:
    """Return the signature that the owner of `secret` would have made of this URL.

    Args:
        bucket: the bucket's name, which is signed also where the host name carries it.
    """
    arguments = {unquote(name): unquote(value) for name, value in wire.query}
    headers = HTTPHeaders()
    # What was a header when the URL was made is a parameter of it, or comes as a header again.
    given = {name.lower(): wire.header(name) for name, _ in wire.request.headers.items()}
    for name, value in ({name.lower(): v for name, v in arguments.items()} | given).items():
        if name.startswith("x-amz-") or (name in _SIGNED and value):
            headers[name] = value
    host = wire.header("Host").partition(":")[0]
    path = f"/{bucket}{wire.path}" if bucket and host.startswith(f"{bucket}.") else wire.path
    target = f"{path}?" + "&".join(f"{name}={value}" for name, value in wire.query)
    signer = _Signer(Credentials(access_key_id, secret), arguments.get("Expires", ""))
    return str(signer.get_signature(wire.method, urlsplit(f"//host{target}"), headers))


class _Signer(HmacV1QueryAuth):  # type: ignore[misc]  # botocore has no types
    """Signs with the expiry that a URL names."""

    def __init__(self, credentials: Credentials, expires: str) -> None:
        super().__init__(credentials)
        self._end = expires

    def _get_date(self) -> str:
        return self._end
