"""Build the CreateModelPackage request: container, metrics and history of a model version."""

import hashlib
from typing import Any

from autogluon_contracts.content_types import ANSWER_TYPES, REQUEST_TYPES
from autogluon_contracts.documents.metrics import TrainingMetrics
from autogluon_contracts.documents.model_package import VersionMetadata
from autogluon_contracts.documents.parent_model import ParentModel
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_contracts.documents.training_job import TABLE_CHANNELS
from autogluon_contracts.quality_gate import Decision
from autogluon_contracts.s3_location import S3Location
from autogluon_contracts.serving_environment import environment_of
from autogluon_lambdas.models.events.training_run import Run


def model_package_request(
    *,
    group: str,
    data_bucket: str,
    spec: PredictorSpec,
    run: Run,
    artifact: S3Location,
    metrics_file: S3Location,
    report_page: S3Location | None,
    metrics: TrainingMetrics,
    decision: Decision,
    training_job: dict[str, Any],
    usd: float | None,
) -> dict[str, Any]:
    """Return the complete request; its ClientToken makes a second one of the same job a no-op."""
    return {
        "ModelPackageGroupName": group,
        "ModelPackageDescription": f"{run.job_name}: {decision.reason}"[:1024],
        "ClientToken": hashlib.sha256(run.job_name.encode()).hexdigest()[:36],
        "ModelApprovalStatus": decision.status,
        **_served_by(environment_of(spec, data_bucket), spec, artifact, metrics.artifact_sha256),
        "ModelMetrics": {
            "ModelQuality": {
                "Statistics": {"ContentType": "application/json", "S3Uri": metrics_file.uri}
            }
        },
        "CustomerMetadataProperties": _metadata(
            run, metrics, report_page, decision, training_job, usd
        ),
    }


def _served_by(
    environment: dict[str, str],
    spec: PredictorSpec,
    artifact: S3Location,
    artifact_sha256: str | None,
) -> dict[str, Any]:
    """Return what serves the version: its predictor's image, or the algorithm that trained it.

    "To create a model from an algorithm resource that you created or subscribed to in Amazon Web
    Services Marketplace, provide a value for SourceAlgorithmSpecification" (CreateModelPackage).
    """
    if spec.algorithm_arn is None:
        return {"InferenceSpecification": _inference(environment, spec, artifact, artifact_sha256)}
    source = {"AlgorithmName": spec.algorithm_arn, "ModelDataUrl": artifact.uri}
    return {"SourceAlgorithmSpecification": {"SourceAlgorithms": [source]}}


def _inference(
    environment: dict[str, str],
    spec: PredictorSpec,
    artifact: S3Location,
    artifact_sha256: str | None,
) -> dict[str, Any]:
    recorded = {} if artifact_sha256 is None else {ARTIFACT_VARIABLE: artifact_sha256}
    # No instance types: optional for a version in a group, and the settings may change later.
    return {
        "Containers": [
            {
                "Image": spec.inference_image_uri,
                "ModelDataUrl": artifact.uri,
                "Environment": environment | recorded,
            }
        ],
        "SupportedContentTypes": list(REQUEST_TYPES),
        "SupportedResponseMIMETypes": list(ANSWER_TYPES),
    }


def _metadata(
    run: Run,
    metrics: TrainingMetrics,
    report_page: S3Location | None,
    decision: Decision,
    training_job: dict[str, Any],
    usd: float | None,
) -> dict[str, str]:
    score = metrics.value(metrics.eval_metric)
    keys = {channel: key for key, channel in TABLE_CHANNELS.items()}
    data = {
        keys[channel["ChannelName"]]: channel["DataSource"]["S3DataSource"]["S3Uri"]
        for channel in training_job.get("InputDataConfig", [])
        if channel["ChannelName"] in keys
    }
    metadata = VersionMetadata(
        predictor=run.predictor,
        run=run.job_name,
        run_folder=run.folder.uri,
        execution=run.execution,
        decision=decision.status,
        reason=decision.reason,
        best_model=metrics.best_model,
        evaluated_on=metrics.evaluated_on,
        eval_metric=metrics.eval_metric,
        eval_metric_value=None if score is None else repr(score),
        report_uri=None if report_page is None else report_page.uri,
        instance_type=training_job.get("ResourceConfig", {}).get("InstanceType"),
        usd=None if usd is None else repr(usd),
        **data,
        **_lineage(metrics.parent),
    )
    return metadata.to_properties()


def _lineage(parent: ParentModel | None) -> dict[str, str]:
    if parent is None:
        return {}
    return {
        "parent": parent.model or parent.artifact,
        "parent_run": parent.run,
        "parent_sha256": parent.artifact_sha256,
        "method": parent.method,
    }
