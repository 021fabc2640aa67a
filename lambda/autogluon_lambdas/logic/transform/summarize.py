"""Summarize a Batch Transform batch: check the rows, write results and manifest."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.documents.batch_manifest import BatchManifest
from autogluon_lambdas.logic.batch.output_path import copy_results
from autogluon_lambdas.logic.batch.result_names import result_names
from autogluon_lambdas.logic.batch.row_errors import errors_of_files
from autogluon_lambdas.logic.batch.summary_head import (
    manifest_head,
    require_completed,
    summary,
    unknown_of_files,
)
from autogluon_lambdas.logic.transform.raw_answers import find_answers
from autogluon_lambdas.logic.transform.results import Written, write_result
from autogluon_lambdas.models.events.batch import Batch
from autogluon_lambdas.models.events.times import seconds_between
from autogluon_lambdas.ports import NotReadableError, ObjectStore

_LARGEST_MANIFEST_BYTES = 64_000_000
_THREADS = 4


@dataclass(frozen=True)
class BatchSummarizer:
    """Turns a transform job's raw answers into results."""

    store: ObjectStore

    def summarize(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the summary for `{"batch", "transform_job"}`.

        Raises BatchFailedError when the job failed or rows in and rows out differ.
        """
        batch = Batch.from_event(event)
        job = event["transform_job"]
        require_completed("Transform", job)
        manifest = self._finished(batch) or self._finish(batch, job)
        copy_results(self.store, batch, manifest)
        results = [file.output for file in manifest.files]
        types = {job["TransformResources"]["InstanceType"]}
        return summary(batch, manifest, results=results, instance_types=types)

    def _finished(self, batch: Batch) -> BatchManifest | None:
        """Return the manifest of an earlier attempt that already removed raw answers."""
        try:
            text = self.store.read(batch.manifest, 0, _LARGEST_MANIFEST_BYTES)
        except NotReadableError:
            return None
        manifest = BatchManifest.from_text(text)
        self._remove_raw(batch)
        return manifest

    def _finish(self, batch: Batch, job: dict[str, Any]) -> BatchManifest:
        answers = find_answers(self.store, batch)
        names = result_names([entry.name for entry in batch.inputs], batch.output_format)
        with ThreadPoolExecutor(_THREADS) as threads:
            written = list(
                threads.map(
                    lambda entry, name: write_result(
                        self.store, batch, entry, answers[entry.location], name
                    ),
                    batch.inputs,
                    names,
                )
            )
        manifest = _manifest(batch, job, written)
        text = manifest.to_text(indent=1)
        self.store.write(batch.manifest, text.encode(), "application/json")
        self._remove_raw(batch)
        return manifest

    def _remove_raw(self, batch: Batch) -> None:
        raw = batch.raw_folder
        self.store.delete(
            [entry.location for entry in self.store.find(raw.bucket, raw.key, 100_000)]
        )


def _manifest(batch: Batch, job: dict[str, Any], written: list[Written]) -> BatchManifest:
    files = tuple(result.file for result in written)
    return BatchManifest(
        **manifest_head(batch),
        rows=sum(file.rows_out for file in files),
        **errors_of_files(batch, [result.errors for result in written]),
        **unknown_of_files([result.unknown for result in written]),
        files=files,
        seconds=seconds_between(job.get("TransformStartTime"), job.get("TransformEndTime")),
    )
