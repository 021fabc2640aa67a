"""Check the arguments of a tabular run, the settings' and the input's together."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_contracts.defaults import LATENCY
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.predictor_types.tabular.arguments import check_fit_args, check_init_args
from autogluon_contracts.predictor_types.tabular.latency import latency_problem
from autogluon_contracts.predictor_types.tabular.metrics import canonical, measured_metrics
from autogluon_contracts.time_reserve import time_reserve_problem
from autogluon_contracts.wording import listed
from autogluon_lambdas.models.training_plan import TrainingPlan

# What an endpoint's answers mean hangs on these.
_IDENTITY = ("label", "problem_type", "quantile_levels")
# What a run measures hangs on these.
_MEASURED_BY = ("problem_type", "eval_metric")


def argument_problems(plan: TrainingPlan, asked_init_args: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each problem; `asked_init_args` are those of the execution's input."""
    wrong = [*check_init_args(plan.init_args), *check_fit_args(plan.fit_args)]
    return [
        *(f"input.{text}" for text in wrong),
        *_identity_problems(plan.spec, asked_init_args),
        *(() if wrong else _gate_problems(plan, asked_init_args)),
        *(f"input.{text}" for text in _job_problems(plan)),
        *_goal_problems(plan),
    ]


def _identity_problems(spec: PredictorSpec, asked: Mapping[str, Any]) -> Iterator[str]:
    if "label" not in spec.init_args:
        return  # each run of such a predictor says what it predicts
    for name in _IDENTITY:
        if name in asked and asked[name] != spec.init_args.get(name):
            yield (
                f"input.init_args.{name}: got {json.dumps(asked[name])}, but predictor "
                f'"{spec.name}" predicts {_prediction(spec.init_args)}; declare another predictor '
                "in the YAML for anything else"
            )


def _prediction(init_args: Mapping[str, Any]) -> str:
    details = [
        f"{name} {json.dumps(init_args[name])}" for name in _IDENTITY[1:] if name in init_args
    ]
    label = f'the label "{init_args["label"]}"'
    return f"{label} ({', '.join(details)})" if details else label


def _gate_problems(plan: TrainingPlan, asked: Mapping[str, Any]) -> Iterator[str]:
    gate, settings = plan.spec.quality_gate, plan.spec.init_args
    changed = [name for name in _MEASURED_BY if name in asked and asked[name] != settings.get(name)]
    if gate is None or gate.metric is None or not changed:
        return
    measured = measured_metrics(*(plan.init_args.get(name) for name in _MEASURED_BY))
    if measured and canonical(gate.metric) not in measured:
        yield (
            f"input.init_args.{changed[-1]}: got {json.dumps(asked[changed[-1]])}, but the quality "
            f'gate of predictor "{plan.spec.name}" decides by "{gate.metric}", which such a run '
            f"does not measure; it measures: {listed(measured)}"
        )


def _job_problems(plan: TrainingPlan) -> Iterator[str]:
    if plan.instance_count > 1:
        yield (
            f"instance_count: got {plan.instance_count}; allowed: 1, because distributed "
            "training of tabular predictors is unsupported"
        )
    problem = time_reserve_problem(plan.fit_args.get("time_limit"), plan.max_runtime_seconds)
    if problem is not None:
        yield problem


def _goal_problems(plan: TrainingPlan) -> Iterator[str]:
    if plan.spec.serving.optimize_for == LATENCY:
        problem = latency_problem(plan.fit_args)
        if problem is not None:
            yield f'predictor "{plan.spec.name}" has {problem}'
