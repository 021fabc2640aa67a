"""Print the demo's steps with live progress, then tables."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.status import Status
from rich.table import Table


class Screen:
    """Prints steps as they end, and on a terminal the progress of the running one."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=False)
        self._started = time.monotonic()
        self._status: Status | None = None
        self._step_started = 0.0
        self._title = ""

    @contextmanager
    def step(self, title: str) -> Iterator[Screen]:
        """Show one step: `with screen.step("Deploy") as step: step.now("3 of 60 resources")`."""
        self._title, self._step_started = title, time.monotonic()
        with self._console.status(f"[bold]{title}") as status:
            self._status = status
            yield self
            self._status = None
        seconds = time.monotonic() - self._step_started
        self._console.print(f"[green]✔[/] {self._title} [dim]{seconds:.1f} s[/]")

    def now(self, doing: str) -> None:
        """Replace the running step's note."""
        if self._status is not None:
            seconds = time.monotonic() - self._step_started
            self._status.update(f"[bold]{self._title}[/] [dim]{seconds:.0f} s · {doing}[/]")

    def done(self, title: str) -> None:
        """Replace the running step's title by its outcome."""
        self._title = title

    def note(self, text: str) -> None:
        """Print an indented line below the steps so far."""
        self._console.print(f"  {text}")

    def problem(self, text: str) -> None:
        """Print an error literally, without interpreting brackets as markup."""
        self._console.print(f"  {text}", style="red", markup=False, soft_wrap=True)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Print a table; columns of numbers are aligned to the right."""
        table = Table(title=f"\n{title}", title_justify="left", title_style="bold", box=SIMPLE_HEAD)
        for index, name in enumerate(columns):
            is_number = all(isinstance(row[index], int | float) for row in rows)
            table.add_column(name, justify="right" if is_number else "left", overflow="fold")
        for row in rows:
            table.add_row(*(_cell(value) for value in row))
        self._console.print(table)

    def facts(self, title: str, facts: Sequence[tuple[str, str]]) -> None:
        """Print names and values, one per line; values are never wrapped, so they can be copied."""
        self._console.print(f"\n[bold italic]{title}[/]\n")
        width = max(len(name) for name, _ in facts)
        for name, value in facts:
            self._console.print(f"  {name:<{width}}  {value}", soft_wrap=True)

    def total(self) -> float:
        """Return the seconds since the screen was created."""
        return time.monotonic() - self._started


def _cell(value: object) -> str:
    return f"{value:,.4f}" if isinstance(value, float) else str(value)
