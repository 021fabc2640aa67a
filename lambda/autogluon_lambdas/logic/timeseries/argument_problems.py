"""Check the arguments of a time series run, the settings' and the input's together."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.predictor_types.timeseries.arguments import check_fit_args, check_init_args
from autogluon_contracts.predictor_types.timeseries.metrics import canonical, measured_metrics
from autogluon_contracts.predictor_types.timeseries.series import (
    COLUMN_ARGUMENTS,
    STORED_HISTORY,
    SeriesColumns,
)
from autogluon_contracts.predictor_types.timeseries.weights import weights_problem
from autogluon_lambdas.logic.run_arguments import (
    gate_problems,
    identity_problems,
    job_problems,
)
from autogluon_lambdas.models.training_plan import TrainingPlan

IDENTITY = (
    "target", "id_column", "timestamp_column", "prediction_length", "freq",
    "known_covariates_names", "quantile_levels", STORED_HISTORY,
)  # fmt: skip
"""The arguments that decide what an endpoint's requests and answers mean."""
_DEFAULTS = {name: getattr(SeriesColumns, name) for name in ("target", *COLUMN_ARGUMENTS)}
_DEFAULTS[STORED_HISTORY] = True


def argument_problems(plan: TrainingPlan, asked_init_args: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each problem; `asked_init_args` are those of the execution's input."""
    wrong = [*check_init_args(plan.init_args), *check_fit_args(plan.fit_args)]
    return [
        *(f"input.{text}" for text in wrong),
        *(() if wrong else _weights_problems(plan)),
        *_identity_problems(plan.spec, asked_init_args),
        *(() if wrong else _gate_problems(plan, asked_init_args)),
        *(f"input.{text}" for text in job_problems(plan, "time series")),
    ]


def _identity_problems(spec: PredictorSpec, asked: Mapping[str, Any]) -> Iterator[str]:
    given = {name: spec.init_args[name] for name in IDENTITY if name in spec.init_args}
    if not given:
        return  # each run of such a predictor says what it forecasts
    settings = ", ".join(f"{name} {json.dumps(value)}" for name, value in given.items())
    declared = {name: given.get(name, _DEFAULTS.get(name)) for name in IDENTITY}
    yield from identity_problems(spec, asked, declared, f"forecasts with {settings}")


def _weights_problems(plan: TrainingPlan) -> Iterator[str]:
    problem = weights_problem(plan.fit_args, plan.weights)
    if problem is not None:
        yield f"input.{problem}"


def _gate_problems(plan: TrainingPlan, asked: Mapping[str, Any]) -> Iterator[str]:
    measured = measured_metrics(plan.init_args.get("eval_metric"))
    return gate_problems(plan, asked, ["eval_metric"], measured, canonical)
