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
    "instance_type": "ml.m5.2xlarge",
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
            "PlanTraining": {
                "request": {"TrainingJobName": RUN["job_name"]},
                "ladder": {"later_names": "income-try", "resources": [{}]},
                "run": RUN,
            },
            "sagemaker:createTrainingJob.sync": {"TrainingJobStatus": "Completed"},
            "SummarizeTraining": {"registration": {"ClientToken": "t"}, "summary": SUMMARY},
            "aws-sdk:sagemaker:createModelPackage": {"ModelPackageArn": ARN},
            "states:startExecution.sync:2": {"Output": {"live_model": ARN}, "Status": "SUCCEEDED"},
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


def test_the_output_names_the_model_that_was_trained_further() -> None:
    parent = {"method": "refit_full", "model": ARN, "run": "income-first", "sha256": "ab" * 32}
    train = Train(SummarizeTraining={"registration": {}, "summary": {**SUMMARY, "parent": parent}})

    assert train.run().output["parent"] == parent


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


def test_bad_input_ends_before_any_job_with_one_sentence() -> None:
    sentence = "train_data: got 's3://data/nothing.csv'; no such object"
    train = Train(PlanTraining=lambda_error("InvalidDataError", sentence))

    execution = train.run()

    assert (execution.status, execution.error, execution.cause) == (
        "FAILED",
        "InvalidDataError",
        sentence,
    )
    assert [name for name, _ in train.calls] == ["PlanTraining"]


def test_input_that_is_no_object_still_fails_with_the_planners_sentence() -> None:
    inputs: tuple[Any, ...] = ("income", [], 7, {})
    for execution_input in inputs:
        train = Train(PlanTraining=lambda_error("InvalidInputError", "give an object"))

        execution = train.run(execution_input)

        assert (execution.error, execution.cause) == ("InvalidInputError", "give an object")


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


def test_a_failed_registration_keeps_the_services_words() -> None:
    error = TaskError("SageMaker.SageMakerException", "image not found")
    train = Train(**{"aws-sdk:sagemaker:createModelPackage": error})

    execution = train.run()

    assert execution.cause == "image not found"


def failed_promotion(**described: str) -> TaskError:
    nested = {
        "ExecutionArn": "arn:aws:states:us-east-1:123456789012:execution:promote:train-1",
        "Name": "train-1",
        **described,
    }
    return TaskError("States.TaskFailed", json.dumps(nested))


def test_a_promotion_that_failed_is_the_trainings_error_with_the_promotions_cause() -> None:
    sentence = "the endpoint does not run the model"
    error = failed_promotion(Status="FAILED", Error="InvalidInputError", Cause=sentence)
    train = Train(**{"states:startExecution.sync:2": error})

    execution = train.run()

    # By this error the report of failures knows that the promotion's own was sent.
    assert (execution.error, execution.cause) == ("PromotionError", sentence)


def test_a_promotion_that_was_cut_short_is_named() -> None:
    train = Train(**{"states:startExecution.sync:2": failed_promotion(Status="TIMED_OUT")})

    execution = train.run()

    assert execution.error == "PromotionError"
    assert execution.cause == "The promotion train-1 ended as TIMED_OUT"


def test_a_promotion_that_did_not_start_keeps_the_services_error() -> None:
    error = TaskError("StepFunctions.ExecutionAlreadyExistsException", "exists already")
    train = Train(**{"states:startExecution.sync:2": error})

    execution = train.run()

    assert execution.error == "StepFunctions.ExecutionAlreadyExistsException"
    assert execution.cause == "exists already"
