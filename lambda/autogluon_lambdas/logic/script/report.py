"""Describe a model that a script trained: its metrics, and what it takes and answers."""

import json
import math
from collections.abc import Mapping
from typing import Any

from autogluon_contracts.documents import feature_schema, metrics
from autogluon_contracts.documents.feature_schema import FeatureHeader, FeatureSchemaHeader
from autogluon_contracts.documents.metrics import Rows, TrainingMetrics, Versions
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.script_spec import METRICS_FILE, RECORD_FILE
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_contracts.predictor_types.script.arguments import eval_metric
from autogluon_contracts.predictor_types.tabular.metrics import lower_is_better
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.programs.program import output_of
from autogluon_lambdas.logic.programs.report_archive import unpack
from autogluon_lambdas.ports import NotReadableError, ObjectStore

ANSWERS = "answers"
"""The key of the schema's details that has the columns of an answer."""


def script_report(
    store: ObjectStore,
    spec: PredictorSpec,
    training_job: Mapping[str, Any],
    job: TrainingJobConfig,
) -> dict[str, bytes]:
    """Return metrics, schema and leaderboard of a completed job.

    Metrics are those of the log, and of the script's own file, which wins.

    Raises TrainingFailedError when the archive of its output is damaged.
    """
    left = _left(store, output_of(training_job))
    record = _object(left.get(RECORD_FILE, b"{}"))
    found, warnings = _measured(training_job, left.get(METRICS_FILE))
    script = job.script
    program = spec.algorithm_arn or spec.image_uri
    model = (script.entry_point if script is not None else None) or program
    has_test = job.data.get("test") is not None
    seconds = float(training_job.get("TrainingTimeInSeconds") or 0)
    measured = TrainingMetrics(
        predictor=job.predictor,
        run=job.run,
        label=str(job.init_args["label"]),
        problem_type=str(job.init_args["problem_type"]),
        eval_metric=eval_metric(job.init_args),
        best_model=model,
        evaluated_on="test" if has_test else "holdout",
        holdout=None if has_test else "validation",
        rows=Rows(train=0, test=0),
        metrics=found,
        models=(model,),
        serving={"optimize_for": "accuracy"},
        fit_seconds=seconds,
        artifact_bytes=int(record.get("artifact_bytes", 0)),
        artifact_sha256=record.get("artifact_sha256"),
        versions=Versions(autogluon="", python=str(record.get("python", ""))),
        warnings=warnings,
    )
    return {
        metrics.FILE_NAME: measured.to_text(indent=1).encode(),
        feature_schema.FILE_NAME: _schema(job).to_text(indent=1).encode(),
        "leaderboard.csv": _leaderboard(measured).encode(),
    }


def _left(store: ObjectStore, archive: S3Location) -> dict[str, bytes]:
    try:
        return unpack(store, archive, (METRICS_FILE, RECORD_FILE))
    except NotReadableError:  # an image of one's own need not write anything
        return {}


def _object(text: bytes) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _measured(
    training_job: Mapping[str, Any], file: bytes | None
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return the metrics in AutoGluon's sign, and a sentence about each that cannot be used."""
    values: dict[str, Any] = {
        each["MetricName"]: each["Value"] for each in training_job.get("FinalMetricDataList") or ()
    }
    warnings = []
    if file is not None:
        written = _object(file)
        if not written:
            warnings.append(
                f"{METRICS_FILE} must be a JSON object of numbers, such as "
                '{"accuracy": 0.9}; it is left out.'
            )
        values |= written
    wrong = [name for name, value in values.items() if not _is_number(value)]
    warnings += [f'{METRICS_FILE}: "{name}" is not a number; it is left out.' for name in wrong]
    kept = {name: float(value) for name, value in values.items() if name not in wrong}
    signed = {name: -abs(v) if lower_is_better(name) else v for name, v in kept.items()}
    return signed, tuple(warnings)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _schema(job: TrainingJobConfig) -> FeatureSchemaHeader:
    label = str(job.init_args["label"])
    answers = (label,) if job.script is None else job.script.answer_columns(label)
    return FeatureSchemaHeader(
        type=job.type,
        label=label,
        problem_type=str(job.init_args["problem_type"]),
        classes=None,
        details={ANSWERS: list(answers)},
        features=tuple(FeatureHeader(name=name) for name in job.columns or () if name != label),
    )


def _leaderboard(found: TrainingMetrics) -> str:
    column = "score_test" if found.evaluated_on == "test" else "score_val"
    score = found.value(found.eval_metric)
    shown = "" if score is None else repr(score)
    return f"model,{column},fit_time\n{found.best_model},{shown},{found.fit_seconds:g}\n"
