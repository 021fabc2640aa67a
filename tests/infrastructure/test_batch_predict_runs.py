"""What the BatchPredict state machine does, with fakes for everything it calls."""

import json
import re
from typing import Any

import pytest

from autogluon_constructs.workflows import waiting_rounds
from autogluon_constructs.workflows.batch_predict_definition import (
    TIMEOUT_SECONDS,
    batch_predict_definition,
)
from tests.infrastructure.stubbed_machine import Ended, StubbedMachine, TaskError

BATCH = {
    "predictor": "income",
    "job_name": "income-b-1",
    "engine": "transform",
    "model_name": "income-b-1",
}
LADDER = {"later_names": "income-b-1-try", "resources": [{}]}
BULK_PLAN = {
    "request": {"ProcessingJobName": "income-b-1"},
    "ladder": LADDER,
    "batch": {"predictor": "income", "job_name": "income-b-1", "engine": "bulk"},
}
PLAN = {
    "model_request": {"ModelName": "income-b-1"},
    "request": {"TransformJobName": "income-b-1"},
    "ladder": LADDER,
    "batch": BATCH,
}
RESULT = {"predictor": "income", "rows": 10, "results": ["s3://artifacts/results/x.csv"]}
FAILED_JOB = TaskError(
    "States.TaskFailed",
    json.dumps(
        {
            "TransformJobName": "income-b-1",
            "TransformJobStatus": "Failed",
            "FailureReason": "ClientError: see the log",
        }
    ),
)


def run(**changes: Any) -> tuple[Ended, list[str], dict[str, Any]]:
    """The execution, the calls in order, and the last arguments of each."""
    results: dict[str, Any] = {
        "PlanBatch": PLAN,
        "sagemaker:createModel": {"ModelArn": "arn"},
        "sagemaker:createTransformJob.sync": {"TransformJobStatus": "Completed"},
        "sagemaker:createProcessingJob.sync": {"ProcessingJobStatus": "Completed"},
        "aws-sdk:sagemaker:deleteModel": {},
        "SummarizeBatch": RESULT,
        **changes,
    }
    calls: list[str] = []
    last: dict[str, Any] = {}

    def fake(name: str) -> Any:
        def call(arguments: Any) -> Any:
            calls.append(name)
            last[name] = arguments
            if isinstance(results[name], Exception):
                raise results[name]
            return results[name](arguments) if callable(results[name]) else results[name]

        return call

    machine = StubbedMachine(batch_predict_definition(), {name: fake(name) for name in results})
    return machine.run({"predictor": "income", "data": "s3://data/x.csv"}), calls, last


def test_the_model_exists_only_while_the_job_runs() -> None:
    execution, calls, last = run()

    assert execution.status == "SUCCEEDED"
    assert execution.output == RESULT
    assert calls == [
        "PlanBatch",
        "sagemaker:createModel",
        "sagemaker:createTransformJob.sync",
        "aws-sdk:sagemaker:deleteModel",
        "SummarizeBatch",
    ]
    assert last["sagemaker:createModel"] == PLAN["model_request"]
    assert last["sagemaker:createTransformJob.sync"] == PLAN["request"]
    assert last["aws-sdk:sagemaker:deleteModel"] == {"ModelName": "income-b-1"}


BY_SDK = {**PLAN, "integration": "sdk"}
CREATE, DESCRIBE = "aws-sdk:sagemaker:createTransformJob", "aws-sdk:sagemaker:describeTransformJob"


def described(*statuses: str) -> Any:
    """A job that is described with these statuses, one after the other."""
    left = list(statuses)

    def describe(_arguments: Any) -> dict[str, Any]:
        job = {"TransformJobName": "income-b-1", "TransformJobStatus": left.pop(0)}
        return job | {"FailureReason": "ClientError: see the log", "Environment": {"LONG": "x"}}

    return describe


def by_sdk(describe: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Ended, list[str], Any]:
    """A batch by the SDK integration, whose first rounds do not wait."""
    monkeypatch.setattr(waiting_rounds, "_NEXT_WAIT", "0")
    return run(
        PlanBatch=BY_SDK,
        **{CREATE: {"TransformJobArn": "arn:transform-job/income-b-1"}, DESCRIBE: describe},
    )


