"""Plots of the findings: one figure a measure, one panel a model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter, NullLocator

from benchmarks.ratios import Finding, Spread

_LINES = {
    "latency": ("Latency by batch size", "rows in the request", "ms (median)"),
    "throughput": ("Throughput by concurrency", "clients, one row each", "requests/s"),
    "bulk": ("Rows per second by input size", "rows in the request", "rows/s"),
    "memory": ("Peak memory by input size", "rows in the request", "MB"),
}
_OURS, _PEER, _LIMIT = ("#0b6e4f", "o-"), ("#b23a48", "s--"), ("#555555", "^:")
"""Colour and line: told apart without the colour, too."""


def write_plots(findings: Sequence[Finding], folder: Path) -> list[str]:
    """Write SVG files into `folder`; returns their names."""
    names = []
    for measure, (title, x_label, y_label) in _LINES.items():
        if _models(findings, measure):
            figure = _lines(findings, measure, title, x_label, y_label)
            names.append(_save(figure, folder / f"{measure}.svg"))
    if _models(findings, "cold start"):
        figure = _bars(findings, "cold start", "Cold start", "s")
        names.append(_save(figure, folder / "cold_start.svg"))
    return names


def _models(findings: Sequence[Finding], measure: str) -> list[str]:
    parts = [finding.name.split("/") for finding in findings]
    return list(dict.fromkeys(part[0] for part in parts if part[1] == measure))


def _points(findings: Sequence[Finding], model: str, measure: str) -> list[tuple[int, Finding]]:
    found = []
    for finding in findings:
        parts = finding.name.split("/")
        if parts[:2] == [model, measure] and parts[2].split()[0].isdigit():
            found.append((int(parts[2].split()[0]), finding))
    return found


def _lines(
    findings: Sequence[Finding], measure: str, title: str, x_label: str, y_label: str
) -> Any:
    models = _models(findings, measure)
    figure, axes = plt.subplots(1, len(models), figsize=(4 * len(models), 3.4), squeeze=False)
    for panel, model in zip(axes[0], models, strict=True):
        points = _points(findings, model, measure)
        _line(panel, [(x, Spread.of(f.ours)) for x, f in points], "autogluon-cdk", _OURS)
        _line(panel, [(x, Spread.of(f.peer)) for x, f in points], "autogluon.cloud", _PEER)
        limit = [(x, Spread.of(f.limit)) for x, f in points if f.limit is not None]
        if limit:
            _line(panel, limit, "limit", _LIMIT)
        panel.set(xscale="log", yscale="log", title=model, xlabel=x_label, ylabel=y_label)
        panel.set_xticks([x for x, _ in points], [f"{x:,}" for x, _ in points])
        panel.xaxis.set_minor_locator(NullLocator())
        panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
        panel.grid(visible=True, which="both", alpha=0.2)
    axes[0][0].legend(fontsize=8)
    figure.suptitle(title)
    return figure


def _line(panel: Any, points: list[tuple[int, Spread]], label: str, style: tuple[str, str]) -> None:
    colour, line = style
    xs = [x for x, _ in points]
    panel.plot(xs, [s.median for _, s in points], line, label=label, color=colour, markersize=4)
    panel.fill_between(
        xs, [s.min for _, s in points], [s.max for _, s in points], color=colour, alpha=0.15
    )


def _bars(findings: Sequence[Finding], measure: str, title: str, y_label: str) -> Any:
    chosen = [finding for finding in findings if finding.name.split("/")[1] == measure]
    figure, panel = plt.subplots(figsize=(6, 3.4))
    for offset, side, label, colour, hatch in (
        (-0.2, "ours", "autogluon-cdk", _OURS[0], ""),
        (0.2, "peer", "autogluon.cloud", _PEER[0], "//"),
    ):
        spreads = [Spread.of(getattr(finding, side)) for finding in chosen]
        heights = [spread.median for spread in spreads]
        errors = [
            [spread.median - spread.min for spread in spreads],
            [spread.max - spread.median for spread in spreads],
        ]
        xs = [index + offset for index in range(len(chosen))]
        panel.bar(xs, heights, 0.4, yerr=errors, label=label, color=colour, hatch=hatch)
    panel.set_xticks(range(len(chosen)), [finding.name.split("/")[0] for finding in chosen])
    panel.set(title=title, ylabel=y_label)
    panel.legend(fontsize=8)
    return figure


def _save(figure: Any, path: Path) -> str:
    figure.tight_layout()
    # No date and no random ids inside, so that equal results are equal files.
    with matplotlib.rc_context({"svg.hashsalt": "autogluon-cdk"}):
        figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path.name
