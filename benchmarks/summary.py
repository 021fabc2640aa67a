"""The few numbers of `latest.json` that the README shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.container_server import ROOT

README = ROOT / "README.md"
START, END = "<!-- benchmarks: written by make bench -->\n", "<!-- /benchmarks -->\n"
_MODELS = {
    "ensemble": "LightGBM + ExtraTrees",
    "stack": "3-fold stack of both",
    "lightgbm": "LightGBM alone",
}
_MEASURES = {
    "latency/1 rows": "one row, p50 (ms)",
    "latency of the fallback/1 rows": "one row through AutoGluon itself, p50 (ms)",
    "throughput/64 clients": "64 callers at once (requests/s)",
    "bulk/50000 rows": "50,000 rows in one request (rows/s)",
    "bulk engine, speed/": "the bulk engine (rows/s)",
    "cold start": "start to first answer (s)",
    "memory/after start": "memory after the start (MB)",
    "memory/50000 rows": "peak memory, 50,000 rows in one request (MB)",
}

Record = Mapping[str, Any]


def summary(records: Sequence[Record]) -> str:
    """A Markdown table: one measure a row, one model a column; ours, and times better in brackets.

    Raises:
        KeyError: a measure that `records` lack.
    """
    lines = [
        "| | " + " | ".join(_MODELS.values()) + " |",
        "|---" + "|---:" * len(_MODELS) + "|",
    ]
    for measure, label in _MEASURES.items():
        cells = [_cell(_found(records, f"{model}/{measure}")) for model in _MODELS]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    first = records[0]
    versions = ", ".join(f"{name} {version}" for name, version in first["versions"].items())
    lines += ["", f"Measured on {first['machine']}, with {versions}."]
    return "\n".join(lines) + "\n"


def write_into_readme(records: Sequence[Record], readme: Path = README) -> None:
    """Put the table between the README's two marks."""
    before, _, rest = readme.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    readme.write_text(before + START + summary(records) + END + after, encoding="utf-8")


def _found(records: Sequence[Record], start: str) -> Record:
    """The one measure whose name starts so: the bulk engine's say for how many rows they are."""
    found = [record for record in records if record["name"].startswith(start)]
    if len(found) != 1:
        raise KeyError(f"{len(found)} measures start with {start}")
    return found[0]


def _cell(record: Record) -> str:
    ratio = record["ratio_to_peer"]["median"]
    better = ratio if record["higher_is_better"] else 1 / ratio
    return f"{_number(record['ours']['median'])} (**{_number(better)}x**)"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"
