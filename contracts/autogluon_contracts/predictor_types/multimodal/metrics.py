"""Define the metrics that a training run measures, for settings, planner and job.

Rows with a label are judged as those of tabular predictors are: by `autogluon.core.metrics`.
Masks are judged over the pixels of all images:

- `iou`: intersection over union, of several classes the mean of those that truth or prediction
  has, as `torchmetrics` counts it
- `pixel_accuracy`: the share of pixels that are right
- `ber`: balanced error rate, the mean of the two classes' shares of wrong pixels, negative
"""

from collections.abc import Mapping

from autogluon_contracts.code.own_objects import OwnObject
from autogluon_contracts.predictor_types.multimodal.names import (
    DEFAULT_METRICS,
    PROBLEM_TYPES,
    SEMANTIC_SEGMENTATION,
)
from autogluon_contracts.predictor_types.tabular import metrics as tabular
from autogluon_contracts.predictor_types.tabular.metrics import ALWAYS_MEASURED, canonical
from autogluon_contracts.predictor_types.tabular.names import METRICS as TABULAR_METRICS

BALANCED_ERROR = "ber"
OF_MASKS = ("iou", "pixel_accuracy")
"""What every run measures of masks."""

METRICS: Mapping[str, tuple[str, ...]] = {
    **{problem_type: TABULAR_METRICS[problem_type] for problem_type in PROBLEM_TYPES},
    SEMANTIC_SEGMENTATION: ("iou", BALANCED_ERROR),
}
"""What `eval_metric` may be, by problem type."""

ALL_METRICS = tuple(dict.fromkeys(name for names in METRICS.values() for name in names))


def measured_metrics(problem_type: str | None, eval_metric: str | None) -> tuple[str, ...]:
    """Return the metrics that a run reports, for every problem type that is possible."""
    if problem_type == SEMANTIC_SEGMENTATION:
        first = eval_metric or DEFAULT_METRICS[SEMANTIC_SEGMENTATION]
        return tuple(dict.fromkeys([first, *OF_MASKS]))
    is_any = eval_metric is None or OwnObject.parse(eval_metric) is not None
    possible = [
        name
        for name in PROBLEM_TYPES
        if problem_type in (None, name) and (is_any or eval_metric in METRICS[name])
    ]
    chosen = [eval_metric] if eval_metric is not None else [DEFAULT_METRICS[t] for t in possible]
    always = [name for t in possible for name in ALWAYS_MEASURED[t]]
    return tuple(dict.fromkeys([*map(canonical, chosen), *always]))


def best_value(metric: str) -> float:
    """Return the optimum of a metric in AutoGluon's sign: no value exceeds it."""
    if metric == BALANCED_ERROR:
        return 0.0
    return 1.0 if metric in OF_MASKS else tabular.best_value(metric)
