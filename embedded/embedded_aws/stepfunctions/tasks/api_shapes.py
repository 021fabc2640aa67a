"""Convert between a state's JSON and boto3: member names, timestamps, blobs, error names."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, Shape, StructureShape
from moto.core.utils import get_service_model

from embedded_aws.stepfunctions.library.sdk_services import member_name

TimestampFormat = Callable[[datetime], Any]
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


def epoch_milliseconds(moment: datetime) -> int:
    """Return a timestamp as the optimised integrations write it."""
    return int(moment.timestamp() * 1000)


def iso_8601(moment: datetime) -> str:
    """Return a timestamp as the AWS SDK integrations write it."""
    precision = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def to_request(value: Any, shape: Shape) -> Any:
    """Convert a state's arguments for boto3, matching member names regardless of case.

    Unknown members stay as they are, for boto3 to refuse by name.
    """
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        members = {name.lower(): name for name in shape.members}
        request = {}
        for key, member in value.items():
            name = members.get(key.lower(), key)
            known = shape.members.get(name)
            request[name] = member if known is None else to_request(member, known)
        return request
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [to_request(member, shape.member) for member in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: to_request(member, shape.value) for key, member in value.items()}
    if shape.type_name == "string" and isinstance(value, dict | list):
        return json.dumps(value, separators=(",", ":"))
    if shape.type_name == "blob" and not isinstance(value, bytes):
        return (value if isinstance(value, str) else json.dumps(value)).encode()
    return value


def to_result(value: Any, shape: Shape | None, timestamps: TimestampFormat) -> Any:
    """Convert a boto3 response to JSON with the member names that states see."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {
            member_name(key): to_result(member, shape.members.get(key), timestamps)
            for key, member in value.items()
            if key != "ResponseMetadata"
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [to_result(member, shape.member, timestamps) for member in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: to_result(member, shape.value, timestamps) for key, member in value.items()}
    if isinstance(value, datetime):
        return timestamps(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if hasattr(value, "read"):
        return value.read().decode("utf-8", "replace")
    return value


def sdk_service_name(service_id: str) -> str:
    """Return a service's name in the Java SDK, which starts error names: `Ssm` for `SSM`."""
    words = _WORD.findall(service_id)
    return "".join(word.capitalize() for word in words)


def sdk_error_name(service_id: str, error: ClientError, error_codes: set[str]) -> str:
    """Return the name of an AWS SDK integration's error.

    `Ssm.ParameterNotFoundException` for an error that the service's model declares,
    `CloudFormation.CloudFormationException` for any other.
    """
    service = sdk_service_name(service_id)
    code = error.response["Error"]["Code"]
    return f"{service}.{exception_name(code) if code in error_codes else service + 'Exception'}"


def exception_name(code: str) -> str:
    """Return an error code as the Java SDK's class name, which ends in `Exception`."""
    if code.endswith("Exception"):
        return code
    return code.removesuffix("Fault") + "Exception"


def declared_error_codes(service: str) -> set[str]:
    """Return the error codes in a service's model."""
    shapes = get_service_model(service).error_shapes
    return {shape.error_code for shape in shapes} | {shape.name for shape in shapes}


def call_operation(client: Any, operation_name: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """Call an operation by its API name."""
    methods = {api: method for method, api in client.meta.method_to_api_mapping.items()}
    response: dict[str, Any] = getattr(client, methods[operation_name])(**request)
    return response


def error_cause(error: ClientError, service: str, *, separator: str = "; ") -> str:
    """Return `message (Service: ...; Status Code: ...; Error Code: ...; ...)`."""
    metadata, details = error.response.get("ResponseMetadata", {}), error.response["Error"]
    parts = [
        f"Service: {service}",
        f"Status Code: {metadata.get('HTTPStatusCode')}",
        f"Error Code: {details['Code']}",
        f"Request ID: {metadata.get('RequestId')}",
    ]
    return f"{details.get('Message', '')} ({separator.join(parts)})"
