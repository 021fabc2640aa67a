"""The register of operations: which are honoured, validated or answered, and which rejected.

`operations.yaml` holds what is known of each operation that moto answers. Operations that this
package answers itself are in the code; `operations.yaml` lists only the members that they would
ignore. An operation that neither the code registers nor a list names is rejected: moto may have it,
but what it does with the request was not examined.
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
    # Keeps nothing; by what the answer is made of, or what is done instead.
    answered: Mapping[str, str] = field(default_factory=dict)
    # Members of which a request needs one; without, the library would take seconds.
    one_of: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # Members that exclude each other.
    not_both: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # Members that would be ignored, also of operations that this package answers.
    unsupported: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def examined(self) -> frozenset[str]:
        """Return the operations that the library may answer."""
        return frozenset({*self.honoured, *self.validated, *self.answered})


@functools.cache
def operation_register() -> Mapping[str, ServiceRegister]:
    """Return the register by service."""
    loaded = yaml.load(_FILE.read_text(), Loader=yaml.CSafeLoader)
    return {
        service: ServiceRegister(
            honoured=frozenset(known.get("honoured", ())),
            validated=_by_operation(known.get("validated", {})),
            rejected=_by_operation(known.get("rejected", {})),
            answered=_by_operation(known.get("answered", {})),
            one_of=known.get("one_of", {}),
            not_both=known.get("not_both", {}),
            unsupported=known.get("unsupported", {}),
        )
        for service, known in loaded.items()
    }


def _by_operation(by_reason: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {
        operation: reason for reason, operations in by_reason.items() for operation in operations
    }


def rejection(service: str, operation: str, members: Mapping[str, Any]) -> str | None:
    """Return the end of the sentence that refuses an operation; None when moto may answer it.

    Args:
        members: the request's.
    """
    known = operation_register()[service]
    if operation in known.rejected:
        return f": {known.rejected[operation]}"
    if operation not in known.examined:
        return ""
    if members.get("DryRun"):  # the library would mostly do what is asked for
        return " with DryRun"
    if _has_tag_without_key(members):
        return " with a tag that has no key"
    needed = known.one_of.get(operation, ())
    if needed and not any(name in members for name in needed):
        return f" without {' or '.join(needed)}"
    excluding = known.not_both.get(operation, ())
    if excluding and all(name in members for name in excluding):
        return f" with {' and '.join(excluding)}"
    ignored = ignored_member(service, operation, members)
    return None if ignored is None else f" with {ignored}"


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
