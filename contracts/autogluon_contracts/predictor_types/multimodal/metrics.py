"""Define the metrics that a training run measures, for settings, planner and job.

Rows with a label are judged as those of tabular predictors are: by `autogluon.core.metrics`.
"""

from autogluon_contracts.predictor_types.multimodal.names import DEFAULT_METRICS, PROBLEM_TYPES
from autogluon_contracts.predictor_types.tabular.metrics import ALWAYS_MEASURED, canonical
from autogluon_contracts.predictor_types.tabular.names import METRICS as TABULAR_METRICS

METRICS = {problem_type: TABULAR_METRICS[problem_type] for problem_type in PROBLEM_TYPES}
"""What `eval_metric` may be, by problem type."""

ALL_METRICS = tuple(dict.fromkeys(name for names in METRICS.values() for name in names))


def measured_metrics(problem_type: str | None, eval_metric: str | None) -> tuple[str, ...]:
    """Return the metrics that a run reports, for every problem type that is possible."""
    possible = [
        name
        for name in PROBLEM_TYPES
        if problem_type in (None, name) and (eval_metric is None or eval_metric in METRICS[name])
    ]
    first = [eval_metric] if eval_metric is not None else [DEFAULT_METRICS[t] for t in possible]
    always = [name for t in possible for name in ALWAYS_MEASURED[t]]
    return tuple(dict.fromkeys([*map(canonical, first), *always]))
