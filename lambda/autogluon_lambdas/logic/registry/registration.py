"""The CreateModelPackage request: a model version with its container, metrics and history."""

import hashlib
import re
from typing import Any

from autogluon_lambdas.logic.registry.quality_gate import Decision
from autogluon_lambdas.logic.registry.serving_environment import serving_environment
from autogluon_lambdas.models.documents.metrics import Metrics
from autogluon_lambdas.models.documents.spec import PredictorSpec
from autogluon_lambdas.models.events.inputs import DATA_CHANNELS
from autogluon_lambdas.models.events.training_run import Run
from autogluon_lambdas.models.location import S3Location

CONTENT_TYPES = [
    "text/csv",
    "application/json",
    "application/jsonlines",
    "application/jsonl",
    "application/x-parquet",
    "application/x-autogluon",
]
RESPONSE_TYPES = [
    "text/csv",
    "application/json",
    "application/jsonlines",
    "application/jsonl",
    "application/x-parquet",
]
_LONGEST_VALUE = 256
_NOT_ALLOWED_IN_VALUE = re.compile(r"[^\w .:/=+\-@]")


def model_package_request(
    *,
    group: str,
    spec: PredictorSpec,
    run: Run,
    artifact: S3Location,
    metrics_file: S3Location,
    report_page: S3Location | None,
    metrics: Metrics,
    decision: Decision,
    training_job: dict[str, Any],
) -> dict[str, Any]:
    """The complete request; its ClientToken makes a second one with the same run a no-op."""
    return {
        "ModelPackageGroupName": group,
        "ModelPackageDescription": f"{run.job_name}: {decision.reason}"[:1024],
        "ClientToken": hashlib.sha256(run.job_name.encode()).hexdigest()[:36],
        "ModelApprovalStatus": decision.status,
        "InferenceSpecification": _inference(spec, artifact),
        "ModelMetrics": {
            "ModelQuality": {
                "Statistics": {"ContentType": "application/json", "S3Uri": metrics_file.uri}
            }
        },
        "CustomerMetadataProperties": _metadata(run, metrics, report_page, decision, training_job),
    }


def _inference(spec: PredictorSpec, artifact: S3Location) -> dict[str, Any]:
    # No instance types: optional for a version in a group, and the settings may change later.
    return {
        "Containers": [
            {
                "Image": spec.inference_image_uri,
                "ModelDataUrl": artifact.uri,
                "Environment": serving_environment(spec.serving),
            }
        ],
        "SupportedContentTypes": CONTENT_TYPES,
        "SupportedResponseMIMETypes": RESPONSE_TYPES,
    }


def _metadata(
    run: Run,
    metrics: Metrics,
    report_page: S3Location | None,
    decision: Decision,
    training_job: dict[str, Any],
) -> dict[str, str]:
    properties = {
        "predictor": run.predictor,
        "run": run.job_name,
        "run_folder": run.folder.uri,
        "execution": run.execution,
        "reason": decision.reason,
        "best_model": metrics.best_model,
        "evaluated_on": metrics.evaluated_on,
        "eval_metric": metrics.eval_metric,
    }
    score = metrics.value(metrics.eval_metric)
    if score is not None:
        properties["eval_metric_value"] = repr(score)
    if report_page is not None:
        properties["report_uri"] = report_page.uri
    for channel in training_job.get("InputDataConfig", []):
        name = channel["ChannelName"]
        if name in DATA_CHANNELS.values():
            properties[f"{name}_data"] = channel["DataSource"]["S3DataSource"]["S3Uri"]
    # SageMaker refuses the whole version for one odd character or a value that is too long.
    return {
        key: _NOT_ALLOWED_IN_VALUE.sub("_", value)[:_LONGEST_VALUE]
        for key, value in properties.items()
        if value
    }
