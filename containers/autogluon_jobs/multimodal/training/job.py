"""Run a multimodal training job: load, fit, evaluate, pack."""

from __future__ import annotations

import platform
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import autogluon.multimodal
import pandas as pd
from autogluon.multimodal import MultiModalPredictor

from autogluon_contracts.answers import PROBABILITY_SUFFIX
from autogluon_contracts.documents.metrics import CheckpointUse, Rows, TrainingMetrics, Versions
from autogluon_contracts.documents.parent_model import ParentModel
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_contracts.jobs.log_lines import metric_line
from autogluon_contracts.predictor_types.multimodal.arguments import named_objects
from autogluon_contracts.predictor_types.multimodal.images import (
    IMAGE_TYPE,
    declared_images,
    image_columns,
)
from autogluon_contracts.predictor_types.tabular.metrics import canonical
from autogluon_jobs.answers.columns import probability_columns, require_distinct
from autogluon_jobs.data.channel_table import ChannelTable, load_channels
from autogluon_jobs.data.leaks import leak_warnings
from autogluon_jobs.data.rows_by_schema import rows_by_schema
from autogluon_jobs.data.split_leaks import split_warnings
from autogluon_jobs.data.training_checks import require_varying_feature
from autogluon_jobs.data.training_frames import TrainingData, prepare_data
from autogluon_jobs.jobs.artifact_code import size_of, write_code
from autogluon_jobs.jobs.artifact_record import write_metrics
from autogluon_jobs.jobs.framework_version import version_warning
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.jobs.own_code import keep_own_code, require_code
from autogluon_jobs.jobs.parent_artifact import unpack_parent
from autogluon_jobs.jobs.time_budget import time_budget
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.multimodal.data.model_columns import declared
from autogluon_jobs.multimodal.data.model_rows import ImageColumns, ModelRows
from autogluon_jobs.multimodal.evaluation.evaluation import (
    Evaluation,
    evaluate,
    require_known_classes,
)
from autogluon_jobs.multimodal.images.image_folder import ImageFolder
from autogluon_jobs.multimodal.quiet_library import forbid_dictionaries
from autogluon_jobs.multimodal.report.report_facts import ReportFacts
from autogluon_jobs.multimodal.training.artifact import pack, require_weights
from autogluon_jobs.multimodal.training.checkpoints import (
    explained_checkpoints,
    found_checkpoints,
    job_hyperparameters,
)
from autogluon_jobs.multimodal.training.continued_fit import continued_fit
from autogluon_jobs.multimodal.training.further_fit import load_parent
from autogluon_jobs.multimodal.training.schema_building import build_schema
from autogluon_jobs.report.report_file import write_report
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.tabular.training.own_objects import OwnArguments
from autogluon_jobs.weights.mounted import CHANNEL, VerifiedWeights

_COMPARED_ROWS = 8
_VERBOSITY = 2  # MultiModalPredictor's own default


@dataclass
class _Run:
    """What the steps of one job hand on to each other."""

    config: TrainingJobConfig
    paths: JobPaths
    data: TrainingData
    rows: ModelRows
    predictor: MultiModalPredictor
    schema: FeatureSchema
    fit_seconds: float
    warnings: list[str]
    started: float
    weights: VerifiedWeights
    checkpoint: CheckpointUse | None = None


@dataclass(frozen=True)
class _Fit:
    """What one call of `fit` needs; `fit_args` replace the job's."""

    config: TrainingJobConfig
    paths: JobPaths
    data: TrainingData
    rows: ModelRows
    predictor: MultiModalPredictor
    fit_args: Mapping[str, Any]
    weights: VerifiedWeights
    schema: FeatureSchema | None = None
    """Of the model that is trained further; None: the fit decides on it."""


def run_job(config: TrainingJobConfig, paths: JobPaths) -> None:
    """Train, evaluate and pack one predictor, whose arguments are valid.

    Writes the artifact into `paths.model`, and metrics, leaderboard, schema and report into
    `paths.output_data`.

    Raises:
        InputError: data that cannot be honoured.
    """
    started = time.monotonic()
    scratch, further = (
        paths.fit.with_name(f"{paths.fit.name}-{of}") for of in ("images", "further")
    )
    try:
        if config.parent is None:
            run = _first_fit(config, paths, scratch, started)
        else:
            run = _further_fit(config, config.parent, paths, scratch, further, started)
        _report(run, _judge(run))
    finally:
        for folder in (paths.fit, scratch, further):
            shutil.rmtree(folder, ignore_errors=True)


