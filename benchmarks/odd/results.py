"""`benchmarks/results/odd_requests.md`: what was drawn, and what came back."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.results_files import RESULTS

_PACKAGES = ("autogluon.tabular", "lightgbm", "scikit-learn", "pyarrow", "pandas", "flask",
             "hypothesis")  # fmt: skip
_STATUSES = ("200", "400")


def write_outcome(
    outcomes: Mapping[str, tuple[Counter[str], Counter[str]]], folder: Path = RESULTS
) -> str:
    """Write the page of a run in which no reply was wrong; returns it.

    Args:
        outcomes: by model, how many replies had which status, and requests were of which kind.
        folder: where the page goes.
    """
    statuses = sum((found for found, _ in outcomes.values()), Counter[str]())
    kinds = sum((found for _, found in outcomes.values()), Counter[str]())
    count = statuses.total()
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    lines = [
        "# Odd requests",
        "",
        f"`python -m benchmarks.odd_requests {count}` drew {count:,} odd and malformed requests.",
        f"Statuses: {statuses['200']:,} times 200, {statuses['400']:,} times 400, no 500.",
        "Answers that differ from what the same cells get alone, as a JSON record: 0.",
        "Broken requests that were answered: 0. Sound ones that were refused: 0.",
        "Refusals without a sentence: 0.",
        "",
        "Each request is rows of a model's own data of which cells, columns, types, layout,",
        "encoding, content type or options were made odd, or bytes that are not a request at all.",
        "Files go through the bulk engine's reader, cut into chunks of 1 byte to 1 MB.",
        "",
        "| model | requests | 200 | 400 |",
        "|---|---:|---:|---:|",
        *(_row(name, found) for name, (found, _) in outcomes.items()),
        "",
        "| requests | |",
        "|---|---:|",
        *(f"| {kind} | {kinds[kind]:,} |" for kind in sorted(kinds)),
        "",
        f"Machine: {machine()}.",
        f"Versions: Python {platform.python_version()}, {versions}.",
    ]
    text = "\n".join(lines) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "odd_requests.md").write_text(text, encoding="utf-8")
    return text


def _row(name: str, counts: Counter[str]) -> str:
    found = [counts[status] for status in _STATUSES]
    return f"| {name} | {sum(found):,} | " + " | ".join(f"{item:,}" for item in found) + " |"
