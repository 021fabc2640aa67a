"""Choose the columns that a tabular predictor does not learn from, and tell why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import click

from autogluon_cli.first_settings.drafts import Wishes
from autogluon_cli.first_settings.problem import Problem
from autogluon_cli.first_settings.table import Table
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.terminal.output import print_table
from autogluon_contracts.data.suspicions import Suspicion, find_suspicions
from autogluon_contracts.wording import listed

_MOST_SHOWN = 30


@dataclass(frozen=True)
class ColumnsLeftOut:
    """What is suspicious about a table's columns, and which are left out."""

    table: Table
    suspicions: Sequence[Suspicion]
    left_out: Sequence[str]

    def document(self) -> dict[str, Any]:
        """Return what `--json` tells of the columns."""
        return {
            "index_left_out": self.table.has_index or bool(self.table.stored_index),
            "columns": [
                {"name": c.name, "kind": c.kind, "distinct": len(c.distinct)}
                for c in self.table.columns
            ],
            "suspicions": [dict(vars(suspicion)) for suspicion in self.suspicions],
        }

    def described(self) -> str:
        """Return the table's size, and how it was read, for people."""
        table = self.table
        return (
            f"{table.path}: {table.rows:,} rows, {len(table.columns)} columns"
            + ("" if table.is_whole else " (further rows were not read)")
            + ("" if table.dialect.is_usual else f", {table.dialect}")
            + (" (the unnamed first one is the index: left out)" if table.has_index else "")
            + (
                f" (pandas' index {listed(table.stored_index)}: left out)"
                if table.stored_index
                else ""
            )
            + (
                f" (the folder's name {table.partition} is not read as one)"
                if table.partition
                else ""
            )
        )

    def print_suspicions(self) -> None:
        """Print a row for each suspicion; of many, how many more there are of each kind."""
        left_out = set(self.left_out)
        print_table(
            "\nSuspicious columns",
            ("column", "kind", "reason", "ignored"),
            [
                (s.column, s.kind, s.sentence, "yes" if s.column in left_out else "")
                for s in self.suspicions[:_MOST_SHOWN]
            ],
            empty="\nNo suspicious columns.",
        )
        more = Counter(suspicion.kind for suspicion in self.suspicions[_MOST_SHOWN:])
        if more:
            kinds = ", ".join(f"{count:,} {kind}" for kind, count in more.most_common())
            click.echo(f"And {kinds}; --json has them all.")


def read_columns(wishes: Wishes, problem: Problem) -> ColumnsLeftOut:
    """Return the columns that are left out: those named, and suspicious ones that are not kept.

    Raises:
        click.BadParameter: an option names a column that does not exist, or the label.
        CommandError: no feature varies.
    """
    table = wishes.table
    keep, ignore = (tuple(wishes.given.get(option, ())) for option in ("--keep", "--ignore"))
    suspicions = find_suspicions(table.columns, table.rows, problem.label, problem.problem_type)
    for option, names in (("--keep", keep), ("--ignore", ignore)):
        _require_columns(table, option, names)
    if problem.label in ignore:
        raise click.BadParameter(f"--ignore: {problem.label!r} is the label")
    left_out = [*ignore, *_suspicious(wishes, suspicions, {*keep, *ignore})]
    if len(left_out) >= len(table.columns) - 1:
        left_out = list(ignore)  # something is left to learn from, whatever it looks like
    _require_varying(table, {problem.label, *left_out})
    return ColumnsLeftOut(table, suspicions, left_out)


def _require_varying(table: Table, others: Collection[str]) -> None:
    features = [column for column in table.columns if column.name not in others]
    if not table.is_whole or any(len(set(column.values)) > 1 for column in features):
        return
    names = listed([column.name for column in features], 5)
    raise CommandError(
        f"{table.path}: no feature varies: {names} have the same value in all {table.rows:,} rows. "
        "Add a column that differs between the rows.",
        again={},
    )


def _suspicious(
    wishes: Wishes, suspicions: Sequence[Suspicion], decided: set[str]
) -> Sequence[str]:
    found: dict[str, None] = {}
    for suspicion in suspicions:
        if not suspicion.leave_out or suspicion.column in decided or suspicion.column in found:
            continue
        question = f"Ignore {suspicion.column!r} ({suspicion.sentence})"
        if wishes.confirm is None or wishes.confirm(question):
            found[suspicion.column] = None
    return tuple(found)


def _require_columns(table: Table, option: str, names: Sequence[str]) -> None:
    for name in names:
        if table.column(name) is None:
            known = ", ".join(column.name for column in table.columns[:20])
            raise click.BadParameter(f"{option}: column {name!r} not found; columns: {known}")