def _first_fit(config: TrainingJobConfig, paths: JobPaths, scratch: Path, started: float) -> _Run:
    require_code(config, named_objects(config.init_args))
    own = OwnArguments.of(config.init_args, {}).own_init_args
    label = config.init_args["label"]
    tables = load_channels(paths.tables)
    images = _images(declared_images(config.fit_args), config, paths, tables, scratch)
    data = prepare_data(tables, label, config.reading, config.init_args.get("problem_type"))
    rows = ModelRows(_features(config, data), label, images)
    weights = VerifiedWeights.of(config, paths)
    hyperparameters = job_hyperparameters(
        config.fit_args,
        set(rows.types.values()),
        weights.folders or found_checkpoints(paths.channels),
    )
    if CHANNEL in paths.channels:
        forbid_dictionaries()
    shutil.rmtree(paths.fit, ignore_errors=True)
    predictor = MultiModalPredictor(
        **{**config.init_args, **own}, path=str(paths.fit), enable_progress_bar=False
    )
    fit_args = {"hyperparameters": hyperparameters or None, "column_types": dict(rows.types)}
    run = _fitted(_Fit(config, paths, data, rows, predictor, fit_args, weights), started)
    run.warnings.extend(leak_warnings(data.train, data.test, list(rows.types), label))
    if not {"text", IMAGE_TYPE} & set(rows.types.values()):
        run.warnings.append(
            "No column was read as text, which values of three words and more are. Declare short "
            "texts in fit_args.column_types, such as {title: text}."
        )
    require_known_classes(
        data.train[label],
        None if data.test is None else data.test[label],
        run.schema.problem_type,
    )
    if label.endswith(PROBABILITY_SUFFIX):
        names = [label, *probability_columns(run.schema.classes or ())]
        require_distinct(names, "Rename the label in the training data.")
    return run