def test_a_job_with_more_fields_is_created_and_polled_for(monkeypatch: pytest.MonkeyPatch) -> None:
    describe = described("InProgress", "InProgress", "Completed")

    execution, calls, last = by_sdk(describe, monkeypatch)

    assert (execution.status, execution.output) == ("SUCCEEDED", RESULT)
    assert calls == [
        "PlanBatch",
        "sagemaker:createModel",
        CREATE,
        DESCRIBE,
        DESCRIBE,
        DESCRIBE,
        "aws-sdk:sagemaker:deleteModel",
        "SummarizeBatch",
    ]
    assert last[CREATE] == PLAN["request"]
    assert last[DESCRIBE] == {"TransformJobName": "income-b-1"}
    job = last["SummarizeBatch"]["transform_job"]
    assert job["TransformJobStatus"] == "Completed"
    assert "Environment" not in job
    assert last["SummarizeBatch"]["batch"] == BATCH


@pytest.mark.parametrize("status", ["Failed", "Stopped"])
def test_a_polled_job_that_does_not_complete_fails_the_batch(
    monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    execution, calls, _ = by_sdk(described("Stopping", status), monkeypatch)

    assert execution.error == "BatchFailedError"
    assert execution.cause == (
        f"The transform job income-b-1 ended as {status}: ClientError: see the log"
    )
    assert calls[-1] == "aws-sdk:sagemaker:deleteModel"


def test_five_days_of_polling_stay_below_the_events_that_an_execution_may_have() -> None:
    waited = rounds = 0
    while waited < TIMEOUT_SECONDS:
        share = int(waited * waiting_rounds.WAITED_SHARE)
        waited += min(
            waiting_rounds.LONGEST_WAIT_SECONDS,
            max(waiting_rounds.SHORTEST_WAIT_SECONDS, share),
        )
        rounds += 1

    # Wait: entered, exited. Task: entered, scheduled, started, succeeded, exited. Choice: 2.
    assert rounds * 9 < 10_000


def test_the_summary_gets_the_plan_and_the_job() -> None:
    _, _, last = run()

    assert last["SummarizeBatch"] == {
        "batch": BATCH,
        "transform_job": {"TransformJobStatus": "Completed"},
    }


def test_a_failed_job_leaves_no_model() -> None:
    execution, calls, _ = run(**{"sagemaker:createTransformJob.sync": FAILED_JOB})

    assert execution.error == "BatchFailedError"
    assert execution.cause == (
        "The transform job income-b-1 ended as Failed: ClientError: see the log"
    )
    assert calls[-2:] == ["sagemaker:createTransformJob.sync", "aws-sdk:sagemaker:deleteModel"]


def test_a_model_that_cannot_be_deleted_fails_no_batch_that_succeeded() -> None:
    busy = TaskError("SageMaker.SageMakerException", "Rate exceeded")

    execution, calls, _ = run(**{"aws-sdk:sagemaker:deleteModel": busy})

    assert execution.status == "SUCCEEDED"
    assert "SummarizeBatch" in calls


def test_the_jobs_failure_is_told_even_when_the_model_cannot_be_deleted() -> None:
    execution, _, _ = run(
        **{
            "sagemaker:createTransformJob.sync": FAILED_JOB,
            "aws-sdk:sagemaker:deleteModel": TaskError("SageMaker.SageMakerException", "busy"),
        }
    )

    assert execution.error == "BatchFailedError"
    assert "ended as Failed" in (execution.cause or "")


def test_rows_that_are_missing_fail_the_execution_with_the_summarys_sentence() -> None:
    sentence = "x.csv: 10 rows in, 9 rows out"
    error = TaskError("BatchFailedError", json.dumps({"errorMessage": sentence}))

    execution, _, _ = run(SummarizeBatch=error)

    assert (execution.status, execution.error, execution.cause) == (
        "FAILED",
        "BatchFailedError",
        sentence,
    )


def test_bad_input_creates_nothing() -> None:
    error = TaskError("InvalidInputError", json.dumps({"errorMessage": "no live model"}))

    execution, calls, _ = run(PlanBatch=error)

    assert execution.cause == "no live model"
    assert calls == ["PlanBatch"]


def test_a_model_that_cannot_be_created_is_not_deleted() -> None:
    error = TaskError("SageMaker.AmazonSageMakerException", "artifact not found")

    execution, calls, _ = run(**{"sagemaker:createModel": error})

    assert execution.cause == "artifact not found"
    assert list(dict.fromkeys(calls)) == ["PlanBatch", "sagemaker:createModel"]


def test_a_bulk_batch_is_one_processing_job_and_needs_no_model() -> None:
    execution, calls, last = run(PlanBatch=BULK_PLAN)

    assert (execution.status, execution.output) == ("SUCCEEDED", RESULT)
    assert calls == ["PlanBatch", "sagemaker:createProcessingJob.sync", "SummarizeBatch"]
    assert last["sagemaker:createProcessingJob.sync"] == BULK_PLAN["request"]
    assert last["SummarizeBatch"] == {
        "batch": BULK_PLAN["batch"],
        "processing_job": {"ProcessingJobStatus": "Completed"},
    }


def test_a_failed_bulk_job_is_told_once_in_the_containers_words() -> None:
    description = {
        "ProcessingJobName": "income-b-1",
        "ProcessingJobStatus": "Failed",
        "FailureReason": "AlgorithmError: , exit code: 1",
        "ExitMessage": "Column 'age', row 7 of x.csv: 'abc' is not a number",
    }
    error = TaskError("States.TaskFailed", json.dumps(description))

    execution, calls, _ = run(PlanBatch=BULK_PLAN, **{"sagemaker:createProcessingJob.sync": error})

    assert (execution.error, execution.cause) == (
        "BatchFailedError",
        "The processing job income-b-1 ended as Failed: Column 'age', row 7 of x.csv: 'abc' is not "
        "a number",
    )
    assert "SummarizeBatch" not in calls


def test_a_bulk_job_that_sagemaker_refuses_ends_the_execution_with_its_words() -> None:
    error = TaskError("SageMaker.ResourceLimitExceededException", "no quota for ml.m5.large")

    execution, _, _ = run(PlanBatch=BULK_PLAN, **{"sagemaker:createProcessingJob.sync": error})

    assert (execution.error, execution.cause) == (
        "SageMaker.ResourceLimitExceededException",
        "no quota for ml.m5.large",
    )


FAN_OUT = {
    "batch": "income-b-1",
    "bucket": "artifacts",
    "groups_key": "income/batches/b/config/b/groups.json",
    "failure_key": "income/batches/b/config/b/failure.json",
    "results_prefix": "income/batches/b/jobs/b",
    "jobs": 2,
    "max_concurrent_jobs": 1,  # one after the other, so the calls have an order
}
GROUPS_PLAN = {"fan_out": FAN_OUT, "batch": BULK_PLAN["batch"]}
GROUPS = [
    {"request": {"ProcessingJobName": f"income-b-1-000{number}"}, "ladder": LADDER}
    for number in (1, 2)
]
DESCRIBED = {
    "ProcessingJobName": "income-b-1-0001",
    "ProcessingJobStatus": "Completed",
    "ProcessingStartTime": 1,
    "ProcessingEndTime": 2,
    "ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.large"}},
}


