"""Say what a tracking server keeps of a training job."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_contracts.documents.metrics import TrainingMetrics
from autogluon_contracts.documents.training_job import CONFIG_CHANNEL, TrainingJobConfig
from autogluon_contracts.documents.tuning_summary import TuningSummary
from autogluon_contracts.names import model_package_group
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.ports import ObjectStore, TrackedRun

# MLflow's rule of names, and the length of a parameter that all its stores take.
_NOT_IN_NAMES = re.compile(r"[^\w./ :-]")
_LONGEST_NAME, _LONGEST_VALUE = 250, 500


def tracked_run(
    store: ObjectStore,
    environment: str,
    training_job: Mapping[str, Any],
    metrics: TrainingMetrics,
    summary: Mapping[str, Any],
    tuning: TuningSummary | None,
) -> TrackedRun:
    """Return the run with the arguments that it was trained with, and where its results are.

    Args:
        store: has the job's configuration.
        environment: the environment's name.
        training_job: DescribeTrainingJob's answer.
        metrics: what the job reached.
        summary: what the execution's output tells of it.
        tuning: of the search that the job won, if it is a trial.
    """
    job = _configuration(store, training_job)
    arguments = {"init_args": job.init_args, "fit_args": job.fit_args}
    parameters = dict(_flat(arguments)) | dict(tuning.values if tuning else {})
    parameters |= {"instance_type": str(summary["instance_type"]), "best_model": metrics.best_model}
    numbers = {
        **metrics.metrics,
        "validation_score": metrics.validation_score,
        "fit_seconds": metrics.fit_seconds,
        "billable_seconds": summary["billable_seconds"],
        "usd": summary["usd"],
    }
    links = {
        "report": summary["report_uri"],
        "model": summary["artifact_uri"],
        "trials": None if tuning is None else tuning.trials_uri,
    }
    note = "\n".join(f"- {name}: `{uri}`" for name, uri in links.items() if uri)
    return TrackedRun(
        experiment=model_package_group(environment, metrics.predictor),
        name=str(summary["job_name"]),
        job_name=str(training_job["TrainingJobName"]),
        seconds=float(summary["training_seconds"] or metrics.fit_seconds),
        parameters={_name(name): value[:_LONGEST_VALUE] for name, value in parameters.items()},
        metrics={
            _name(name): float(value)
            for name, value in numbers.items()
            if value is not None and math.isfinite(value)
        },
        tags={
            "autogluon.predictor": metrics.predictor,
            "autogluon.decision": str(summary["decision"]),
            "autogluon.reason": str(summary["reason"]),
            **{f"autogluon.{name}": uri for name, uri in links.items() if uri},
            "mlflow.note.content": note,
        },
    )


def _configuration(store: ObjectStore, training_job: Mapping[str, Any]) -> TrainingJobConfig:
    uri = next(
        channel["DataSource"]["S3DataSource"]["S3Uri"]
        for channel in training_job["InputDataConfig"]
        if channel["ChannelName"] == CONFIG_CHANNEL
    )
    return TrainingJobConfig.from_text(b"".join(store.stream(S3Location.parse(uri))))


def _flat(values: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        here = f"{path}.{name}" if path else str(name)
        if isinstance(value, Mapping) and value:
            yield from _flat(value, here)
        else:
            yield here, value if isinstance(value, str) else json.dumps(value)


def _name(text: str) -> str:
    return _NOT_IN_NAMES.sub("_", text)[:_LONGEST_NAME]
