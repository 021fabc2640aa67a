"""Chart which classes the predictor confuses."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from autogluon_jobs.report.charts import FIRST, INK, MUTED, canvas, finish
from autogluon_jobs.report.number_text import percent, short
from autogluon_jobs.report.page_parts import Chart
from autogluon_jobs.tabular.evaluation.judged_rows import JudgedRows

_MOST_CLASSES = 8
_LETTERS_ACROSS = 28
_LETTERS_DOWN = 24
# Cells of more classes than this have room for a number, but for no sign of percent.
_MOST_WITH_COUNTS = 4
_LEAST_SHOWN = 0.005  # less is 0, which an empty cell says, too
# Text on the cell must be readable in light and dark; a full tint would swallow it.
_STRONGEST_TINT = 0.45


def confusion_chart(classes: list[str], judged: JudgedRows) -> Chart:
    """Draw rows by true and predicted class; of many classes the most frequent, the rest joined."""
    names, truth, answers = _most_frequent(classes, judged)
    counts: Any = np.zeros((len(names), len(names)), dtype=int)
    np.add.at(counts, (truth, answers), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    with canvas(110 + 34 * len(names)) as (figure, axes):
        _cells(axes, counts, shares)
        across, down = _axis_names(names)
        axes.set_xticks(range(len(names)), across)
        axes.set_yticks(range(len(names)), down)
        axes.set_xlim(-0.5, len(names) - 0.5)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.tick_params(length=0)
        axes.set_xlabel("Predicted")
        axes.set_ylabel("True")
        axes.grid(visible=False)
        return finish(
            figure,
            alternative="Confusion matrix. " + _in_words(names, counts, shares),
            caption=(
                "Confusion matrix: each row is a true class, and its percentages add up to 100. "
                "The framed diagonal is correct. Look for strong tints off the diagonal."
                + ("" if len(names) <= _MOST_WITH_COUNTS else " An empty cell is less than 0.5 %.")
            ),
        )


def _axis_names(names: list[str]) -> tuple[list[str], list[str]]:
    """Return the names of the columns and of the rows.

    Names that would touch each other across are numbers there, which the rows explain.
    """
    if max(map(len, names)) * len(names) <= _LETTERS_ACROSS:
        return names, names
    numbers = [str(place) for place in range(1, len(names) + 1)]
    return numbers, [
        f"{number}: {short(name, _LETTERS_DOWN)}"
        for number, name in zip(numbers, names, strict=True)
    ]


def _most_frequent(classes: list[str], judged: JudgedRows) -> tuple[list[str], Any, Any]:
    truth, answers = judged.truth.astype(int), judged.answers.astype(int)
    if len(classes) <= _MOST_CLASSES:
        return classes, truth, answers
    kept = np.argsort(-np.bincount(truth, minlength=len(classes)), kind="stable")
    kept = np.sort(kept[: _MOST_CLASSES - 1])
    place = np.full(len(classes), len(kept))
    place[kept] = np.arange(len(kept))
    others = f"{len(classes) - len(kept)} others"
    return [*(classes[item] for item in kept), others], place[truth], place[answers]


def _cells(axes: Any, counts: Any, shares: Any) -> None:
    size = len(counts)
    for row in range(size):
        for column in range(size):
            share = shares[row, column]
            axes.add_patch(
                Rectangle(
                    (column - 0.5, row - 0.5),
                    1,
                    1,
                    linewidth=0,
                    facecolor=FIRST.colour,
                    alpha=float(_STRONGEST_TINT * share),
                )
            )
            if row == column:
                axes.add_patch(
                    Rectangle(
                        (column - 0.47, row - 0.47),
                        0.94,
                        0.94,
                        fill=False,
                        edgecolor=MUTED,
                        linewidth=1.2,
                    )
                )
            text = _cell_text(counts[row, column], share, has_count=size <= _MOST_WITH_COUNTS)
            axes.text(column, row, text, ha="center", va="center", color=INK, fontsize=9.5)


def _cell_text(count: int, share: float, *, has_count: bool) -> str:
    if has_count:
        return f"{count:,}\n{percent(share)}"
    return f"{100 * share:.0f}" if share >= _LEAST_SHOWN else ""


def _in_words(names: list[str], counts: Any, shares: Any) -> str:
    right = [f"{name} {percent(shares[at, at])}" for at, name in enumerate(names)]
    off = counts.copy()
    np.fill_diagonal(off, 0)
    row, column = np.unravel_index(int(off.argmax()), off.shape)
    taken = f"{names[row]} predicted as {names[column]}, {off[row, column]:,} times"
    worst = f"The most frequent mistake: {taken}." if off.any() else "There are no mistakes."
    return f"Predicted correctly: {', '.join(right)}. {worst}"
