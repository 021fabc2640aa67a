"""What the Train state machine does, with fakes for everything it calls."""

import json
from typing import Any

from autogluon_constructs.workflows.asl import DETAILS
from autogluon_constructs.workflows.train_definition import train_definition
from embedded_aws.stepfunctions.library.jsonata_engine import evaluate
from tests.infrastructure.stubbed_machine import Ended, StubbedMachine, TaskError

ARN = "arn:aws:sagemaker:us-east-1:123456789012:model-package/autogluon-sandbox-income/3"
RUN = {"predictor": "income", "job_name": "income-run-1-0a1b2c3d", "promote": True}
SUMMARY = {
    "predictor": "income",
    "job_name": "income-run-1-0a1b2c3d",
    "decision": "Approved",
    "reason": "roc_auc 0.93 >= 0.92",
    "promote": True,
    "best_model": "WeightedEnsemble_L2",
    "eval_metric": "roc_auc",
    "evaluated_on": "test",
    "metrics": {"roc_auc": 0.93},
    "leaderboard_uri": "s3://artifacts/leaderboard.csv",
    "metrics_uri": "s3://artifacts/metrics.json",
    "artifact_uri": "s3://artifacts/model.tar.gz",
    "report_uri": None,
}
INPUT = {"predictor": "income", "train_data": "s3://data/train.csv"}


class Train:
    """Fakes that record; each can be told to fail."""

    def __init__(self, **changes: Any) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.results: dict[str, Any] = {
            "PlanTraining": {"request": {"TrainingJobName": RUN["job_name"]}, "run": RUN},
            "sagemaker:createTrainingJob.sync": {"TrainingJobStatus": "Completed"},
            "SummarizeTraining": {"registration": {"ClientToken": "t"}, "summary": SUMMARY},
            "aws-sdk:sagemaker:createModelPackage": {"ModelPackageArn": ARN},
            "states:startExecution.sync:2": {"Output": {"live_model": ARN}, "Status": "SUCCEEDED"},
            "sns:publish": {"MessageId": "m"},
            **changes,
        }

    def run(self, execution_input: Any = INPUT) -> Ended:
        tasks = {name: self._fake(name) for name in self.results}
        return StubbedMachine(train_definition(), tasks).run(execution_input)

    def called(self, name: str) -> list[Any]:
        return [arguments for called, arguments in self.calls if called == name]

    def _fake(self, name: str) -> Any:
        def call(arguments: Any) -> Any:
            self.calls.append((name, arguments))
            result = self.results[name]
            if isinstance(result, Exception):
                raise result
            return result

        return call


def lambda_error(kind: str, message: str) -> TaskError:
    return TaskError(kind, json.dumps({"errorMessage": message, "errorType": kind}))


def test_an_approved_model_is_promoted_and_everything_is_in_the_output() -> None:
    train = Train()

    execution = train.run()

    assert execution.status == "SUCCEEDED"
    expected = {k: v for k, v in SUMMARY.items() if k not in ("job_name", "promote")}
    assert execution.output == {
        **expected,
        "run": RUN["job_name"],
        "model_package_arn": ARN,
        "promotion": {"live_model": ARN},
    }
    assert train.called("sns:publish") == []


def test_the_planner_gets_the_input_and_who_executes_it() -> None:
    train = Train()
    train.run()

    [event] = train.called("PlanTraining")

    assert event["input"] == INPUT
    assert event["execution"]["Name"] == "run-1"
    assert event["execution"]["Id"].endswith(":run-1")
    assert event["execution"]["StartTime"]


def test_the_planners_request_is_sent_as_it_is() -> None:
    train = Train()
    train.run()

    assert train.called("sagemaker:createTrainingJob.sync") == [
        {"TrainingJobName": RUN["job_name"]}
    ]
    assert train.called("SummarizeTraining") == [
        {"run": RUN, "training_job": {"TrainingJobStatus": "Completed"}}
    ]
    assert train.called("aws-sdk:sagemaker:createModelPackage") == [{"ClientToken": "t"}]


def test_the_promotion_is_named_after_the_job_so_that_it_runs_once() -> None:
    train = Train()
    train.run()

    assert train.called("states:startExecution.sync:2") == [
        {
            "StateMachineArn": "${PromoteStateMachine}",
            "Name": "train-income-run-1-0a1b2c3d",
            "Input": {"predictor": "income", "model": ARN},
        }
    ]


def test_a_model_that_is_not_approved_or_not_to_be_promoted_waits() -> None:
    for change in ({"decision": "Rejected"}, {"promote": False}):
        summary = {**SUMMARY, **change}
        train = Train(SummarizeTraining={"registration": {}, "summary": summary})

        execution = train.run()

        assert execution.status == "SUCCEEDED"
        assert execution.output["decision"] == summary["decision"]
        assert execution.output["promotion"] is None
        assert train.called("states:startExecution.sync:2") == []
        assert train.called("sns:publish") == []


