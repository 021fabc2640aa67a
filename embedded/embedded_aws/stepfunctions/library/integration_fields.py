"""The fields that a service integration accepts: which are unknown, which are missing.

Step Functions checks the arguments of a task by a schema of its own, when a definition is created
for what it spells out, and when the task starts for the rest. AWS SDK integrations accept the whole
API in PascalCase; optimised ones the fields in integration_fields.yaml.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import yaml
from botocore.model import ListShape, MapShape, Shape, StructureShape

from embedded_aws.stepfunctions.library.sdk_services import (
    boto_service,
    member_name,
    operation_of,
    optimised_service,
)

_FILE = "integration_fields.yaml"
# The API needs these, but Step Functions fills them in.
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "boolean": bool,
    "double": (int, float),
    "float": (int, float),
    "integer": int,
    "long": int,
    "string": str,
}
_FILLED_IN = {"ClientToken", "ClientRequestToken", "name"}


@dataclass(frozen=True)
class FieldProblem:
    """A field that an integration does not know, or one that it needs, in AWS's words."""

    name: str
    message: str


@dataclass
class _Fields:
    """The members listed below one path; none listed means all of them."""

    members: dict[str, _Fields] = field(default_factory=dict)

    def add(self, path: str) -> None:
        first, _, rest = path.partition(".")
        child = self.members.setdefault(first, _Fields())
        if rest:
            child.add(rest)


def find_field_problems(resource: str, arguments: Any, *, is_template: bool) -> list[FieldProblem]:
    """Return what Step Functions refuses about a task's arguments.

    Args:
        resource: the state's Resource, `arn:aws:states:::<service>:<action>[.<pattern>]`.
        arguments: the arguments; a template's values may be expressions or paths.
        is_template: whether keys may end in `.$`, and strings stand for values of any kind.
    """
    found = _shape_of(resource)
    if found is None or not isinstance(arguments, dict):
        return []
    shape, known = found
    problems = list(_unknown(arguments, shape, known, is_template))
    given = {_plain(key, is_template).lower() for key in arguments}
    for name in shape.required_members:
        if name not in _FILLED_IN and name.lower() not in given:
            name = name[:1].upper() + name[1:]
            message = f"The field '{name}' is required but was missing"
            problems.append(FieldProblem(name, message))
    return problems


@functools.cache
def optimised_fields() -> Mapping[str, Mapping[str, str]]:
    """Return the paths that optimised integrations accept, by `<service>:<action>`, with sources.

    Raises:
        ValueError: a source of the file is not described there.
    """
    text = resources.files(__package__).joinpath(_FILE).read_text("utf-8")
    document = yaml.safe_load(text)
    integrations: Mapping[str, Mapping[str, str]] = document["integrations"]
    for integration, paths in integrations.items():
        for path, source in paths.items():
            if source not in document["sources"]:
                raise ValueError(f"{_FILE}: {integration}.{path} has the unknown source {source}")
    return integrations


def find_result_problems(resource: str, result: Any, *, is_strict: bool) -> list[str]:
    """Return where a result is not what the service answers; `is_strict`: nothing may be missing.

    Raises:
        LookupError: the result of this integration has no model, such as a job's description.
    """
    service, action, is_sdk = _parts(resource)
    if "." in resource.rpartition(":")[2]:
        raise LookupError(resource)
    boto = boto_service(service) if is_sdk else optimised_service(service)
    shape = operation_of(boto, action).output_shape
    return [] if shape is None else list(_differences(result, shape, "$", is_strict))


def is_optimised(resource: str) -> bool:
    """Return whether a Resource is an optimised integration whose fields are known."""
    return "aws-sdk:" not in resource and _shape_of(resource) is not None


@functools.cache
def _shape_of(resource: str) -> tuple[StructureShape, _Fields | None] | None:
    """Return the request's shape and its listed fields (None: all); None for other resources."""
    try:
        service, action, is_sdk = _parts(resource)
    except LookupError:
        return None
    listed = None if is_sdk else optimised_fields().get(f"{service}:{action}")
    if listed is None and not is_sdk:
        return None
    known = None
    if listed is not None:
        known = _Fields()
        for path in listed:
            known.add(path)
    try:
        boto = boto_service(service) if is_sdk else optimised_service(service)
        shape = operation_of(boto, action).input_shape
    except (KeyError, ValueError):
        return None  # the task names this itself
    return None if shape is None else (shape, known)


def _parts(resource: str) -> tuple[str, str, bool]:
    """Return service, action and whether it is an AWS SDK integration; LookupError for others."""
    _, found, name = resource.partition(":states:::")
    parts = name.split(":")
    is_sdk = parts[0] == "aws-sdk"
    if not found or len(parts) < (3 if is_sdk else 2):
        raise LookupError(resource)
    own = parts[1:] if is_sdk else parts
    return own[0], own[1].split(".")[0], is_sdk


def _differences(value: Any, shape: Shape, where: str, is_strict: bool) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        if not isinstance(value, dict):
            yield f"{where} must be an object"
            return
        members = {member_name(name): member for name, member in shape.members.items()}
        for key, member in value.items():
            if key not in members:
                yield f"{where}.{key} is not a field of {shape.name}"
            else:
                yield from _differences(member, members[key], f"{where}.{key}", is_strict)
        if is_strict:
            missing = sorted({member_name(name) for name in shape.required_members} - value.keys())
            yield from (f"{where}.{name} is required" for name in missing)
    elif isinstance(shape, ListShape):
        if not isinstance(value, list):
            yield f"{where} must be an array"
            return
        for index, member in enumerate(value):
            yield from _differences(member, shape.member, f"{where}[{index}]", is_strict)
    elif isinstance(shape, MapShape):
        if not isinstance(value, dict):
            yield f"{where} must be an object"
            return
        for key, member in value.items():
            yield from _differences(member, shape.value, f"{where}.{key}", is_strict)
    elif shape.type_name in _TYPES and (
        not isinstance(value, _TYPES[shape.type_name])
        or (isinstance(value, bool) and shape.type_name != "boolean")
    ):
        yield f"{where} must be a {shape.type_name}"


def _unknown(
    value: Any, shape: Shape, known: _Fields | None, is_template: bool
) -> Iterator[FieldProblem]:
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        members = {member_name(name): member for name, member in shape.members.items()}
        members |= {_pascal(name): member for name, member in shape.members.items()}
        listed = known.members if known is not None and known.members else None
        for key, member in value.items():
            name = _plain(key, is_template)
            if name not in members or (listed is not None and name not in listed):
                message = f'The field "{name}" is not supported by Step Functions'
                yield FieldProblem(name, message)
            elif key == name:
                below = None if listed is None else listed[name]
                yield from _unknown(member, members[name], below, is_template)
    elif isinstance(shape, ListShape) and isinstance(value, list):
        for member in value:
            yield from _unknown(member, shape.member, known, is_template)
    elif isinstance(shape, MapShape) and isinstance(value, dict):
        for member in value.values():
            yield from _unknown(member, shape.value, known, is_template)


def _pascal(name: str) -> str:
    """Return a member's name in states: `ExecutionArn` for `executionArn`."""
    return name[:1].upper() + name[1:]


def _plain(key: str, is_template: bool) -> str:
    return key.removesuffix(".$") if is_template else key
