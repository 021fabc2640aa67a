"""Run a time series training job: load, fit, evaluate, pack."""

from __future__ import annotations

import platform
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import autogluon.timeseries
import pandas as pd
from autogluon.timeseries import TimeSeriesPredictor

from autogluon_contracts.documents.metrics import Rows, TrainingMetrics, Versions
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_contracts.jobs.log_lines import metric_line
from autogluon_contracts.predictor_types.timeseries.arguments import (
    check_fit_args,
    check_init_args,
    named_objects,
)
from autogluon_contracts.predictor_types.timeseries.metrics import measured_metrics
from autogluon_contracts.predictor_types.timeseries.series import (
    SeriesColumns,
    constructor_args,
    stores_history,
)
from autogluon_contracts.predictor_types.timeseries.weights import weights_problem
from autogluon_jobs.answers.columns import require_distinct
from autogluon_jobs.data.channel_table import load_channels
from autogluon_jobs.jobs.artifact_code import size_of, write_code
from autogluon_jobs.jobs.artifact_record import write_metrics
from autogluon_jobs.jobs.framework_version import version_warning
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.jobs.own_code import keep_own_code, require_code
from autogluon_jobs.jobs.time_budget import time_budget
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import shown
from autogluon_jobs.report.report_file import write_report
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.timeseries.data.series_data import SeriesData, prepare_series
from autogluon_jobs.timeseries.evaluation.evaluation import Evaluation, evaluate
from autogluon_jobs.timeseries.prediction.stored_series import store_series
from autogluon_jobs.timeseries.pretrained.fit_hyperparameters import with_local_checkpoints
from autogluon_jobs.timeseries.report.report_facts import ReportFacts
from autogluon_jobs.timeseries.training.artifact import pack
from autogluon_jobs.timeseries.training.own_metric import with_own_metric
from autogluon_jobs.timeseries.training.schema_building import build_schema
from autogluon_jobs.weights.mounted import VerifiedWeights


@dataclass
class _Run:
    """What the steps of one job hand on to each other."""

    config: TrainingJobConfig
    paths: JobPaths
    data: SeriesData
    predictor: TimeSeriesPredictor
    schema: FeatureSchema
    fit_seconds: float
    warnings: list[str]
    started: float
    weights: VerifiedWeights


def run_job(config: TrainingJobConfig, paths: JobPaths) -> None:
    """Train, evaluate and pack one predictor.

    Writes the artifact into `paths.model`, and metrics, leaderboard, schema and report into
    `paths.output_data`.

    Raises:
        InputError: arguments or data that cannot be honoured.
    """
    started = time.monotonic()
    init_args, fit_args = dict(config.init_args), dict(config.fit_args)
    problems = [*check_init_args(init_args), *check_fit_args(fit_args)]
    if not problems:
        lacking = weights_problem(fit_args, config.weights)
        problems += [] if lacking is None else [lacking]
    if problems:
        raise InputError("; ".join(problems) + ".")
    require_code(config, named_objects(init_args))
    init_args = with_own_metric(init_args)
    weights = VerifiedWeights.of(config, paths)
    fit_args = with_local_checkpoints(fit_args, weights)
    columns = SeriesColumns.of(init_args)
    tables = load_channels({**paths.tables, **paths.side_tables})
    data = prepare_series(tables, columns, init_args, config.reading)
    try:
        run = _fit(config, paths, data, columns, init_args, fit_args, weights, started)
        _report(run, _judge(run))
    finally:
        shutil.rmtree(paths.fit, ignore_errors=True)


def _fit(
    config: TrainingJobConfig,
    paths: JobPaths,
    data: SeriesData,
    columns: SeriesColumns,
    init_args: Mapping[str, Any],
    fit_args: Mapping[str, Any],
    weights: VerifiedWeights,
    started: float,
) -> _Run:
    budget = time_budget(config.fit_args.get("time_limit"), config.max_runtime_seconds)
    installed = autogluon.timeseries.__version__
    warnings = [*version_warning(config, installed), *data.warnings, *budget.warnings]
    shutil.rmtree(paths.fit, ignore_errors=True)
    predictor = TimeSeriesPredictor(
        **constructor_args(init_args), path=paths.fit, log_to_file=False
    )
    require_distinct(
        [columns.id_column, columns.timestamp_column, "mean", *map(str, predictor.quantile_levels)],
        "Rename the column in the training data.",
    )
    _require_trainable(predictor, data, config.fit_args)
    print(
        f"Fitting on {data.rows['train']} rows of {data.train.num_items} series in "
        f'{config.data.get("train")}, frequency "{data.freq}", time_limit={budget.time_limit:g} s',
        flush=True,
    )
    start = time.monotonic()
    predictor.fit(
        data.train,
        tuning_data=data.tuning,
        **{**_fit_arguments(fit_args), "time_limit": budget.time_limit},
    )
    seconds = time.monotonic() - start
    if not predictor.model_names():
        raise RuntimeError("no model could be trained; the job's log says why for each of them")
    for _, line in predictor.leaderboard().iterrows():
        score = None if pd.isna(line["score_val"]) else line["score_val"]
        print(
            metric_line(
                model=line["model"],
                val_score=score,
                fit_seconds=line["fit_time_marginal"],
                eval_metric=predictor.eval_metric.name,
            ),
            flush=True,
        )
    warnings.extend(_left_out(predictor, data))
    schema = build_schema(predictor, data, columns, config.init_args)
    return _Run(config, paths, data, predictor, schema, seconds, warnings, started, weights)


