"""Try what each role may do on the other environment's resources, and judge what is allowed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from scripts.environments_apart.attempts import Attempt, Role

_FILE = Path(__file__).parent / "acknowledged.yaml"


@dataclass(frozen=True)
class Try:
    """An attempt of one environment's role on what a role of the other one may act on.

    Attributes:
        role: the label of the role that tries.
    """

    role: str
    attempt: Attempt
    allowed: bool


@dataclass(frozen=True)
class Acknowledgment:
    """Why roles may do something to resources of either environment.

    Attributes:
        resource: a pattern of ARNs; `*` itself for actions that know no resources.
        roles: a pattern of labels.
    """

    actions: tuple[str, ...]
    resource: str
    reason: str
    roles: str = "*"

    def covers(self, tried: Try, action: str) -> bool:
        """Return whether it says why `action` is allowed to the role."""
        return (
            tried.attempt.action == action
            and fnmatchcase(tried.role, self.roles)
            and fnmatchcase(tried.attempt.resource, self.resource)
            and (self.resource != "*" or tried.attempt.resource == "*")
        )


def acknowledgments() -> list[Acknowledgment]:
    """Return the committed reasons."""
    return [
        Acknowledgment(**{**entry, "actions": tuple(entry["actions"])})
        for entry in yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    ]


def tries_across(environments: Mapping[str, Sequence[Role]]) -> list[Try]:
    """Return what each role tries: each of its actions, on what the other environment's have."""
    names = list(environments)
    found: list[Try] = []
    for own, other in (names, names[::-1]):
        theirs: dict[str, dict[Attempt, None]] = defaultdict(dict)
        for role in environments[other]:
            for attempt in role.attempts:
                theirs[attempt.action][attempt] = None
        for role in environments[own]:
            for action in dict.fromkeys(attempt.action for attempt in role.attempts):
                found += [Try(role.label, each, role.may(each)) for each in theirs[action]]
    return found


def unexplained(tries: Sequence[Try], known: Sequence[Acknowledgment]) -> Iterator[Try]:
    """Return what is allowed across environments without a reason."""
    for tried in tries:
        covered = (each.covers(tried, action) for each in known for action in each.actions)
        if tried.allowed and not any(covered):
            yield tried


def stale(tries: Sequence[Try], known: Sequence[Acknowledgment]) -> Iterator[tuple[str, str]]:
    """Return the actions and resources of reasons that nothing needs."""
    allowed = [tried for tried in tries if tried.allowed]
    for each in known:
        for action in each.actions:
            if not any(each.covers(tried, action) for tried in allowed):
                yield action, each.resource
