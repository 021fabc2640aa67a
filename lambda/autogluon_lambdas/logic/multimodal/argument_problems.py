"""Check the arguments of a multimodal run, the settings' and the input's together."""

from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_contracts.models.known_weights import FOLDER
from autogluon_contracts.predictor_types.multimodal.arguments import check_fit_args, check_init_args
from autogluon_contracts.predictor_types.multimodal.images import IMAGE_TYPE, declared_images
from autogluon_contracts.predictor_types.multimodal.metrics import measured_metrics
from autogluon_contracts.predictor_types.multimodal.segmentation import combination_problems
from autogluon_contracts.predictor_types.multimodal.weights import (
    checkpoint_key,
    downloads_problem,
    local_checkpoints,
    unnamed_problem,
)
from autogluon_contracts.predictor_types.tabular.metrics import canonical
from autogluon_lambdas.logic.run_arguments import (
    gate_problems,
    job_problems,
    label_identity_problems,
)
from autogluon_lambdas.models.training_plan import TrainingPlan

_IDENTITY = ("problem_type", "num_classes")
_MEASURED_BY = ("problem_type", "eval_metric")
"""The arguments that decide what a run measures."""


def argument_problems(plan: TrainingPlan, asked_init_args: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each problem; `asked_init_args` are those of the execution's input."""
    wrong = [*check_init_args(plan.init_args), *check_fit_args(plan.fit_args)]
    wrong = wrong or list(combination_problems(plan.init_args, plan.fit_args))
    return [
        *(f"input.{text}" for text in wrong),
        *label_identity_problems(plan.spec, asked_init_args, _IDENTITY),
        *(() if wrong else _gate_problems(plan, asked_init_args)),
        *(() if wrong else _weights_problems(plan)),
        *(() if wrong else _images_problems(plan)),
        *(f"input.{text}" for text in job_problems(plan, "multimodal")),
    ]


def _gate_problems(plan: TrainingPlan, asked: Mapping[str, Any]) -> Iterator[str]:
    measured = measured_metrics(*(plan.init_args.get(name) for name in _MEASURED_BY))
    return gate_problems(plan, asked, _MEASURED_BY, measured, canonical)


def _weights_problems(plan: TrainingPlan) -> Iterator[str]:
    unnamed = unnamed_problem(plan.fit_args, plan.weights)
    problem = downloads_problem(plan.fit_args) if plan.spec.network_isolation else None
    if unnamed is not None or problem is not None:
        yield f"input.{unnamed or problem}"
    for model, folder in local_checkpoints(plan.fit_args.get("hyperparameters")).items():
        if "weights" not in plan.folders and not plan.weights:
            yield (
                f"input.weights: missing; {checkpoint_key(model)} is '{FOLDER}{folder}', so give "
                "the S3 folder that holds it, or mirror it and name it in the settings' weights"
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
