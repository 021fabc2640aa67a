"""The alarms that settings ask for exist, and reach the failure topic by its policy and key."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autogluon_constructs.settings import Environment, parse_environment
from embedded_aws.activity_log import ActivityLog
from embedded_aws.runtime import ACCOUNT_ID, DEFAULT_REGION
from embedded_aws.server import EmbeddedAws
from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import of_type, only
from tests.queue_policies import admit_topic
from tests.waiting import until

ROOT = Path(__file__).parents[2]
ENVIRONMENT, STACK = "watched", "autogluon-watched-alarms"
PLACE = f"{DEFAULT_REGION}:{ACCOUNT_ID}"
TYPE = {"instance_type": "ml.m5.large"}
SETTINGS: dict[str, Any] = {
    "alarms": {"failed_runs": 2, "endpoints": {"server_errors": 1, "latency_ms": 500}},
    "predictors": {
        "income": {"init_args": {"label": "y"}, "endpoint": TYPE},
        "other": {
            "init_args": {"label": "y"},
            "endpoint": {**TYPE, "alarms": {"rejected_requests": 3, "overhead_ms": 20}},
        },
        "quiet": {"init_args": {"label": "y"}, "endpoint": {**TYPE, "alarms": {}}},
    },
}


@pytest.fixture(scope="module")
def watched(synthesize: Callable[[Environment], Templates]) -> Templates:
    return synthesize(parse_environment(ENVIRONMENT, SETTINGS, file="config/watched.yaml"))


def thresholds(template: Template) -> dict[str, float]:
    return {
        alarm["Properties"]["MetricName"]: alarm["Properties"]["Threshold"]
        for alarm in of_type(template, "AWS::CloudWatch::Alarm").values()
    }


def test_an_endpoint_has_the_environments_alarms_or_its_own(watched: Templates) -> None:
    assert thresholds(watched["IncomeEndpoint"]) == {
        "Invocation5XXErrors": 1,
        "ModelLatency": 500_000,
    }
    assert thresholds(watched["OtherEndpoint"]) == {
        "Invocation4XXErrors": 3,
        "OverheadLatency": 20_000,
    }
    assert thresholds(watched["QuietEndpoint"]) == {}


def test_there_are_no_alarms_unless_the_settings_ask_for_them(sandbox: Templates) -> None:
    for template in sandbox.values():
        assert of_type(template, "AWS::CloudWatch::Alarm") == {}


def test_an_alarm_of_an_endpoint_exists_while_a_model_is_live(watched: Templates) -> None:
    template = watched["IncomeEndpoint"]
    condition = only(template, "AWS::SageMaker::Endpoint")["Condition"]
    for alarm in of_type(template, "AWS::CloudWatch::Alarm").values():
        assert alarm["Condition"] == condition


def test_the_dashboard_shows_every_state_machine_and_finds_endpoints(watched: Templates) -> None:
    dashboard = only(watched["Workflows"], "AWS::CloudWatch::Dashboard")["Properties"]
    machines = of_type(watched["Workflows"], "AWS::StepFunctions::StateMachine")

    body = json.loads(
        "".join(
            part if isinstance(part, str) else f"<{part['Ref']}>"
            for part in dashboard["DashboardBody"]["Fn::Join"][1]
        )
    )

    text = json.dumps(body)
    assert dashboard["DashboardName"] == "autogluon-watched"
    assert all(f"<{logical_id}>" in text for logical_id in machines)
    assert "EndpointName=autogluon-watched" in text
    corners = [(widget["x"], widget["y"]) for widget in body["widgets"]]
    assert len(set(corners)) == len(corners)


def test_the_dashboard_can_be_left_out(synthesize: Callable[[Environment], Templates]) -> None:
    settings = parse_environment(ENVIRONMENT, {"dashboard": False}, file="config/watched.yaml")

    assert of_type(synthesize(settings)["Workflows"], "AWS::CloudWatch::Dashboard") == {}


class Watched:
    """The key, the topic and the alarms of the templates, deployed without the rest."""

    def __init__(self, aws: EmbeddedAws, templates: Templates) -> None:
        self._aws = aws
        self.client = aws.runtime.client
        self._deploy(_alone(templates))
        topic = self._physical("AWS::SNS::Topic")
        sqs, name = self.client("sqs"), "watched-failures"
        self._url = sqs.create_queue(QueueName=name)["QueueUrl"]
        queue = f"arn:aws:sqs:{PLACE}:{name}"
        sqs.set_queue_attributes(
            QueueUrl=self._url, Attributes={"Policy": admit_topic(queue, topic)}
        )
        self.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)

    def measure(self, metric: str, value: float) -> None:
        """Publish a metric as SageMaker does."""
        dimensions = {"EndpointName": "autogluon-watched-income", "VariantName": "AllTraffic"}
        self.client("cloudwatch").put_metric_data(
            Namespace="AWS/SageMaker",
            MetricData=[
                {
                    "MetricName": metric,
                    "Value": value,
                    "Dimensions": [{"Name": n, "Value": v} for n, v in dimensions.items()],
                }
            ],
        )

    def next_message(self, seconds: float) -> dict[str, Any]:
        """Let time pass until the alarms look at it, and return what the topic sends."""
        self._aws.runtime.clock.advance(seconds)
        [message] = until(self._received, 30, "an alarm has notified the topic")
        notification = json.loads(message["Body"])
        found: dict[str, Any] = json.loads(notification["Message"])
        return found

    def _received(self) -> list[dict[str, Any]]:
        sqs = self.client("sqs")
        messages: list[dict[str, Any]] = sqs.receive_message(QueueUrl=self._url).get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return messages

    def _deploy(self, template: Template) -> None:
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(StackName=STACK, TemplateBody=json.dumps(template))
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=STACK, WaiterConfig={"Delay": 0.05}
        )

    def _physical(self, kind: str) -> str:
        found = self.client("cloudformation").list_stack_resources(StackName=STACK)
        [name] = [
            item["PhysicalResourceId"]
            for item in found["StackResourceSummaries"]
            if item["ResourceType"] == kind
        ]
        return str(name)


def _machine(logical_id: str) -> str:
    return f"arn:aws:states:{PLACE}:stateMachine:{logical_id}"


def _alone(templates: Templates) -> Template:
    """The key of Foundation, and topic and alarms of the other stacks, without conditions."""
    workflows = templates["Workflows"]
    kept = {
        **of_type(templates["Foundation"], "AWS::KMS::Key"),
        **of_type(workflows, "AWS::SNS::Topic"),
        **of_type(workflows, "AWS::SNS::TopicPolicy"),
        **of_type(workflows, "AWS::CloudWatch::Alarm"),
        **of_type(templates["IncomeEndpoint"], "AWS::CloudWatch::Alarm"),
    }
    resources = {
        name: {key: value for key, value in resource.items() if key != "Condition"}
        for name, resource in kept.items()
    }
    [key], [topic] = (
        of_type({"Resources": resources}, f"AWS::{k}") for k in ("KMS::Key", "SNS::Topic")
    )
    machines = of_type(workflows, "AWS::StepFunctions::StateMachine")

    def resolve(value: Any) -> Any:
        if isinstance(value, list):
            return [resolve(entry) for entry in value]
        if not isinstance(value, dict):
            return value
        if value.get("Ref") in machines:
            return _machine(value["Ref"])
        if "Fn::ImportValue" in value:
            wanted = str(value["Fn::ImportValue"])
            return {"Ref": topic} if topic in wanted else {"Fn::GetAtt": [key, "Arn"]}
        return {name: resolve(entry) for name, entry in value.items()}

    return {"Resources": resolve(resources)}


@pytest.fixture(scope="module")
def deployed(watched: Templates) -> Iterator[Watched]:
    with EmbeddedAws(
        image_python=ROOT / ".venv-image" / "bin" / "python", log=ActivityLog(io.StringIO())
    ) as aws:
        yield Watched(aws, watched)


def test_errors_and_latency_of_an_endpoint_reach_the_topic(deployed: Watched) -> None:
    for metric, value in (("Invocation5XXErrors", 1.0), ("ModelLatency", 700_000.0)):
        deployed.measure(metric, value)
        message = deployed.next_message(300)

        assert message["NewStateValue"] == "ALARM"
        assert message["Trigger"]["MetricName"] == metric
        assert "agcdk logs --endpoint income" in message["AlarmDescription"]


def test_failed_runs_reach_the_topic(deployed: Watched, watched: Templates) -> None:
    states = deployed.client("stepfunctions")
    [logical_id, *_] = of_type(watched["Workflows"], "AWS::StepFunctions::StateMachine")
    role = deployed.client("iam").create_role(
        RoleName="runs-of-watched", AssumeRolePolicyDocument=json.dumps(_TRUST)
    )
    failing = {"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "E", "Cause": "c"}}}
    machine = states.create_state_machine(
        name=logical_id, definition=json.dumps(failing), roleArn=role["Role"]["Arn"]
    )["stateMachineArn"]
    assert machine == _machine(logical_id)
    for _ in range(2):
        arn = states.start_execution(stateMachineArn=machine)["executionArn"]
        until(
            lambda arn=arn: states.describe_execution(executionArn=arn)["status"] == "FAILED",
            30,
            "the run has failed",
        )

    message = deployed.next_message(3600)

    assert message["AlarmDescription"].startswith("2 runs failed or timed out within an hour.")


_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
