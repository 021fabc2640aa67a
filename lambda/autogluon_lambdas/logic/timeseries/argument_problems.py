"""Check the arguments of a time series run, the settings' and the input's together."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.predictor_types.timeseries.arguments import check_fit_args, check_init_args
from autogluon_contracts.predictor_types.timeseries.metrics import canonical, measured_metrics
from autogluon_contracts.predictor_types.timeseries.series import COLUMN_ARGUMENTS, SeriesColumns
from autogluon_contracts.time_reserve import time_reserve_problem
from autogluon_contracts.wording import listed
from autogluon_lambdas.models.training_plan import TrainingPlan

IDENTITY = (
    "target", "id_column", "timestamp_column", "prediction_length", "freq",
    "known_covariates_names", "quantile_levels",
)  # fmt: skip
"""The arguments that decide what an endpoint's requests and answers mean."""
_DEFAULTS = {name: getattr(SeriesColumns, name) for name in ("target", *COLUMN_ARGUMENTS)}


def argument_problems(plan: TrainingPlan, asked_init_args: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each problem; `asked_init_args` are those of the execution's input."""
    wrong = [*check_init_args(plan.init_args), *check_fit_args(plan.fit_args)]
    return [
        *(f"input.{text}" for text in wrong),
        *_identity_problems(plan.spec, asked_init_args),
        *(() if wrong else _gate_problems(plan, asked_init_args)),
        *(f"input.{text}" for text in _job_problems(plan)),
    ]


def _identity_problems(spec: PredictorSpec, asked: Mapping[str, Any]) -> Iterator[str]:
    declared = {name: spec.init_args[name] for name in IDENTITY if name in spec.init_args}
    if not declared:
        return  # each run of such a predictor says what it forecasts
    for name in IDENTITY:
        if name in asked and asked[name] != declared.get(name, _DEFAULTS.get(name)):
            yield (
                f"input.init_args.{name}: got {json.dumps(asked[name])}, but predictor "
                f'"{spec.name}" forecasts {_forecast(declared)}; declare another predictor in the '
                "YAML for anything else"
            )


def _forecast(declared: Mapping[str, Any]) -> str:
    return f"with {', '.join(f'{name} {json.dumps(value)}' for name, value in declared.items())}"


def _gate_problems(plan: TrainingPlan, asked: Mapping[str, Any]) -> Iterator[str]:
    gate, metric = plan.spec.quality_gate, asked.get("eval_metric")
    if gate is None or gate.metric is None or metric is None:
        return
    measured = measured_metrics(metric)
    if canonical(gate.metric) not in measured:
        yield (
            f"input.init_args.eval_metric: got {json.dumps(metric)}, but the quality gate of "
            f'predictor "{plan.spec.name}" decides by "{gate.metric}", which such a run does not '
            f"measure; it measures: {listed(measured)}"
        )


def _job_problems(plan: TrainingPlan) -> Iterator[str]:
    if plan.instance_count > 1:
        yield (
            f"instance_count: got {plan.instance_count}; allowed: 1, because distributed "
            "training of time series predictors is unsupported"
        )
    problem = time_reserve_problem(plan.fit_args.get("time_limit"), plan.max_runtime_seconds)
    if problem is not None:
        yield problem
