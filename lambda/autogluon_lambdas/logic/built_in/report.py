"""Describe a model that the algorithm trained: its metrics, and what it takes and answers."""

from collections.abc import Mapping
from typing import Any

from autogluon_contracts.documents import feature_schema, metrics
from autogluon_contracts.documents.feature_schema import FeatureHeader, FeatureSchemaHeader
from autogluon_contracts.documents.metrics import Rows, TrainingMetrics, Versions
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_contracts.predictor_types.built_in import TRAIN, VALIDATION, BuiltInAlgorithm
from autogluon_lambdas.logic.built_in.training_rows import features_of

ANSWERS = "answers"
"""The key of the schema's details that has the columns of an answer."""


def report_of(
    algorithm: BuiltInAlgorithm,
    job: TrainingJobConfig,
    spec: PredictorSpec,
    training_job: Mapping[str, Any],
) -> dict[str, bytes]:
    """Return metrics, schema and leaderboard of a completed job.

    Metrics are those of its log, the last round's, in AutoGluon's sign.
    """
    has_validation = job.data.get("tuning") is not None
    own = f"{VALIDATION if has_validation else TRAIN}:{algorithm.eval_metric(job.init_args)}"
    model = f"{spec.type} {spec.algorithm_version}"
    measured = TrainingMetrics(
        predictor=job.predictor,
        run=job.run,
        label=str(job.init_args["label"]),
        problem_type=str(job.init_args["problem_type"]),
        eval_metric=own,
        best_model=model,
        evaluated_on="holdout",
        holdout="tuning" if has_validation else "training",
        rows=Rows(train=0, test=0),
        metrics=_measured(algorithm, training_job),
        models=(model,),
        serving={"optimize_for": "accuracy"},
        fit_seconds=float(training_job.get("TrainingTimeInSeconds") or 0),
        artifact_bytes=0,
        versions=Versions(autogluon="", python=""),
        warnings=() if has_validation else (_NOTHING_HELD_OUT,),
    )
    return {
        metrics.FILE_NAME: measured.to_text(indent=1).encode(),
        feature_schema.FILE_NAME: _schema(algorithm, job).to_text(indent=1).encode(),
        "leaderboard.csv": _leaderboard(measured).encode(),
    }


_NOTHING_HELD_OUT = (
    "The run had no tuning data, so its metrics are those of the rows that it learnt from, which "
    "are better than on new rows; give some as tuning_data."
)


def _measured(algorithm: BuiltInAlgorithm, training_job: Mapping[str, Any]) -> dict[str, float]:
    values = {
        str(each["MetricName"]): float(each["Value"])
        for each in training_job.get("FinalMetricDataList") or ()
    }
    data = tuple(f"{channel}:" for channel in algorithm.channels.values())
    return {
        name: 0 - value if algorithm.is_minimized(name) else value
        for name, value in values.items()
        if name.startswith(data)
    }


def _schema(algorithm: BuiltInAlgorithm, job: TrainingJobConfig) -> FeatureSchemaHeader:
    label = str(job.init_args["label"])
    return FeatureSchemaHeader(
        type=job.type,
        label=label,
        problem_type=str(job.init_args["problem_type"]),
        classes=None,
        details={ANSWERS: list(algorithm.answer_columns(job.init_args, job.fit_args))},
        features=tuple(FeatureHeader(name=name) for name in features_of(job.columns or (), label)),
    )


def _leaderboard(found: TrainingMetrics) -> str:
    score = found.value(found.eval_metric)
    shown = "" if score is None else repr(score)
    return f"model,score_val,fit_time\n{found.best_model},{shown},{found.fit_seconds:g}\n"
