"""Draw charts in the page's style: small, themed, and readable without colour.

A chart is drawn once for light and dark: matplotlib gets placeholder colours, which become CSS
variables of the page. Texts stay texts, so that they follow the page's font and can be read out.
Charts are 360 units wide, a phone's width, so that their letters keep their size there.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.figure import Figure
from matplotlib.ticker import Formatter, MaxNLocator

from autogluon_jobs.report.number_text import tick_texts
from autogluon_jobs.report.page_parts import Chart

_UNITS_PER_INCH = 72
_WIDTH = 360 / _UNITS_PER_INCH
_LONG_LABEL = 28
_PADDING = 7 / _UNITS_PER_INCH
INK, MUTED, GRID = "#010101", "#020202", "#030303"
_VARIABLES = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    GRID: "var(--line)",
    "#040404": "var(--series-1)",
    "#050505": "var(--series-2)",
}


@dataclass(frozen=True)
class Series:
    """How one series looks: each differs from the others in more than its colour."""

    colour: str
    dash: str
    marker: str
    hatch: str


class _Numbers(Formatter):  # type: ignore[misc] # matplotlib has no types here
    """Formats an axis's ticks together, so that they have one unit."""

    def __call__(self, value: float, _: int | None = None) -> str:
        return tick_texts([value])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        return tick_texts(list(values))


FIRST = Series("#040404", "-", "o", "")
SECOND = Series("#050505", "--", "s", "////")

_STYLE = {
    "svg.fonttype": "none",
    "font.size": 10.5,
    "font.family": "DejaVu Sans",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(color=[INK]),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "none",
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "hatch.linewidth": 0.7,
    "legend.frameon": False,
    "legend.fontsize": 10,
    "legend.handlelength": 3,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
}


@contextmanager
def canvas(height: int = 260) -> Iterator[tuple[Figure, Any]]:
    """Yield a figure of 360 x `height` units with one pair of axes, in the page's style."""
    # The rule for dark and light is the page's; a user's matplotlibrc must not break it.
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        figure = Figure(figsize=(_WIDTH, height / _UNITS_PER_INCH), layout="constrained")
        # A browser's letters are not matplotlib's: room for those that are a little larger.
        figure.get_layout_engine().set(w_pad=_PADDING, h_pad=_PADDING)
        axes = figure.add_subplot()
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(5, min_n_ticks=3))
            axis.set_major_formatter(_Numbers())
        yield figure, axes


def rows_height(rows: int) -> int:
    """Return the height, in units, of a chart with one line per row and an axis below."""
    return 70 + 22 * rows


def finish(figure: Figure, *, alternative: str, caption: str) -> Chart:
    """Return the drawn figure as a part of the page; call it inside `canvas`.

    Args:
        figure: drawn in placeholder colours.
        alternative: what readers who cannot see the image need to know.
        caption: what to look at.
    """
    salt = hashlib.sha256(alternative.encode()).hexdigest()[:8]
    mpl.rcParams["svg.hashsalt"] = salt
    axes = figure.axes[0]
    if len(axes.get_xlabel()) > _LONG_LABEL:  # Beside long names the axes alone are too narrow.
        figure.supxlabel(axes.get_xlabel(), fontsize=mpl.rcParams["axes.labelsize"])
        axes.set_xlabel("")
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    return Chart(_for_page(buffer.getvalue(), salt, alternative), caption)


def _for_page(svg: str, salt: str, alternative: str) -> str:
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, count=1, flags=re.DOTALL)
    # Names of groups repeat from chart to chart; what is referred to by id gets its own prefix.
    body = re.sub(r'<g id="[a-zA-Z]+[\w.]*_\d+">', "<g>", body)
    body = re.sub(r'\bid="', f'id="c{salt}-', body)
    body = re.sub(r'(href="|url\()#', rf"\1#c{salt}-", body)
    body = re.sub(r"'?DejaVu Sans'?(, [\w' -]+)*", "var(--font)", body)
    body = re.sub(r"\n\s*", "\n", body)
    for stand_in, variable in _VARIABLES.items():
        body = body.replace(stand_in, variable)
    box = re.search(r'viewBox="([^"]+)"', body)
    if box is None:
        raise ValueError("matplotlib wrote an SVG without a viewBox")
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{box[1]}" role="img" aria-label="{html.escape(alternative)}">'
    )
    return opening + body[body.index(">") + 1 :].rstrip()
