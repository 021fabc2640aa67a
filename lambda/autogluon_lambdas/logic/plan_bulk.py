"""A batch by the bulk engine: a processing job, its plan in S3, and what the summary has to know.

The list of files lies in S3, not in the state machine, so a batch may have thousands of them: one
job, whose instances share them out. Fanning groups of files out over several jobs (Distributed Map)
is not supported.
"""

import dataclasses
import re
from dataclasses import dataclass
from typing import Any

from autogluon_lambdas.logic.batch_data import BatchData
from autogluon_lambdas.logic.batch_request import BatchPlan
from autogluon_lambdas.logic.batch_results import result_names
from autogluon_lambdas.logic.bulk_request import (
    BulkPlan,
    bulk_plan_document,
    processing_job_request,
)
from autogluon_lambdas.logic.bulk_volume import volume_size_gb
from autogluon_lambdas.logic.data.files import MOST_FILES, DataFiles
from autogluon_lambdas.logic.ports import ObjectStore
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidInputError
from autogluon_lambdas.models.feature_schema import FeatureSchema
from autogluon_lambdas.models.location import S3Location
from autogluon_lambdas.models.names import batch_folder

# Up to here the function counts rows in some seconds, which the job's own count is held against.
COUNTED_BYTES = 500_000_000
_JOB_NAME = re.compile(r"[A-Za-z0-9](-*[A-Za-z0-9]){0,62}")


@dataclass(frozen=True)
class BulkPlanner:
    """Plans processing jobs."""

    environment: Environment
    store: ObjectStore

    @staticmethod
    def counts_rows(files: DataFiles) -> bool:
        """Not for large data: the job counts rows, and Parquet knows its own."""
        return sum(entry.size for entry in files.objects) <= COUNTED_BYTES

    def plan(self, plan: BatchPlan, data: BatchData, schema: FeatureSchema) -> dict[str, Any]:
        """The planner's answer; writes the job's plan.

        Raises InvalidInputError or InvalidDataError before anything is written.
        """
        carried = _carried(data.layout.id_column, plan.asked.include_columns)
        columns = (*carried, *schema.answer_columns(plan.asked.output))
        bulk = self._bulk_plan(self._resumed(plan), data, schema, len(columns))
        answer = {
            "request": processing_job_request(self.environment, bulk),
            "batch": {
                "predictor": plan.spec.name,
                "job_name": plan.job_name,
                "engine": plan.choice.engine,
                "engine_reason": plan.choice.reason,
                "model_package_arn": plan.package.arn,
                "folder": bulk.batch.folder.uri,
                "plan_uri": bulk.plan_file.uri,
                "columns": list(columns),
                "output_format": plan.asked.output_format,
                "rows_in": data.rows,
            },
        }
        self.store.write(bulk.plan_file, bulk_plan_document(bulk), "application/json")
        if not data.files.alone:
            self.store.write(bulk.manifest, data.files.manifest(), "application/json")
        return answer

    def _bulk_plan(
        self, plan: BatchPlan, data: BatchData, schema: FeatureSchema, answer_columns: int
    ) -> BulkPlan:
        names = [data.files.relative_name(file.entry.location) for file in data.inspected]
        return BulkPlan(
            batch=plan,
            data=data,
            outputs=result_names(names, plan.asked.output_format),
            earlier={} if plan.asked.resume is None else self._earlier(plan.folder),
            volume_size_gb=volume_size_gb(
                data,
                instances=plan.instance_count,
                model_bytes=self._model_bytes(plan),
                features=len(schema.features),
                answer_columns=answer_columns,
            ),
        )

    def _model_bytes(self, plan: BatchPlan) -> int:
        location = S3Location.parse(plan.package.model_data_url)
        found = self.store.find(location.bucket, location.key, limit=1)
        if not found or found[0].location != location:
            raise InvalidInputError(
                f"input.model: the artifact {location.uri} of {plan.package.arn} does not exist"
            )
        return found[0].size

    def _resumed(self, plan: BatchPlan) -> BatchPlan:
        """The plan with the folder of the batch that is resumed."""
        earlier = plan.asked.resume
        if earlier is None:
            return plan
        folder = batch_folder(self.environment.artifact_bucket, plan.spec.name, earlier)
        is_name = _JOB_NAME.fullmatch(earlier) is not None
        if not is_name or not self.store.find(folder.bucket, folder.child("config/").key, limit=1):
            raise InvalidInputError(
                f"input.resume: predictor '{plan.spec.name}' has no batch '{earlier}'; give the "
                "name of the processing job that ended early"
            )
        return dataclasses.replace(plan, folder=folder)

    def _earlier(self, folder: S3Location) -> dict[str, int]:
        """Sizes of the results that are there already, by name; none where none has a manifest."""
        if not self.store.find(folder.bucket, folder.child("shards/").key, limit=1):
            return {}
        results = folder.child("results/")
        return {
            entry.location.key.removeprefix(results.key): entry.size
            for entry in self.store.find(results.bucket, results.key, limit=10 * MOST_FILES)
        }


def _carried(id_column: str | None, included: tuple[str, ...]) -> tuple[str, ...]:
    first = () if id_column is None else (id_column,)
    return tuple(dict.fromkeys((*first, *included)))
