"""A training job for a mean predictor."""

from __future__ import annotations

import platform
import time
from importlib.metadata import version

import pandas as pd

from autogluon_contracts.documents.metrics import Rows, TrainingMetrics, Versions
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_contracts.jobs.log_lines import metric_line
from autogluon_jobs.data.channel_table import load_channel
from autogluon_jobs.data.training_frames import TrainingData, prepare_data
from autogluon_jobs.jobs.artifact_code import size_of, write_code
from autogluon_jobs.jobs.artifact_record import write_metrics
from autogluon_jobs.jobs.job_paths import JobPaths
from autogluon_jobs.meantype.means import Means
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.schema.feature_schema import FeatureSchema


def run_job(config: TrainingJobConfig, paths: JobPaths) -> None:
    """Learn the means, judge them on the test rows, and pack them.

    Raises:
        InputError: data that cannot be learned from.
    """
    started = time.monotonic()
    label, key = config.init_args["label"], config.init_args["key"]
    tables = {name: load_channel(name, paths.channel(name)) for name in ("train", "test")}
    data = prepare_data(tables, label)
    if data.test is None:
        raise InputError("A mean predictor is judged on test data.")
    schema = _schema(data, label, key)
    means = _means(data.train, label, key, config.fit_args.get("smoothing", 0))
    seconds = time.monotonic() - started
    scores = _judged(means, data.test, label, key)
    for name, value in scores.items():
        print(metric_line(**{f"test_{name}": value}), flush=True)
    for folder in (paths.model, paths.output_data):
        folder.mkdir(parents=True, exist_ok=True)
        schema.save(folder)
    means.save(paths.model)
    write_code(paths.model, schema.type)
    metrics = TrainingMetrics(
        predictor=config.predictor,
        run=config.run,
        label=label,
        problem_type=schema.problem_type,
        eval_metric="mean_absolute_error",
        best_model="means",
        evaluated_on="test",
        rows=Rows(train=len(data.train), test=len(data.test)),
        metrics=scores,
        models=("means",),
        serving={"optimize_for": config.serving.optimize_for},
        fit_seconds=seconds,
        artifact_bytes=size_of(paths.model),
        versions=Versions(autogluon=version("autogluon.core"), python=platform.python_version()),
        warnings=data.warnings,
    )
    leaderboard = f"model,score_test,fit_time\nmeans,{scores['mean_absolute_error']},{seconds}\n"
    (paths.output_data / "leaderboard.csv").write_text(leaderboard, encoding="utf-8")
    write_metrics(metrics, paths.model, paths.output_data)


def _schema(data: TrainingData, label: str, key: str) -> FeatureSchema:
    columns = {item.name: item for item in data.columns}
    if columns[label].kind not in ("int", "float"):
        raise InputError(f'Label column "{label}" holds no numbers.')
    if columns[key].kind != "category":
        raise InputError(f'Key column "{key}" must hold names.')
    ignored = tuple(name for name in columns if name not in (label, key))
    return FeatureSchema(label, "regression", (columns[key],), ignored=ignored, type="meantype")


def _means(rows: pd.DataFrame, label: str, key: str, smoothing: float) -> Means:
    overall = float(rows[label].mean())
    groups = rows.groupby(key, observed=True)[label]
    means = (groups.sum() + smoothing * overall) / (groups.count() + smoothing)
    return Means(overall, {str(name): float(value) for name, value in means.items()})


def _judged(means: Means, rows: pd.DataFrame, label: str, key: str) -> dict[str, float]:
    keys = rows[key].astype(object).where(rows[key].notna(), None)
    error = float((rows[label] - keys.map(means.of)).abs().mean())
    without = float((rows[label] - means.overall).abs().mean())
    return {"mean_absolute_error": -error, "times_better": without / error}
