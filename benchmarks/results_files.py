"""`benchmarks/results/`: the numbers for programs, a table and plots for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.plots import write_plots
from benchmarks.ratios import Finding, Spread
from benchmarks.recipes import RECIPES

RESULTS = Path(__file__).with_name("results")


def write_results(
    findings: Sequence[Finding], machine: str, versions: dict[str, str], folder: Path
) -> list[dict[str, Any]]:
    """Write `latest.json`, `table.md` and the plots; returns the records of `latest.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    records = [finding.to_json(machine, versions) for finding in findings]
    (folder / "latest.json").write_text(json.dumps(records, indent=1) + "\n", encoding="utf-8")
    drawn = {recipe.name for recipe in RECIPES if recipe.quick}
    plots = write_plots([item for item in findings if item.name.split("/")[0] in drawn], folder)
    (folder / "table.md").write_text(_page(findings, machine, versions, plots), encoding="utf-8")
    return records


def _page(
    findings: Sequence[Finding], machine: str, versions: dict[str, str], plots: Sequence[str]
) -> str:
    of = ", ".join(f"{name} {version}" for name, version in versions.items())
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {machine}",
        f"with {of}.",
        "Both sides ran in turns under the same server stack; a ratio is formed within a round,",
        "and `[lowest, highest]` is over rounds.",
        "`x peer`: how many times better than autogluon.cloud's serving script. `of limit`: our",
        "value divided by that of the model's bare trees, one thread (latency: LightGBM called",
        "once for each booster and compiled forest), or of AutoGluon on one DataFrame in memory",
        "(rows/s); of two instances with one core each, twice one's; of the bulk engine's memory",
        "beyond a million rows, what a million take.",
        "",
        "| what | unit | ours | peer | x peer | of limit |",
        "|---|---|---:|---:|---:|---:|",
        *(_row(finding) for finding in findings),
        "",
        *(f"![{name.removesuffix('.svg').replace('_', ' ')}]({name})" for name in plots),
    ]
    return "\n".join(lines) + "\n"


def _row(finding: Finding) -> str:
    ratio = finding.to_peer
    better = ratio if finding.higher_is_better else Spread(
        1 / ratio.median, 1 / ratio.max, 1 / ratio.min
    )  # fmt: skip
    limit = finding.to_limit
    cells = [
        finding.name,
        finding.unit,
        f"{Spread.of(finding.ours).median:,.4g}",
        f"{Spread.of(finding.peer).median:,.4g}",
        _shown(better),
        "" if limit is None else _shown(limit),
    ]
    return f"| {' | '.join(cells)} |"


def _shown(spread: Spread) -> str:
    return f"{spread.median:.3g} [{spread.min:.3g}, {spread.max:.3g}]"
