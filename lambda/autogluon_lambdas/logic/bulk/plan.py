"""Plan a bulk batch: its processing jobs, their plans in S3, and what the summary needs.

Lists of files and of jobs are stored in S3, not in the state machine, so a batch may have thousands
of them. One job is one request; several are an array of requests, one for each child execution of
the state machine's distributed Map.
"""

import dataclasses
import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.names import batch_folder, name_to_resume
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.batch.batch_plan import BatchPlan
from autogluon_lambdas.logic.batch.data import BatchData
from autogluon_lambdas.logic.batch.result_names import result_names
from autogluon_lambdas.logic.bulk.groups import GIGABYTE, cut_into_groups
from autogluon_lambdas.logic.bulk.parts import note_of_parts, with_parts
from autogluon_lambdas.logic.bulk.request import (
    BulkPlan,
    processing_job_request,
    processing_resources,
    written_for_job,
)
from autogluon_lambdas.logic.bulk.resumed import EarlierResults
from autogluon_lambdas.logic.bulk.volume_size import require_local_storage, volume_size_gb
from autogluon_lambdas.logic.data.locations import MOST_FILES, DataFiles
from autogluon_lambdas.logic.earlier_run import refuse_name_of_earlier_run
from autogluon_lambdas.logic.sagemaker.ladder import ladder
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.ports import ObjectStore

# Up to here the function counts rows in some seconds, which the jobs' own count is held against.
COUNTED_BYTES = 500_000_000
MOST_JOBS = 1000
_JOB_NAME = re.compile(r"[A-Za-z0-9](-*[A-Za-z0-9]){0,62}")
_THREADS = 16


@dataclass(frozen=True)
class BulkPlanner:
    """Plans processing jobs."""

    environment: Environment
    store: ObjectStore

    @staticmethod
    def counts_rows(files: DataFiles) -> bool:
        """Return False for large data: the job counts rows, and Parquet records its own."""
        total = sum(entry.size for entry in files.objects)
        return total <= COUNTED_BYTES and len(files.objects) <= MOST_FILES

    def cut(self, data: BatchData) -> BatchData:
        """Return the data with the number of parts of each file."""
        return with_parts(self.store, data)

    def plan(self, plan: BatchPlan, data: BatchData) -> dict[str, Any]:
        """Return the planner's answer, and write the jobs' plans.

        Raises InvalidInputError or InvalidDataError before anything is written.
        """
        carried = _carried(data.layout.id_column, plan.asked.include_columns)
        columns = (*carried, *plan.answer_columns)
        whole = self._whole(self._resumed(plan), data)
        jobs = _jobs_of(whole)
        model_bytes = self._model_bytes(plan)
        planned = {
            job.batch.job_name: self._job(
                job,
                volume_size_gb(
                    job.data,
                    instances=job.batch.instance_count,
                    model_bytes=model_bytes,
                    features=len(plan.features),
                    answer_columns=len(columns),
                ),
            )
            for job in jobs
        }
        batch = {
            "predictor": plan.spec.name,
            "job_name": plan.job_name,
            "engine": plan.choice.engine,
            "engine_reason": f"{plan.choice.reason}{note_of_parts(data, whole.data)}",
            "model_package_arn": plan.package.arn,
            "folder": whole.batch.folder.uri,
            **plan.output(),
            "plan_uri": whole.plan_file.uri,
            "columns": list(columns),
            "output_format": plan.asked.output_format,
            "on_error": plan.asked.on_error,
            "rows_in": data.rows,
        }
        if len(jobs) == 1:
            self._write(written_for_job(whole))
            return {**planned[plan.job_name], "batch": batch}
        return {"fan_out": self._fan_out(whole, jobs, planned), "batch": batch}

    def _job(self, job: BulkPlan, volume_gb: int) -> dict[str, Any]:
        """Return what the state machine needs to run one job."""
        batch = job.batch
        for one in batch.by_type():
            require_local_storage(job.data, volume_gb, one)
        return {
            "request": processing_job_request(self.environment, job, volume_gb),
            "ladder": ladder(
                batch.execution.later_job_names(batch.spec.name, group=job.group),
                [processing_resources(self.environment, one, volume_gb) for one in batch.by_type()],
            ),
        }

    def _fan_out(
        self, whole: BulkPlan, jobs: Sequence[BulkPlan], planned: dict[str, dict[str, Any]]
    ) -> dict[str, Any]:
        """Return where the distributed Map finds its jobs; write them and the plan of the whole."""
        waiting = [job for job in jobs if not self._is_finished(job)]
        # A batch that failed after its last job: one more finds its files finished.
        waiting = waiting or [jobs[-1]]
        config = whole.batch.folder.child(f"config/{whole.batch.job_name}/")
        written = {whole.plan_file: whole.document().to_text().encode()}
        for job in waiting:
            written |= written_for_job(job)
        listed = [planned[job.batch.job_name] for job in waiting]
        written[config.child("groups.json")] = json.dumps(listed).encode()
        self._write(written)
        return {
            "batch": name_to_resume(whole.batch.folder),
            "bucket": config.bucket,
            "groups_key": config.child("groups.json").key,
            "failure_key": config.child("failure.json").key,
            "results_prefix": whole.batch.folder.child(f"jobs/{whole.batch.job_name}").key,
            "jobs": len(waiting),
            "max_concurrent_jobs": whole.batch.spec.batch.max_concurrent_jobs,
        }

    def _is_finished(self, job: BulkPlan) -> bool:
        return job.earlier.all_finished(self.store, job.units, job.document().digest())

    def _write(self, written: dict[S3Location, bytes]) -> None:
        with ThreadPoolExecutor(_THREADS) as threads:
            for _ in threads.map(
                lambda entry: self.store.write(entry[0], entry[1], "application/json"),
                written.items(),
            ):
                pass  # a write that failed raises here

    def _whole(self, plan: BatchPlan, data: BatchData) -> BulkPlan:
        names = [data.files.relative_name(file.entry.location) for file in data.inspected]
        earlier = (
            EarlierResults(plan.folder)
            if plan.asked.resume is None
            else EarlierResults.find(self.store, plan.folder)
        )
        return BulkPlan(
            batch=plan,
            data=_uncut(data, names, earlier),
            outputs=result_names(names, plan.asked.output_format),
            earlier=earlier,
        )

    def _model_bytes(self, plan: BatchPlan) -> int:
        location = S3Location.parse(plan.package.model_data_url)
        found = self.store.find(location.bucket, location.key, limit=1)
        if not found or found[0].location != location:
            raise InvalidInputError(
                f"input.model: the artifact {location.uri} of {plan.package.arn} does not exist.",
                advice="Choose another version.",
            )
        return found[0].size

    def _resumed(self, plan: BatchPlan) -> BatchPlan:
        """Return the plan with the folder of the resumed batch."""
        earlier = plan.asked.resume
        if earlier is None:
            return plan
        folder = batch_folder(self.environment.artifact_bucket, plan.spec.name, earlier)
        is_name = _JOB_NAME.fullmatch(earlier) is not None
        if not is_name or not self.store.find(folder.bucket, folder.child("config/").key, limit=1):
            raise InvalidInputError(
                f'input.resume: predictor "{plan.spec.name}" has no batch "{earlier}".',
                advice="Give the name of the processing job that ended early.",
            )
        own = folder.child(f"config/{plan.job_name}/")
        refuse_name_of_earlier_run(self.store, plan.execution, own)
        return dataclasses.replace(plan, folder=folder)


