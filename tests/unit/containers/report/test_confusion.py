"""Tests of the confusion matrix: its numbers do not touch, however long the names are."""

from __future__ import annotations

import re

import numpy as np
import pytest

from autogluon_jobs.report.charts import canvas
from autogluon_jobs.tabular.evaluation.judged_rows import JudgedRows
from autogluon_jobs.tabular.report.confusion import (
    _axis_names,
    _cells,
    confusion_chart,
)


def _judged(classes: int) -> JudgedRows:
    truth = np.arange(60 * classes) % classes
    # Of each class, two thirds are right, and the rest are taken for both neighbours.
    answers = np.where(np.arange(len(truth)) // classes % 3 < 2, truth, truth + 1) % classes
    answers = np.where(np.arange(len(truth)) // classes % 6 == 5, (truth - 1) % classes, answers)
    return JudgedRows(index=np.arange(len(truth)), truth=truth, answers=answers)


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6, 8])
def test_numbers_of_neighbouring_cells_do_not_touch(size: int) -> None:
    names = [f"Species number {n} of the whole genus (Pygoscelis adeliae)" for n in range(size)]
    counts = np.full((size, size), 12) + np.eye(size, dtype=int) * 60
    shares = counts / counts.sum(axis=1, keepdims=True)
    with canvas(110 + 34 * size) as (figure, axes):
        _cells(axes, counts, shares)
        across, down = _axis_names(names)
        axes.set_xticks(range(size), across)
        axes.set_yticks(range(size), down)
        axes.set_xlim(-0.5, size - 0.5)
        figure.draw_without_rendering()
        boxes = [text.get_window_extent() for text in axes.texts]

    touching = [
        (one, other)
        for place, one in enumerate(boxes)
        for other in boxes[place + 1 :]
        if one.overlaps(other)
    ]
    assert len(boxes) == size * size
    assert touching == []


def test_of_many_classes_cells_have_numbers_alone_and_none_for_nothing() -> None:
    chart = confusion_chart([f"class {n}" for n in range(8)], _judged(8))

    shown = re.findall(r"<text[^>]*>([^<]+)</text>", chart.svg)
    assert shown.count("67") == 8
    assert not [text for text in shown if "%" in text]
    assert "An empty cell is less than 0.5 %." in chart.caption


def test_of_few_classes_cells_have_counts_and_percentages() -> None:
    chart = confusion_chart(["no", "yes"], _judged(2))

    assert "%" in chart.svg
    assert "empty cell" not in chart.caption
