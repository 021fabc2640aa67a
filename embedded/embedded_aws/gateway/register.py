"""The register of operations: which are honoured, which validated, which rejected.

`operations.yaml` holds what is known of each operation that moto answers. Operations that this
package answers itself are in the code; `operations.yaml` lists only the members that they would
ignore. Operations of its services that the code does not register are rejected by name.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("operations.yaml")


@dataclass(frozen=True)
class ServiceRegister:
    """What is known of a service's operations that moto answers."""

    # A read shows what a write wrote, in the tests of the register.
    honoured: frozenset[str] = frozenset()
    # The request is checked and kept, and nothing acts on it: what a green run does not show.
    validated: Mapping[str, str] = field(default_factory=dict)
    # Why the operation is refused although moto would answer it.
    rejected: Mapping[str, str] = field(default_factory=dict)
    # Not examined, and allowed in spite of `others_rejected`.
    answered: frozenset[str] = frozenset()
    # Members of which a request needs one; without, the library would take seconds.
    one_of: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # Members that exclude each other.
    not_both: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # Members that would be ignored, also of operations that this package answers.
    unsupported: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # Why every operation is refused that is not named above.
    others_rejected: str | None = None


@functools.cache
def operation_register() -> Mapping[str, ServiceRegister]:
    """Return the register by service."""
    loaded = yaml.load(_FILE.read_text(), Loader=yaml.CSafeLoader)
    return {
        service: ServiceRegister(
            honoured=frozenset(known.get("honoured", ())),
            validated=_by_operation(known.get("validated", {})),
            rejected=_by_operation(known.get("rejected", {})),
            answered=frozenset(known.get("answered", ())),
            one_of=known.get("one_of", {}),
            not_both=known.get("not_both", {}),
            unsupported=known.get("unsupported", {}),
            others_rejected=known.get("others_rejected"),
        )
        for service, known in loaded.items()
    }


def _by_operation(by_reason: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {
        operation: reason for reason, operations in by_reason.items() for operation in operations
    }


def rejection(service: str, operation: str, members: Mapping[str, Any]) -> str | None:
    """Return why an operation that moto has is refused; None when it may answer.

    Args:
        members: the request's.
    """
    if _has_tag_without_key(members):
        return "with a tag that has no key"
    known = operation_register().get(service)
    if known is None:
        return None
    if operation in known.rejected:
        return known.rejected[operation]
    needed = known.one_of.get(operation, ())
    if needed and not any(name in members for name in needed):
        return f"without {' or '.join(needed)}"
    excluding = known.not_both.get(operation, ())
    if excluding and all(name in members for name in excluding):
        return f"with {' and '.join(excluding)}"
    ignored = ignored_member(service, operation, members)
    if ignored is not None:
        return f"with {ignored}"
    if operation in {*known.honoured, *known.validated, *known.answered}:
        return None
    return known.others_rejected


def ignored_member(service: str, operation: str, members: Mapping[str, Any]) -> str | None:
    """Return a member of the request that its answer would not depend on, or None."""
    known = operation_register().get(service, ServiceRegister())
    return next((name for name in known.unsupported.get(operation, ()) if name in members), None)


def _has_tag_without_key(members: Mapping[str, Any]) -> bool:
    """Return whether a tag is empty or only a value, on which moto fails when it lists them."""
    tags = members.get("Tags")
    return isinstance(tags, list) and any(
        isinstance(tag, Mapping) and set(tag) <= {"Value"} for tag in tags
    )
