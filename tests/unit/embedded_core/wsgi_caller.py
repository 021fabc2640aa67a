"""Calls of operations, straight into the gateway: signed, serialised and read by botocore."""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import botocore.parsers
import botocore.serialize
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest, prepare_request_dict
from botocore.credentials import Credentials
from moto.core.model import OperationModel

from embedded_aws.credentials import ADMIN
from embedded_aws.gateway.service_index import service_index
from embedded_aws.server import EmbeddedAws

_CREDENTIALS = Credentials(ADMIN.access_key_id, ADMIN.secret_access_key, ADMIN.session_token)
_SPOKEN = ("json", "rest-json", "rest-xml", "query", "ec2", "smithy-rpc-v2-cbor")


class Called(NamedTuple):
    """What came back from one call."""

    status: int
    content_type: str
    body: bytes
    cpu_seconds: float
    code: str  # of an error
    members: dict[str, Any]


@dataclass(frozen=True)
class WsgiCaller:
    """Calls the gateway without a socket."""

    aws: EmbeddedAws

    def call(
        self, operation_model: OperationModel, members: dict[str, Any], body: bytes | None = None
    ) -> Called:
        """Send one request; `body` replaces the serialised one."""
        request = self._signed(operation_model, members, body)
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            started.append((status, headers))

        began = time.thread_time()
        answer = b"".join(self.aws.runtime.gateway(_environ(request), start_response))
        seconds = time.thread_time() - began
        status, headers = started[-1]
        named = {name.lower(): value for name, value in headers}
        code, parsed = _parsed(operation_model, int(status[:3]), named, answer)
        content_type = named.get("content-type", "")
        return Called(int(status[:3]), content_type, answer, seconds, code, parsed)

    def _signed(
        self, operation_model: OperationModel, members: dict[str, Any], body: bytes | None
    ) -> Any:
        service = operation_model.service_model.service_name
        request = _serializer(_protocol(operation_model)).serialize_to_request(
            members, operation_model
        )
        prepare_request_dict(request, self.aws.endpoint_url)
        content = request["body"] if body is None else body
        prepared = AWSRequest(
            method=request["method"], url=request["url"], headers=request["headers"], data=content
        )
        signing_name = service_index().by_name[service].signing_name
        # S3 asks for the body's hash as a header too.
        auth = S3SigV4Auth if signing_name == "s3" else SigV4Auth
        auth(_CREDENTIALS, signing_name, "us-east-1").add_auth(prepared)
        return prepared.prepare()


def _protocol(operation_model: OperationModel) -> str:
    spoken = service_index().by_name[operation_model.service_model.service_name].protocols
    return next(each for each in _SPOKEN if each in spoken)


@functools.cache
def _serializer(protocol: str) -> Any:
    return botocore.serialize.create_serializer(protocol, include_validation=False)


@functools.cache
def _parser(protocol: str) -> Any:
    return botocore.parsers.create_parser(protocol)


def _environ(request: Any) -> dict[str, Any]:
    url = urlsplit(request.url)
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    body = body if isinstance(body, bytes | bytearray) else body.read()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": unquote(url.path, "latin-1") or "/",
        "RAW_URI": url.path + (f"?{url.query}" if url.query else ""),
        "REQUEST_URI": url.path + (f"?{url.query}" if url.query else ""),
        "QUERY_STRING": url.query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": str(url.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SCRIPT_NAME": "",
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.errors": None,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": url.netloc,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        text = value.decode() if isinstance(value, bytes) else str(value)
        if key not in {"CONTENT_LENGTH", "HOST"}:
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = text
    return environ


def _parsed(
    operation_model: OperationModel, status: int, headers: dict[str, str], body: bytes
) -> tuple[str, dict[str, Any]]:
    """Return the error's code, and the members of an answer as a client would read them."""
    if operation_model.has_streaming_output or operation_model.has_event_stream_output:
        return "", {}
    response = {"status_code": status, "headers": headers, "body": body}
    try:
        parsed = _parser(_protocol(operation_model)).parse(response, operation_model.output_shape)
    except botocore.parsers.ResponseParserError:
        return "unreadable", {}
    parsed.pop("ResponseMetadata", None)
    return parsed.get("Error", {}).get("Code", ""), parsed
