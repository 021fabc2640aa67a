"""Run the ten commands and record what each answered, without what differs from run to run."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent
EMBEDDED = _FOLDER / "embedded.json"
# Texts with digits, slashes or colons are names, times, URIs and ARNs; they differ on every run.
_VARYING = re.compile(r"[\d/:]")
_COUNTS = frozenset({"rows", "predictions"})
_LONGEST_LITERAL = 60


@dataclass(frozen=True)
class Step:
    """One command, what it must show and what it costs."""

    command: str
    shows: str
    costs: str


def steps() -> list[Step]:
    """Return the steps in their order."""
    loaded: list[dict[str, str]] = yaml.safe_load((_FOLDER / "steps.yaml").read_text("utf-8"))
    return [Step(**each) for each in loaded]


def run_steps(environment: Mapping[str, str], folder: Path) -> Iterator[dict[str, Any]]:
    """Run the commands from the project's folder, one after the other, to the last or a failure.

    Args:
        environment: variables of the commands.
        folder: where they run.
    """
    for step in steps():
        started = time.monotonic()
        done = subprocess.run(
            [*shlex.split(step.command), "--json"],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
        )
        seconds = round(time.monotonic() - started, 1)
        yield {
            "command": step.command,
            "exit_code": done.returncode,
            "seconds": seconds,
            "answer": shape(_read(done.stdout)),
            "error": done.stderr[-2000:] if done.returncode else "",
        }
        if done.returncode and step.command != "agcdk doctor":  # it finds what is missing
            return


def _read(text: str) -> Any:
    """Return the last document that was printed; a command may print other lines before it."""
    decoder = json.JSONDecoder()
    lines = text.splitlines(keepends=True)
    for first in reversed(range(len(lines))):
        if not lines[first].startswith(("{", "[")):
            continue
        rest = "".join(lines[first:]).strip()
        try:
            document, end = decoder.raw_decode(rest)
        except ValueError:
            continue
        if end == len(rest):
            return document
    return None


def shape(answer: Any, name: str = "") -> Any:
    """Return an answer with the kinds of the values that differ from run to run.

    Example:
        >>> shape({"status": "SUCCEEDED", "seconds": 3.5, "rows": 100})
        {'rows': 100, 'seconds': 'a number', 'status': 'SUCCEEDED'}
    """
    if isinstance(answer, dict):
        return {key: shape(answer[key], key) for key in sorted(answer)}
    if isinstance(answer, list):
        shapes = [shape(item, name) for item in answer]
        is_uniform = len(shapes) > 1 and all(each == shapes[0] for each in shapes)
        return {"each": shapes[0], "number": len(shapes)} if is_uniform else shapes
    if isinstance(answer, bool) or answer is None:
        return answer
    if isinstance(answer, int | float):
        return answer if name in _COUNTS else "a number"
    if _VARYING.search(answer) or len(answer) > _LONGEST_LITERAL:
        return "a text"
    return answer


def differences(recorded: list[dict[str, Any]], expected: list[dict[str, Any]]) -> list[str]:
    """Return one line per step or value that differs; seconds do not count."""
    found = [f"{each['command']}: it was not run" for each in expected[len(recorded) :]]
    for own, other in zip(recorded, expected, strict=False):
        found += [
            f"{own['command']}: {line}"
            for key in ("exit_code", "answer")
            for line in _differing(own[key], other[key], key)
        ]
    return found


def _differing(own: Any, other: Any, path: str) -> Iterator[str]:
    if isinstance(own, dict) and isinstance(other, dict):
        for key in sorted({*own, *other}):
            yield from _differing(own.get(key), other.get(key), f"{path}.{key}")
    elif isinstance(own, list) and isinstance(other, list) and len(own) == len(other):
        for position, (first, second) in enumerate(zip(own, other, strict=True)):
            yield from _differing(first, second, f"{path}[{position}]")
    elif own != other:
        yield f"{path} is {json.dumps(own)}; on the embedded AWS it is {json.dumps(other)}"
