"""Read the rules, and the outcome of the last trial of relapses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
_FOLDER = Path(__file__).parent
OUTCOME = _FOLDER / "outcome.yaml"


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        rule: what AWS does.
        source: where that is written.
        place: the file in which the product obeys it.
        test: the file or the id of the test that fails when it does not.
        undo: a text of the file, and what replaces it in a relapse.
    """

    rule: str
    source: str
    place: str
    test: str
    undo: tuple[str, str]


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
