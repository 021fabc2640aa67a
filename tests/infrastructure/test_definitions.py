"""The state machines' definitions are well-formed, whatever they do."""

import json
from collections.abc import Iterator
from typing import Any

import jsonata
import pytest

from autogluon_constructs.workflows import waiting_rounds
from autogluon_constructs.workflows.batch_predict_definition import batch_predict_definition
from autogluon_constructs.workflows.drift.drift_definition import drift_definition
from autogluon_constructs.workflows.process_groups import LABEL
from autogluon_constructs.workflows.processing.process_definition import process_definition
from autogluon_constructs.workflows.promote_definition import promote_definition
from autogluon_constructs.workflows.train_definition import train_definition
from autogluon_constructs.workflows.tune_definition import tune_definition
from embedded_aws.stepfunctions.definitions.machine import find_problems
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import flat, of_type
from tests.never_empty import never_empty

DEFINITIONS = {
    "train": train_definition(),
    "tune": tune_definition(),
    "batch-predict": batch_predict_definition(),
    "promote": promote_definition(),
    "drift": drift_definition(),
    "process": process_definition(),
}


@pytest.fixture(params=DEFINITIONS)
def definition(request: pytest.FixtureRequest) -> dict[str, Any]:
    return DEFINITIONS[request.param]


def successors(state: dict[str, Any]) -> Iterator[str]:
    yield from (state[key] for key in ("Next", "Default") if key in state)
    for branch in (*state.get("Choices", ()), *state.get("Catch", ())):
        yield branch["Next"]


