"""Replace the name of a person's own metric of forecasts by the metric."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autogluon.timeseries.metrics import TimeSeriesScorer

from autogluon_contracts.code.own_objects import OwnObject
from autogluon_jobs.jobs.own_code import load_own_object, require_picklable
from autogluon_jobs.messages.errors import InputError

_METRIC = "init_args.eval_metric"


def with_own_metric(init_args: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of the constructor, with a metric of the job's own code as AutoGluon's.

    Raises:
        InputError: it is not found, is not a metric, or is reported under another name.
    """
    own = OwnObject.parse(init_args.get("eval_metric"))
    if own is None:
        return dict(init_args)
    metric = load_own_object(_METRIC, own)
    kind = metric if isinstance(metric, type) else type(metric)
    if not issubclass(kind, TimeSeriesScorer):
        raise InputError(
            f"{_METRIC}: {own} is a {type(metric).__name__}, not a metric of forecasts.",
            advice="Write a subclass of autogluon.timeseries.metrics.TimeSeriesScorer.",
        )
    if kind.__name__ != own.attribute:
        raise InputError(
            f'{_METRIC}: {own} is of the class "{kind.__name__}", by which AutoGluon reports it.',
            advice=f"Name the class: {own.module}:{kind.__name__}.",
        )
    require_picklable(_METRIC, own, metric)
    return {**init_args, "eval_metric": metric}
