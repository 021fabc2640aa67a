"""Chart whether predicted quantiles cover the share of rows that they should."""

from __future__ import annotations

import numpy as np

from autogluon_jobs.report.charts import FIRST, MUTED, canvas, finish
from autogluon_jobs.report.number_text import number, percent
from autogluon_jobs.report.page_parts import Part
from autogluon_jobs.tabular.evaluation.judged_rows import JudgedRows
from autogluon_jobs.tabular.report.report_facts import ReportFacts


def quantile_parts(facts: ReportFacts, judged: JudgedRows) -> list[Part]:
    """Draw the share of true values below each predicted quantile, against its level."""
    levels = np.array(judged.quantile_levels, dtype=float)
    below = (judged.truth[:, None] <= judged.answers).mean(axis=0)
    worst = int(np.abs(below - levels).argmax())
    with canvas() as (figure, axes):
        axes.plot([0, 1], [0, 1], color=MUTED, linestyle=":", label="ideal")
        axes.plot(levels, below, FIRST.marker + "-", color=FIRST.colour, label="this predictor")
        axes.set_xlabel("Quantile level")
        axes.set_ylabel(f"Share of true {facts.label} below")
        axes.legend(loc="upper left")
        chart = finish(
            figure,
            alternative=(
                "Coverage of the quantiles: "
                + ", ".join(
                    f"level {number(level)} covers {percent(share)}"
                    for level, share in zip(levels, below, strict=True)
                )
                + "."
            ),
            caption=(
                f"Coverage: a quantile is exact on the dotted line. The level "
                f"{number(levels[worst])} is furthest off: {percent(float(below[worst]))} of the "
                f"true values are below it."
            ),
        )
    return [chart]
