"""Chart the errors of a regression: their size, sign and growth with the value."""

from __future__ import annotations

from typing import Any

import numpy as np

from autogluon_jobs.report.charts import FIRST, INK, MUTED, SECOND, canvas, finish
from autogluon_jobs.report.number_text import number, percent, short
from autogluon_jobs.report.page_parts import Chart, Part
from autogluon_jobs.tabular.evaluation.judged_rows import JudgedRows
from autogluon_jobs.tabular.report.report_facts import ReportFacts

_POINTS = 600
_GROUPS = 10
_BINS = 40
_SEED = 0


def regression_parts(facts: ReportFacts, judged: JudgedRows) -> list[Part]:
    """Draw predicted against true, residuals along the prediction, and their distribution."""
    truth, answers = judged.truth.astype(float), judged.answers.astype(float)
    return [
        _against_truth(facts.label, truth, answers),
        _along_prediction(facts.label, truth, answers),
        _distribution(facts.label, answers - truth),
    ]


def _sample(rows: int) -> Any:
    dice = np.random.default_rng(_SEED)
    return np.arange(rows) if rows <= _POINTS else dice.choice(rows, _POINTS, replace=False)


def _points_note(rows: int) -> str:
    return f" {_POINTS} of {rows:,} rows are drawn." if rows > _POINTS else ""


def _against_truth(label: str, truth: Any, answers: Any) -> Chart:
    shown = _sample(len(truth))
    ends = [min(truth.min(), answers.min()), max(truth.max(), answers.max())]
    total = float(((truth - truth.mean()) ** 2).sum())
    explained = 1 - float(((truth - answers) ** 2).sum()) / total if total else float("nan")
    with canvas(280) as (figure, axes):
        axes.plot(
            truth[shown], answers[shown], FIRST.marker, color=FIRST.colour, markersize=3,
            alpha=0.45, markeredgewidth=0,
        )  # fmt: skip
        axes.plot(ends, ends, color=INK, linestyle="--", linewidth=1.2, label="exact")
        axes.set_xlabel(f"True {short(label)}")
        axes.set_ylabel(f"Predicted {short(label)}")
        axes.legend(loc="upper left")
        return finish(
            figure,
            alternative=(
                f"Predicted against true {label}. The predictions explain {percent(explained)} of "
                f"the variance."
            ),
            caption=(
                f"Predicted against true: points on the dashed line are exact. "
                f"{percent(explained)} of the variance is explained (R²).{_points_note(len(truth))}"
            ),
        )


def _along_prediction(label: str, truth: Any, answers: Any) -> Chart:
    residual = answers - truth
    shown = _sample(len(truth))
    groups = np.array_split(np.argsort(answers, kind="stable"), min(_GROUPS, len(truth)))
    centre = [float(answers[rows].mean()) for rows in groups]
    low, middle, high = np.array(
        [np.quantile(residual[rows], [0.1, 0.5, 0.9]) for rows in groups]
    ).T
    with canvas(280) as (figure, axes):
        axes.plot(
            answers[shown], residual[shown], FIRST.marker, color=FIRST.colour, markersize=3,
            alpha=0.35, markeredgewidth=0,
        )  # fmt: skip
        axes.axhline(0, color=MUTED, linewidth=1)
        axes.plot(centre, middle, "-", color=SECOND.colour, label="median")
        axes.plot(centre, low, "--", color=SECOND.colour, linewidth=1.3, label="middle 80 %")
        axes.plot(centre, high, "--", color=SECOND.colour, linewidth=1.3)
        axes.set_xlabel(f"Predicted {short(label)}")
        axes.set_ylabel("Predicted minus true")
        axes.legend(loc="best")
        return finish(
            figure,
            alternative=(
                f"Residuals of {label} along the prediction: the middle 80 % reach from "
                f"{number(low[0])} to {number(high[0])} at the lowest predictions and from "
                f"{number(low[-1])} to {number(high[-1])} at the highest."
            ),
            caption=(
                f"Residuals, in units of {label}: a median off zero means bias there. Dashed "
                f"lines that diverge mean larger errors at larger values.{_points_note(len(truth))}"
            ),
        )


def _distribution(label: str, residual: Any) -> Chart:
    # A few wild residuals would squeeze all others into one bar.
    ends = np.quantile(residual, [0.005, 0.995])
    inside = residual[(residual >= ends[0]) & (residual <= ends[1])]
    half, most = np.quantile(np.abs(residual), [0.5, 0.9])
    with canvas(260) as (figure, axes):
        axes.hist(inside, bins=_BINS, color=FIRST.colour, alpha=0.75)
        axes.axvline(0, color=INK, linestyle="--", linewidth=1.2, label="exact")
        axes.axvline(float(np.median(residual)), color=SECOND.colour, linewidth=1.6, label="median")
        axes.set_xlabel(f"Predicted minus true (units of {short(label)})")
        axes.set_ylabel("Rows")
        axes.legend(loc="upper right")
        return finish(
            figure,
            alternative=(
                f"Histogram of the residuals of {label}: half of the predictions are within "
                f"{number(half)} of the truth, nine of ten within {number(most)}."
            ),
            caption=(
                f"Half of the predictions are within {number(half)} of the truth, nine of ten "
                f"within {number(most)} (units of {label}). The outermost 1 % is not drawn."
            ),
        )
