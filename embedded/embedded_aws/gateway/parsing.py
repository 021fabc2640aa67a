"""From a request to its members, converted by botocore's model.

What cannot be read is answered as AWS answers it: a SerializationException of the JSON protocols,
MalformedXML of S3, MalformedInput of the query protocols. Nothing unreadable becomes `{}`.
"""

from __future__ import annotations

import gzip
import io
import zlib
from typing import Any

from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.moto_server.werkzeug_app import BackendRequest

from embedded_aws.gateway.api_error import ApiError
from embedded_aws.gateway.json_body import check_json_body
from embedded_aws.gateway.unknown_members import ReadParameters
from embedded_aws.gateway.xml_body import unknown_element

# The bodies of these are payload, not parameters: they are never read into memory here.
_PAYLOAD_OPERATIONS = {("s3", "PutObject"), ("s3", "UploadPart")}
_UNREADABLE = {
    "json": "SerializationException",
    "rest-json": "SerializationException",
    "rest-xml": "MalformedXML",
    "query": "MalformedInput",
    "ec2": "MalformedInput",
}
_MALFORMED_XML = (
    "The XML you provided was not well-formed or did not validate against our published schema"
)


def protocol_of(operation_model: OperationModel, request: BackendRequest) -> str:
    """Return the wire protocol of a request, which its content type may choose."""
    return str(determine_request_protocol(operation_model.service_model, request.content_type))


def read_members(
    service: str,
    operation_model: OperationModel,
    url_params: dict[str, Any],
    request: BackendRequest,
) -> dict[str, Any]:
    """Return the request's members by their API names, without object payloads.

    Raises:
        ApiError: the request cannot be read, or has members that the operation does not have.
    """
    has_payload = (service, operation_model.name) in _PAYLOAD_OPERATIONS
    protocol = protocol_of(operation_model, request)
    body = b"" if has_payload else _uncompressed(read_body(request), request, protocol)
    if protocol in {"json", "rest-json"}:
        check_json_body(operation_model, body)
    elif protocol == "rest-xml":
        _check_xml(operation_model, body)
    values = request.args if has_payload else request.values
    form = ReadParameters(values) if protocol in {"query", "ec2"} else None
    try:
        parsed = PROTOCOL_PARSERS[protocol](operation_model).parse(
            {
                "method": request.method,
                "values": values if form is None else form,
                "headers": request.headers,
                "body": body,
                "url_path": request.path,
                "url_params": url_params,
            }
        )
    except Exception as error:  # the parser raises whatever a conversion raises
        raise _unreadable(protocol, str(error) or repr(error)) from error
    if form is not None:
        form.refuse_unread(operation_model)
    return dict(parsed)


def _check_xml(operation_model: OperationModel, body: bytes) -> None:
    unknown = unknown_element(operation_model, body)
    if unknown is not None:
        raise _unreadable("rest-xml", f"unknown element {unknown}")


def read_body(request: BackendRequest) -> bytes:
    """Read the body and restore the WSGI environment, since moto reads it again."""
    body: bytes = request.get_data(cache=True, parse_form_data=False)
    request.environ["wsgi.input"] = io.BytesIO(body)
    request.environ["CONTENT_LENGTH"] = str(len(body))
    request.environ.pop("HTTP_TRANSFER_ENCODING", None)
    return body


def _uncompressed(body: bytes, request: BackendRequest, protocol: str) -> bytes:
    """Return the body as it was before the SDK compressed it, as for large PutMetricData."""
    if request.headers.get("Content-Encoding") != "gzip" or protocol == "rest-xml":
        return body
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(protocol, f"the body is not gzip: {error}") from error


def _unreadable(protocol: str, why: str) -> ApiError:
    message = _MALFORMED_XML if protocol == "rest-xml" else why
    return ApiError(_UNREADABLE[protocol], message, status=400)
