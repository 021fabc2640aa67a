"""The workflow that mirrors weights: where it is, what its roles may do, what it does."""

from collections.abc import Callable
from typing import Any

import pytest

from autogluon_constructs.settings import Environment, parse_environment
from autogluon_constructs.workflows.weights.mirror_definition import mirror_definition
from autogluon_contracts.documents.mirror_settings import MirrorSettings
from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.stubbed_machine import StubbedMachine, TaskError
from tests.infrastructure.templates import flat, of_type
from tests.infrastructure.test_memory_and_time import assert_as_written

SETTINGS = {
    "account": "123456789012",
    "region": "us-east-1",
    "tags": {"team": "ml"},
    "weights": {"hub": "https://hub.example.com"},
}
NAME = "chronos-2-first-0a1b2c3d"
MIRROR = {"name": "chronos-2", "job_name": NAME, "execution": "arn"}


@pytest.fixture(scope="module")
def workflows(synthesize: Callable[[Environment], Templates]) -> Template:
    return synthesize(parse_environment("dev", SETTINGS, file="config/dev.yaml"))["Workflows"]


def statements(template: Template, role: str) -> list[dict[str, Any]]:
    found = [
        statement
        for policy in of_type(template, "AWS::IAM::Policy").values()
        if any(role in str(name) for name in policy["Properties"]["Roles"])
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]
    assert found
    return found


def resources(statement: dict[str, Any]) -> list[str]:
    named = statement["Resource"]
    return [flat(each) for each in (named if isinstance(named, list) else [named])]


def granted(template: Template, role: str, action: str) -> list[str]:
    """The resources on which a role may do something."""
    return [
        resource
        for statement in statements(template, role)
        if action in statement["Action"]
        for resource in resources(statement)
    ]


def test_the_job_adds_weights_and_reads_its_own_configuration_and_code_alone(
    workflows: Template,
) -> None:
    written = granted(workflows, "MirrorJobRole", "s3:PutObject")
    assert {each.partition("/")[2] for each in written} == {"weights/jobs/*", "weights/sets/*"}
    read = granted(workflows, "MirrorJobRole", "s3:GetObject")
    assert {each.partition("/")[2] for each in read if "weights" in each} == {"weights/jobs/*"}
    assert len(read) == 2
    assert any(each.endswith(".gz") for each in read)
    actions = {a for s in statements(workflows, "MirrorJobRole") for a in _actions(s)}
    assert not {each for each in actions if "Delete" in each}


def _actions(statement: dict[str, Any]) -> list[str]:
    named = statement["Action"]
    return named if isinstance(named, list) else [named]


def test_the_planner_knows_hub_image_role_and_tags(workflows: Template) -> None:
    (variables,) = (
        function["Properties"]["Environment"]["Variables"]
        for function in of_type(workflows, "AWS::Lambda::Function").values()
        if "plan_mirror" in function["Properties"]["Handler"]
    )
    settings = MirrorSettings.from_text(flat(variables["MIRROR"]))
    assert settings.hub == "https://hub.example.com"
    assert settings.image_uri.endswith("/autogluon:1.6.3-cpu-amzn2023")
    assert "MirrorJobRole" in settings.role_arn
    assert settings.tags == {"team": "ml"}


def test_its_functions_have_the_memory_and_time_of_the_page(workflows: Template) -> None:
    assert_as_written(workflows)


def test_without_weights_nothing_of_it_is_deployed(sandbox: Templates) -> None:
    assert "Mirror" not in str(sandbox["Workflows"])


def run(**tasks: Any) -> Any:
    answers = {
        "PlanMirror": {
            "request": {"ProcessingJobName": NAME},
            "ladder": {"later_names": "n-try", "resources": [{"ProcessingResources": {}}]},
            "mirror": MIRROR,
        },
        "sagemaker:createProcessingJob.sync": {"ProcessingJobStatus": "Completed"},
        "SummarizeMirror": {"name": "chronos-2"},
        **tasks,
    }
    calls: dict[str, Any] = {}

    def stub(name: str) -> Callable[[Any], Any]:
        def call(arguments: Any) -> Any:
            calls[name] = arguments
            if isinstance(answers[name], Exception):
                raise answers[name]
            return answers[name]

        return call

    machine = StubbedMachine(mirror_definition(), {name: stub(name) for name in answers})
    return machine.run({"name": "chronos-2", "license": "apache-2.0"}), calls


def test_a_job_is_run_and_what_it_left_is_summarized() -> None:
    ended, calls = run()

    assert (ended.status, ended.output) == ("SUCCEEDED", {"name": "chronos-2"})
    assert calls["PlanMirror"]["input"] == {"name": "chronos-2", "license": "apache-2.0"}
    assert calls["SummarizeMirror"] == {
        "mirror": MIRROR,
        "processing_job": {"ProcessingJobStatus": "Completed"},
    }


def test_a_job_that_fails_says_why() -> None:
    cause = (
        f'{{"ProcessingJobName": "{NAME}", "ProcessingJobStatus": "Failed", '
        '"ExitMessage": "no such repository"}'
    )
    ended, _ = run(**{"sagemaker:createProcessingJob.sync": TaskError("States.TaskFailed", cause)})

    assert (ended.status, ended.error) == ("FAILED", "MirrorFailedError")
    assert ended.cause == f"The processing job {NAME} ended as Failed: no such repository"


def test_synth_warns_of_models_that_the_image_lacks(
    synthesize: Callable[[Environment], Templates],
) -> None:
    predictor = {"init_args": {"label": "y"}, "fit_args": {"presets": "extreme_quality"}}
    document = {"predictors": {"shop": predictor}}
    templates = synthesize(parse_environment("dev", document, file="config/dev.yaml"))

    told = [file.read_text("utf-8") for file in templates.folder.glob("*.json")]
    assert any("'extreme_quality' trains GBM, CAT only" in text for text in told)
