"""Chart calibration: whether a probability of 0.8 comes true in 8 of 10 rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from autogluon_jobs.report.charts import FIRST, MUTED, canvas, finish
from autogluon_jobs.report.number_text import percent
from autogluon_jobs.report.page_parts import Chart

_BINS = 10
_Z = 1.96
_LARGE_GAP = 0.05
_ADVICE = (
    " If you use the probabilities, train with eval_metric: log_loss or with calibrate: true in "
    "fit_args."
)


def calibration_chart(happened: Any, probability: Any, *, predicted: str, observed: str) -> Chart:
    """Draw predicted against observed, in ten groups of about equally many rows.

    Args:
        happened: shape (rows,), whether it came true.
        probability: shape (rows,), between 0 and 1.
        predicted: names the horizontal axis.
        observed: names the vertical axis.
    """
    groups = _groups(probability)
    count = np.array([len(rows) for rows in groups])
    mean = np.array([probability[rows].mean() for rows in groups])
    share = np.array([happened[rows].mean() for rows in groups])
    gap = float((count * np.abs(mean - share)).sum() / count.sum())
    low, high = _wilson(share, count)
    with canvas(290) as (figure, axes):
        axes.plot([0, 1], [0, 1], color=MUTED, linestyle=":", label="perfectly calibrated")
        axes.errorbar(
            mean, share, yerr=[np.maximum(share - low, 0), np.maximum(high - share, 0)],
            color=FIRST.colour, marker=FIRST.marker, capsize=3, linewidth=1.3,
            label="this predictor, 95 % interval",
        )  # fmt: skip
        axes.set_xlabel(predicted)
        axes.set_ylabel(observed)
        # Points may lie anywhere within the axes.
        figure.legend(loc="outside upper center", ncols=1)
        return finish(
            figure,
            alternative=(
                f"Calibration: predicted probability against observed share in {len(groups)} "
                f"groups of rows. They differ by {percent(gap)} on average."
            ),
            caption=(
                f"Calibration: above the dotted line the predictor is underconfident, below it "
                f"overconfident. Predicted and observed differ by {percent(gap)} on average."
                f"{_ADVICE if gap > _LARGE_GAP else ''}"
            ),
        )


def _groups(probability: Any) -> list[Any]:
    order = np.argsort(probability, kind="stable")
    return [rows for rows in np.array_split(order, min(_BINS, len(order))) if len(rows)]


def _wilson(share: Any, count: Any) -> tuple[Any, Any]:
    """Return Wilson's interval of a share: unlike the normal one it stays within 0 and 1."""
    scale = 1 + _Z**2 / count
    centre = (share + _Z**2 / (2 * count)) / scale
    half = _Z * np.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2)) / scale
    return centre - half, centre + half
