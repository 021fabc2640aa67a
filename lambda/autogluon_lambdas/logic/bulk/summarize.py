"""Summarize a bulk batch: check that every planned file has its manifest and its result."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.answer_attributes import UnknownCategories
from autogluon_contracts.documents.batch_manifest import BatchJob, BatchManifest, ResultFile
from autogluon_contracts.documents.bulk_job import BulkFile, BulkJobConfig, ShardManifest
from autogluon_contracts.names import name_to_resume
from autogluon_lambdas.logic.batch.row_errors import FileErrors, errors_of_files
from autogluon_lambdas.logic.batch.summary_head import manifest_head, summary, unknown_of_files
from autogluon_lambdas.logic.bulk.jobs import FinishedJob, finished_jobs, seconds_of_all
from autogluon_lambdas.logic.bulk.resumed import result_sizes
from autogluon_lambdas.models.errors import BatchFailedError
from autogluon_lambdas.models.events.batch import BulkBatch
from autogluon_lambdas.ports import NotReadableError, ObjectStore

# Step Functions carries 256 KiB; beyond, the folder is listed in place of its files.
LISTED_RESULTS_BYTES = 100_000
_LARGEST_PLAN_BYTES = 256_000_000
_LARGEST_SHARD_BYTES = 1_000_000
_THREADS = 16


@dataclass(frozen=True)
class BulkSummarizer:
    """Checks the manifests of a bulk batch against its plan and merges them."""

    store: ObjectStore

    def summarize(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the summary for `{"batch", "processing_job"}` or `{"batch", "group_results"}`.

        `group_results` is where a Map Run wrote its results: `{"Bucket", "Key"}`. Raises
        BatchFailedError when a job failed, or a file's result is missing or incomplete.
        """
        batch = BulkBatch.from_event(event)
        jobs = finished_jobs(self.store, event)
        planned = BulkJobConfig.from_text(self.store.read(batch.plan, 0, _LARGEST_PLAN_BYTES)).files
        sizes = result_sizes(self.store, batch.folder.child("results/"))
        with ThreadPoolExecutor(_THREADS) as threads:
            shards = list(threads.map(lambda file: self._shard(batch, file, sizes), planned))
        manifest = _manifest(batch, jobs, planned, shards)
        text = manifest.to_text(indent=1)
        self.store.write(batch.manifest, text.encode(), "application/json")
        results = _listed(batch, [file.output for file in manifest.files])
        types = {job.instance_type for job in jobs}
        return summary(batch, manifest, results=results, instance_types=types)

    def _shard(self, batch: BulkBatch, file: BulkFile, sizes: Mapping[str, int]) -> ShardManifest:
        location = batch.folder.child(f"shards/{file.name}.json")
        try:
            text = self.store.read(location, 0, _LARGEST_SHARD_BYTES)
        except NotReadableError as error:
            raise BatchFailedError(
                f"{file.uri}: no processing job left a manifest for it ({error.reason}).",
                advice=f'Start the batch again with "resume": "{name_to_resume(batch.folder)}".',
            ) from error
        shard = ShardManifest.from_text(text)
        _check_shard(file, shard, sizes.get(file.output))
        return shard


def _check_shard(file: BulkFile, shard: ShardManifest, size: int | None) -> None:
    if shard.etag != file.etag:
        raise BatchFailedError(
            f"{file.uri}: its result belongs to another version of the file.",
            advice="Start the batch again.",
        )
    rows_in = shard.rows_in if file.rows is None else file.rows
    if rows_in != shard.rows_out:
        raise BatchFailedError(
            f"{file.uri}: {rows_in:,} rows went in and {shard.rows_out:,} came out."
        )
    if size != shard.bytes:
        found = "is missing" if size is None else f"has {size:,} bytes"
        raise BatchFailedError(
            f"{file.uri}: its result {file.output} {found}; the processing job wrote "
            f"{shard.bytes:,} bytes."
        )


def _manifest(
    batch: BulkBatch,
    jobs: list[FinishedJob],
    planned: tuple[BulkFile, ...],
    shards: list[ShardManifest],
) -> BatchManifest:
    hashes = {(shard.schema_hash, shard.batch_hash) for shard in shards}
    if len(hashes) != 1:
        raise BatchFailedError(
            f"{batch.folder.uri} mixes results of {len(hashes)} models or layouts.",
            advice="Start the batch again under a new execution name, without resume.",
        )
    return BatchManifest(
        **manifest_head(batch),
        rows=sum(shard.rows_out for shard in shards),
        **errors_of_files(
            batch,
            [
                FileErrors(file.uri, shard.row_errors, shard.first_row_errors)
                for file, shard in zip(planned, shards, strict=True)
            ],
        ),
        **unknown_of_files(
            [UnknownCategories(shard.unknown_categories, shard.unknown_columns) for shard in shards]
        ),
        schema_hash=shards[0].schema_hash,
        files=tuple(
            ResultFile(
                input=file.uri,
                rows_in=shard.rows_in,
                output=batch.folder.child(f"results/{file.output}").uri,
                rows_out=shard.rows_out,
                row_errors=shard.row_errors if batch.on_error == "row" else None,
                bytes=shard.bytes,
                seconds=shard.seconds,
                job_name=shard.job_name,
            )
            for file, shard in zip(planned, shards, strict=True)
        ),
        jobs=tuple(
            BatchJob(
                job_name=job.name, seconds=seconds_of_all([job]), instance_type=job.instance_type
            )
            for job in jobs
        ),
        seconds=seconds_of_all(jobs),
    )


def _listed(batch: BulkBatch, results: list[str]) -> list[str]:
    if sum(map(len, results)) <= LISTED_RESULTS_BYTES:
        return results
    return [batch.folder.child("results/").uri]