def machines(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The definition and those of its Maps' child executions."""
    yield definition
    for state in definition["States"].values():
        if state["Type"] == "Map":
            yield from machines(state["ItemProcessor"])


def expressions(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for entry in value.values():
            yield from expressions(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from expressions(entry)
    elif isinstance(value, str) and value.startswith("{%"):
        yield value.removeprefix("{%").removesuffix("%}")


def test_every_transition_leads_to_a_state_and_every_state_is_reached(
    definition: dict[str, Any],
) -> None:
    for machine in machines(definition):
        states = machine["States"]
        reached, waiting = set(), [machine["StartAt"]]
        while waiting:
            name = waiting.pop()
            assert name in states
            if name not in reached:
                reached.add(name)
                waiting += successors(states[name])
        assert reached == set(states)


def test_every_task_catches_everything(definition: dict[str, Any]) -> None:
    for machine in machines(definition):
        for name, state in machine["States"].items():
            if state["Type"] in ("Task", "Map"):
                assert state["Catch"][-1]["ErrorEquals"] == ["States.ALL"], name


def test_the_embedded_aws_accepts_the_definition(definition: dict[str, Any]) -> None:
    text = json.dumps(definition).replace("${Partition}", "aws")

    assert find_problems(text) == []


def test_many_jobs_are_a_distributed_map_with_a_label_of_its_permissions() -> None:
    state = DEFINITIONS["batch-predict"]["States"]["ProcessGroups"]

    assert state["Label"] == LABEL
    assert state["ItemProcessor"]["ProcessorConfig"] == {
        "Mode": "DISTRIBUTED",
        "ExecutionType": "STANDARD",
    }


def test_every_failure_ends_in_the_one_fail_state(definition: dict[str, Any]) -> None:
    states = definition["States"]
    assert [n for n, s in states.items() if s["Type"] == "Fail"] == ["Failed"]
    assert len([n for n, s in states.items() if s["Type"] == "Succeed"]) == 1
    ends = [n for n, s in states.items() if not list(successors(s))]
    assert len(ends) == 2


def test_no_state_machine_reports_its_failure_itself(definition: dict[str, Any]) -> None:
    for machine in machines(definition):
        for name, state in machine["States"].items():
            assert "sns" not in state.get("Resource", ""), name


def test_no_state_retries_what_was_refused(definition: dict[str, Any]) -> None:
    rules = [
        (name, rule)
        for name, state in definition["States"].items()
        for rule in state.get("Retry", ())
    ]
    for name, rule in never_empty(rules):
        errors = rule["ErrorEquals"]
        assert not set(errors) & {"States.ALL", "States.TaskFailed"}, name
        assert not [e for e in errors if e.startswith(("Invalid", "Promotion"))], name


def test_executions_end_some_day(definition: dict[str, Any]) -> None:
    assert 0 < definition["TimeoutSeconds"] <= 14 * 24 * 3600


def test_a_promotion_fits_into_an_executions_history() -> None:
    states = DEFINITIONS["promote"]["States"]
    # Wait: 2 events, Task: 5, Choice: 2. Step Functions ends an execution at 25,000.
    rounds = DEFINITIONS["promote"]["TimeoutSeconds"] / states["WaitForStack"]["Seconds"]
    assert rounds * 9 < 24_000


def test_a_search_fits_into_an_executions_history() -> None:
    # Rounds grow to the longest within LONGEST / SHARE seconds: as many as powers of 1.05, twice.
    rounds = DEFINITIONS["tune"]["TimeoutSeconds"] / waiting_rounds.LONGEST_WAIT_SECONDS
    assert (rounds + 200) * 9 < 24_000


def test_every_expression_parses(definition: dict[str, Any]) -> None:
    found = list(expressions(definition))
    assert len(found) > 5
    for expression in found:
        jsonata.Jsonata(expression)


def test_every_placeholder_is_substituted(sandbox: Templates) -> None:
    machines = of_type(sandbox["Workflows"], "AWS::StepFunctions::StateMachine")
    assert len(machines) == 6
    for machine in machines.values():
        properties = machine["Properties"]
        text = flat(properties["DefinitionString"])
        for name in properties["DefinitionSubstitutions"]:
            text = text.replace("${" + name + "}", "x")
        assert "${" not in text
        json.loads(text)


def test_every_substitution_is_used(sandbox: Templates) -> None:
    machines = of_type(sandbox["Workflows"], "AWS::StepFunctions::StateMachine")
    for machine in never_empty(machines.values()):
        properties = machine["Properties"]
        for name in never_empty(properties["DefinitionSubstitutions"]):
            assert "${" + name + "}" in flat(properties["DefinitionString"]), name


def test_every_service_call_of_a_machine_is_allowed_to_its_role(sandbox: Templates) -> None:
    from tests.infrastructure.test_least_privilege import allowed

    needed = {
        "Train": {
            "sagemaker:CreateTrainingJob",
            "sagemaker:DescribeTrainingJob",
            "sagemaker:StopTrainingJob",
            "sagemaker:CreateModelPackage",
            "sagemaker:AddTags",
            "states:StartExecution",
            "states:DescribeExecution",
            "events:PutRule",
        },
        "Tune": {
            "sagemaker:CreateHyperParameterTuningJob",
            "sagemaker:DescribeHyperParameterTuningJob",
            "sagemaker:DescribeTrainingJob",
            "sagemaker:CreateModelPackage",
            "sagemaker:AddTags",
            "iam:PassRole",
            "states:StartExecution",
            "states:DescribeExecution",
            "events:PutRule",
        },
        "BatchPredict": {
            "sagemaker:CreateModel",
            "sagemaker:DeleteModel",
            "sagemaker:CreateTransformJob",
            "sagemaker:DescribeTransformJob",
            "sagemaker:StopTransformJob",
            "sagemaker:CreateProcessingJob",
            "sagemaker:DescribeProcessingJob",
            "sagemaker:StopProcessingJob",
            "states:StartExecution",
            "states:DescribeExecution",
            "states:StopExecution",
            "s3:GetObject",
            "s3:PutObject",
            "events:PutRule",
        },
        "Promote": {
            "ssm:PutParameter",
            "iam:PassRole",
            "cloudformation:DescribeStacks",
            "cloudformation:UpdateStack",
        },
    }
    for machine, actions in needed.items():
        for action in actions | {"lambda:InvokeFunction"}:
            assert allowed(sandbox["Workflows"], f"{machine}Role", action), (machine, action)


def test_state_machines_are_logged_without_payloads_and_traced(sandbox: Templates) -> None:
    machines = of_type(sandbox["Workflows"], "AWS::StepFunctions::StateMachine")
    for machine in never_empty(machines.values()):
        properties = machine["Properties"]
        assert properties["StateMachineType"] == "STANDARD"
        assert properties["LoggingConfiguration"]["Level"] == "ALL"
        assert properties["LoggingConfiguration"]["IncludeExecutionData"] is False
        [destination] = properties["LoggingConfiguration"]["Destinations"]
        group, _ = destination["CloudWatchLogsLogGroup"]["LogGroupArn"]["Fn::GetAtt"]
        name = sandbox["Workflows"]["Resources"][group]["Properties"]["LogGroupName"]
        assert flat(name).startswith("/aws/vendedlogs/states/autogluon-sandbox-")
        assert properties["TracingConfiguration"] == {"Enabled": True}
