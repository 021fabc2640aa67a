"""Convert template values to an API's parameter types, as botocore's models declare them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore import xform_name

from embedded_aws.cloudformation.errors import ResourceError

_BOOLEANS = {"true": True, "false": False}


def call_api(client: Any, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Call `operation` ("CreateModel") with template values; None members are left out.

    Templates write numbers and booleans as text and JSON documents as objects; APIs do not.

    Raises:
        ResourceError: a member the API does not know, or a value of the wrong type.
    """
    given = {key: value for key, value in parameters.items() if value is not None}
    shape = client.meta.service_model.operation_model(operation).input_shape
    answer = getattr(client, xform_name(operation))(**fit(given, shape, operation))
    return dict(answer)


def fit(value: Any, shape: Any, where: str) -> Any:
    """Convert `value` to botocore's `shape`. Raises ResourceError naming `where`."""
    kind = shape.type_name
    if kind == "structure" and not getattr(shape, "is_document_type", False):
        return _fit_structure(value, shape, where)
    if kind == "list":
        items = value if isinstance(value, list) else [value]
        return [fit(item, shape.member, f"{where}/{index}") for index, item in enumerate(items)]
    if kind == "map":
        _expect(isinstance(value, dict), value, "an object", where)
        return {key: fit(item, shape.value, f"{where}/{key}") for key, item in value.items()}
    if kind == "string":
        return as_text(value)
    if kind == "boolean":
        found = _BOOLEANS.get(str(value).lower())
        _expect(found is not None, value, "true or false", where)
        return found
    if kind in ("integer", "long"):
        return _number(int, value, where)
    if kind in ("float", "double"):
        return _number(float, value, where)
    return value


def as_text(value: Any) -> str:
    """Convert a value where an API wants text: objects to JSON, booleans to `true`/`false`."""
    if isinstance(value, dict | list):
        return json.dumps(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def lower_camel(value: Any) -> Any:
    """Convert member names for lowerCamelCase APIs (`LogGroupArn` -> `logGroupArn`)."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: lower_camel(item) for key, item in value.items()}
    if isinstance(value, list):
        return [lower_camel(item) for item in value]
    return value


def _fit_structure(value: Any, shape: Any, where: str) -> dict[str, Any]:
    _expect(isinstance(value, dict), value, "an object", where)
    unknown = sorted(set(value) - set(shape.members))
    if unknown:
        raise ResourceError(
            f"Encountered unsupported property {', '.join(unknown)} in {where}; "
            f"allowed: {', '.join(sorted(shape.members))}."
        )
    return {key: fit(item, shape.members[key], f"{where}/{key}") for key, item in value.items()}


def _number(convert: type[int] | type[float], value: Any, where: str) -> int | float:
    try:
        return convert(value)
    except (TypeError, ValueError) as error:
        raise ResourceError(f"{where} has to be a number, got {value!r}.") from error


def _expect(holds: bool, value: Any, expected: str, where: str) -> None:
    if not holds:
        raise ResourceError(f"{where} has to be {expected}, got {value!r}.")
