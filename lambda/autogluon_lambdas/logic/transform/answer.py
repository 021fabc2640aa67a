"""Say what the state machine needs of one transform job, and the summary of its batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.batch.batch_plan import BatchPlan
from autogluon_lambdas.logic.data.locations import DataFiles
from autogluon_lambdas.logic.sagemaker.accepted_fields import integration_for
from autogluon_lambdas.logic.sagemaker.ladder import ladder
from autogluon_lambdas.logic.transform.request import transform_resources
from autogluon_lambdas.models.environment import Environment


@dataclass(frozen=True)
class Summarized:
    """What the summary compares the results with.

    Attributes:
        columns: of the results; none where a container of a person's own writes them.
        answers_by_row: whether each row has an answer.
        rows: of all files; None where they are not counted.
        inputs: each file, with its rows.
    """

    columns: Sequence[str]
    answers_by_row: bool
    rows: int | None
    inputs: Iterable[tuple[S3Location, int | None]]


def planned_job(
    environment: Environment,
    plan: BatchPlan,
    files: DataFiles,
    requests: tuple[dict[str, Any], dict[str, Any]],
    summarized: Summarized,
) -> dict[str, Any]:
    """Return the planner's answer.

    Args:
        environment: of the deployment.
        plan: the batch.
        files: those that the person named.
        requests: CreateModel's and CreateTransformJob's.
        summarized: what else the summary needs.
    """
    model_request, request = requests
    return {
        "model_request": model_request,
        "request": request,
        "ladder": ladder(
            plan.execution.later_job_names(plan.spec.name),
            [transform_resources(environment, one) for one in plan.by_type()],
        ),
        "integration": integration_for("CreateTransformJob", request),
        "batch": {
            "predictor": plan.spec.name,
            "job_name": plan.job_name,
            "engine": plan.choice.engine,
            "engine_reason": plan.choice.reason,
            "model_name": plan.job_name,
            "model_package_arn": plan.package.arn,
            "folder": plan.folder.uri,
            **plan.output(),
            "raw_folder": plan.raw.uri,
            "columns": list(summarized.columns),
            "output_format": plan.asked.output_format,
            "answers_by_row": summarized.answers_by_row,
            "on_error": plan.asked.on_error,
            "rows_in": summarized.rows,
            "inputs": [
                {"uri": place.uri, "name": files.relative_name(place), "rows": rows}
                for place, rows in summarized.inputs
            ],
        },
    }
