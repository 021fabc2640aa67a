"""Read the rules, and the outcome of the last trial of relapses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
_FOLDER = Path(__file__).parent
OUTCOME = _FOLDER / "outcome.yaml"
_QUICK = ("tests/infrastructure/", "tests/unit/containers/")


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        rule: what AWS does.
        source: where that is written.
        place: the file in which the product obeys it.
        test: the file or the id of the test that fails when it does not.
        undo: a text of the file, and what replaces it in a relapse.
        embedded: the file or the id of a test that shows that the embedded AWS does the same, so
            that a relapse fails there as on AWS; or that of a story of the product on it.
        unseen: why the embedded AWS shows no relapse; None where it does.
    """

    rule: str
    source: str
    place: str
    test: str
    undo: tuple[str, str]
    embedded: str | None = None
    unseen: str | None = None

    @property
    def embedded_relapse_test(self) -> str | None:
        """Return `embedded` where that runs the product on the embedded AWS, within a minute."""
        is_quick = self.embedded is not None and self.embedded.startswith(_QUICK)
        return self.embedded if is_quick else None


def rules() -> list[Rule]:
    """Return the rules in their order."""
    loaded: list[dict[str, Any]] = yaml.safe_load((_FOLDER / "rules.yaml").read_text("utf-8"))
    return [
        Rule(**{**each, "rule": each["rule"].strip(), "undo": tuple(each["undo"])})
        for each in loaded
    ]


def outcome() -> dict[str, Any]:
    """Return what the last trial recorded."""
    loaded: dict[str, Any] = yaml.safe_load(OUTCOME.read_text("utf-8"))
    return loaded
