"""Which metrics a training run measures, and what values they can take."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from autogluon_lambdas.models.tabular_names import METRICS


def canonical(metric: str) -> str:
    """AutoGluon's own name of a metric, under which it is reported: `rmse` has a longer one."""
    aliases: Mapping[str, str] = _data()["aliases"]
    return aliases.get(metric, metric)


def measured_metrics(problem_type: str | None, eval_metric: str | None) -> list[str]:
    """The metrics a run reports, for every problem type that the two arguments leave open."""
    types = [problem_type] if problem_type in METRICS else _types_with(eval_metric)
    names = [canonical(eval_metric)] if eval_metric is not None else []
    return list(dict.fromkeys(names + [name for t in types for name in _data()["always"][t]]))


def best_value(metric: str) -> float:
    """The optimum of a metric in AutoGluon's sign (higher is better): no value exceeds it."""
    return 0.0 if canonical(metric) in _data()["best_is_zero"] else 1.0


def _types_with(eval_metric: str | None) -> list[str]:
    return [t for t, names in METRICS.items() if eval_metric is None or eval_metric in names]


@cache
def _data() -> Mapping[str, Any]:
    text = files(__package__).joinpath("metrics.yaml").read_text(encoding="utf-8")
    data: Mapping[str, Any] = yaml.safe_load(text)
    return data
