"""Run targets of the Makefile one after the other and say what they took.

    python -m scripts.stages check test-e2e             end at the first target that fails
    python -m scripts.stages --outcome PAGE check ...   run all of them and write PAGE
    python -m scripts.stages --outcome PAGE --of test-long ...   which names the target they are of

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

ROOT = Path(__file__).parents[1]
_SLOWEST = 25
_ENDINGS = {"failure": "failed", "error": "failed", "skipped": "skipped"}


@dataclass(frozen=True)
class Case:
    """One test: its name, its seconds with the fixtures that it was the first to ask for."""

    name: str
    seconds: float
    ending: str


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
        yield Case(name, float(entry.get("time", 0)), endings[0] if endings else "passed")


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


_RUNS = {
    "test-all": "everything that `make test` runs and the long stories",
    "test-long": "the long stories only, which `make test` leaves out",
}


def outcome_page(stages: Sequence[Stage], day: date, where: str, target: str = "test-all") -> str:
    """Return the page of the documentation that shows the outcome of a target of the Makefile."""
    rows = [
        f"| `make {stage.target}` | {stage.counts['passed']:,} | {stage.counts['failed']:,} "
        f"| {stage.counts['skipped']:,} | {stage.seconds:,.0f} |"
        for stage in stages
    ]
    total = sum((stage.counts for stage in stages), Counter[str]())
    seconds = sum(stage.seconds for stage in stages)
    ending = "succeeded" if all(stage.is_good for stage in stages) else "FAILED"
    return "\n".join(
        [
            "# Test outcome",
            "",
            f"`make {target}` {ending} on {day.isoformat()} ({where}). It runs {_RUNS[target]}.",
            "",
            "| target | passed | failed | skipped | seconds |",
            "|---|---:|---:|---:|---:|",
            *rows,
            f"| all | {total['passed']:,} | {total['failed']:,} | {total['skipped']:,} "
            f"| {seconds:,.0f} |",
            "",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the targets and return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts.stages")
    parser.add_argument("targets", nargs="+")
    parser.add_argument("--outcome", type=Path, help="the page to write")
    parser.add_argument("--of", choices=_RUNS, default="test-all", help="what the page names")
    given = parser.parse_args(arguments)
    stages: list[Stage] = []
    for target in given.targets:
        stages.append(run_stage(target))
        if not stages[-1].is_good and given.outcome is None:
            break
    print(f"\n{summary(stages)}", flush=True)
    if given.outcome is not None:
        page = outcome_page(stages, datetime.now(UTC).date(), machine(), given.of)
        given.outcome.write_text(page, encoding="utf-8")
    return 0 if all(stage.is_good for stage in stages) else 1


if __name__ == "__main__":
    sys.exit(main())