def _fit_arguments(fit_args: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments as AutoGluon takes them: JSON has no tuples."""
    windows = fit_args.get("num_val_windows")
    changed = {"num_val_windows": tuple(windows)} if isinstance(windows, list) else {}
    return {**fit_args, **changed}


def _require_trainable(
    predictor: TimeSeriesPredictor, data: SeriesData, fit_args: Mapping[str, Any]
) -> None:
    if data.tuning is not None:
        return
    steps = predictor.prediction_length
    if not fit_args.get("skip_model_selection"):
        # AutoGluon's own rule, for one validation window.
        needed = max(steps + 1, 5) + steps
    elif data.test is None:
        needed = steps + 1  # The metrics are of the end of the training data.
    else:
        return
    lengths = data.train.num_timesteps_per_item()
    if lengths.max() < needed:
        raise InputError(
            f'Channel "train": the longest series, {shown(str(lengths.idxmax()))}, has '
            f"{lengths.max()} times, and training with prediction_length {steps} needs {needed}.",
            advice="Give a longer history, or a smaller prediction_length.",
        )


def _left_out(predictor: TimeSeriesPredictor, data: SeriesData) -> list[str]:
    trained = predictor._trainer.load_train_data().item_ids
    left = data.train.item_ids.difference(trained, sort=False)
    if not len(left):
        return []
    return [
        f"{len(left)} of {data.train.num_items} series are too short for the validation windows "
        f"or have no value, and were not trained on; the first is {shown(str(left[0]))}."
    ]


def _judge(run: _Run) -> Evaluation:
    names = measured_metrics(run.config.init_args.get("eval_metric"))
    evaluation = evaluate(run.predictor, run.data, names)
    run.warnings.extend(evaluation.warnings)
    for name, value in evaluation.metrics.items():
        print(metric_line(**{f"{evaluation.evaluated_on}_{name}": value}), flush=True)
    return evaluation


def _report(run: _Run, evaluation: Evaluation) -> None:
    output, model = run.paths.output_data, run.paths.model
    for folder in (output, model):
        folder.mkdir(parents=True, exist_ok=True)
    pack(run.predictor, model, run.weights)
    if stores_history(run.config.init_args):
        left_out = store_series(run.data.train, SeriesColumns.of(run.config.init_args), model)
        run.warnings.extend([] if left_out is None else [left_out])
    run.weights.write_provenance(model)
    write_code(model, run.schema.type)
    keep_own_code(run.paths, model)
    run.schema.save(model)
    run.schema.save(output)
    leaderboard = run.predictor.leaderboard(run.data.test)
    leaderboard.to_csv(output / "leaderboard.csv", index=False)
    metrics = _metrics(run, evaluation, leaderboard)
    facts = ReportFacts(
        run.config,
        run.data,
        run.predictor,
        evaluation,
        metrics.to_json(),
        leaderboard,
        job_seconds=time.monotonic() - run.started,
    )
    run.warnings.extend(write_report(lambda: _page(facts), output))
    metrics = write_metrics(replace(metrics, warnings=tuple(run.warnings)), model, output)
    for warning in metrics.warnings:
        print(f"Warning: {warning}")
    print(f"Best model {metrics.best_model}, artifact {metrics.artifact_bytes} bytes")


def _page(facts: ReportFacts) -> tuple[str, list[str]]:
    from autogluon_jobs.timeseries.report.page import render

    return render(facts)


def _metrics(run: _Run, evaluation: Evaluation, leaderboard: pd.DataFrame) -> TrainingMetrics:
    return TrainingMetrics(
        predictor=run.config.predictor,
        run=run.config.run,
        label=run.predictor.target,
        problem_type=run.schema.problem_type,
        eval_metric=run.predictor.eval_metric.name,
        best_model=run.predictor.model_best,
        evaluated_on=evaluation.evaluated_on,
        holdout=evaluation.holdout,
        rows=Rows(train=run.data.rows["train"], test=run.data.rows.get("test", 0)),
        metrics=evaluation.metrics,
        models=tuple(leaderboard["model"]),
        serving={"optimize_for": run.config.serving.optimize_for},
        fit_seconds=round(run.fit_seconds, 3),
        artifact_bytes=size_of(run.paths.model),
        versions=Versions(
            autogluon=autogluon.timeseries.__version__, python=platform.python_version()
        ),
        warnings=tuple(run.warnings),
    )
