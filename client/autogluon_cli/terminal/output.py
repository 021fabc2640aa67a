"""Print JSON for programs, and tables and live lines for people."""

from __future__ import annotations

import json
import sys
import textwrap
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_PIPE_WIDTH = 200
_WIDEST = 10_000
_DEEPER = 4
_GOOD, _BUSY, _BAD = "green", "yellow", "red"
_STATE_STYLES = {
    **dict.fromkeys(("Completed", "Approved", "InService", "live"), _GOOD),
    **dict.fromkeys(
        ("InProgress", "Stopping", "Creating", "Updating", "PendingManualApproval"), _BUSY
    ),
    **dict.fromkeys(
        ("Failed", "TimedOut", "Stopped", "Rejected", "OutOfService", "failed to go live"), _BAD
    ),
}


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
    """Print a table, or the sentence `empty` when there are no rows.

    Names that people copy are never broken: where the terminal is too narrow for the table, each
    row becomes a paragraph of `column  value` lines, and long values go on below themselves.
    """
    if not rows:
        click.echo(empty)
        return
    from rich import box
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for number, name in enumerate(columns):
        numeric = all(type(row[number]) in (int, float) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", no_wrap=True)
    for row in rows:
        table.add_row(*[_cell(value) for value in row])
    screen = console()
    unlimited = screen.options.update(width=_WIDEST)
    if Measurement.get(screen, unlimited, table).maximum <= screen.width:
        screen.print(table)
        return
    width = max(len(name) for name in columns)
    screen.print(title, style="italic", markup=False)
    for row in rows:
        screen.print()
        for name, value in zip(columns, row, strict=True):
            if value in (None, ""):
                continue
            column = Text(f"{name:<{width}}  ")
            cell = _cell(value, room=screen.width - len(column), indent=len(column))
            screen.print(column.append_text(cell), soft_wrap=True)
    screen.print()


def _cell(value: Any, *, room: int = _WIDEST, indent: int = 0) -> Text:
    """Return a value in the colour of the state that it names, if it names one."""
    from rich.text import Text

    state = shown(value).partition(",")[0]
    return Text(_wrapped(value, room, indent), style=_STATE_STYLES.get(state, ""))


def _wrapped(value: Any, room: int, indent: int) -> str:
    """Return a value that goes on in further lines, `indent` to the right; no word is broken."""
    lines = [
        part
        for line in shown(value).splitlines()
        for part in textwrap.wrap(
            line, max(room, 1), break_long_words=False, break_on_hyphens=False
        )
    ]
    return f"\n{' ' * indent}".join(lines)


def print_facts(facts: Mapping[str, Any]) -> None:
    """Print `name   value` lines; long values go on below themselves, on a terminal only."""
    width = max(len(name) for name in facts)
    room = console().width - width - 2 if sys.stdout.isatty() else _WIDEST
    for name, value in facts.items():
        click.echo(f"{name:<{width}}  {_wrapped(value, room, width + 2)}")


def print_indented(lines: Sequence[str]) -> None:
    """Print lines that are indented by their place in an outline; long ones go on, deeper in."""
    width = console().width if sys.stdout.isatty() else _WIDEST
    for line in lines:
        text = line.lstrip()
        indent = len(line) - len(text)
        room = width - indent - _DEEPER
        click.echo(" " * indent + _wrapped(text, room, indent + _DEEPER))


def print_notes(sentences: Sequence[str]) -> None:
    """Print what people should know, one paragraph each; nothing where there is nothing."""
    for sentence in sentences:
        click.echo(f"{click.style('Note:', fg=_BUSY)} {sentence}")


def print_warnings(sentences: Sequence[str]) -> None:
    """Print what may be a mistake on stderr, a line each: a document on stdout stays one."""
    for sentence in sentences:
        click.echo(f"Warning: {sentence}", err=True)


def _one_line(text: str) -> Text:
    """Return a text that is cut at the terminal's width: of a second line, rows would stay."""
    from rich.text import Text

    return Text(text, no_wrap=True, overflow="ellipsis")


class LiveLine:
    """Shows progress: rewritten in place on a terminal, else one line per change."""

    def __init__(self, status: Any) -> None:
        self._status = status
        self._shown = ""
        self._began = time.monotonic()

    def now(self, text: str, *, left: float | None = None) -> None:
        """Show how far it is; on a terminal with the time since the line began.

        Args:
            text: what is being done.
            left: the seconds that it may take from now on; shown on a terminal.
        """
        if self._status is not None:
            passed = short_duration(time.monotonic() - self._began)
            rest = "" if left is None else f", at most {short_duration(left)} left"
            self._status.update(_one_line(f"{passed:>6}  {text}{rest}"))
        elif text != self._shown:
            self._shown = text
            click.echo(f"  {text}", err=True)

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
    with console(stderr=True).status(_one_line(text)) as status:
        yield LiveLine(status)


class _Silent(LiveLine):
    def now(self, text: str, *, left: float | None = None) -> None:
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


def short_size(count: int) -> str:
    """Return bytes as `0.1 MB` or `1,234.5 MB`."""
    return f"{count / 1_000_000:,.1f} MB"


def shown(value: Any) -> str:
    """Return a value as people write it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return short_time(value)
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not a JSON value")
