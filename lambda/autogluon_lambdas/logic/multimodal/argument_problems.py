"""Check the arguments of a multimodal run, the settings' and the input's together."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.predictor_types.multimodal.arguments import check_fit_args, check_init_args
from autogluon_contracts.predictor_types.multimodal.images import IMAGE_TYPE, declared_images
from autogluon_contracts.predictor_types.multimodal.metrics import measured_metrics
from autogluon_contracts.predictor_types.multimodal.weights import (
    FOLDER,
    checkpoint_key,
    downloads_problem,
    local_checkpoints,
)
from autogluon_contracts.predictor_types.tabular.metrics import canonical
from autogluon_contracts.time_reserve import time_reserve_problem
from autogluon_contracts.wording import listed
from autogluon_lambdas.models.training_plan import TrainingPlan

_IDENTITY = ("label", "problem_type")
"""The arguments that decide what an endpoint's answers mean."""
_MEASURED_BY = ("problem_type", "eval_metric")
"""The arguments that decide what a run measures."""


def argument_problems(plan: TrainingPlan, asked_init_args: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each problem; `asked_init_args` are those of the execution's input."""
    wrong = [*check_init_args(plan.init_args), *check_fit_args(plan.fit_args)]
    return [
        *(f"input.{text}" for text in wrong),
        *_identity_problems(plan.spec, asked_init_args),
        *(() if wrong else _gate_problems(plan, asked_init_args)),
        *(() if wrong else _weights_problems(plan)),
        *(() if wrong else _images_problems(plan)),
        *(f"input.{text}" for text in _job_problems(plan)),
    ]


def _identity_problems(spec: PredictorSpec, asked: Mapping[str, Any]) -> Iterator[str]:
    if "label" not in spec.init_args:
        return  # each run of such a predictor says what it predicts
    for name in _IDENTITY:
        if name in asked and asked[name] != spec.init_args.get(name):
            yield (
                f"input.init_args.{name}: got {json.dumps(asked[name])}, but predictor "
                f'"{spec.name}" predicts the label "{spec.init_args["label"]}" with problem_type '
                f"{json.dumps(spec.init_args.get('problem_type'))}; declare another predictor in "
                "the YAML for anything else"
            )


def _gate_problems(plan: TrainingPlan, asked: Mapping[str, Any]) -> Iterator[str]:
    gate, settings = plan.spec.quality_gate, plan.spec.init_args
    changed = [name for name in _MEASURED_BY if name in asked and asked[name] != settings.get(name)]
    if gate is None or gate.metric is None or not changed:
        return
    measured = measured_metrics(*(plan.init_args.get(name) for name in _MEASURED_BY))
    if canonical(gate.metric) not in measured:
        yield (
            f"input.init_args.{changed[-1]}: got {json.dumps(asked[changed[-1]])}, but the quality "
            f'gate of predictor "{plan.spec.name}" decides by "{gate.metric}", which such a run '
            f"does not measure; it measures: {listed(measured)}"
        )


def _weights_problems(plan: TrainingPlan) -> Iterator[str]:
    problem = downloads_problem(plan.fit_args) if plan.spec.network_isolation else None
    if problem is not None:
        yield f"input.{problem}"
    for model, folder in local_checkpoints(plan.fit_args.get("hyperparameters")).items():
        if "weights" not in plan.folders:
            yield (
                f"input.weights: missing; {checkpoint_key(model)} is '{FOLDER}{folder}', so give "
                "the S3 folder that holds it"
            )


def _images_problems(plan: TrainingPlan) -> Iterator[str]:
    columns, given = declared_images(plan.fit_args), plan.folders.get("images")
    if columns and given is None:
        yield (
            f'input.images: missing; column_types calls "{columns[0]}" an image, so give the S3 '
            "folder below which its files are"
        )
    if given is not None and not columns:
        yield (
            f"input.images: got {given.uri}, and fit_args.column_types names no column of "
            f"{IMAGE_TYPE}; declare it, such as {{photo: {IMAGE_TYPE}}}"
        )


def _job_problems(plan: TrainingPlan) -> Iterator[str]:
    if plan.instance_count > 1:
        yield (
            f"instance_count: got {plan.instance_count}; allowed: 1, because distributed "
            "training of multimodal predictors is unsupported"
        )
    problem = time_reserve_problem(plan.fit_args.get("time_limit"), plan.max_runtime_seconds)
    if problem is not None:
        yield problem
