"""Scores as people read them."""

from __future__ import annotations

import numpy as np
import pytest

from autogluon_jobs.tabular.report.confusion import _axis_names
from autogluon_jobs.tabular.report.metric_text import MetricText


@pytest.mark.parametrize(
    ("name", "score", "shown", "better"),
    [
        ("roc_auc", 0.9328, "0.9328", "higher is better"),
        ("root_mean_squared_error", -2.994, "2.994", "lower is better"),
        ("log_loss", 0.0, "0", "lower is better"),
        ("r2", -0.5, "-0.5", "higher is better"),
    ],
)
def test_only_errors_lose_their_sign(name: str, score: float, shown: str, better: str) -> None:
    metric = MetricText(name)
    assert (metric.text(score), metric.better) == (shown, better)


def test_bounds_are_in_order_and_arrays_are_turned_as_numbers_are() -> None:
    metric = MetricText("mean_absolute_error")
    assert metric.interval(-3.0, -2.5) == "2.5 to 3"
    assert metric.shown(np.array([-1.0, -2.0])).tolist() == [1.0, 2.0]
    assert metric.shown(None) is None


@pytest.mark.parametrize(
    ("name", "said"), [("accuracy", "an accuracy"), ("roc_auc", "a roc_auc"), ("f1", "an f1")]
)
def test_a_metric_has_its_article(name: str, said: str) -> None:
    assert MetricText(name).with_article == said


def test_class_names_that_would_touch_are_numbered() -> None:
    assert _axis_names(["no", "yes"]) == (["no", "yes"], ["no", "yes"])
    names = ["Adelie Penguin (Pygoscelis adeliae)", "Gentoo penguin (Pygoscelis papua)"]
    across, down = _axis_names(names)
    assert across == ["1", "2"]
    assert [name[:9] for name in down] == ["1: Adelie", "2: Gentoo"]
