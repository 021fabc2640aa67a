"""The numbers at an axis: short, and with one unit."""

from __future__ import annotations

import pytest

from autogluon_jobs.report.charts import canvas
from autogluon_jobs.report.number_text import tick_texts


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0, 4000, 8000, 12_000], ["0", "4k", "8k", "12k"]),
        ([1990, 2000, 2010], ["1990", "2000", "2010"]),
        ([-2_500_000, 0, 500_000], ["-2.5M", "0", "0.5M"]),
        ([0, 0.25, 0.5], ["0", "0.25", "0.5"]),
        ([], []),
    ],
)
def test_the_largest_number_chooses_the_unit(values: list[float], texts: list[str]) -> None:
    assert tick_texts(values) == texts


def test_a_chart_has_them() -> None:
    with canvas(200) as (figure, axes):
        axes.barh([0, 1], [500, 13_000])
        figure.canvas.draw()
        shown = [label.get_text() for label in axes.get_xticklabels()]
    assert "3k" in shown
    assert not any(text.isdigit() and text != "0" for text in shown)
