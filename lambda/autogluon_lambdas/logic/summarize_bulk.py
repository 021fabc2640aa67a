"""BatchPredict, after a bulk job: every planned file has its manifest and its result."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from autogluon_lambdas.logic.ports import NotReadableError, ObjectStore
from autogluon_lambdas.models.bulk_batch import BulkBatch, PlannedFile
from autogluon_lambdas.models.errors import BatchFailedError
from autogluon_lambdas.models.times import seconds_between

MANIFEST_VERSION = 1
# Step Functions carries 256 KiB; beyond, the folder stands for its files.
LISTED_RESULTS_BYTES = 100_000
_LARGEST_PLAN_BYTES = 256_000_000
_LARGEST_SHARD_BYTES = 1_000_000
_MOST_RESULTS = 100_000
_THREADS = 16


@dataclass(frozen=True)
class BulkSummarizer:
    """Holds a bulk job's manifests against its plan and merges them."""

    store: ObjectStore

    def summarize(self, event: dict[str, Any]) -> dict[str, Any]:
        """The summary for `{"batch", "processing_job"}`.

        Raises BatchFailedError when the job failed, or a file's result is missing or incomplete.
        """
        batch = BulkBatch.from_event(event)
        job = event["processing_job"]
        _require_completed(job)
        planned = PlannedFile.of_plan(self.store.read(batch.plan, 0, _LARGEST_PLAN_BYTES))
        sizes = self._result_sizes(batch)
        with ThreadPoolExecutor(_THREADS) as threads:
            shards = list(threads.map(lambda file: self._shard(batch, file, sizes), planned))
        manifest = _manifest(batch, job, planned, shards)
        location = batch.folder.child("manifest.json")
        self.store.write(location, json.dumps(manifest, indent=1).encode(), "application/json")
        return {
            "predictor": batch.predictor,
            "job_name": batch.job_name,
            "engine": batch.engine,
            "engine_reason": batch.engine_reason,
            "model_package_arn": batch.model_package_arn,
            "rows": manifest["rows"],
            "results": _listed(batch, [file["output"] for file in manifest["files"]]),
            "manifest_uri": location.uri,
            "columns": list(batch.columns),
        }

    def _result_sizes(self, batch: BulkBatch) -> dict[str, int]:
        folder = batch.folder.child("results/")
        return {
            entry.location.key.removeprefix(folder.key): entry.size
            for entry in self.store.find(folder.bucket, folder.key, _MOST_RESULTS)
        }

    def _shard(
        self, batch: BulkBatch, file: PlannedFile, sizes: Mapping[str, int]
    ) -> dict[str, Any]:
        location = batch.folder.child(f"shards/{file.name}.json")
        try:
            shard: dict[str, Any] = json.loads(self.store.read(location, 0, _LARGEST_SHARD_BYTES))
        except NotReadableError as error:
            raise BatchFailedError(
                f"{file.uri}: the processing job left no manifest for it ({error.reason}); start "
                f'the batch again with "resume": "{batch.job_name}"'
            ) from error
        _check_shard(file, shard, sizes.get(file.output))
        return shard


def _check_shard(file: PlannedFile, shard: Mapping[str, Any], size: int | None) -> None:
    if shard["etag"] != file.etag:
        raise BatchFailedError(
            f"{file.uri}: its result is that of another version of the file; start the batch again"
        )
    rows_in = shard["rows_in"] if file.rows is None else file.rows
    if rows_in != shard["rows_out"]:
        raise BatchFailedError(
            f"{file.uri}: {rows_in:,} rows went in and {shard['rows_out']:,} came out"
        )
    if size != shard["bytes"]:
        found = "is missing" if size is None else f"has {size:,} bytes"
        raise BatchFailedError(
            f"{file.uri}: its result {file.output} {found}; the processing job wrote "
            f"{shard['bytes']:,}"
        )


def _require_completed(job: Mapping[str, Any]) -> None:
    status = job.get("ProcessingJobStatus")
    if status != "Completed":
        reason = job.get("ExitMessage") or job.get("FailureReason") or "SageMaker gave no reason"
        raise BatchFailedError(
            f"the processing job {job.get('ProcessingJobName')} is {status}: {reason}"
        )


def _manifest(
    batch: BulkBatch,
    job: Mapping[str, Any],
    planned: tuple[PlannedFile, ...],
    shards: list[dict[str, Any]],
) -> dict[str, Any]:
    hashes = {(shard["schema_hash"], shard["batch_hash"]) for shard in shards}
    if len(hashes) != 1:
        raise BatchFailedError(
            f"{batch.folder.uri} mixes results of {len(hashes)} models or layouts; start the batch "
            "again under a new execution name, without resume"
        )
    return {
        "version": MANIFEST_VERSION,
        "predictor": batch.predictor,
        "job_name": batch.job_name,
        "engine": batch.engine,
        "engine_reason": batch.engine_reason,
        "model_package_arn": batch.model_package_arn,
        "columns": list(batch.columns),
        "rows": sum(shard["rows_out"] for shard in shards),
        "schema_hash": shards[0]["schema_hash"],
        "files": [
            {
                "input": file.uri,
                "rows_in": shard["rows_in"],
                "output": batch.folder.child(f"results/{file.output}").uri,
                "rows_out": shard["rows_out"],
                "bytes": shard["bytes"],
                "seconds": shard["seconds"],
                "job_name": shard["job_name"],
            }
            for file, shard in zip(planned, shards, strict=True)
        ],
        "seconds": seconds_between(job.get("ProcessingStartTime"), job.get("ProcessingEndTime")),
    }


def _listed(batch: BulkBatch, results: list[str]) -> list[str]:
    if sum(map(len, results)) <= LISTED_RESULTS_BYTES:
        return results
    return [batch.folder.child("results/").uri]
