"""Charts can be read by people who do not tell the colours apart."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from autogluon_jobs.report import charts
from tests.unit.containers.report.conftest import class_of, price_of


def _looks(handle: object) -> tuple[object, ...]:
    """What of an entry of a legend can be told apart in grey."""
    if isinstance(handle, ErrorbarContainer):
        handle = handle.lines[0]
    if isinstance(handle, BarContainer):
        handle = handle.patches[0]
    if isinstance(handle, Line2D):
        filled = handle.get_markerfacecolor() != "none"
        return ("line", handle.get_linestyle(), handle.get_marker(), filled)
    return ("area", str(handle.get_hatch()), handle.get_linestyle(), handle.get_fill())


@pytest.fixture
def legends(monkeypatch) -> list[dict[str, tuple[object, ...]]]:
    drawn: list[dict[str, tuple[object, ...]]] = []
    save = Figure.savefig

    def remember(figure: Figure, *args, **options):
        handles, names = figure.axes[0].get_legend_handles_labels()
        drawn.append({name: _looks(handle) for handle, name in zip(handles, names, strict=True)})
        return save(figure, *args, **options)

    monkeypatch.setattr(Figure, "savefig", remember)
    return drawn


@pytest.mark.parametrize(
    "label",
    [price_of, class_of, lambda size, colour: "yes" if size > np.sin(len(colour)) else "no"],
    ids=["regression", "multiclass", "binary"],
)
def test_every_legend_tells_its_entries_apart_without_colour(finished, legends, label):
    finished("hueless", label)
    assert sum(len(legend) > 1 for legend in legends) >= 4
    for legend in legends:
        for one, other in combinations(legend, 2):
            assert legend[one] != legend[other], f"{one} and {other} differ in colour only"


def test_the_series_differ_in_dash_marker_and_hatch():
    series = [charts.FIRST, charts.SECOND]
    for name in ("dash", "marker", "hatch"):
        assert len({getattr(item, name) for item in series}) == len(series)
