"""How long `agcdk` takes, as whole processes.

Run by hand: `python -m benchmarks.operations.command_line`.

It asks the embedded AWS that AWS_ENDPOINT_URL names (`make embedded` prints it), where
`agcdk deploy --bootstrap` has deployed the environment `sandbox`. Writes `results/command_line.md`.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.ratios import Spread

RESULT = Path(__file__).parents[1] / "results" / "command_line.md"
_AGCDK = Path(sys.executable).with_name("agcdk")
_ROUNDS = 11
_NO_KEYS = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}


@dataclass(frozen=True)
class Call:
    """A command as somebody types it, and how it has to end.

    `most_seconds` is what the project asks of it; `variables` are those of its environment.
    """

    what: str
    arguments: str
    exit_code: int
    most_seconds: float
    variables: dict[str, str] = field(default_factory=dict)


CALLS = (
    Call("help", "--help", 0, 0.4),
    Call("runs", "runs", 0, 1.0),
    Call("mistake: unknown command", "modls", 2, 3.0),
    Call("mistake: wrong type", "runs --limit many", 2, 3.0),
    Call("mistake: no such file", "train income trian.csv", 2, 3.0),
    Call("mistake: unknown predictor", "models incom", 3, 3.0),
    Call("mistake: unknown run", "show no-such-run", 3, 3.0),
    Call("mistake: unknown environment", "runs -e prd", 3, 3.0),
    Call("mistake: unknown keys", "runs", 4, 3.0, {"AWS_ACCESS_KEY_ID": "AKIAUNKNOWN000000000"}),
    Call("mistake: no keys", "runs", 4, 3.0, {**_NO_KEYS, "AWS_EC2_METADATA_DISABLED": "true"}),
    Call("mistake: nothing listens", "runs", 4, 3.0, {"AWS_ENDPOINT_URL": "http://localhost:1"}),
)


def main() -> int:
    """Measure all calls, the rounds one after the other; returns the exit code."""
    if "AWS_ENDPOINT_URL" not in os.environ:
        print("Set AWS_ENDPOINT_URL and the other lines that `make embedded` prints.")
        return 2
    seconds: dict[str, list[float]] = {call.what: [] for call in CALLS}
    for _ in range(_ROUNDS):
        for call in CALLS:
            seconds[call.what].append(_seconds(call))
    page = result_page(
        [(call, Spread.of(seconds[call.what])) for call in CALLS], machine(), _versions()
    )
    RESULT.write_text(page, encoding="utf-8")
    print(page)
    return 0


def result_page(found: Sequence[tuple[Call, Spread]], where: str, versions: str) -> str:
    """The Markdown of the results."""
    lines = [
        "# The command line",
        "",
        f"Written by `python -m benchmarks.operations.command_line` on {where}",
        f"with {versions}. Whole processes on an embedded AWS in the same machine: the median of",
        f"{_ROUNDS} rounds, `[lowest, highest]`, in seconds. `asked` is what the project asks for.",
        "",
        "| what | command | seconds | asked |",
        "|---|---|---:|---:|",
        *(
            f"| {call.what} | `agcdk {call.arguments}` | {spread.median:.2f} "
            f"[{spread.min:.2f}, {spread.max:.2f}] | < {call.most_seconds:g} |"
            for call, spread in found
        ),
    ]
    return "\n".join(lines) + "\n"


def _seconds(call: Call) -> float:
    """Seconds from the start of a process to its end; SystemExit where it ends otherwise."""
    started = time.perf_counter()
    done = subprocess.run(
        [_AGCDK, *call.arguments.split()],
        env=os.environ | call.variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    took = time.perf_counter() - started
    if done.returncode != call.exit_code:
        sys.exit(f"agcdk {call.arguments} ended with {done.returncode}: {done.stderr}")
    return took


def _versions() -> str:
    names = ("click", "boto3", "rich")
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    return f"{packages}, Python {platform.python_version()}"


if __name__ == "__main__":
    raise SystemExit(main())
