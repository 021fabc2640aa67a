"""Rows of the report: each granted action with its uses, and what its removal breaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from scripts.iam_report.granted import Statement
from scripts.iam_report.mutations import is_caught
from scripts.iam_report.recording import Use

ACKNOWLEDGED = Path(__file__).with_name("acknowledged.yaml")


@dataclass(frozen=True)
class Acknowledgment:
    """Actions that may stay although no test uses them, and why."""

    actions: tuple[str, ...]
    roles: str  # a pattern of labels
    reason: str

    def covers(self, label: str, action: str) -> bool:
        """Return whether an action of a role is among them."""
        return action in self.actions and fnmatchcase(label, self.roles)


@dataclass(frozen=True)
class Row:
    """One action in one statement of one role.

    Attributes:
        uses: how often it allowed a call, by resource.
        is_caught: whether a recorded call is denied once the action is removed.
    """

    label: str
    action: str
    uses: Mapping[str, int]
    is_caught: bool
    reason: str | None

    @property
    def count(self) -> int:
        """Return the number of uses on all resources."""
        return sum(self.uses.values())


def rows_of(
    statements: Iterable[Statement], uses: Sequence[Use], known: Sequence[Acknowledgment]
) -> list[Row]:
    """Return a row for each action of each statement, in the order of the templates."""
    return [
        Row(
            statement.label,
            action,
            _counts(statement, action, uses),
            is_caught(statement, action, uses),
            next((each.reason for each in known if each.covers(statement.label, action)), None),
        )
        for statement in statements
        for action in statement.actions
    ]


def _counts(statement: Statement, action: str, uses: Sequence[Use]) -> dict[str, int]:
    counts = dict.fromkeys(statement.resources, 0)
    for use in uses:
        if use.role != statement.role or use.action != action:
            continue
        for used in use.by:
            if used.place == statement.place(action):
                counts[statement.resources[used.resource]] += use.count
    return counts


def acknowledged() -> list[Acknowledgment]:
    """Read the acknowledgments."""
    entries: list[dict[str, Any]] = yaml.safe_load(ACKNOWLEDGED.read_text(encoding="utf-8"))
    return [
        Acknowledgment(tuple(e["actions"]), e.get("roles", "*"), str(e["reason"]).strip())
        for e in entries
    ]


def unexplained(rows: Iterable[Row]) -> list[str]:
    """Return the unused actions that nothing acknowledges."""
    return [f"{row.label}: {row.action}" for row in rows if not row.is_caught and not row.reason]


def stale(rows: Sequence[Row], known: Iterable[Acknowledgment]) -> list[str]:
    """Return acknowledged actions that no role has unused."""
    unused = [(row.label, row.action) for row in rows if not row.is_caught]
    return [
        f"{acknowledgment.roles}: {action}"
        for acknowledgment in known
        for action in acknowledgment.actions
        if not any(
            action == name and fnmatchcase(label, acknowledgment.roles) for label, name in unused
        )
    ]