def run_groups(**changes: Any) -> tuple[Ended, list[str], dict[str, Any]]:
    """A batch of two jobs, with an S3 that keeps one sentence."""
    kept: dict[str, Any] = {}

    def put(arguments: dict[str, Any]) -> dict[str, Any]:
        kept.update(arguments)
        return {"ETag": "e"}

    def get(arguments: dict[str, Any]) -> dict[str, Any]:
        if arguments["Key"] != kept.get("Key"):
            raise TaskError("S3.NoSuchKeyException", "The specified key does not exist.")
        return {"Body": json.dumps(kept["Body"])}

    results = {
        "PlanBatch": GROUPS_PLAN,
        "s3:getObject": GROUPS,
        "sagemaker:createProcessingJob.sync": DESCRIBED | {"AppSpecification": {"ImageUri": "i"}},
        "aws-sdk:s3:putObject": put,
        "aws-sdk:s3:getObject": get,
        **changes,
    }
    return run(**results)


def test_a_batch_of_several_jobs_runs_each_and_hands_their_results_to_the_summary() -> None:
    execution, calls, last = run_groups()

    assert (execution.status, execution.output) == ("SUCCEEDED", RESULT)
    assert calls == [
        "PlanBatch",
        "s3:getObject",
        "sagemaker:createProcessingJob.sync",
        "sagemaker:createProcessingJob.sync",
        "SummarizeBatch",
    ]
    assert last["s3:getObject"] == {"Bucket": "artifacts", "Key": FAN_OUT["groups_key"]}
    assert last["sagemaker:createProcessingJob.sync"] == GROUPS[1]["request"]
    summarized = last["SummarizeBatch"]
    assert summarized["batch"] == BULK_PLAN["batch"]
    assert summarized["group_results"]["Bucket"] == "artifacts"
    key = summarized["group_results"]["Key"]
    assert re.fullmatch(r"income/batches/b/jobs/b/[0-9a-f-]{36}/manifest\.json", key)


