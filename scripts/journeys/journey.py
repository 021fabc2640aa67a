"""Read the journeys and run their steps in a terminal of 80 columns."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent
COLUMNS = 80
# In this order: each finds the environment that those before it left.
NAMES = ("data-scientist", "developer", "platform-engineer")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_SECONDS = 600


@dataclass(frozen=True)
class Step:
    """One thing that a person does.

    Attributes:
        run: lines of bash; they share no variables with other steps.
        say: what the person thinks before it, in Markdown.
        exit_code: with which the last line has to end.
    """

    run: str
    say: str = ""
    exit_code: int = 0


@dataclass(frozen=True)
class Journey:
    """What one person does, and the page that tells it."""

    name: str
    title: str
    intro: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Done:
    """A step that was taken, and what the terminal showed."""

    step: Step
    printed: str


def journey(name: str) -> Journey:
    """Return a journey by its name."""
    read = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
    steps = tuple(Step(**step) for step in read["steps"])
    return Journey(name, read["title"], read["intro"], steps)


def take(taken: Journey, folder: Path, environment: Mapping[str, str]) -> Iterator[Done]:
    """Take the steps of a journey, one after the other.

    Raises:
        SystemExit: one ends with another exit code than it should.
    """
    for step in taken.steps:
        code, printed = shown(step.run, folder, environment)
        if code != step.exit_code:
            sys.exit(f"{taken.name}: code {code} instead of {step.exit_code}\n{step.run}{printed}")
        yield Done(step, printed)


def shown(command: str, folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Return the exit code, and what a terminal shows of it once it has ended.

    The terminal cannot move its cursor, so lines that would be rewritten do not appear.
    """
    own, its = pty.openpty()
    child = subprocess.Popen(
        ["bash", "-c", f"set -o pipefail\n{command}"],
        cwd=folder,
        env={**environment, "TERM": "dumb", "COLUMNS": str(COLUMNS), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=its,
        stderr=its,
    )
    os.close(its)
    parts = []
    try:
        while part := os.read(own, 65536):
            parts.append(part)
    except OSError:  # Linux says so that the other end is closed
        pass
    finally:
        os.close(own)
    code = child.wait(_SECONDS)
    text = _ESCAPES.sub("", b"".join(parts).decode("utf-8", "replace"))
    return code, text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
