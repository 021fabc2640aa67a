"""A request as its client signed it: the path, query and headers that were on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from botocore.utils import normalize_url_path
from moto.moto_server.werkzeug_app import BackendRequest

# quote() leaves letters, digits and _.-~ alone: the unreserved characters of SigV4.
_IN_PATHS = "/"


@dataclass(frozen=True)
class Wire:
    """The parts of a request that signatures cover."""

    method: str
    path: str  # percent-encoded
    query: tuple[tuple[str, str], ...]  # percent-encoded once, in the client's order
    request: BackendRequest

    def header(self, name: str) -> str:
        """Return a header's value with its white space trimmed; empty when it is missing."""
        value = self.request.headers.get(name, "")
        if not value.isascii():  # WSGI hands bytes over as Latin-1
            value = value.encode("latin-1").decode("utf-8", "replace")
        return " ".join(value.split())

    def canonical_path(self, *, is_s3: bool) -> str:
        """Return the path in canonical form: S3 signs it as sent, others encoded once more."""
        if is_s3:
            return quote(unquote_to_bytes(self.path), safe=_IN_PATHS)
        return quote(normalize_url_path(self.path), safe=_IN_PATHS)

    def canonical_query(self, *, without: str) -> str:
        """Return the query in canonical form, without the parameter of that name."""
        return "&".join(f"{name}={value}" for name, value in sorted(self.query) if name != without)


def on_the_wire(request: BackendRequest) -> Wire:
    """Return the request before any server decoded it."""
    environ = request.environ
    # werkzeug's server keeps what the client sent; other servers and tests may not.
    target = environ.get("RAW_URI") or (
        quote(request.path, safe=_IN_PATHS) + "?" + environ.get("QUERY_STRING", "")
    )
    if target.startswith(("http://", "https://")):  # as sent to a proxy
        target = "/" + target.split("/", 3)[3]
    path, _, query = target.partition("?")
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return Wire(
        method=environ["REQUEST_METHOD"],
        path=path or "/",
        query=tuple((_encoded(name), _encoded(value)) for name, _, value in pairs),
        request=request,
    )


def _encoded(text: str) -> str:
    return text if text.isalnum() else quote(unquote_to_bytes(text), safe="")
