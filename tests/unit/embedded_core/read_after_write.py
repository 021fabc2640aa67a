"""The reads that show what writes wrote, found by their names in botocore's models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from moto.core.model import ListShape, OperationModel, StructureShape

_WRITES = ("Create", "Put", "Update", "Register", "Start", "Set")
_READS = ("Describe{}", "Get{}", "Head{}", "List{}s", "Describe{}s")
_NAMES = ("name", "id", "arn", "url")
_SCALARS = frozenset({"string", "integer", "long", "float", "double", "boolean"})


class Read(NamedTuple):
    """A read, and the members that it is asked with."""

    operation_model: OperationModel
    members: dict[str, Any]


def reads_of(write: OperationModel) -> list[OperationModel]:
    """Return what may show a write: of `CreateTopic`, DescribeTopic, GetTopic and ListTopics."""
    noun = _noun(write)
    names = () if noun is None else (pattern.format(noun) for pattern in _READS)
    known = write.service_model.operation_names
    return [write.service_model.operation_model(name) for name in names if name in known]


def read_of(write: OperationModel, written: dict[str, Any], answered: Any) -> Read | None:
    """Return the read of a write, asked with what the request and its answer name.

    None where no read exists, or one requires what neither names. `PolicyArn` is also what a policy
    has as its `Arn`.
    """
    noun = (_noun(write) or "").lower()
    scalars = [*_scalars(_with_new_names(written)), *_scalars(answered)]
    named = {noun + name.lower(): value for name, value in scalars}
    named |= {name.lower(): value for name, value in scalars}
    for read in reads_of(write):
        shape = read.input_shape
        members = {} if shape is None else shape.members
        required = () if shape is None else shape.required_members
        if all(member.lower() in named for member in required):
            asked = [
                member
                for member in members
                if member in required
                or (member.lower() in named and member.lower().endswith(_NAMES))
            ]
            # Without it, a secure string is read as its ciphertext.
            plain = {"WithDecryption": True} if "WithDecryption" in members else {}
            return Read(read, plain | {member: named[member.lower()] for member in asked})
    return None


def _noun(write: OperationModel) -> str | None:
    verb = next((verb for verb in _WRITES if write.name.startswith(verb)), None)
    return None if verb is None else write.name.removeprefix(verb)


def differences(read: OperationModel, written: dict[str, Any], shown: Any) -> list[str]:
    """Return a sentence for each text or number of a request that its read shows otherwise.

    What the model of the read's answer has under the name of a member has to be there. A member
    that is there several times, as in a list, has to have the value once.
    """
    found: dict[str, list[Any]] = {}
    for name, value in _scalars(shown):
        found.setdefault(name.lower(), []).append(value)
    expected = names_of_answer(read)
    return [
        f"{name} was written as {value!r} and is read as {found.get(name.lower(), 'nothing')!r}"
        for name, value in _with_new_names(written).items()
        if _is_scalar(value)
        and (name in expected or name.lower() in found)
        and value not in found.get(name.lower(), [])
    ]


def names_of_answer(read: OperationModel) -> set[str]:
    """Return the names of the texts and numbers that a read may show."""
    names: set[str] = set()
    shapes = [] if read.output_shape is None else [read.output_shape]
    seen: set[str] = set()
    while shapes:
        shape = shapes.pop()
        if shape.name in seen:
            continue
        seen.add(shape.name)
        if isinstance(shape, ListShape):
            shapes.append(shape.member)
        elif isinstance(shape, StructureShape):
            inner = shape.members.items()
            names |= {name for name, member in inner if member.type_name in _SCALARS}
            shapes += [member for _, member in inner]
    return names


def _with_new_names(written: dict[str, Any]) -> dict[str, Any]:
    """Return the request with a `UserName` that is its `NewUserName`."""
    return written | {
        name.removeprefix("New"): value for name, value in written.items() if name.startswith("New")
    }


def _scalars(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the texts and numbers of an answer with their names, in structures and lists, too."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _scalars(member, key)
    elif isinstance(value, list):
        for entry in value:
            yield from _scalars(entry, name)
    elif _is_scalar(value):
        yield name, value


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float)
