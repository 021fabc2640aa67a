"""Run targets of the Makefile one after the other and say what they took.

    python -m scripts.stages check test-e2e             end at the first target that fails
    python -m scripts.stages --outcome PAGE check ...   run all of them, and write into PAGE

Prints the seconds of each target and the slowest tests of all.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.machine import machine
from scripts.outcome_page import Row, outcome_page, rows_of

ROOT = Path(__file__).parents[1]
_SLOWEST = 25
_ENDINGS = {"failure": "failed", "error": "failed", "skipped": "skipped"}


@dataclass(frozen=True)
class Case:
    """One test: its name, its seconds with the fixtures that it was the first to ask for."""

    name: str
    seconds: float
    ending: str
    is_long: bool = False

    @property
    def file(self) -> str:
        """The module that the test is in, as a path from the root."""
        module = self.name.partition("::")[0]
        names = module.split(".")
        while names and not (ROOT / Path(*names)).with_suffix(".py").is_file():
            names.pop()  # a class of tests
        return f"{'/'.join(names)}.py" if names else module


@dataclass(frozen=True)
class Stage:
    """What a target did."""

    target: str
    seconds: float
    is_good: bool
    tests: list[Case] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """How many tests passed, failed and were skipped."""
        return Counter(test.ending for test in self.tests)


def run_stage(target: str) -> Stage:
    """Run a target, whose output goes to the terminal."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        options = f"{os.environ.get('PYTEST_ADDOPTS', '')} --junitxml={results}"
        started = time.monotonic()
        done = subprocess.run(
            ["make", "--no-print-directory", target],
            cwd=ROOT,
            env=os.environ | {"PYTEST_ADDOPTS": options.strip()},
            check=False,
        )
        seconds = time.monotonic() - started
        tests = list(tests_of(results)) if results.exists() else []
    return Stage(target, seconds, done.returncode == 0, tests)


def tests_of(results: Path) -> Iterator[Case]:
    """Read the results of pytest, as it writes them for `--junitxml`."""
    for entry in ElementTree.parse(results).iter("testcase"):  # noqa: S314 - written by pytest
        endings = [_ENDINGS[child.tag] for child in entry if child.tag in _ENDINGS]
        name = f"{entry.get('classname')}::{entry.get('name')}"
        long = any(found.get("name") == "long" for found in entry.iter("property"))
        ending = endings[0] if endings else "passed"
        yield Case(name, float(entry.get("time", 0)), ending, long)


def summary(stages: Sequence[Stage]) -> str:
    """Return the lines that are printed last: the slowest tests, then each target's seconds."""
    tests = sorted(
        (test for stage in stages for test in stage.tests), key=lambda test: -test.seconds
    )
    lines = [f"{test.seconds:8.1f} s  {test.name}" for test in tests[:_SLOWEST]]
    lines.append("")
    for stage in stages:
        counts = ", ".join(f"{count:,} {ending}" for ending, count in stage.counts.items())
        target = stage.target if stage.is_good else f"{stage.target} FAILED"
        lines.append(f"{stage.seconds:8.0f} s  {target}  {counts}".rstrip())
    lines.append(f"{sum(stage.seconds for stage in stages):8.0f} s  in all")
    return "\n".join(lines)


def rows(stages: Sequence[Stage], day: date, where: str) -> Iterator[Row]:
    """Return what belongs on the page: short tests by target, long ones by file."""
    for stage in stages:
        short = [test for test in stage.tests if not test.is_long]
        if short:
            seconds = stage.seconds if len(short) == len(stage.tests) else _seconds(short)
            yield Row(f"make {stage.target}", f"{day}", _endings(short), seconds, where)
    by_file: dict[str, list[Case]] = {}
    for stage in stages:
        for test in stage.tests:
            if test.is_long:
                by_file.setdefault(test.file, []).append(test)
    for file, tests in by_file.items():
        yield Row(file, f"{day}", _endings(tests), _seconds(tests), where)


def _endings(tests: Sequence[Case]) -> Counter[str]:
    return Counter(test.ending for test in tests)


def _seconds(tests: Sequence[Case]) -> float:
    return sum(test.seconds for test in tests)


def _where() -> str:
    return f"{machine()}, load {os.getloadavg()[2]:.0f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the targets and return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts.stages")
    parser.add_argument("targets", nargs="+")
    parser.add_argument("--outcome", type=Path, help="the page to write")
    given = parser.parse_args(arguments)
    stages: list[Stage] = []
    for target in given.targets:
        stages.append(run_stage(target))
        if not stages[-1].is_good and given.outcome is None:
            break
    print(f"\n{summary(stages)}", flush=True)
    if given.outcome is not None:
        page = given.outcome.read_text(encoding="utf-8") if given.outcome.exists() else ""
        now = rows(stages, datetime.now(UTC).date(), _where())
        given.outcome.write_text(outcome_page(rows_of(page), now), encoding="utf-8")
    return 0 if all(stage.is_good for stage in stages) else 1


if __name__ == "__main__":
    sys.exit(main())
