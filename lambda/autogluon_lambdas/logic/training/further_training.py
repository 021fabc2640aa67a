"""Check that a model can be trained further as a run asks, and on its data."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from autogluon_contracts.data.index_column import INDEX_NAMES
from autogluon_contracts.documents.execution_inputs import TrainInput
from autogluon_contracts.models.autogluon_images import is_aws_image
from autogluon_contracts.predictor_types import predictor_type
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.run_arguments import job_problems
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.models.parent import Parent
from autogluon_lambdas.models.training_plan import TrainingPlan

_LEARNS_TOGETHER = ("sample_weight", "groups")


def further_plan(plan: TrainingPlan, asked: TrainInput, parent: Parent) -> TrainingPlan:
    """Return the plan with the model's own arguments, and the input's for the method.

    Those of the settings are of a first fit; of them, the time limit holds. Methods leave nothing
    that could be continued: an interrupted job begins again. They run on one instance.
    """
    fit_args = dict(asked.fit_args)
    limit = plan.spec.fit_args.get("time_limit")
    if limit is not None and "time_limit" in parent.method.fit_args:
        fit_args.setdefault("time_limit", limit)
    return replace(
        plan,
        parent=parent,
        checkpoints=False,
        weights={} if parent.method.has_own_weights else plan.weights,
        instance_count=1 if asked.instance_count is None else asked.instance_count,
        init_args={**parent.job.init_args, "label": parent.schema.label},
        fit_args=fit_args,
    )


def further_problems(plan: TrainingPlan, asked: TrainInput, parent: Parent) -> Iterator[str]:
    """Yield a sentence for each thing that cannot work with the model."""
    name, method, spec = parent.model.method, parent.method, plan.spec
    if parent.schema.type != spec.type:
        yield (
            f"input.from_model: {parent.model.name} is a {parent.schema.type} model, and predictor "
            f'"{spec.name}" has the type {spec.type}'
        )
        return
    if asked.continue_run is not None:
        yield "input.continue_run: a model that is trained further has no checkpoint; leave it out"
    for key in ("label", "problem_type", "quantile_levels"):
        own = {"label": parent.schema.label, "problem_type": parent.schema.problem_type,
               "quantile_levels": list(parent.schema.quantile_levels or ())}[key]  # fmt: skip
        declared = spec.init_args.get(key)
        if declared is not None and declared != own:
            yield (
                f"input.from_model: {parent.model.name} has the {key} {json.dumps(own)}, and "
                f'predictor "{spec.name}" has {json.dumps(declared)}; train it anew'
            )
    for key, value in asked.init_args.items():
        if plan.init_args.get(key) != value:
            yield (
                f"input.init_args.{key}: got {json.dumps(value)}; a model that is trained further "
                "keeps the arguments that it was made with; leave it out"
            )
    wrong = method.fit_args_problems(name, plan.fit_args)
    yield from (f"input.{text}" for text in wrong)
    yield from () if wrong or method.has_own_weights else _weights_problems(plan, parent)
    yield from _artifact_problems(plan, parent)
    yield from _data_problems(asked, parent)
    yield from (f"input.{text}" for text in job_problems(plan, f"further trained {spec.type}"))


def _weights_problems(plan: TrainingPlan, parent: Parent) -> Iterator[str]:
    """Yield a sentence for each set of weights that a fit would lack, or find changed."""
    kind, name = predictor_type(plan.spec.type), plan.spec.name
    problem = kind.weights_problem(
        plan.fit_args, plan.weights, isolated=plan.spec.network_isolation
    )
    if problem is not None:
        yield f"input.{problem}"
    unable = kind.image_problem(plan.fit_args) if is_aws_image(plan.spec.image_uri) else None
    if unable is not None:
        yield f"input.{unable}"
    if not parent.method.needs_kept_data:  # it fits no model
        return
    for key, learned in parent.job.weights.items():
        found = plan.weights.get(key)
        if found is None:
            yield (
                f'input.from_model: {parent.model.name} learned from the weights "{key}", which '
                f'predictor "{name}" no longer names; add them to weights in the YAML, and deploy'
            )
        elif found.sha256 != learned.sha256:
            yield (
                f'input.from_model: {parent.model.name} learned from other weights "{key}" than '
                "those that are mirrored now; train it anew"
            )


def _artifact_problems(plan: TrainingPlan, parent: Parent) -> Iterator[str]:
    name, model, spec = parent.model.method, parent.model.name, plan.spec
    made_by = parent.metrics.versions.autogluon
    if made_by != spec.framework_version:
        yield (
            f"input.from_model: {model} was trained with AutoGluon {made_by}, and predictor "
            f'"{spec.name}" has {spec.framework_version}, which cannot load it; train it anew'
        )
    if parent.method.needs_kept_data and not parent.job.further_training:
        yield (
            f"input.from_model: {model} holds neither its training data nor all its models, which "
            f"{name} needs; set training.further_training in the YAML, deploy, and train it anew"
        )
    allowed = parent.method.problem_types
    if allowed and parent.schema.problem_type not in allowed:
        yield (
            f"input.method: {name} is for {listed(allowed)} models, and {model} is "
            f"{parent.schema.problem_type}"
        )
    if parent.method.adds_rows:
        for key in _LEARNS_TOGETHER:
            if parent.job.init_args.get(key) is not None:
                yield (
                    f"input.method: {name} cannot add rows to a model with {key}, which AutoGluon "
                    "does not support; train it anew"
                )
    metric, metrics = parent.metrics.eval_metric, parent.method.metrics
    if metrics and metric not in metrics and "metric" not in plan.fit_args:
        yield (
            f"input.fit_args.metric: missing; {metric}, for which {model} was trained, is not one "
            f"that {name} can raise; give one such as f1 or balanced_accuracy"
        )


def _data_problems(asked: TrainInput, parent: Parent) -> Iterator[str]:
    name, method = parent.model.method, parent.method
    if asked.tuning_data is not None and not method.takes_tuning_data:
        yield (
            "input.tuning_data: a model that is trained further keeps its own validation rows; "
            "leave it out"
        )
    if method.needs_test_data and asked.test_data is None:
        yield f"input.test_data: missing; {name} is measured on rows that it does not learn from"


def check_further_data(
    files: Mapping[str, DataFiles], columns: Mapping[str, tuple[str, ...]], parent: Parent
) -> None:
    """Raise InvalidDataError when the columns are not those that the model takes.

    `files` and `columns` have the input's keys.
    """
    for key, entry in files.items():
        _check_columns(key, entry, columns[key], parent)
    first, given = parent.model.first_data, files["train_data"].prefix.uri
    if parent.method.learns_again and first != given:
        raise InvalidDataError(
            f"input.train_data: got {given}; {parent.model.method} learns again from what "
            f"{parent.model.name} first learned from, which is {first}.",
            advice="Give that, or add rows with refit_full.",
        )


def _check_columns(key: str, entry: DataFiles, columns: tuple[str, ...], parent: Parent) -> None:
    schema = parent.schema
    needed = [*schema.feature_names, *schema.ignored]
    if key != "train_data" or not parent.method.takes_unlabelled:
        needed.append(schema.label)
    missing = [name for name in needed if name not in columns]
    known = {*needed, schema.label, *INDEX_NAMES}
    extra = [name for name in columns if name not in known]
    if not missing and not extra:
        return
    quoted = ", ".join(f'"{name}"' for name in missing)
    parts = [f"lacks {quoted}"] if missing else []
    if extra:
        parts.append(
            "has also " + ", ".join(f'"{name}"{did_you_mean(name, missing)}' for name in extra)
        )
    raise InvalidDataError(
        f"{entry.key}: {entry.prefix.uri} {' and '.join(parts)}, compared with what "
        f"{parent.model.name} takes.",
        advice="Give the columns that it was trained on, or train it anew.",
    )
