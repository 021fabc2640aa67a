"""The constraints of botocore's models: required members, lengths, ranges, patterns, enumerations.

An operation's checks are compiled once, when it is first called; parts of a request without
constraints are not visited. `not_enforced.py` lists what AWS itself does not enforce.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from moto.core.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from embedded_aws.gateway.not_enforced import enforces_enum, enforces_pattern, enforces_size
from embedded_aws.gateway.patterns import compile_pattern

_NUMBERS = frozenset({"integer", "long", "short", "byte", "float", "double"})
_PAYLOADS = frozenset({"blob", "string"})


class Problem(NamedTuple):
    """One constraint that a request fails."""

    value: Any
    path: str  # as AWS's messages write it: "tags.1.member.key"
    constraint: str  # "Member must not be null"
    location: str = ""  # "header", "querystring" ... of the top-level member

    @property
    def is_missing(self) -> bool:
        """Return whether a required member is absent."""
        return self.value is None


Check = Callable[[Any, str], Iterator[Problem]]


class _MemberCheck(NamedTuple):
    """The checks of one member of a structure."""

    name: str
    shown: str  # with a lower-case first letter, as in AWS's messages
    is_required: bool
    location: str
    check: Check | None

    def problems(self, members: Mapping[str, Any], path: str) -> Iterator[Problem]:
        value = members.get(self.name)
        if value is None:
            if self.is_required:
                yield Problem(None, path + self.shown, "Member must not be null", self.location)
        elif self.check is not None:
            for problem in self.check(value, path + self.shown):
                yield problem._replace(location=self.location) if self.location else problem


def problems_of(operation_model: OperationModel, members: Mapping[str, Any]) -> list[Problem]:
    """Return every constraint of the operation's model that the request fails."""
    return [
        problem
        for check in _member_checks(operation_model)
        if check.is_required or check.name in members
        for problem in check.problems(members, "")
    ]


def _member_checks(operation_model: OperationModel) -> tuple[_MemberCheck, ...]:
    """Return the checks of the top-level members; cached with the operation."""
    cached: tuple[_MemberCheck, ...] | None = operation_model.__dict__.get(_CHECKS)
    if cached is None:
        shape = operation_model.input_shape
        cached = () if shape is None else tuple(_compiled_members(operation_model, shape))
        operation_model.__dict__[_CHECKS] = cached
    return cached


_CHECKS = "_embedded_aws_checks"


def _compiled_members(
    operation_model: OperationModel, shape: StructureShape
) -> Iterator[_MemberCheck]:
    compiler = _Compiler(
        operation_model.service_model.service_name,
        drops_empty=operation_model.service_model.protocol in {"query", "ec2", "rest-xml"},
    )
    payload = shape.serialization.get("payload")
    for name, member in shape.members.items():
        if name == payload and member.type_name in _PAYLOADS:
            continue  # a stream, which is not read here
        check = compiler.member_check(shape, name, member)
        if check is not None:
            yield check


