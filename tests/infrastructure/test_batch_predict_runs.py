"""What the BatchPredict state machine does, with fakes for everything it calls."""

import json
from typing import Any

from autogluon_constructs.workflows.batch_predict_definition import batch_predict_definition
from tests.infrastructure.asl_interpreter import Execution, Interpreter, TaskError

BATCH = {
    "predictor": "income",
    "job_name": "income-b-1",
    "engine": "transform",
    "model_name": "income-b-1",
}
BULK_PLAN = {
    "request": {"ProcessingJobName": "income-b-1"},
    "batch": {"predictor": "income", "job_name": "income-b-1", "engine": "bulk"},
}
PLAN = {
    "model_request": {"ModelName": "income-b-1"},
    "request": {"TransformJobName": "income-b-1"},
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


def run(**changes: Any) -> tuple[Execution, list[str], dict[str, Any]]:
    """The execution, the calls in order, and the last arguments of each."""
    results: dict[str, Any] = {
        "PlanBatch": PLAN,
        "sagemaker:createModel": {"ModelArn": "arn"},
        "sagemaker:createTransformJob.sync": {"TransformJobStatus": "Completed"},
        "sagemaker:createProcessingJob.sync": {"ProcessingJobStatus": "Completed"},
        "aws-sdk:sagemaker:deleteModel": {},
        "SummarizeBatch": RESULT,
        "sns:publish": {},
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
            return results[name]

        return call

    interpreter = Interpreter(batch_predict_definition(), {name: fake(name) for name in results})
    return interpreter.run({"predictor": "income", "data": "s3://data/x.csv"}), calls, last


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


def test_the_summary_gets_the_plan_and_the_job() -> None:
    _, _, last = run()

    assert last["SummarizeBatch"] == {
        "batch": BATCH,
        "transform_job": {"TransformJobStatus": "Completed"},
    }


def test_a_failed_job_leaves_no_model_and_one_notification() -> None:
    execution, calls, _ = run(**{"sagemaker:createTransformJob.sync": FAILED_JOB})

    assert execution.error == "BatchFailedError"
    assert execution.cause == (
        "The transform job income-b-1 ended as Failed: ClientError: see the log"
    )
    assert calls[-2:] == ["aws-sdk:sagemaker:deleteModel", "sns:publish"]


def test_the_jobs_failure_is_told_even_when_the_model_cannot_be_deleted() -> None:
    execution, calls, last = run(
        **{
            "sagemaker:createTransformJob.sync": FAILED_JOB,
            "aws-sdk:sagemaker:deleteModel": TaskError("SageMaker.SageMakerException", "busy"),
        }
    )

    assert execution.error == "BatchFailedError"
    assert calls.count("sns:publish") == 1
    assert "ended as Failed" in last["sns:publish"]["Message"]


def test_rows_that_are_missing_fail_the_execution_with_the_summarys_sentence() -> None:
    sentence = "x.csv: 10 rows in, 9 rows out"
    error = TaskError("BatchFailedError", json.dumps({"errorMessage": sentence}))

    execution, calls, _ = run(SummarizeBatch=error)

    assert (execution.status, execution.error, execution.cause) == (
        "FAILED",
        "BatchFailedError",
        sentence,
    )
    assert calls.count("sns:publish") == 1


def test_bad_input_creates_nothing() -> None:
    error = TaskError("InvalidInputError", json.dumps({"errorMessage": "no live model"}))

    execution, calls, _ = run(PlanBatch=error)

    assert execution.cause == "no live model"
    assert calls == ["PlanBatch", "sns:publish"]


def test_a_model_that_cannot_be_created_is_not_deleted() -> None:
    error = TaskError("SageMaker.AmazonSageMakerException", "artifact not found")

    execution, calls, _ = run(**{"sagemaker:createModel": error})

    assert execution.cause == "artifact not found"
    assert calls == ["PlanBatch", "sagemaker:createModel", "sns:publish"]


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
    assert calls[-1] == "sns:publish"
    assert calls.count("sns:publish") == 1


def test_a_bulk_job_that_sagemaker_refuses_ends_the_execution_with_its_words() -> None:
    error = TaskError("SageMaker.ResourceLimitExceededException", "no quota for ml.m5.large")

    execution, _, _ = run(PlanBatch=BULK_PLAN, **{"sagemaker:createProcessingJob.sync": error})

    assert (execution.error, execution.cause) == (
        "SageMaker.ResourceLimitExceededException",
        "no quota for ml.m5.large",
    )
