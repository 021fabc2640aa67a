"""A part of what a deployment would change, as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Change:
    """One thing that changes.

    Attributes:
        what: such as `quality_gate.minimum: 0.92 -> 0.9`.
        when: from when on it counts, where that is not the deployment.
        is_billed: whether it changes what is billed as soon as it is deployed.
    """

    what: str
    when: str = ""
    is_billed: bool = False


@dataclass(frozen=True)
class Section:
    """What changes of one predictor, of permissions, or of one stack's resources."""

    title: str
    changes: Sequence[Change]

    def document(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"title": self.title, "changes": [asdict(change) for change in self.changes]}

    def lines(self) -> list[str]:
        """Return the title, then the changes in the order of the times from when on they count."""
        told = [self.title]
        for when in dict.fromkeys(change.when for change in self.changes):
            indent = "  "
            if when:
                told.append(f"  {when}:")
                indent = "    "
            told += [f"{indent}{change.what}" for change in self.changes if change.when == when]
        return told
