"""Build what the summaries of both engines share: the manifest's head, the run's output."""

from collections.abc import Mapping, Sequence
from typing import Any

from autogluon_contracts.answer_attributes import UnknownCategories, added
from autogluon_contracts.documents.batch_manifest import BatchManifest
from autogluon_lambdas.models.errors import BatchFailedError
from autogluon_lambdas.models.events.batch import BatchHead


def require_completed(kind: str, job: Mapping[str, Any]) -> None:
    """Raise BatchFailedError for a `Transform` or `Processing` job that did not complete."""
    status = job.get(f"{kind}JobStatus")
    if status != "Completed":
        reason = job.get("ExitMessage") or job.get("FailureReason") or "SageMaker gave no reason"
        raise BatchFailedError(
            f"The {kind.lower()} job {job.get(f'{kind}JobName')} is {status}: {reason.rstrip('.')}."
        )


def manifest_head(batch: BatchHead) -> dict[str, Any]:
    """Return the fields of a `BatchManifest` that are the same for every engine."""
    return {
        "predictor": batch.predictor,
        "job_name": batch.job_name,
        "engine": batch.engine,
        "engine_reason": batch.engine_reason,
        "model_package_arn": batch.model_package_arn,
        "columns": batch.columns,
    }


def unknown_of_files(files: Sequence[UnknownCategories]) -> dict[str, Any]:
    """Return the fields of a `BatchManifest` about unknown categories; none without any."""
    unknown = added(files)
    if not unknown.cells:
        return {}
    return {
        "unknown_categories": unknown.cells,
        "unknown_columns": unknown.listed,
    }


def summary(
    batch: BatchHead, manifest: BatchManifest, *, results: Sequence[str], instance_types: set[str]
) -> dict[str, Any]:
    """Return the run's output; `instance_types` are those that its jobs ran on."""
    errors: dict[str, Any] = {}
    if manifest.row_errors is not None:
        errors = {
            "row_errors": manifest.row_errors,
            "first_row_errors": list(manifest.first_row_errors or ()),
        }
    unknown: dict[str, Any] = {}
    if manifest.unknown_categories is not None:
        unknown = {
            "unknown_categories": manifest.unknown_categories,
            "unknown_columns": list(manifest.unknown_columns or ()),
        }
    return {
        "predictor": batch.predictor,
        "job_name": batch.job_name,
        "engine": batch.engine,
        "engine_reason": batch.engine_reason,
        "instance_types": sorted(instance_types),
        "model_package_arn": batch.model_package_arn,
        "rows": manifest.rows,
        **errors,
        **unknown,
        **({} if batch.output_path is None else {"output_path": batch.output_path.uri}),
        "results": list(results),
        "manifest_uri": batch.manifest.uri,
        "columns": list(batch.columns),
    }
