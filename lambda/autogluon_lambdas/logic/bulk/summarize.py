"""Summarize a bulk batch: check that all planned files and parts have manifest and result."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

from autogluon_contracts.answer_attributes import UnknownCategories
from autogluon_contracts.documents.batch_manifest import BatchJob, BatchManifest
from autogluon_contracts.documents.bulk_job import BulkJobConfig, BulkUnit, ShardManifest
from autogluon_contracts.names import name_to_resume
from autogluon_lambdas.logic.batch.output_path import copy_results
from autogluon_lambdas.logic.batch.row_errors import errors_of_files
from autogluon_lambdas.logic.batch.summary_head import manifest_head, summary, unknown_of_files
from autogluon_lambdas.logic.bulk.file_results import FileResult
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
        plan = BulkJobConfig.from_text(self.store.read(batch.plan, 0, _LARGEST_PLAN_BYTES))
        files = self._files(batch, plan)
        for file in files:
            file.require_whole(is_parquet=plan.format == "parquet")
        manifest = _manifest(batch, jobs, files)
        text = manifest.to_text(indent=1)
        self.store.write(batch.manifest, text.encode(), "application/json")
        copy_results(self.store, batch, manifest)
        results = _listed(batch, [file.output for file in manifest.files])
        types = {job.instance_type for job in jobs}
        return summary(batch, manifest, results=results, instance_types=types)

    def _files(self, batch: BulkBatch, plan: BulkJobConfig) -> list[FileResult]:
        sizes = result_sizes(self.store, batch.folder.child("results/"))
        units = [unit for file in plan.files for unit in file.units()]
        with ThreadPoolExecutor(_THREADS) as threads:
            shards = threads.map(lambda unit: self._shard(batch, unit, sizes), units)
            return [
                FileResult(file, list(islice(shards, len(file.units())))) for file in plan.files
            ]

    def _shard(self, batch: BulkBatch, unit: BulkUnit, sizes: Mapping[str, int]) -> ShardManifest:
        location = batch.folder.child(f"shards/{unit.name}.json")
        try:
            text = self.store.read(location, 0, _LARGEST_SHARD_BYTES)
        except NotReadableError as error:
            raise BatchFailedError(
                f"{_named(unit)}: no processing job left a manifest for it ({error.reason}).",
                advice=f'Start the batch again with "resume": "{name_to_resume(batch.folder)}".',
            ) from error
        shard = ShardManifest.from_text(text)
        _check_shard(unit, shard, sizes.get(unit.output))
        return shard


def _named(unit: BulkUnit) -> str:
    if unit.part is None:
        return unit.file.uri
    return f"{unit.file.uri}, part {unit.part:,} of {len(unit.file.parts):,}"


def _check_shard(unit: BulkUnit, shard: ShardManifest, size: int | None) -> None:
    if shard.etag != unit.file.etag:
        raise BatchFailedError(
            f"{_named(unit)}: its result belongs to another version of the file.",
            advice="Start the batch again.",
        )
    if shard.rows_in != shard.rows_out:
        raise BatchFailedError(
            f"{_named(unit)}: {shard.rows_in:,} rows went in and {shard.rows_out:,} came out."
        )
    if size != shard.bytes:
        found = "is missing" if size is None else f"has {size:,} bytes"
        raise BatchFailedError(
            f"{_named(unit)}: its result {unit.output} {found}; the processing job wrote "
            f"{shard.bytes:,} bytes."
        )


def _manifest(
    batch: BulkBatch, jobs: list[FinishedJob], files: Sequence[FileResult]
) -> BatchManifest:
    shards = [shard for file in files for shard in file.shards]
    hashes = {(shard.schema_hash, shard.batch_hash) for shard in shards}
    if len(hashes) != 1:
        raise BatchFailedError(
            f"{batch.folder.uri} mixes results of {len(hashes)} models or layouts.",
            advice="Start the batch again under a new execution name, without resume.",
        )
    return BatchManifest(
        **manifest_head(batch),
        rows=sum(shard.rows_out for shard in shards),
        **errors_of_files(batch, [file.errors() for file in files]),
        **unknown_of_files(
            [UnknownCategories(shard.unknown_categories, shard.unknown_columns) for shard in shards]
        ),
        schema_hash=shards[0].schema_hash,
        files=tuple(
            file.entry(batch.folder.child("results/"), counts_errors=batch.on_error == "row")
            for file in files
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
