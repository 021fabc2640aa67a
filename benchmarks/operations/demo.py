"""How long the demo takes beside another version's.

Run by hand: `python -m benchmarks.operations.demo CHECKOUT`.

CHECKOUT is a folder with another commit (`git worktree add CHECKOUT COMMIT`), whose environments
`make setup` has installed there. Each round runs `cdk synth` and the whole demo on both sides, one
right after the other. Writes its section of `results/operations.md`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.machine import machine
from benchmarks.operations.page import write_section

HEADING = "The demo, before and after"
_ROOT = Path(__file__).resolve().parents[2]
_ROUNDS = 3
# A checkout's own packages come first, wherever its environment's packages point to.
_ROOMS = ("contracts", "constructs", "lambda", "client", "embedded", "demo")
_COMMANDS = {
    "`cdk synth`": ("node_modules/.bin/cdk", "synth", "--quiet"),
    "`make demo`": (".venv/bin/python", "-m", "autogluon_demo"),
}


@dataclass(frozen=True)
class Pair:
    """Seconds of one command in the other checkout and, right beside it, in this one."""

    before: float
    after: float


def main() -> int:
    """Measure, and print the page; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.operations.demo", description=__doc__
    )
    parser.add_argument("checkout", type=Path, help="a folder with another commit, set up")
    other = parser.parse_args().checkout.resolve()
    found: dict[str, list[Pair]] = {what: [] for what in _COMMANDS}
    for number in range(_ROUNDS):
        for what, command in _COMMANDS.items():
            # The order changes, so that neither side always finds what the other has cached.
            if number % 2:
                after = _seconds(_ROOT, command)
                pair = Pair(_seconds(other, command), after)
            else:
                before = _seconds(other, command)
                pair = Pair(before, _seconds(_ROOT, command))
            found[what].append(pair)
            print(f"{what}: before {pair.before:.1f} s, after {pair.after:.1f} s", flush=True)
    commits = (_commit(other), _commit(_ROOT))
    print(write_section(HEADING, section(found, commits, machine(), os.getloadavg()[0])))
    return 0


def section(
    found: Mapping[str, Sequence[Pair]], commits: tuple[str, str], where: str, load: float
) -> list[str]:
    """Return the lines of the results."""
    before, after = commits
    return [
        f"Written by `python -m benchmarks.operations.demo` on {where}, load average {load:.1f}:",
        f"commits {before} (before) and {after} (after), in turns. The medians, in seconds.",
        "",
        "| what | pairs | before | after | after / before: lowest | median | highest |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *(_row(what, pairs) for what, pairs in found.items()),
    ]


def _row(what: str, pairs: Sequence[Pair]) -> str:
    ratios = sorted(pair.after / pair.before for pair in pairs)
    return (
        f"| {what} | {len(pairs)} | {median(pair.before for pair in pairs):.1f} | "
        f"{median(pair.after for pair in pairs):.1f} | "
        f"{ratios[0]:.2f} | {median(ratios):.2f} | {ratios[-1]:.2f} |"
    )


def _seconds(checkout: Path, command: Sequence[str]) -> float:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    environment["PYTHONPATH"] = os.pathsep.join(
        str(checkout / room) for room in ("", *_ROOMS) if (checkout / room).is_dir()
    )
    environment["PATH"] = os.pathsep.join(
        [f"{checkout}/.venv/bin", f"{checkout}/node_modules/.bin", environment["PATH"]]
    )
    begin = time.monotonic()
    done = subprocess.run(
        [checkout / command[0], *command[1:]],
        cwd=checkout, env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip
    seconds = time.monotonic() - begin
    if done.returncode != 0:
        raise RuntimeError(f"{checkout}: {(done.stderr or done.stdout)[-2_000:]}")
    return seconds


def _commit(checkout: Path) -> str:
    command = ["git", "-C", str(checkout), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    raise SystemExit(main())