def test_bad_input_ends_before_any_job_with_one_sentence_and_one_notification() -> None:
    sentence = "train_data: got 's3://data/nothing.csv'; no such object"
    train = Train(PlanTraining=lambda_error("InvalidDataError", sentence))

    execution = train.run()

    assert (execution.status, execution.error, execution.cause) == (
        "FAILED",
        "InvalidDataError",
        sentence,
    )
    assert [name for name, _ in train.calls] == ["PlanTraining", "sns:publish"]
    [message] = train.called("sns:publish")
    assert message["Subject"] == "${Environment} ${Workflow} failed: income"
    assert message["Message"].startswith(f"{sentence}\n\nExecution: arn:aws:states:")


def test_a_subject_is_always_one_that_sns_accepts() -> None:
    for predictor in ("x" * 500, "two\nlines", "Émile", 7, None, {"a": 1}, ""):
        train = Train(PlanTraining=lambda_error("InvalidInputError", "no"))

        execution = train.run({"predictor": predictor})

        assert execution.cause == "no"
        [message] = train.called("sns:publish")
        assert message["Subject"].endswith("failed: unknown predictor")


def test_input_that_is_no_object_still_fails_with_the_planners_sentence() -> None:
    inputs: tuple[Any, ...] = ("income", [], 7, {})
    for execution_input in inputs:
        train = Train(PlanTraining=lambda_error("InvalidInputError", "give an object"))

        execution = train.run(execution_input)

        assert (execution.error, execution.cause) == ("InvalidInputError", "give an object")
        assert len(train.called("sns:publish")) == 1


def test_a_failed_job_is_named_with_its_reason() -> None:
    job = {
        "TrainingJobName": RUN["job_name"],
        "TrainingJobStatus": "Failed",
        "FailureReason": "AlgorithmError: label column 'class' is constant",
    }
    train = Train(
        **{"sagemaker:createTrainingJob.sync": TaskError("States.TaskFailed", json.dumps(job))}
    )

    execution = train.run()

    assert execution.error == "TrainingFailedError"
    assert execution.cause == (
        f"The training job {RUN['job_name']} ended as Failed: "
        "AlgorithmError: label column 'class' is constant"
    )
    assert len(train.called("sns:publish")) == 1


def test_a_stopped_job_has_no_reason_and_still_one_sentence() -> None:
    job = {"TrainingJobName": "income-1", "TrainingJobStatus": "Stopped"}
    train = Train(
        **{"sagemaker:createTrainingJob.sync": TaskError("States.TaskFailed", json.dumps(job))}
    )

    assert train.run().cause == "The training job income-1 ended as Stopped"


def test_a_job_that_sagemaker_refuses_keeps_the_services_words() -> None:
    for cause in ("You have reached your limit of ml.m5.2xlarge", '{"cut off', ""):
        error = TaskError("SageMaker.AmazonSageMakerException", cause)
        train = Train(**{"sagemaker:createTrainingJob.sync": error})

        execution = train.run()

        assert execution.error == "SageMaker.AmazonSageMakerException"
        assert (execution.cause or "") == cause


def test_a_failure_without_a_cause_says_so() -> None:
    states = {"errorOutput": {"Error": "States.Timeout"}}

    assert evaluate(f"({DETAILS} $text)", {"states": states}) == "no cause given"


def test_a_failed_registration_is_notified_once() -> None:
    error = TaskError("SageMaker.SageMakerException", "image not found")
    train = Train(**{"aws-sdk:sagemaker:createModelPackage": error})

    execution = train.run()

    assert execution.cause == "image not found"
    assert len(train.called("sns:publish")) == 1


def test_a_failed_promotion_is_not_notified_twice() -> None:
    sentence = "the endpoint does not run the model"
    nested = {
        "ExecutionArn": "arn:aws:states:us-east-1:123456789012:execution:promote:run-1",
        "Status": "FAILED",
        "Error": "PromotionError",
        "Cause": sentence,
    }
    error = TaskError("States.TaskFailed", json.dumps(nested))
    train = Train(**{"states:startExecution.sync:2": error})

    execution = train.run()

    assert (execution.error, execution.cause) == ("PromotionError", sentence)
    assert train.called("sns:publish") == []


def test_a_promotion_that_did_not_start_or_was_cut_short_is_notified_here() -> None:
    timed_out = {"ExecutionArn": "arn:aws:states:::execution:promote:x", "Status": "TIMED_OUT"}
    for error in (
        TaskError("StepFunctions.ExecutionAlreadyExistsException", "exists already"),
        TaskError("States.TaskFailed", json.dumps(timed_out)),
    ):
        train = Train(**{"states:startExecution.sync:2": error})

        assert train.run().status == "FAILED"
        assert len(train.called("sns:publish")) == 1


def test_a_topic_out_of_order_does_not_hide_the_cause() -> None:
    train = Train(
        PlanTraining=lambda_error("InvalidInputError", "the cause"),
        **{"sns:publish": TaskError("SNS.KMSDisabledException", "no key")},
    )

    execution = train.run()

    assert (execution.error, execution.cause) == ("InvalidInputError", "the cause")
