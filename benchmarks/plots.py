"""Plots of the findings: one figure a measure, one panel a model below the other.

A figure is as wide as a phone, so that several share a line of a wide page, and its colours follow
the reader's light or dark mode.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

from autogluon_cli.terminal.svg_colours import follow_dark_mode
from benchmarks.ratios import Finding, Spread

_LINES = {
    "latency": ("Latency by batch size", "rows in the request", "milliseconds (median)"),
    "throughput": ("Throughput by concurrency", "clients, one row each", "requests per second"),
    "bulk": ("Rows per second by input size", "rows in the request", "rows per second"),
    "memory": ("Peak memory by input size", "rows in the request", "megabytes"),
}
_OURS, _PEER, _LIMIT = ("#0b6e4f", "o-"), ("#b23a48", "s--"), ("#555555", "^:")
"""Colour and line: told apart without the colour, too."""
_INK, _PAPER = "#1f2328", "#ffffff"
_IN_THE_DARK = {
    _INK: "#e6edf3",
    _PAPER: "#0d1117",
    _OURS[0]: "#3fb68b",
    _PEER[0]: "#f0717f",
    _LIMIT[0]: "#9aa4b2",
}
_LOOK = {
    "axes.edgecolor": _INK,
    "axes.facecolor": _PAPER,
    "axes.labelcolor": _INK,
    "axes.titlecolor": _INK,
    "figure.facecolor": _PAPER,
    "font.size": 9,
    "legend.facecolor": _PAPER,
    "legend.edgecolor": _INK,
    "savefig.facecolor": _PAPER,
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    # No random ids inside, so that equal results are equal files.
    "svg.hashsalt": "autogluon-cdk",
}
_INCHES_WIDE, _INCHES_A_PANEL = 4.6, 2.3
_TWO_DECADES = 100
_LIMIT_OF = {"bulk": "AutoGluon, a DataFrame in memory", "latency": "the bare trees"}


def write_plots(findings: Sequence[Finding], folder: Path) -> list[str]:
    """Write SVG files into `folder`; returns their names."""
    with matplotlib.rc_context(_LOOK):
        return _written(findings, folder)


def _written(findings: Sequence[Finding], folder: Path) -> list[str]:
    names = []
    for measure, (title, x_label, y_label) in _LINES.items():
        if _models(findings, measure):
            figure = _lines(findings, measure, title, x_label, y_label)
            names.append(_save(figure, folder / f"{measure}.svg"))
    if _models(findings, "cold start"):
        figure = _bars(findings, "cold start", "Cold start", "seconds to the first answer")
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
    size = (_INCHES_WIDE, _INCHES_A_PANEL * len(models) + 0.4)
    figure, axes = plt.subplots(len(models), 1, figsize=size, squeeze=False, sharex=True)
    for panel, model in zip(axes[:, 0], models, strict=True):
        points = _points(findings, model, measure)
        _line(panel, [(x, Spread.of(f.ours)) for x, f in points], "autogluon-cdk", _OURS)
        _line(panel, [(x, Spread.of(f.peer)) for x, f in points], "autogluon.cloud", _PEER)
        limit = [(x, Spread.of(f.limit)) for x, f in points if f.limit is not None]
        if limit:
            _line(panel, limit, _LIMIT_OF.get(measure, "limit"), _LIMIT)
        panel.set(xscale="log", yscale="log", ylabel=y_label)
        panel.set_title(model, fontsize=9)
        panel.set_xticks([x for x, _ in points], [f"{x:,}" for x, _ in points])
        panel.xaxis.set_minor_locator(NullLocator())
        panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
        low, high = panel.get_ylim()
        if high / low < _TWO_DECADES:
            panel.yaxis.set_minor_formatter(FuncFormatter(_one_two_five))
        else:
            panel.yaxis.set_minor_formatter(NullFormatter())
        panel.grid(visible=True, which="both", alpha=0.2)
    axes[-1][0].set_xlabel(x_label)
    axes[0][0].legend(fontsize=8)
    figure.suptitle(title, fontsize=10)
    return figure


def _one_two_five(value: float, _: object) -> str:
    """Return the label of a tick between powers of ten: only some, as plain numbers."""
    first = float(f"{value:e}".partition("e")[0])
    return f"{value:,g}" if first in (2, 5) else ""


def _line(panel: Any, points: list[tuple[int, Spread]], label: str, style: tuple[str, str]) -> None:
    colour, line = style
    xs = [x for x, _ in points]
    panel.plot(xs, [s.median for _, s in points], line, label=label, color=colour, markersize=4)
    panel.fill_between(
        xs, [s.min for _, s in points], [s.max for _, s in points], color=colour, alpha=0.15
    )


def _bars(findings: Sequence[Finding], measure: str, title: str, y_label: str) -> Any:
    chosen = [finding for finding in findings if finding.name.split("/")[1] == measure]
    figure, panel = plt.subplots(figsize=(_INCHES_WIDE, 3))
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
        bars = {"label": label, "color": colour, "hatch": hatch}
        panel.bar(xs, heights, 0.4, yerr=errors, ecolor=_INK, **bars)
    panel.set_xticks(range(len(chosen)), [finding.name.split("/")[0] for finding in chosen])
    panel.set_ylabel(y_label)
    panel.set_title(title, fontsize=10)
    panel.legend(fontsize=8)
    return figure


def _save(figure: Any, path: Path) -> str:
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    follow_dark_mode(path, _IN_THE_DARK)
    return path.name
