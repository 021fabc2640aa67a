"""The JSON types of a body, against the operation's model.

The sentences are those of AWS's own JSON reader ("NUMBER_VALUE cannot be converted to String"),
as its SDKs' users report them; its models do not hold them.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any

from botocore.utils import parse_timestamp
from moto.core.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from embedded_aws.gateway.api_error import ApiError
from embedded_aws.gateway.unknown_members import unknown_member

_FLOAT_WORDS = frozenset({"NaN", "Infinity", "-Infinity"})


def check_json_body(operation_model: OperationModel, body: bytes) -> None:
    """Raise unless the body is JSON with the types and the members of the operation.

    Raises:
        ApiError: SerializationException, or NotImplemented for a member that is not in the model.
    """
    shape = _body_shape(operation_model)
    if shape is None:
        return
    if not body:
        return  # AWS reads an empty body as {}; required members are checked later
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _serialization_error(f"the body is not JSON: {error}") from error
    _Walk(operation_model).check(shape, value, "")


def _body_shape(operation_model: OperationModel) -> Shape | None:
    """Return the shape of the body; None when it is not read as JSON."""
    shape = operation_model.input_shape
    if shape is None:
        return None
    payload = shape.serialization.get("payload")
    if payload is None:
        return shape
    member = shape.members[payload]
    if member.type_name in {"blob", "string"} or member.serialization.get("eventstream"):
        return None
    return member


class _Walk:
    """Descends a body along its shapes."""

    def __init__(self, operation_model: OperationModel) -> None:
        self._operation_model = operation_model
        self._checks: dict[str, Callable[[Any, Any, str], None]] = {
            "structure": self._structure,
            "list": self._list,
            "map": self._map,
            "string": _string,
            "character": _string,
            "boolean": _boolean,
            "integer": _integer,
            "long": _integer,
            "short": _integer,
            "byte": _integer,
            "float": _float,
            "double": _float,
            "blob": _blob,
            "timestamp": _timestamp,
        }

    def check(self, shape: Shape, value: Any, path: str) -> None:
        self._checks[shape.type_name](shape, value, path)

    def _structure(self, shape: StructureShape, value: Any, path: str) -> None:
        if shape.is_document_type:
            return
        if not isinstance(value, dict):
            raise _unexpected(value, "Structure")
        by_name = _members_in_body(shape)
        for name, item in value.items():
            member = by_name.get(name)
            if member is None:
                if name == "__type" or item is None:
                    continue
                raise unknown_member(self._operation_model, f"{path}{name}", sorted(by_name))
            if item is not None:
                self.check(member, item, f"{path}{name}.")

    def _list(self, shape: ListShape, value: Any, path: str) -> None:
        if not isinstance(value, list):
            raise _unexpected(value, "List")
        for item in value:
            if item is None:
                raise _serialization_error(f"null in the list {path.rstrip('.')}")
            self.check(shape.member, item, path)

    def _map(self, shape: MapShape, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise _unexpected(value, "Map")
        for key, item in value.items():
            if item is None:
                raise _serialization_error(f"null in the map {path.rstrip('.')}")
            self.check(shape.value, item, f"{path}{key}.")


def _members_in_body(shape: StructureShape) -> dict[str, Shape]:
    """Return a structure's members by their names on the wire; cached with the shape."""
    cached: dict[str, Shape] | None = shape.__dict__.get("_embedded_aws_wire_names")
    if cached is None:
        cached = {
            member.serialization.get("name", name): member
            for name, member in shape.members.items()
            if "location" not in member.serialization
        }
        shape.__dict__["_embedded_aws_wire_names"] = cached
    return cached


def _string(_: Shape, value: Any, __: str) -> None:
    if not isinstance(value, str):
        raise _unexpected(value, "String")


def _boolean(_: Shape, value: Any, __: str) -> None:
    if not isinstance(value, bool):
        raise _unexpected(value, "Boolean")


def _integer(shape: Shape, value: Any, __: str) -> None:
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not is_whole:
        raise _unexpected(value, "Long" if shape.type_name == "long" else "Integer")


def _float(_: Shape, value: Any, __: str) -> None:
    if value in _FLOAT_WORDS if isinstance(value, str) else _is_number(value):
        return
    raise _unexpected(value, "Double")


def _blob(_: Shape, value: Any, __: str) -> None:
    if not isinstance(value, str):
        raise _unexpected(value, "Blob")
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _serialization_error("a blob is not valid base64") from error


def _timestamp(_: Shape, value: Any, __: str) -> None:
    if not isinstance(value, str) and not _is_number(value):
        raise _unexpected(value, "Timestamp")
    try:
        parse_timestamp(value)
    except Exception as error:  # ValueError, OverflowError, and what dateutil raises
        raise _serialization_error(f"{json.dumps(value)} is not a timestamp") from error


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unexpected(value: Any, wanted: str) -> ApiError:
    if isinstance(value, list):
        return _serialization_error("Start of list found where not expected")
    if isinstance(value, dict):
        return _serialization_error("Start of structure or map found where not expected.")
    if wanted in {"Structure", "List", "Map"}:
        return _serialization_error("Unexpected field type")
    if isinstance(value, bool):
        kind = "TRUE_VALUE" if value else "FALSE_VALUE"
    elif isinstance(value, int | float):
        kind = "DECIMAL_VALUE" if isinstance(value, float) else "NUMBER_VALUE"
    else:
        kind = "NULL_VALUE" if value is None else "STRING_VALUE"
    return _serialization_error(f"{kind} cannot be converted to {wanted}")


def _serialization_error(message: str) -> ApiError:
    return ApiError("SerializationException", message, status=400)
