"""The answers to requests whose caller, service or operation is not known."""

from __future__ import annotations

import json
from typing import NamedTuple
from xml.sax.saxutils import escape

from moto.moto_server.werkzeug_app import BackendRequest

from embedded_aws.gateway.api_call import StartResponse
from embedded_aws.gateway.service_index import service_index

_CBOR = "application/cbor"
_UNREAD_SIGNATURES = {"4A": "AWS4-ECDSA-P256-SHA256", "2 in headers": "AWS "}


class Refusal(NamedTuple):
    """An error that is not an operation's, since no operation is known."""

    status: int
    code: str
    message: str


def unsigned(request: BackendRequest) -> Refusal:
    """Return the refusal of a request without a signature of a kind that is read here."""
    header = request.headers.get("Authorization", "")
    for kind, start in _UNREAD_SIGNATURES.items():
        if header.startswith(start) or request.args.get("X-Amz-Algorithm") == start.strip():
            message = (
                f"The embedded AWS does not read signatures of version {kind}; sign with "
                "version 4 (AWS4-HMAC-SHA256)."
            )
            return Refusal(501, "NotImplemented", message)
    message = f"{_described(request)}: the embedded AWS answers signed requests only."
    return Refusal(403, "MissingAuthenticationToken", message)


def unknown_service(signing_name: str) -> Refusal:
    """Return the refusal of a request for a service that botocore does not have."""
    message = f"The embedded AWS knows no service that signs as {signing_name!r}."
    return Refusal(501, "NotImplemented", message)


def unsupported_protocol(service: str) -> Refusal:
    """Return the refusal of a request in CBOR, which moto does not read."""
    message = f"The embedded AWS does not read CBOR; call {service} with a client that sends JSON."
    return Refusal(501, "NotImplemented", message)


def unknown_operation(service: str, request: BackendRequest) -> Refusal:
    """Return the refusal of a request that matches no operation of its service.

    The codes are those of AWS's protocols: InvalidAction (query API, "Common errors"),
    UnknownOperationException (JSON and REST), MethodNotAllowed (S3, "Error responses").
    """
    message = f"{_described(request)}: no operation of {service} matches."
    if service == "s3":
        return Refusal(405, "MethodNotAllowed", message)
    if _is_form(request):
        return Refusal(400, "InvalidAction", message)
    status = 404 if service_index().by_name[service].is_rest else 400
    return Refusal(status, "UnknownOperationException", message)


def send_refusal(
    refusal: Refusal,
    request: BackendRequest,
    start_response: StartResponse,
    service: str | None = None,
) -> list[bytes]:
    """Answer in the protocol of the caller, as far as it can be told from the request."""
    code, message = refusal.code, refusal.message
    content_type = "text/xml"
    if request.mimetype == _CBOR:
        content_type, body = _CBOR, _cbor({"__type": code, "message": message})
    elif _speaks_json(request, service):
        content_type = request.mimetype if "json" in request.mimetype else "application/json"
        body = json.dumps({"__type": code, "message": message}).encode()
    else:
        xml = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        body = (f"<ErrorResponse>{xml}</ErrorResponse>" if _is_form(request) else xml).encode()
    payload = b"" if request.method == "HEAD" else body
    headers = [
        ("Content-Type", content_type),
        ("Content-Length", str(len(payload))),
        ("x-amzn-ErrorType", code),
    ]
    if content_type == _CBOR:
        headers.append(("smithy-protocol", "rpc-v2-cbor"))
    start_response(f"{refusal.status} Error", headers)
    return [payload]


def _speaks_json(request: BackendRequest, service: str | None) -> bool:
    if "json" in request.mimetype:
        return True
    return (
        service is not None
        and not _is_form(request)
        and any("json" in each for each in service_index().by_name[service].protocols)
    )


def _is_form(request: BackendRequest) -> bool:
    return bool(request.mimetype == "application/x-www-form-urlencoded")


def _described(request: BackendRequest) -> str:
    action = (
        request.values.get("Action", "")
        if _is_form(request)
        else request.headers.get("X-Amz-Target")
    )
    return " ".join(part for part in (request.method, request.path, action) if part)


def _cbor(members: dict[str, str]) -> bytes:
    """Return a map of texts in CBOR (RFC 8949): a map's head, then texts with 16-bit lengths."""
    parts = [bytes([0xA0 | len(members)])]
    for text in (text for member in members.items() for text in member):
        encoded = text.encode()[:0xFFFF]
        parts.append(b"\x79" + len(encoded).to_bytes(2) + encoded)
    return b"".join(parts)
