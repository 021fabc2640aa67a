"""Plan a Batch Transform batch: a model, a transform job, and what the summary needs."""

import json
from dataclasses import dataclass, replace
from typing import Any

from autogluon_lambdas.logic.batch.batch_plan import BatchPlan
from autogluon_lambdas.logic.batch.data import BatchData
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.predictor_types import predictor_type
from autogluon_lambdas.logic.programs.program import BatchRequest, BatchSource, Program
from autogluon_lambdas.logic.transform.answer import Summarized, planned_job
from autogluon_lambdas.logic.transform.request import model_request, transform_job_request
from autogluon_lambdas.logic.transform.split_mode import choose_mode
from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

# Step Functions carries 256 KiB from state to state; the rest is for what states add.
LARGEST_PLAN_BYTES = 200_000


@dataclass(frozen=True)
class TransformPlanner:
    """Plans transform jobs."""

    environment: Environment
    store: ObjectStore

    @staticmethod
    def counts_rows(_files: DataFiles) -> bool:
        """Return True: how files are cut depends on what is in them."""
        return True

    def cut(self, data: BatchData) -> BatchData:
        """Return the data as it is: a transform job cuts files by itself, or not at all."""
        return data

    def plan(self, plan: BatchPlan, data: BatchData) -> dict[str, Any]:
        """Return the planner's answer; raises InvalidDataError when it is too long."""
        program = predictor_type(plan.spec).program
        read = self._read(plan, data, program)
        answer = self._answer(plan, data, read, program)
        size = len(json.dumps(answer))
        if size > LARGEST_PLAN_BYTES:
            raise InvalidDataError(
                f"input.data: {len(data.inspected):,} files and "
                f"{len(answer['batch']['columns']):,} answer columns "
                f"make a plan of {size:,} bytes, but Step Functions carries at most "
                f"{LARGEST_PLAN_BYTES:,}.",
                advice=(
                    'Set input.engine to "bulk", merge files, or start several batches.'
                    if plan.choice.has_bulk
                    else "Merge files, or start several batches."
                ),
            )
        if not read.files.alone:
            self.store.write(plan.manifest, read.files.manifest(), "application/json")
        return answer

    def _read(self, plan: BatchPlan, data: BatchData, program: Program) -> BatchData:
        """Return the files that the job reads: the user's, or the program's copies."""
        layout = data.layout
        sources = [
            BatchSource(file.entry, layout.columns, layout.has_header, layout.delimiter)
            for file in data.inspected
        ]
        asked = BatchRequest(
            data.files, sources, plan.features, plan.asked.output_format, plan.data_folder
        )
        copies = program.batch_copies(self.store, asked)
        if copies is None:
            return data
        inspected = (
            replace(file, entry=entry, rows=rows, splittable=True)
            for file, entry, rows in zip(
                data.inspected, copies.files.objects, copies.rows, strict=True
            )
        )
        return BatchData(copies.files, tuple(inspected))

    def _answer(
        self, plan: BatchPlan, data: BatchData, read: BatchData, program: Program
    ) -> dict[str, Any]:
        """`data` are the user's files, and `read` those that the job reads."""
        may_cut = plan.answers_pieces or read is not data
        mode = choose_mode(read, plan.transform, may_cut=may_cut)
        id_column = data.layout.id_column
        request = transform_job_request(
            self.environment, plan, read, mode, reads_batch=program.reads_batch
        )
        columns = [*([] if id_column is None else [id_column]), *plan.answer_columns]
        inputs = [(file.entry.location, file.rows) for file in data.inspected]
        return planned_job(
            self.environment,
            plan,
            data.files,
            (model_request(self.environment, plan), request),
            Summarized(columns, plan.answers_by_row, data.rows, inputs),
        )
