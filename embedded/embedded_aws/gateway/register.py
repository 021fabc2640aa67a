"""The register of operations: which are honoured, which validated, which rejected.

`operations.yaml` holds what is known of each operation that moto answers. Operations that this
package answers itself are in the code; those that it does not register are rejected by name.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

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
    # Why every operation is refused that is not named above.
    others_rejected: str | None = None


@functools.cache
def operation_register() -> Mapping[str, ServiceRegister]:
    """Return the register by service."""
    loaded = yaml.load(_FILE.read_text(), Loader=yaml.CSafeLoader)
    return {
        service: ServiceRegister(
            honoured=frozenset(known.get("honoured", ())),
            validated=known.get("validated", {}),
            rejected=known.get("rejected", {}),
            others_rejected=known.get("others_rejected"),
        )
        for service, known in loaded.items()
    }


def rejection(service: str, operation: str) -> str | None:
    """Return why an operation that moto has is refused; None when it may answer."""
    known = operation_register().get(service)
    if known is None:
        return None
    if operation in known.rejected:
        return known.rejected[operation]
    if operation in known.honoured or operation in known.validated:
        return None
    return known.others_rejected
