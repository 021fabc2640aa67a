"""One throttle, one lack of quota and one lack of capacity at each call that creates something.

The calls are those of the definitions: one that is new and has no story here fails the first test.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from autogluon_constructs.workflows.batch_predict_definition import batch_predict_definition
from autogluon_constructs.workflows.drift.drift_definition import drift_definition
from autogluon_constructs.workflows.processing.process_definition import process_definition
from autogluon_constructs.workflows.promote_definition import promote_definition
from autogluon_constructs.workflows.train_definition import train_definition
from tests.infrastructure.stubbed_machine import Ended, StubbedMachine, TaskError
from tests.infrastructure.test_batch_predict_runs import BY_SDK, DESCRIBED, GROUPS, LADDER
from tests.infrastructure.test_drift_runs import SUMMARY as DRIFT_SUMMARY
from tests.infrastructure.test_promote_runs import Cloud

ARN = "arn:aws:states:::"
# What a call creates, starts or changes; Lambda functions have stories of their own.
_VERBS = ("create", "start", "put", "update", "register")
_TWO_TYPES = {**LADDER, "resources": [{"Type": "first"}, {"Type": "second"}]}
_JOBS = ("Training", "Processing", "Transform")


@dataclass(frozen=True)
class Story:
    """An execution that makes a call: its definition, and the answers of everything it calls."""

    definition: Callable[[], dict[str, Any]]
    answers: Mapping[str, Any]


def _train(**plan: str) -> Story:
    summary = {
        "predictor": "income", "job_name": "income-1", "decision": "Approved", "promote": True,
    }  # fmt: skip
    answers = {
        "PlanTraining": {"request": {"TrainingJobName": "income-1"}, "ladder": _TWO_TYPES,
                         "run": {"job_name": "income-1"}, **plan},
        "sagemaker:createTrainingJob.sync": {"TrainingJobStatus": "Completed"},
        "aws-sdk:sagemaker:createTrainingJob": {"TrainingJobArn": "arn:training-job/income-1"},
        "aws-sdk:sagemaker:describeTrainingJob": {
            "TrainingJobName": "income-1", "TrainingJobStatus": "Completed",
        },
        "SummarizeTraining": {"registration": {"ClientToken": "t"}, "summary": summary},
        "aws-sdk:sagemaker:createModelPackage": {"ModelPackageArn": "arn:3"},
        "states:startExecution.sync:2": {"Output": {"live_model": "arn:3"}},
    }  # fmt: skip
    return Story(train_definition, answers)


def _batch(plan: Mapping[str, Any]) -> Story:
    batch = {"job_name": "b", "model_name": "b", "engine": plan.get("engine", "transform")}
    answers = {
        "PlanBatch": {**plan, "batch": batch},
        "sagemaker:createModel": {"ModelArn": "arn"},
        "sagemaker:createTransformJob.sync": {"TransformJobStatus": "Completed"},
        "aws-sdk:sagemaker:createTransformJob": {"TransformJobArn": "arn:transform-job/b"},
        "aws-sdk:sagemaker:describeTransformJob": {
            "TransformJobName": "b", "TransformJobStatus": "Completed",
        },
        "sagemaker:createProcessingJob.sync": DESCRIBED,
        "s3:getObject": [{**group, "ladder": _TWO_TYPES} for group in GROUPS],
        "aws-sdk:s3:putObject": {},
        "aws-sdk:sagemaker:deleteModel": {},
        "SummarizeBatch": {"rows": 1},
    }  # fmt: skip
    return Story(batch_predict_definition, answers)


def _drift() -> Story:
    answers = {
        "PlanDrift": {"request": {}, "ladder": _TWO_TYPES, "run": {"predictor": "income"}},
        "sagemaker:createProcessingJob.sync": DESCRIBED,
        "SummarizeDrift": DRIFT_SUMMARY,
        "aws-sdk:cloudwatch:putMetricData": {},
    }
    return Story(drift_definition, answers)


def _process() -> Story:
    answers = {
        "PlanProcessing": {"request": {}, "ladder": _TWO_TYPES, "run": {"predictor": "income"}},
        "sagemaker:createProcessingJob.sync": DESCRIBED,
        "SummarizeProcessing": {"predictor": "income", "files": {"train": 1}},
    }
    return Story(process_definition, answers)


_PLAN = {"request": {}, "model_request": {}, "ladder": _TWO_TYPES}
_FAN_OUT = {
    "batch": "b", "bucket": "a", "groups_key": "g", "failure_key": "f", "results_prefix": "r",
    "jobs": 2, "max_concurrent_jobs": 1,
}  # fmt: skip
STORIES: dict[str, Story] = {
    "train sagemaker:createTrainingJob.sync": _train(),
    "train aws-sdk:sagemaker:createTrainingJob": _train(integration="sdk"),
    "train aws-sdk:sagemaker:createModelPackage": _train(),
    "train states:startExecution.sync:2": _train(),
    "batch_predict sagemaker:createModel": _batch(_PLAN),
    "batch_predict sagemaker:createTransformJob.sync": _batch(_PLAN),
    "batch_predict aws-sdk:sagemaker:createTransformJob": _batch(
        {**_PLAN, "integration": BY_SDK["integration"]}
    ),
    "batch_predict sagemaker:createProcessingJob.sync": _batch({**_PLAN, "engine": "bulk"}),
    "batch_predict Groups sagemaker:createProcessingJob.sync": _batch({"fan_out": _FAN_OUT}),
    "drift sagemaker:createProcessingJob.sync": _drift(),
    "drift aws-sdk:cloudwatch:putMetricData": _drift(),
    "process sagemaker:createProcessingJob.sync": _process(),
}
# These have a cloud of their own, see below.
PROMOTIONS = {
    "promote aws-sdk:ssm:putParameter",
    "promote aws-sdk:cloudformation:updateStack",
    "promote aws-sdk:sagemaker:updateModelPackage",
}
# It keeps a sentence that has been decided already, and costs nothing.
_HARMLESS = {"batch_predict Groups aws-sdk:s3:putObject"}


def _calls(states: Mapping[str, Any], where: str) -> Iterator[str]:
    for state in states.values():
        if state["Type"] == "Map":
            yield from _calls(state["ItemProcessor"]["States"], f"{where} {state['Label']}")
        resource = state.get("Resource", "").replace("${Partition}", "aws").removeprefix(ARN)
        if resource.split(":")[-1].startswith(_VERBS) or ":startExecution" in resource:
            yield f"{where} {resource}"


def test_every_call_that_creates_something_has_a_story() -> None:
    found = {
        call
        for where, definition in (
            ("train", train_definition()),
            ("batch_predict", batch_predict_definition()),
            ("promote", promote_definition()),
            ("drift", drift_definition()),
            ("process", process_definition()),
        )
        for call in _calls(definition["States"], where)
    }

    assert found == STORIES.keys() | PROMOTIONS | _HARMLESS


def _throttle(resource: str) -> TaskError:
    service = resource.split(":")[-2] if resource.startswith("aws-sdk") else resource.split(":")[0]
    classes = {"sagemaker": "SageMaker.AmazonSageMakerException",
               "states": "StepFunctions.AWSStepFunctionsException"}  # fmt: skip
    if resource.startswith("aws-sdk"):
        classes["sagemaker"] = "SageMaker.SageMakerException"
        classes["cloudwatch"] = "CloudWatch.CloudWatchException"
    return TaskError(classes[service], "Rate exceeded")


def _faults(resource: str) -> Iterator[tuple[str, TaskError]]:
    yield "throttle", _throttle(resource)
    if "sagemaker" in resource:
        yield "quota", TaskError("SageMaker.ResourceLimitExceededException", "limit")
    if resource.startswith("states:"):
        yield "quota", TaskError("StepFunctions.ExecutionLimitExceededException", "limit")
    kind = next((kind for kind in _JOBS if f"create{kind}Job.sync" in resource), None)
    if kind is not None:
        job = {f"{kind}JobName": "b", f"{kind}JobStatus": "Failed",
               "FailureReason": "CapacityError: Unable to provision"}  # fmt: skip
        yield "capacity", TaskError("States.TaskFailed", json.dumps(job))


CASES = [
    pytest.param(call, error, id=f"{call} {fault}")
    for call in STORIES
    for fault, error in _faults(call.split(" ")[-1])
]


@pytest.mark.parametrize(("call", "error"), CASES)
def test_one_fault_delays_the_execution_and_nothing_is_made_twice(
    call: str, error: TaskError
) -> None:
    resource, made = call.split(" ")[-1], []
    story = STORIES[call]
    left = [error]

    def fake(name: str) -> Any:
        def answer(arguments: Any) -> Any:
            if name == resource:
                if left:
                    raise left.pop()
                made.append(arguments)
            return story.answers[name]

        return answer

    machine = StubbedMachine(story.definition(), {name: fake(name) for name in story.answers})
    ended = machine.run({"predictor": "income"})

    assert (ended.status, ended.cause) == ("SUCCEEDED", None)
    assert not left
    assert len(made) == (len(GROUPS) if " Groups " in call else 1)


def test_the_group_of_a_first_version_waits_for_its_limit() -> None:
    story, left = _train(), [TaskError("ResourceLimitExceeded", '{"errorMessage": "limit"}')]

    def summarize(_: Any) -> Any:
        if left:
            raise left.pop()
        return story.answers["SummarizeTraining"]

    tasks = {name: lambda _, name=name: story.answers[name] for name in story.answers}
    machine = StubbedMachine(story.definition(), {**tasks, "SummarizeTraining": summarize})
    ended = machine.run({"predictor": "income"})

    assert (ended.status, left) == ("SUCCEEDED", [])


def test_a_job_by_the_sdk_integration_without_capacity_takes_the_next_type() -> None:
    story = _batch({**_PLAN, "integration": "sdk"})
    described = [
        {"TransformJobName": "b", "TransformJobStatus": "Failed", "FailureReason": "CapacityError"},
        {"TransformJobName": "b", "TransformJobStatus": "Completed"},
    ]
    created: list[Any] = []

    def create(request: Any) -> Any:
        created.append(request)
        return story.answers["aws-sdk:sagemaker:createTransformJob"]

    tasks = {name: lambda _, name=name: story.answers[name] for name in story.answers}
    tasks["aws-sdk:sagemaker:createTransformJob"] = create
    tasks["aws-sdk:sagemaker:describeTransformJob"] = lambda _: described.pop(0)
    ended = StubbedMachine(story.definition(), tasks).run({"predictor": "income"})

    assert ended.status == "SUCCEEDED"
    assert [request["Type"] for request in created] == ["first", "second"]
    assert created[1]["TransformJobName"] == f"{LADDER['later_names']}2"


_THROTTLES = {
    "ssm": ("Ssm.SsmException", "Ssm.ThrottlingException"),
    "sagemaker": ("SageMaker.SageMakerException",),
    "cloudformation": ("CloudFormation.CloudFormationException",),
}


@pytest.mark.parametrize(
    ("call", "name"),
    [(call, name) for call in sorted(PROMOTIONS) for name in _THROTTLES[call.split(":")[1]]],
)
def test_one_throttle_delays_a_promotion(call: str, name: str) -> None:
    action = call.rpartition(":")[2]
    cloud = Cloud(refuse={f"{action}#1": TaskError(name, "Rate exceeded")})

    ended: Ended = cloud.run()

    assert (ended.status, ended.cause) == ("SUCCEEDED", None)
    assert (cloud.live, cloud.served) == ("arn:aws:sagemaker:::model-package/g/2",) * 2
    assert len(cloud.history) == 1
