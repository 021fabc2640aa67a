"""From a request to its members, converted by botocore's model."""

from __future__ import annotations

import io
from typing import Any

from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.moto_server.werkzeug_app import BackendRequest

# The bodies of these are payload, not parameters: they are never read into memory here.
_PAYLOAD_OPERATIONS = {("s3", "PutObject"), ("s3", "UploadPart")}


def parse(
    service: str,
    operation_model: OperationModel,
    url_params: dict[str, Any],
    request: BackendRequest,
) -> dict[str, Any]:
    """Return the request's members by their API names, without object payloads."""
    has_payload = (service, operation_model.name) in _PAYLOAD_OPERATIONS
    parser_class = PROTOCOL_PARSERS[
        determine_request_protocol(operation_model.service_model, request.content_type)
    ]
    body = b"" if has_payload else read_body(request)
    parsed = parser_class(operation_model).parse(
        {
            "method": request.method,
            "values": request.args if has_payload else request.values,
            "headers": request.headers,
            "body": body,
            "url_path": request.path,
            "url_params": url_params,
        }
    )
    return dict(parsed)


def read_body(request: BackendRequest) -> bytes:
    """Read the body and restore the WSGI environment, since moto reads it again."""
    body: bytes = request.get_data(cache=True, parse_form_data=False)
    request.environ["wsgi.input"] = io.BytesIO(body)
    request.environ["CONTENT_LENGTH"] = str(len(body))
    request.environ.pop("HTTP_TRANSFER_ENCODING", None)
    return body