def _further_fit(
    config: TrainingJobConfig,
    parent: ParentModel,
    paths: JobPaths,
    scratch: Path,
    folder: Path,
    started: float,
) -> _Run:
    schema = unpack_parent(parent, config, paths)
    tables = load_channels(paths.tables)
    for table in tables.values():
        if schema.label not in table.columns:
            raise InputError(f'Channel "{table.channel}" lacks the label "{schema.label}".')
    images = _images(image_columns(schema.details), config, paths, tables, scratch)
    data = rows_by_schema(tables, schema, config.reading)
    rows = ModelRows(schema.features, schema.label, images)
    verbosity = config.init_args.get("verbosity", _VERBOSITY)
    predictor = load_parent(parent, config.fit_args, paths.fit, verbosity=verbosity)
    weights = VerifiedWeights.of(config, paths)
    print(f"Going on from the weights of {parent.name}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    fit_args = {"save_path": str(folder)}
    return _fitted(_Fit(config, paths, data, rows, predictor, fit_args, weights, schema), started)


def _images(
    columns: tuple[str, ...],
    config: TrainingJobConfig,
    paths: JobPaths,
    tables: Mapping[str, ChannelTable],
    scratch: Path,
) -> ImageColumns:
    """Return the columns of images, all of which can be read."""
    if not columns:
        return ImageColumns((), None)
    folder = ImageFolder.of(paths.channel("images"), scratch, str(config.data["images"]))
    for table in tables.values():
        # An absent column is refused by name with the others.
        folder.require_readable(table, [name for name in columns if name in table.columns])
    return ImageColumns(columns, folder)


def _features(config: TrainingJobConfig, data: TrainingData) -> tuple[Feature, ...]:
    label = config.init_args["label"]
    inferred = [item for item in data.columns if item.name != label]
    frames = [rows for rows in (data.train, data.test, data.tuning) if rows is not None]
    require_varying_feature(inferred, data.train)
    return declared(inferred, frames, config.fit_args.get("column_types") or {})


def _fitted(fit: _Fit, started: float) -> _Run:
    config, data, rows, predictor = fit.config, fit.data, fit.rows, fit.predictor
    budget = time_budget(config.fit_args.get("time_limit"), config.max_runtime_seconds)
    installed = autogluon.multimodal.__version__
    warnings = [*version_warning(config, installed), *data.warnings, *budget.warnings]
    warnings += split_warnings(data.train, data.test, rows.label)
    print(
        f"Fitting on {len(data.train)} rows of {config.data.get('train')}, "
        f"time_limit={budget.time_limit:g} s",
        flush=True,
    )
    with continued_fit(config, fit.paths, (data.train, data.tuning)) as continued:
        warnings += continued.warnings
        start = time.monotonic()
        left = continued.begin(predictor, budget)
        with explained_checkpoints():
            predictor.fit(
                rows.labelled(data.train),
                tuning_data=None if data.tuning is None else rows.labelled(data.tuning),
                **{**config.fit_args, "time_limit": left.time_limit, **fit.fit_args},
            )
        seconds = time.monotonic() - start
    require_weights(predictor, budget.time_limit)
    print(metric_line(model=_model(predictor), fit_seconds=seconds), flush=True)
    schema = fit.schema or build_schema(predictor, rows.features, rows.images.columns, data.train)
    return _Run(
        config, fit.paths, data, rows, predictor, schema, seconds, warnings, started, fit.weights,
        continued.use(_model(predictor)),
    )  # fmt: skip


def _model(predictor: MultiModalPredictor) -> str:
    """Return what was trained: the models that AutoGluon joined, or the single one."""
    return "+".join(predictor._learner._config.model.names)


def _judge(run: _Run) -> Evaluation:
    evaluation = evaluate(run.predictor, run.data, run.rows.of)
    for name, value in evaluation.metrics.items():
        print(metric_line(**{f"{evaluation.evaluated_on}_{name}": value}), flush=True)
    return evaluation


def _report(run: _Run, evaluation: Evaluation) -> None:
    output, model = run.paths.output_data, run.paths.model
    for folder in (output, model):
        folder.mkdir(parents=True, exist_ok=True)
    eval_metric = canonical(run.predictor.eval_metric)
    score = evaluation.metrics[eval_metric]
    row = {"model": _model(run.predictor), f"score_{evaluation.evaluated_on}": score,
           "fit_time": run.fit_seconds}  # fmt: skip
    pd.DataFrame([row]).to_csv(output / "leaderboard.csv", index=False)
    pack(run.predictor, model, run.rows.of(run.data.train.head(_COMPARED_ROWS)))
    run.weights.write_provenance(model, earlier=run.paths.fit)
    write_code(model, run.schema.type)
    keep_own_code(run.paths, model)
    run.schema.save(model)
    run.schema.save(output)
    metrics = _metrics(run, evaluation, eval_metric)
    facts = ReportFacts(
        run.config,
        run.data,
        run.schema,
        run.rows.types,
        run.predictor.total_parameters,
        evaluation,
        metrics.to_json(),
        job_seconds=time.monotonic() - run.started,
    )
    run.warnings.extend(write_report(lambda: _page(facts), output))
    metrics = write_metrics(replace(metrics, warnings=tuple(run.warnings)), model, output)
    for warning in metrics.warnings:
        print(f"Warning: {warning}")
    print(f"Best model {metrics.best_model}, artifact {metrics.artifact_bytes} bytes")


def _page(facts: ReportFacts) -> tuple[str, list[str]]:
    from autogluon_jobs.multimodal.report.page import render

    return render(facts)


def _metrics(run: _Run, evaluation: Evaluation, eval_metric: str) -> TrainingMetrics:
    data: dict[str, Any] = {"train": run.data.train, "test": run.data.test}
    return TrainingMetrics(
        predictor=run.config.predictor,
        run=run.config.run,
        label=run.schema.label,
        problem_type=run.schema.problem_type,
        eval_metric=eval_metric,
        best_model=_model(run.predictor),
        evaluated_on=evaluation.evaluated_on,
        holdout=evaluation.holdout,
        rows=Rows(train=len(data["train"]), test=0 if data["test"] is None else len(data["test"])),
        metrics=evaluation.metrics,
        models=(_model(run.predictor),),
        serving={"optimize_for": run.config.serving.optimize_for},
        fit_seconds=round(run.fit_seconds, 3),
        artifact_bytes=size_of(run.paths.model),
        versions=Versions(
            autogluon=autogluon.multimodal.__version__, python=platform.python_version()
        ),
        warnings=tuple(run.warnings),
        checkpoint=run.checkpoint,
        parent=run.config.parent,
    )