def _jobs_of(whole: BulkPlan) -> list[BulkPlan]:
    """Return the batch's jobs, each with its share of the files; one job is the batch itself."""
    plan, limits = whole.batch, whole.batch.spec.batch
    most_files = plan.asked.max_files_per_job or limits.max_files_per_job
    sizes = [file.entry.size for file in whole.data.inspected]
    groups = cut_into_groups(
        sizes, most_files=most_files, most_bytes=limits.max_gb_per_job * GIGABYTE
    )
    if len(groups) > MOST_JOBS:
        raise InvalidInputError(
            f"{whole.data.files.key}: {len(sizes):,} files of {sum(sizes) / GIGABYTE:,.1f} GB make "
            f"{len(groups):,} jobs of at most {most_files:,} files and {limits.max_gb_per_job:,} "
            f"GB; allowed: {MOST_JOBS:,} jobs.",
            advice="Raise max_files_per_job or the predictor's batch.max_gb_per_job, or start "
            "several batches.",
        )
    if len(groups) == 1:
        return [whole]
    return [
        dataclasses.replace(
            whole,
            batch=dataclasses.replace(
                plan,
                job_name=plan.execution.job_name(plan.spec.name, group=number),
                instance_count=min(plan.instance_count, whole.data.part(group).units),
            ),
            data=whole.data.part(group),
            outputs=whole.outputs[group.start : group.stop],
            group=number,
        )
        for number, group in enumerate(groups, start=1)
    ]


def _uncut(data: BatchData, names: Sequence[str], earlier: EarlierResults) -> BatchData:
    """Return the data without parts of files that an earlier release predicted whole."""
    inspected = tuple(
        dataclasses.replace(file, parts=1) if f"{name}.json" in earlier.manifests else file
        for file, name in zip(data.inspected, names, strict=True)
    )
    return dataclasses.replace(data, inspected=inspected)


def _carried(id_column: str | None, included: tuple[str, ...]) -> tuple[str, ...]:
    first = () if id_column is None else (id_column,)
    return tuple(dict.fromkeys((*first, *included)))