def test_children_answer_with_what_the_summary_needs_and_no_more() -> None:
    machine = StubbedMachine(
        batch_predict_definition(),
        {
            "PlanBatch": lambda _: GROUPS_PLAN,
            "s3:getObject": lambda _: GROUPS,
            "sagemaker:createProcessingJob.sync": lambda _: {**DESCRIBED, "Environment": {}},
            "SummarizeBatch": lambda _: RESULT,
        },
    )
    machine.run({"predictor": "income"})

    assert [child.output for child in machine.children] == [DESCRIBED, DESCRIBED]


def test_a_failed_group_ends_the_batch_with_the_jobs_name_and_its_words() -> None:
    description = {
        "ProcessingJobName": "income-b-1-0001",
        "ProcessingJobStatus": "Failed",
        "ExitMessage": "row 7 of x.csv is bad",
    }
    failed = TaskError("States.TaskFailed", json.dumps(description))

    execution, calls, _ = run_groups(**{"sagemaker:createProcessingJob.sync": failed})

    assert (execution.status, execution.error, execution.cause) == (
        "FAILED",
        "BatchFailedError",
        "Batch income-b-1: the processing job income-b-1-0001 ended as Failed: row 7 of x.csv is "
        "bad",
    )
    assert "SummarizeBatch" not in calls


def test_a_group_that_sagemaker_refuses_is_named_too() -> None:
    refused = TaskError("SageMaker.ResourceLimitExceededException", "no quota for ml.m5.large")

    execution, _, _ = run_groups(**{"sagemaker:createProcessingJob.sync": refused})

    assert (execution.error, execution.cause) == (
        "SageMaker.ResourceLimitExceededException",
        "Batch income-b-1: the processing job income-b-1-0001: no quota for ml.m5.large",
    )


def test_a_map_that_fails_itself_says_how() -> None:
    unreadable = TaskError("NoSuchKey", "The specified key does not exist.")

    execution, calls, _ = run_groups(**{"s3:getObject": unreadable})

    assert execution.error == "States.ItemReaderFailed"
    assert (execution.cause or "").endswith(": The specified key does not exist.")
    assert calls[-1] == "aws-sdk:s3:getObject"


def test_a_sentence_that_cannot_be_kept_does_not_hide_the_failure() -> None:
    denied = TaskError("S3.S3Exception", "Access Denied")
    failed = TaskError("States.TaskFailed", json.dumps({"ProcessingJobStatus": "Failed"}))

    execution, _, _ = run_groups(
        **{"sagemaker:createProcessingJob.sync": failed, "aws-sdk:s3:putObject": denied}
    )

    assert execution.error == "States.ExceedToleratedFailureThreshold"
