"""Print JSON for programs, and tables and live lines for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

_PIPE_WIDTH = 200


def console(*, stderr: bool = False) -> Console:
    """Return a rich console; through a pipe its lines are not cut at 80 characters."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _PIPE_WIDTH
    return Console(file=stream, width=width, highlight=False)


def print_json(document: Any) -> None:
    """Print one JSON document; times are ISO 8601."""
    click.echo(json.dumps(document, indent=2, default=_plain, ensure_ascii=False))


def print_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, empty: str
) -> None:
    """Print a table, or the sentence `empty` when there are no rows."""
    if not rows:
        click.echo(empty)
        return
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        numeric = all(isinstance(row[columns.index(name)], int | float) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*[Text(_shown(value)) for value in row])
    console().print(table)


def print_facts(facts: Mapping[str, Any]) -> None:
    """Print `name   value` lines; a value of several lines is aligned below its first."""
    width = max(len(name) for name in facts)
    for name, value in facts.items():
        text = _shown(value).replace("\n", f"\n{' ' * (width + 2)}")
        click.echo(f"{name:<{width}}  {text}")


class LiveLine:
    """Shows progress: rewritten in place on a terminal, else one line per change."""

    def __init__(self, status: Any) -> None:
        self._status = status
        self._shown = ""

    def now(self, text: str) -> None:
        """Show how far it is."""
        if text == self._shown:
            return
        self._shown = text
        if self._status is None:
            click.echo(f"  {text}", err=True)
        else:
            from rich.text import Text

            self._status.update(Text(text))

    def say(self, text: str) -> None:
        """Print what happened; the line stays on the screen."""
        if self._status is None:
            click.echo(text, err=True)
        else:
            self._status.console.print(text, markup=False)


@contextmanager
def live_line(text: str, *, quiet: bool) -> Iterator[LiveLine]:
    """Show progress on stderr; `quiet` prints nothing."""
    if quiet:
        yield _Silent(None)
        return
    if not sys.stderr.isatty():
        line = LiveLine(None)
        line.now(text)
        yield line
        return
    with console(stderr=True).status(text) as status:
        yield LiveLine(status)


class _Silent(LiveLine):
    def now(self, text: str) -> None:
        """Print nothing."""

    def say(self, text: str) -> None:
        """Print nothing."""


def short_time(moment: datetime | None) -> str:
    """Return local time, such as `2026-11-20 14:03`."""
    return "-" if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M}"


def short_duration(seconds: float | None) -> str:
    """Return `45 s`, `12 min` or `3.1 h`."""
    if seconds is None:
        return "-"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return short_time(value)
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not a JSON value")
