"""One throttle, one lack of quota and one lack of capacity at every call that creates something.

Each execution succeeds late or ends with a sentence, and nothing is paid for twice. The calls are
those that the deployed roles may make: one that is new and has no case fails the first test.
`tests/infrastructure/test_faults_at_create_calls.py` does the same with fakes, in seconds.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from moto.core.utils import get_service_model

from autogluon_cli.embedded.control import ask
from autogluon_client.environment.deployment import Deployment
from autogluon_contracts.embedded_instance import EmbeddedInstance
from autogluon_demo.cdk import ROOT
from tests.e2e.support import (
    ENVIRONMENT,
    Account,
    Trained,
    Workflows,
    advance_clock,
    live_model,
)
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("income_is_served_as_before")

FAULTS = ("throttle", "resource-limit", "capacity")
KINDS = ("Training", "Transform", "Processing")
_VERBS = re.compile(r"(Create|Start|Put|Update|Register)[A-Z]")
_SERVICES = ("sagemaker", "states", "ssm", "cloudformation", "application-autoscaling")
_HAVE_CAPACITY = (*(f"Create{kind}Job" for kind in KINDS), "CreateEndpoint", "UpdateEndpoint")
# Where an execution waits, by its last event; the clock goes on when nothing else has happened.
_WAITING = ("WaitStateEntered", "TaskFailed", "TaskSubmitFailed", "MapRunStarted")
_STILL_SECONDS = 3.0


@dataclass(frozen=True)
class Story:
    """An execution that makes a call.

    Attributes:
        skip: calls that others make before.
        jobs: how many jobs it pays for.
        before: what is live before a promotion: `none`, or the first version.
        faults: which faults the call may have.
        at: the call that has the fault, where it is not the one the story is of.
    """

    workflow: str
    arguments: tuple[tuple[str, Any], ...] = ()
    skip: int = 0
    jobs: int = 0
    before: str = ""
    faults: tuple[str, ...] = FAULTS
    at: str = ""


_TRAIN = Story("train", (("predictor", "sandbox"), ("promote", False)), jobs=1)
_TUNE = Story("tune", (("max_jobs", 2), ("promote", False)), jobs=2)
_PROMOTE = Story("promote", before="none")
_TRANSFORM = Story("batch_predict", (("engine", "transform"),), jobs=1)
_BULK = Story("batch_predict", (("engine", "bulk"),), jobs=1)
_SHARED_OUT = Story("batch_predict", (("engine", "bulk"), ("max_files_per_job", 1)), jobs=2)
# By role, as the templates name it, and call.
STORIES: dict[str, tuple[Story, ...]] = {
    "Train sagemaker:CreateTrainingJob": (_TRAIN,),
    "Train sagemaker:CreateModelPackage": (_TRAIN,),
    "TrainSummarizeTraining sagemaker:CreateModelPackageGroup": (_TRAIN,),
    # The test's own call is the first one.
    "Train states:StartExecution": (Story("train", (("predictor", "sandbox"),), skip=1, jobs=1),),
    "Tune sagemaker:CreateHyperParameterTuningJob": (
        _TUNE,
        # A trial, which SageMaker starts on the next type.
        Story("tune", _TUNE.arguments, jobs=2, faults=("capacity",), at="CreateTrainingJob"),
    ),
    "Tune sagemaker:CreateModelPackage": (_TUNE,),
    "Tune states:StartExecution": (Story("tune", (("max_jobs", 1),), skip=1, jobs=1),),
    "BatchPredict sagemaker:CreateModel": (_TRANSFORM,),
    "BatchPredict sagemaker:CreateTransformJob": (_TRANSFORM,),
    "BatchPredict sagemaker:CreateProcessingJob": (_BULK, _SHARED_OUT),
    "Promote ssm:PutParameter": (_PROMOTE,),
    "Promote cloudformation:UpdateStack": (_PROMOTE,),
    "Promote sagemaker:UpdateModelPackage": (_PROMOTE,),
    "EndpointStacks sagemaker:CreateModel": (_PROMOTE,),
    "EndpointStacks sagemaker:CreateEndpointConfig": (_PROMOTE,),
    "EndpointStacks sagemaker:CreateEndpoint": (_PROMOTE,),
    "EndpointStacks sagemaker:UpdateEndpoint": (Story("promote", before="first"),),
    "EndpointStacks application-autoscaling:RegisterScalableTarget": (_PROMOTE,),
    "EndpointStacks application-autoscaling:PutScalingPolicy": (_PROMOTE,),
}
# No execution calls these by itself.
_BY_AWS = {
    # Application Auto Scaling asks for the caller's right to it.
    "EndpointStacks sagemaker:UpdateEndpointWeightsAndCapacities",
    # Step Functions starts the children of a distributed Map.
    "BatchPredict states:StartExecution",
    # The deployment writes them, by functions that try again as long as Parameter Store asks to.
    "PredictorsWrite ssm:PutParameter",
    "KeptLiveModelsCopy ssm:PutParameter",
    # A stopped promotion's end does, by a function that EventBridge calls again where it fails.
    "ScalingResumeScaling states:StartExecution",
}
# A drift run needs captured requests, a processing run scripts. Their ladder is that of the other
# workflows, and tests/infrastructure/test_faults_at_create_calls.py has these faults.
_ELSEWHERE = {"Drift sagemaker:CreateProcessingJob", "Process sagemaker:CreateProcessingJob"}
# `make test` has these; `make test-all` has all.
_SHORT = {
    "BatchPredict-sagemaker-CreateModel-1-throttle",
    "BatchPredict-sagemaker-CreateProcessingJob-2-resource-limit",
}


def _cases() -> Iterator[Any]:
    for call, stories in STORIES.items():
        for number, story in enumerate(stories, start=1):
            service, _, operation = call.partition(" ")[2].partition(":")
            operation = story.at or operation
            for fault in story.faults:
                if not _may_happen(service, operation, fault):
                    continue
                identity = re.sub(r"[ :]", "-", f"{call}-{number}-{fault}")
                marks = () if identity in _SHORT else (pytest.mark.long,)
                place = f"{service}:{operation}"
                yield pytest.param(place, story, fault, identity, id=identity, marks=marks)


def _may_happen(service: str, operation: str, fault: str) -> bool:
    if fault == "capacity":
        return operation in _HAVE_CAPACITY
    if fault == "resource-limit":  # by AWS's own model
        name = {"states": "stepfunctions"}.get(service, service)
        errors = get_service_model(name).operation_model(operation).error_shapes
        return any("LimitExceeded" in error.name for error in errors)
    return True


def test_every_call_that_the_roles_may_make_has_a_story(
    account: Account, deployment: Deployment
) -> None:
    del deployment
    client = account.client("cloudformation")
    creating = set()
    for stack in client.describe_stacks()["Stacks"]:
        if not stack["StackName"].startswith(f"autogluon-{ENVIRONMENT}-"):
            continue
        template = client.get_template(StackName=stack["StackName"])["TemplateBody"]
        for name, resource in template["Resources"].items():
            if resource["Type"] == "AWS::IAM::Policy":
                role = name.partition("RoleDefaultPolicy")[0]
                creating |= {f"{role} {action}" for action in _creating(resource)}

    assert creating == STORIES.keys() | _BY_AWS | _ELSEWHERE


def _creating(policy: dict[str, Any]) -> Iterator[str]:
    for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
        found = statement["Action"]
        for action in [found] if isinstance(found, str) else found:
            service, _, name = action.partition(":")
            if service in _SERVICES and _VERBS.match(name):
                yield action


@pytest.fixture
def instance(account: Account) -> Iterator[EmbeddedInstance]:
    found = EmbeddedInstance.of_folder(account.instance)
    assert found is not None
    yield found
    ask(found, "faults/clear", {})


@pytest.fixture(scope="module")
def data(account: Account, deployment: Deployment) -> dict[str, str]:
    """What each workflow reads: of batches two files of one row, of others 8,000 rows."""
    put, bucket = account.client("s3").put_object, deployment.data_bucket
    few, many = ("batch/1", "batch/2"), ("income", "housing")
    for name in (*few, *many):
        predictor, lines = ("income", 2) if name in few else (name, 8001)
        with (ROOT / "examples" / predictor / "train.csv").open() as file:
            body = "".join(line for line, _ in zip(file, range(lines), strict=False))
        put(Bucket=bucket, Key=f"matrix/{name}.csv", Body=body.encode())
    return {
        "train": f"s3://{bucket}/matrix/income.csv",
        "tune": f"s3://{bucket}/matrix/housing.csv",
        "batch_predict": f"s3://{bucket}/matrix/batch/",
    }


@pytest.fixture(scope="module", autouse=True)
def nothing_else_is_served(
    account: Account, deployment: Deployment, workflows: Workflows
) -> Iterator[None]:
    yield
    for predictor in ("sandbox", "housing"):
        if live_model(account, deployment, predictor) != "none":
            workflows.run("promote", {"predictor": predictor, "model": "none"})


@pytest.fixture(scope="module")
def second(workflows: Workflows, example_uris: dict[str, dict[str, str]]) -> str:
    """Another version of `income`, as good as the first."""
    uris = example_uris["income"]
    arguments = {"predictor": "income", "train_data": uris["train"], "promote": False}
    arguments["fit_args"] = {"hyperparameters": {"GBM": {}}, "fit_weighted_ensemble": False}
    return str(workflows.run("train", arguments)["model_package_arn"])


@pytest.mark.parametrize(("at", "story", "fault", "name"), _cases())
def test_one_fault_delays_an_execution_or_ends_it_with_a_sentence(
    account: Account,
    deployment: Deployment,
    workflows: Workflows,
    income: Trained,
    data: dict[str, str],
    request: pytest.FixtureRequest,
    instance: EmbeddedInstance,
    at: str,
    story: Story,
    fault: str,
    name: str,
) -> None:
    first = str(income.output["model_package_arn"])
    arguments, before = _arguments(story, data, first), ""
    if story.workflow == "promote":
        arguments["model"] = request.getfixturevalue("second")
        before = first if story.before == "first" else "none"
        workflows.run("promote", {"predictor": "income", "model": before})
    earlier = jobs_of(account)
    planned = {"at": at, "fault": fault, "skip": story.skip, "times": 1}
    ask(instance, "faults/add", {"version": 1, "faults": [planned]})

    arn = workflows.start(story.workflow, arguments, name)
    wait_by_the_clock(account, arn)

    described = account.client("stepfunctions").describe_execution(executionArn=arn)
    (listed,) = ask(instance, "faults/list", {})["faults"]
    print(f"{name}: {described['status']} {described.get('cause', '')}")
    assert listed["happened"] == 1
    if described["status"] != "SUCCEEDED":
        assert described["status"] == "FAILED"
        assert len(described["cause"]) > 20
        assert "{" not in described["cause"]
        # What CloudFormation asks for is its own to try again; here it rolls the stack back.
        assert name.startswith("EndpointStacks") or fault != "throttle"
        assert story.workflow == "promote"  # what jobs make is never lost by one fault
        assert live_model(account, deployment, "income") == before
    elif story.workflow == "promote":
        assert live_model(account, deployment, "income") == arguments["model"]
    created = {key: job for key, job in jobs_of(account).items() if key not in earlier}
    assert len([job for (kind, _), job in created.items() if f"{kind}StartTime" in job]) == (
        story.jobs
    )


def _arguments(story: Story, data: dict[str, str], model: str) -> dict[str, Any]:
    given: dict[str, Any] = {"predictor": "income", **dict(story.arguments)}
    fit_args = {
        "hyperparameters": {"GBM": {"num_boost_round": 100}},
        "fit_weighted_ensemble": False,
    }
    if story.workflow in ("train", "tune"):
        given |= {"train_data": data[story.workflow], "fit_args": fit_args}
    if story.workflow == "train":
        given["init_args"] = {"label": "class"}
    if story.workflow == "tune":
        given["predictor"] = "housing"
    if story.workflow == "batch_predict":
        given |= {"data": data["batch_predict"], "model": model}
    return given


def jobs_of(account: Account) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the descriptions of all jobs by kind and name."""
    client, found = account.client("sagemaker"), {}
    for kind in KINDS:
        pages = client.get_paginator(f"list_{kind.lower()}_jobs").paginate()
        for summary in (job for page in pages for job in page[f"{kind}JobSummaries"]):
            name = summary[f"{kind}JobName"]
            describe = getattr(client, f"describe_{kind.lower()}_job")
            found[kind, name] = describe(**{f"{kind}JobName": name})
    return found


def wait_by_the_clock(account: Account, arn: str) -> None:
    """Wait until an execution ends; whenever only the clock holds it up, that goes on a minute."""
    states = account.client("stepfunctions")
    last, since = 0, time.monotonic()

    def has_ended() -> bool:
        nonlocal last, since
        if states.describe_execution(executionArn=arn)["status"] != "RUNNING":
            return True
        newest = states.get_execution_history(executionArn=arn, reverseOrder=True, maxResults=1)
        event = next(iter(newest["events"]), {"id": 0, "type": ""})
        if event["id"] != last:
            last, since = event["id"], time.monotonic()
        elif event["type"] in _WAITING and time.monotonic() - since > _STILL_SECONDS:
            advance_clock(account.environment, 60)
            since = time.monotonic()
        return False

    until(has_ended, 300, f"{arn} has ended")
