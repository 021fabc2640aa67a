"""The few numbers of `latest.json` that the README shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.container_server import ROOT
from benchmarks.recipes import RECIPES

README = ROOT / "README.md"
START, END = "<!-- benchmarks: written by make bench-all -->\n", "<!-- /benchmarks -->\n"
_MEASURES = {
    "latency/1 rows": "one row, p50 (ms)",
    "latency of the fallback/1 rows": "one row through AutoGluon itself, p50 (ms)",
    "throughput/64 clients": "64 callers at once (requests/s)",
    "bulk/50000 rows": "50,000 rows in one request (rows/s)",
    "bulk engine, speed/": "the bulk engine (rows/s)",
    "cold start": "start to first answer (s)",
    "memory/after start": "memory after the start (MB)",
    "memory/50000 rows": "peak memory, 50,000 rows in one request (MB)",
    "artifact": "size of the artifact (MB)",
}

Record = Mapping[str, Any]


def summary(records: Sequence[Record]) -> str:
    """A Markdown table: one measure a row, times better than the peer over the recipes.

    Raises:
        KeyError: a measure that `records` lack.
    """
    titles = {recipe.name: recipe.title for recipe in RECIPES}
    lines = [
        "| | median | worst | of the worst: this project | the peer |",
        "|---|---:|---|---:|---:|",
    ]
    for measure, label in _MEASURES.items():
        found = sorted(_found(records, measure), key=_times_better)
        worst, middle = found[0], median(map(_times_better, found))
        title = titles[worst["name"].split("/")[0]]
        values = [_number(worst[side]["median"]) for side in ("ours", "peer")]
        lines.append(
            f"| {label} | **{_number(middle)}x** | **{_number(_times_better(worst))}x** ({title}) "
            f"| {' | '.join(values)} |"
        )
    first = records[0]
    recipes = len(_found(records, "latency/1 rows"))  # of others only the artifact is measured
    versions = ", ".join(f"{name} {version}" for name, version in first["versions"].items())
    lines += ["", f"{recipes} recipes, measured on {first['machine']}, with {versions}."]
    return "\n".join(lines) + "\n"


def write_into_readme(records: Sequence[Record], readme: Path = README) -> None:
    """Put the table between the README's two marks."""
    before, _, rest = readme.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    readme.write_text(before + START + summary(records) + END + after, encoding="utf-8")


def _found(records: Sequence[Record], measure: str) -> list[Record]:
    """The records of a measure: the bulk engine's also say for how many rows they are."""
    found = [record for record in records if record["name"].partition("/")[2].startswith(measure)]
    if not found:
        raise KeyError(f"no measure starts with {measure}")
    return found


def _times_better(record: Record) -> float:
    ratio = float(record["ratio_to_peer"]["median"])
    return ratio if record["higher_is_better"] else 1 / ratio


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"
