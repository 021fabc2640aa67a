"""BatchPredict, after the job: one answer per row, results with a header, a manifest."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from autogluon_lambdas.logic.batch_answers import find_answers
from autogluon_lambdas.logic.batch_results import FileResult, result_names, write_result
from autogluon_lambdas.logic.ports import NotReadableError, ObjectStore
from autogluon_lambdas.models.batch import Batch
from autogluon_lambdas.models.errors import BatchFailedError
from autogluon_lambdas.models.location import S3Location
from autogluon_lambdas.models.times import seconds_between

MANIFEST_VERSION = 1
_LARGEST_MANIFEST_BYTES = 64_000_000
_THREADS = 4


@dataclass(frozen=True)
class BatchSummarizer:
    """Turns a transform job's raw answers into results."""

    store: ObjectStore

    def summarize(self, event: dict[str, Any]) -> dict[str, Any]:
        """The summary for `{"batch", "transform_job"}`.

        Raises BatchFailedError when the job failed or rows in and rows out differ.
        """
        batch = Batch.from_event(event)
        job = event["transform_job"]
        _require_completed(job)
        location = batch.folder.child("manifest.json")
        manifest = self._finished(batch, location) or self._finish(batch, job, location)
        return {
            "predictor": batch.predictor,
            "job_name": batch.job_name,
            "engine": batch.engine,
            "engine_reason": batch.engine_reason,
            "model_package_arn": batch.model_package_arn,
            "rows": manifest["rows"],
            "results": [file["output"] for file in manifest["files"]],
            "manifest_uri": location.uri,
            "columns": list(batch.columns),
        }

    def _finished(self, batch: Batch, location: S3Location) -> dict[str, Any] | None:
        """The manifest of an earlier attempt that came as far as removing the raw answers."""
        try:
            text = self.store.read(location, 0, _LARGEST_MANIFEST_BYTES)
        except NotReadableError:
            return None
        manifest: dict[str, Any] = json.loads(text)
        self._remove_raw(batch)
        return manifest

    def _finish(self, batch: Batch, job: dict[str, Any], location: S3Location) -> dict[str, Any]:
        answers = find_answers(self.store, batch)
        names = result_names([entry.name for entry in batch.inputs], batch.output_format)
        with ThreadPoolExecutor(_THREADS) as threads:
            files = list(
                threads.map(
                    lambda entry, name: write_result(
                        self.store, batch, entry, answers[entry.location], name
                    ),
                    batch.inputs,
                    names,
                )
            )
        manifest = _manifest(batch, job, files)
        self.store.write(location, json.dumps(manifest, indent=1).encode(), "application/json")
        self._remove_raw(batch)
        return manifest

    def _remove_raw(self, batch: Batch) -> None:
        raw = batch.raw_folder
        self.store.delete(
            [entry.location for entry in self.store.find(raw.bucket, raw.key, 100_000)]
        )


def _require_completed(job: dict[str, Any]) -> None:
    status = job.get("TransformJobStatus")
    if status != "Completed":
        reason = job.get("FailureReason") or "SageMaker gave no reason"
        raise BatchFailedError(
            f"the transform job {job.get('TransformJobName')} is {status}: {reason}"
        )


def _manifest(batch: Batch, job: dict[str, Any], files: list[FileResult]) -> dict[str, Any]:
    return {
        "version": MANIFEST_VERSION,
        "predictor": batch.predictor,
        "job_name": batch.job_name,
        "engine": batch.engine,
        "engine_reason": batch.engine_reason,
        "model_package_arn": batch.model_package_arn,
        "columns": list(batch.columns),
        "rows": sum(file.rows_out for file in files),
        "files": [asdict(file) for file in files],
        "seconds": seconds_between(job.get("TransformStartTime"), job.get("TransformEndTime")),
    }
