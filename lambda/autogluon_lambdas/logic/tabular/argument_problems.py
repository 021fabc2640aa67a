"""Check the arguments of a tabular run, the settings' and the input's together."""

from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_contracts.defaults import LATENCY
from autogluon_contracts.models.autogluon_images import is_aws_image
from autogluon_contracts.predictor_types.tabular.arguments import check_fit_args, check_init_args
from autogluon_contracts.predictor_types.tabular.checkpoints import checkpoint_problem
from autogluon_contracts.predictor_types.tabular.distributed import distribution_problem
from autogluon_contracts.predictor_types.tabular.families import image_problem
from autogluon_contracts.predictor_types.tabular.latency import latency_problem
from autogluon_contracts.predictor_types.tabular.metrics import canonical, measured_metrics
from autogluon_contracts.predictor_types.tabular.weights import weights_problem
from autogluon_lambdas.logic.run_arguments import (
    gate_problems,
    job_problems,
    label_identity_problems,
)
from autogluon_lambdas.models.training_plan import TrainingPlan

# What an endpoint's answers mean hangs on these, besides the label.
_IDENTITY = ("problem_type", "quantile_levels")
# What a run measures hangs on these.
_MEASURED_BY = ("problem_type", "eval_metric")


def argument_problems(plan: TrainingPlan, asked_init_args: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each problem; `asked_init_args` are those of the execution's input."""
    wrong = [*check_init_args(plan.init_args), *check_fit_args(plan.fit_args)]
    judge = _not_judged if wrong else distribution_problem
    return [
        *(f"input.{text}" for text in wrong),
        *(() if wrong else _weights_problems(plan)),
        *label_identity_problems(plan.spec, asked_init_args, _IDENTITY),
        *(() if wrong else _gate_problems(plan, asked_init_args)),
        *(f"input.{text}" for text in job_problems(plan, "tabular", judge)),
        *_goal_problems(plan),
    ]


def _not_judged(_fit_args: Mapping[str, Any]) -> None:
    """Return nothing: the arguments have problems of their own."""


def _weights_problems(plan: TrainingPlan) -> Iterator[str]:
    of_aws = is_aws_image(plan.spec.image_uri)
    problems = (
        image_problem(plan.fit_args) if of_aws else None,
        weights_problem(plan.fit_args, plan.weights, isolated=plan.spec.network_isolation),
    )
    yield from (f"input.{problem}" for problem in problems if problem is not None)


def _gate_problems(plan: TrainingPlan, asked: Mapping[str, Any]) -> Iterator[str]:
    measured = measured_metrics(*(plan.init_args.get(name) for name in _MEASURED_BY))
    return gate_problems(plan, asked, _MEASURED_BY, measured, canonical)


def _goal_problems(plan: TrainingPlan) -> Iterator[str]:
    if plan.spec.serving.optimize_for == LATENCY:
        problem = latency_problem(plan.fit_args)
        if problem is not None:
            yield f'predictor "{plan.spec.name}" has {problem}'
    if plan.checkpoints:
        problem = checkpoint_problem(plan.fit_args)
        if problem is not None:
            yield f'predictor "{plan.spec.name}" keeps checkpoints, and the run has {problem}'
