"""Write the page docs/reference/environments-apart.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scripts.environments_apart.across import Acknowledgment, Try
from scripts.environments_apart.attempts import Role
from scripts.iam_report.granted import ROOT

PAGE = ROOT / "docs" / "reference" / "environments-apart.md"
_HEAD = """# Two environments in one account

<!-- Written by `python -m scripts.environments_apart`; do not edit. -->

What each role of one environment may do to the other one. The embedded AWS judges, by the policies
of the templates: each role tries each of its actions on every resource that a role of the other
environment may use it on, with the tags and parameters that go with it. The two environments have
all that brings permissions: a network, keys, schedules, alarms, a notebook, every mode and extra of
endpoints, SageMaker's algorithm, delivery by Git, and the removal of all data. A test fails where
a shipped environment or an example has a permission that is not tried.

"""


def page(
    environments: Mapping[str, Sequence[Role]],
    tries: Sequence[Try],
    known: Sequence[Acknowledgment],
) -> str:
    """Return the whole page."""
    return _HEAD + summary(environments, tries) + "\n\n" + "\n".join(_tables(tries, known)) + "\n"


def summary(environments: Mapping[str, Sequence[Role]], tries: Sequence[Try]) -> str:
    """Return the counts in two sentences."""
    roles = [role for found in environments.values() for role in found]
    own = [role.may(attempt) for role in roles for attempt in role.attempts]
    allowed = sum(tried.allowed for tried in tries)
    return (
        f"{len(tries):,} attempts of {len(roles)} roles across two environments: "
        f"{len(tries) - allowed:,} are denied, {allowed:,} are allowed for the reasons below. "
        f"Of {len(own):,} attempts within the own environment, {sum(own):,} are allowed."
    )


def _tables(tries: Sequence[Try], known: Sequence[Acknowledgment]) -> Iterator[str]:
    yield "| role | tried across | denied |"
    yield "|---|---:|---:|"
    for role in dict.fromkeys(tried.role for tried in tries):
        own = [tried.allowed for tried in tries if tried.role == role]
        yield f"| {role} | {len(own)} | {own.count(False)} |"
    yield "\n## Allowed for a reason\n"
    yield "| actions | resources | roles | reason |"
    yield "|---|---|---|---|"
    for each in known:
        actions = "<br>".join(f"`{action}`" for action in each.actions)
        yield f"| {actions} | `{each.resource}` | {_named(each.roles)} | {each.reason} |"


def _named(roles: str) -> str:
    return "all" if roles == "*" else f"`{roles}`"
