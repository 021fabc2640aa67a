"""From an operation's answer, or its error, to a response in the caller's protocol."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

from moto.core.model import OperationModel
from moto.core.serialize import get_serializer_class

from embedded_aws.gateway.api_call import ApiCall
from embedded_aws.gateway.parsing import protocol_of

# Codes that every service shares (AccessDenied, Throttling ...) are in no service's model.
warnings.filterwarnings("ignore", r"Exception\(\w+\) with code", UserWarning)


class Response(NamedTuple):
    """An HTTP response, before it is sent."""

    status: int
    headers: dict[str, str]
    payload: bytes


def serialize_answer(call: ApiCall, operation_model: OperationModel, answer: Any) -> Response:
    """Return the response of an operation's members, or of the error it raised."""
    protocol = protocol_of(operation_model, call.request)
    serializer = get_serializer_class(call.service, protocol)(operation_model=operation_model)
    serialized = serializer.serialize(answer)
    status = getattr(answer, "status", None) or serialized["status_code"]
    body = serialized["body"]
    payload = body.encode() if isinstance(body, str) else body
    headers = {**serialized["headers"], "x-amzn-RequestId": call.request_id}
    if protocol == "json" and headers.get("Content-Type") == "text":  # moto's, for errors
        headers["Content-Type"] = call.request.mimetype
    headers.update(_own_content_type(operation_model, answer))
    headers["Content-Length"] = str(len(payload))
    return Response(status, headers, payload)


def _own_content_type(operation_model: OperationModel, answer: Any) -> dict[str, str]:
    """Return the Content-Type that an answer names itself; moto's serializer overwrites it."""
    if operation_model.output_shape is None or not isinstance(answer, Mapping):
        return {}
    for name, member in operation_model.output_shape.members.items():
        if member.serialization.get("name") == "Content-Type" and answer.get(name) is not None:
            return {"Content-Type": answer[name]}
    return {}