class _Compiler:
    """Turns shapes into checks; None for a shape below which nothing is constrained."""

    def __init__(self, service: str, *, drops_empty: bool) -> None:
        self._service = service
        # These protocols cannot write an empty structure, so an absent one may have been given.
        self._drops_empty = drops_empty
        self._by_shape: dict[str, Check | None] = {}
        self._in_progress: set[str] = set()

    def member_check(self, parent: StructureShape, name: str, member: Shape) -> _MemberCheck | None:
        check = self._check(member)
        is_payload = name == parent.serialization.get("payload")  # an empty one is `<Name/>`
        may_be_absent = self._may_be_absent(member) and not is_payload
        is_required = name in parent.required_members and not may_be_absent
        if check is None and not is_required:
            return None
        location = member.serialization.get("location", "")
        return _MemberCheck(name, _lower_first(name), is_required, location, check)

    def _may_be_absent(self, member: Shape) -> bool:
        return (
            self._drops_empty
            and member.type_name in {"structure", "map", "list"}
            and not getattr(member, "required_members", None)
        )

    def _check(self, shape: Shape) -> Check | None:
        if shape.name in self._in_progress:  # a recursive shape: found when it is called
            return functools.partial(self._later, shape.name)
        if shape.name not in self._by_shape:
            self._in_progress.add(shape.name)
            self._by_shape[shape.name] = self._compile(shape)
            self._in_progress.discard(shape.name)
        return self._by_shape[shape.name]

    def _later(self, name: str, value: Any, path: str) -> Iterator[Problem]:
        check = self._by_shape.get(name)
        if check is not None:
            yield from check(value, path)

    def _compile(self, shape: Shape) -> Check | None:
        if isinstance(shape, StructureShape):
            if shape.is_document_type:
                return None
            members = [
                check
                for name, member in shape.members.items()
                if (check := self.member_check(shape, name, member)) is not None
            ]
            return functools.partial(_structure, members) if members else None
        if isinstance(shape, ListShape):
            return _together(
                self._size(shape, len, "length"),
                None if (item := self._check(shape.member)) is None else _items(item),
            )
        if isinstance(shape, MapShape):
            key, value = self._check(shape.key), self._check(shape.value)
            return _together(
                self._size(shape, len, "length"),
                None if key is None and value is None else _entries(key, value),
            )
        if shape.type_name in _NUMBERS:
            return self._size(shape, float, "value")
        if shape.type_name == "string":
            return _together(self._size(shape, len, "length"), self._text(shape))
        return None

    def _size(self, shape: Shape, measure: Callable[[Any], float], what: str) -> Check | None:
        lowest, highest = shape.metadata.get("min"), shape.metadata.get("max")
        if (lowest is None and highest is None) or not enforces_size(self._service, shape.name):
            return None

        def check(value: Any, path: str) -> Iterator[Problem]:
            size = measure(value)
            if lowest is not None and size < lowest:
                constraint = f"Member must have {what} greater than or equal to {lowest}"
                yield Problem(value, path, constraint)
            if highest is not None and size > highest:
                constraint = f"Member must have {what} less than or equal to {highest}"
                yield Problem(value, path, constraint)

        return check

    def _text(self, shape: Shape) -> Check | None:
        allowed = frozenset(shape.metadata.get("enum", ()))
        written = shape.metadata.get("pattern")
        has_enum = bool(allowed) and enforces_enum(self._service, shape.name)
        pattern = None
        if written and enforces_pattern(self._service, shape.name):
            pattern = compile_pattern(written)
        if not has_enum and pattern is None:
            return None

        def check(value: Any, path: str) -> Iterator[Problem]:
            if has_enum and value not in allowed:
                names = ", ".join(shape.metadata["enum"])
                yield Problem(value, path, f"Member must satisfy enum value set: [{names}]")
            if pattern is not None and not pattern.fullmatch(value):
                constraint = f"Member must satisfy regular expression pattern: {written}"
                yield Problem(value, path, constraint)

        return check


def _structure(members: list[_MemberCheck], value: Any, path: str) -> Iterator[Problem]:
    for member in members:
        if member.is_required or member.name in value:
            yield from member.problems(value, f"{path}.")


def _items(check: Check) -> Check:
    def check_items(value: Any, path: str) -> Iterator[Problem]:
        for number, item in enumerate(value, start=1):
            yield from check(item, f"{path}.{number}.member")

    return check_items


def _entries(check_key: Check | None, check_value: Check | None) -> Check:
    def check_entries(value: Any, path: str) -> Iterator[Problem]:
        for key, item in value.items():
            if check_key is not None:
                yield from check_key(key, path)
            if check_value is not None:
                yield from check_value(item, f"{path}.{key}.member")

    return check_entries


def _together(first: Check | None, second: Check | None) -> Check | None:
    if first is None or second is None:
        return first or second

    def check_both(value: Any, path: str) -> Iterator[Problem]:
        yield from first(value, path)
        yield from second(value, path)

    return check_both


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:]
