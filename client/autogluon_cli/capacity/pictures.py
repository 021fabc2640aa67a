"""Draw a simulation: demand, instances, latency and dropped requests over time, as SVG."""

from __future__ import annotations

from pathlib import Path

from autogluon_cli.capacity.simulation import Outcome
from autogluon_cli.capacity.traffic import STEP_SECONDS
from autogluon_cli.framework.errors import CommandError
from autogluon_cli.terminal.svg_colours import follow_dark_mode

_INK, _PAPER, _LINE = "#1f2328", "#ffffff", "#0b6e4f"
_IN_THE_DARK = {_INK: "#e6edf3", _PAPER: "#0d1117", _LINE: "#3fb68b"}
_LOOK = {
    **dict.fromkeys(
        ("axes.edgecolor", "axes.labelcolor", "text.color", "xtick.color", "ytick.color"), _INK
    ),
    **dict.fromkeys(("axes.facecolor", "figure.facecolor", "savefig.facecolor"), _PAPER),
    "font.size": 9,
    "svg.hashsalt": "autogluon-cdk",
}
_MOST_POINTS = 2000
_INCHES = (4.6, 7.2)  # as wide as a phone


def draw(outcome: Outcome, title: str, path: Path) -> None:
    """Write an SVG file whose colours follow the reader's light or dark mode.

    Raises:
        CommandError: matplotlib is not installed.
    """
    try:
        import matplotlib
    except ImportError as error:
        raise CommandError(
            f"matplotlib, which draws the plot, cannot be imported ({error}).",
            next_command="pip install 'autogluon-cdk[plots]'",
        ) from error
    matplotlib.use("Agg")
    from matplotlib import pyplot

    every = max(1, len(outcome.steps) // _MOST_POINTS)
    steps = outcome.steps[::every]
    hours = [number * every * STEP_SECONDS / 3600 for number in range(len(steps))]
    # A step between two points may be the one that dropped requests.
    dropped = [
        sum(step.dropped for step in outcome.steps[start : start + every]) / every / STEP_SECONDS
        for start in range(0, len(outcome.steps), every)
    ]
    curves: tuple[tuple[str, list[float]], ...] = (
        ("requests per second", [step.demand for step in steps]),
        ("instances", [step.instances for step in steps]),
        ("latency in milliseconds", [1000 * step.latency for step in steps]),
        ("dropped per second", dropped),
    )
    with matplotlib.rc_context(_LOOK):
        figure, panels = pyplot.subplots(len(curves), 1, figsize=_INCHES, sharex=True)
        for panel, (label, values) in zip(panels, curves, strict=True):
            panel.plot(hours, values, color=_LINE, linewidth=1.2)
            panel.set_title(label, fontsize=9, loc="left")
            panel.set_ylim(0, 1.08 * max(values) or 1)
            panel.grid(visible=True, alpha=0.2)
        panels[-1].set_xlabel("hours")
        figure.suptitle(title, fontsize=10)
        figure.tight_layout()
        figure.savefig(path, format="svg", metadata={"Date": None})
        pyplot.close(figure)
    follow_dark_mode(path, _IN_THE_DARK)
