"""State machines run with their own role against Lambda, SNS, SQS, SSM and a fake SageMaker."""

from __future__ import annotations

import io
import json
import sys
import threading
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.server import EmbeddedAws
from tests.queue_policies import admit_topic
from tests.waiting import until

ACCOUNT = "123456789012"
RULES = ["events:PutRule", "events:PutTargets", "events:DescribeRule"]
JOBS = [
    *("sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob"),
    *("sagemaker:StopTrainingJob", "sagemaker:ListTags"),
]
Create = Callable[..., str]
Run = Callable[..., dict[str, Any]]


class FakeTrainingJobs:
    """Answers the four calls that `.sync` makes; a job's name says how it ends."""

    def __init__(self) -> None:
        self.requests: dict[str, dict[str, Any]] = {}
        self.stopped: set[str] = set()
        self.described: dict[str, int] = {}
        self.lock = threading.Lock()

    def create(self, call: ApiCall) -> dict[str, Any]:
        name = call.params["TrainingJobName"]
        if name.startswith("taken"):
            raise ApiError("ResourceInUse", "Training job names must be unique.")
        if name.startswith("invalid"):
            raise ApiError("ValidationException", "1 validation error detected")
        self.requests[name] = call.params
        return {"TrainingJobArn": self._arn(name)}

    def describe(self, call: ApiCall) -> dict[str, Any]:
        name = call.params["TrainingJobName"]
        with self.lock:
            self.described[name] = self.described.get(name, 0) + 1
        is_done = self.described[name] > 1 and not name.startswith("long")
        status = {True: "Failed" if name.startswith("fail") else "Completed"}.get(
            is_done, "InProgress"
        )
        return {
            "TrainingJobName": name,
            "TrainingJobArn": self._arn(name),
            "TrainingJobStatus": "Stopped" if name in self.stopped else status,
            "SecondaryStatus": status,
            "FailureReason": "AlgorithmError: no rows" if status == "Failed" else "",
            "CreationTime": datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
            "HyperParameters": self.requests[name].get("HyperParameters", {}),
        }

    def stop(self, call: ApiCall) -> dict[str, Any]:
        self.stopped.add(call.params["TrainingJobName"])
        return {}

    def list_tags(self, call: ApiCall) -> dict[str, Any]:
        name = call.params["ResourceArn"].rpartition("/")[2]
        return {"Tags": self.requests[name].get("Tags", [])}

    @staticmethod
    def _arn(name: str) -> str:
        return f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:training-job/{name}"


@pytest.fixture(scope="module")
def jobs() -> FakeTrainingJobs:
    return FakeTrainingJobs()


@pytest.fixture(scope="module")
def aws(jobs: FakeTrainingJobs) -> Iterator[EmbeddedAws]:
    server = EmbeddedAws(
        image_python=Path(sys.executable),
        services=("iam", "lambda_runtime", "eventbridge", "alarms", "stepfunctions"),
    )
    gateway = server.runtime.gateway
    gateway.register("sagemaker", "CreateTrainingJob", jobs.create)
    gateway.register("sagemaker", "DescribeTrainingJob", jobs.describe)
    gateway.register("sagemaker", "StopTrainingJob", jobs.stop)
    gateway.register("sagemaker", "ListTags", jobs.list_tags)
    with server:
        yield server


@pytest.fixture(scope="module")
def states(aws: EmbeddedAws) -> Any:
    return aws.runtime.client("stepfunctions")


@pytest.fixture(scope="module")
def make_role(aws: EmbeddedAws) -> Callable[..., str]:
    """Makes a role for a service that may do `actions` on everything."""

    def make(*actions: str, service: str = "states.amazonaws.com") -> str:
        iam, name = aws.runtime.client("iam"), f"role-{uuid.uuid4().hex[:8]}"
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        arn = iam.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        )["Role"]["Arn"]
        if actions:
            allow = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
            iam.put_role_policy(
                RoleName=name,
                PolicyName="p",
                PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow]}),
            )
        return str(arn)

    return make


@pytest.fixture(scope="module")
def all_powerful(make_role: Callable[..., str]) -> str:
    return make_role("*")


@pytest.fixture(scope="module")
def create(states: Any, all_powerful: str) -> Create:
    """Creates a JSONata state machine that starts with the first of `members`."""

    def make(members: dict[str, Any], role: str = all_powerful, **more: Any) -> str:
        settings = more.pop("settings", {})
        definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(members)), "States": members}
        answer = states.create_state_machine(
            name=f"machine-{uuid.uuid4().hex[:8]}",
            definition=json.dumps(definition | more),
            roleArn=role,
            **settings,
        )
        return str(answer["stateMachineArn"])

    return make


@pytest.fixture(scope="module")
def run(states: Any, create: Create) -> Run:
    """Runs states to the end and describes the execution, with its output as JSON."""

    def execute(members: dict[str, Any], given: Any = None, **more: Any) -> dict[str, Any]:
        arn = create(members, **more)
        given = {} if given is None else given
        started = states.start_execution(stateMachineArn=arn, input=json.dumps(given))
        return wait(states, started["executionArn"])

    return execute


@pytest.fixture(scope="module")
def deploy(aws: EmbeddedAws) -> Callable[[str, str], str]:
    """Creates a function with the given code and role, and returns its name."""

    def create_function(code: str, role: str) -> str:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("app.py", code)
        name = f"function-{uuid.uuid4().hex[:8]}"
        aws.runtime.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=role,
            Handler="app.handler",
            Code={"ZipFile": buffer.getvalue()},
            Timeout=30,
        )
        return name

    return create_function


@pytest.fixture(scope="module")
def echo(deploy: Callable[[str, str], str], make_role: Callable[..., str]) -> str:
    """A function that answers with its event, or fails when told to."""
    code = (
        "class InvalidInputError(Exception): pass\n"
        "calls = 0\n"
        "def handler(event, context):\n"
        "    global calls\n"
        "    calls += 1\n"
        "    if event.get('fail'): raise InvalidInputError('no \"such\" column')\n"
        "    if calls < event.get('until', 0): raise ValueError(str(calls))\n"
        "    return {'event': event, 'calls': calls}\n"
    )
    return deploy(code, make_role("logs:*", service="lambda.amazonaws.com"))


def wait(states: Any, arn: str, seconds: float = 20.0) -> dict[str, Any]:
    def ended() -> dict[str, Any]:
        found: dict[str, Any] = states.describe_execution(executionArn=arn)
        return {} if found["status"] == "RUNNING" else found

    described = until(ended, seconds, f"{arn} has ended")
    if "output" in described:
        described["output"] = json.loads(described["output"])
    return described


def task(resource: str, arguments: Any, **more: Any) -> dict[str, Any]:
    whole = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Arguments": arguments}
    return whole | ({} if "Next" in more else {"End": True}) | more


def training(name: str) -> dict[str, Any]:
    return {
        "TrainingJobName": f"{name}-{uuid.uuid4().hex[:8]}",
        "AlgorithmSpecification": {"TrainingInputMode": "File", "TrainingImage": "image"},
        "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/training-role",
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/runs"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        "HyperParameters": {"sagemaker_program": "train.py"},
    }


TRAIN = task("sagemaker:createTrainingJob.sync", "{% $states.input %}")


class TestStates:
    def test_assign_and_output_see_the_values_from_before_the_state(self, run: Run) -> None:
        result = run(
            {
                "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"},
                "B": {
                    "Type": "Pass",
                    "Assign": {"x": "{% $x + 1 %}", "old": "{% $x %}"},
                    "Output": "{% $x %}",
                    "Next": "C",
                },
                "C": {"Type": "Pass", "Output": "{% [$states.input, $x, $old] %}", "End": True},
            }
        )
        assert result["output"] == [1, 2, 1]

    def test_text_with_quotes_and_markers_passes_unharmed(self, run: Run) -> None:
        text = "q'\"\\ \n é {% $x %} €"
        states = {
            "A": {
                "Type": "Pass",
                "Assign": {"kept": "{% $states.input.text %}"},
                "Output": {"copy": "{% $states.input.text %}", "nothing": None},
                "Next": "B",
            },
            "B": {"Type": "Pass", "Output": "{% [$kept, $states.input] %}", "End": True},
        }
        assert run(states, {"text": text})["output"] == [text, {"copy": text, "nothing": None}]

    def test_literals_of_the_definition_are_read_as_json(self, run: Run) -> None:
        text = 'l1\nl2 "q" \\ / é 😀'
        states = {
            text: {
                "Type": "Pass",
                "Assign": {"kept": text},
                "Output": {text: text, "name": "{% $states.context.State.Name %}"},
                "Next": "B",
            },
            "B": {"Type": "Pass", "Output": "{% [$kept, $states.input, '😀'] %}", "End": True},
        }
        assert run(states)["output"] == [text, {text: text, "name": text}, "😀"]

    def test_the_context_names_the_execution(self, run: Run) -> None:
        context = run({"A": {"Type": "Pass", "Output": "{% $states.context %}", "End": True}})
        execution = context["output"]["Execution"]
        assert (execution["Id"], execution["Name"]) == (context["executionArn"], context["name"])
        assert datetime.fromisoformat(execution["StartTime"]).tzinfo is not None
        assert context["output"]["State"]["Name"] == "A"

    @pytest.mark.parametrize(("number", "expected"), [(5, {"big": 5}), (1, "small")])
    def test_choice_takes_the_first_rule_that_holds(
        self, run: Run, number: int, expected: Any
    ) -> None:
        rule = {
            "Condition": "{% $states.input.n > 3 %}",
            "Output": {"big": "{% $states.input.n %}"},
            "Next": "Big",
        }
        states = {
            "C": {"Type": "Choice", "Choices": [rule], "Default": "Small"},
            "Big": {"Type": "Succeed"},
            "Small": {"Type": "Succeed", "Output": "small"},
        }
        assert run(states, {"n": number})["output"] == expected

    def test_no_choice_is_an_error_of_its_own(self, run: Run) -> None:
        rule = {"Condition": "{% false %}", "Next": "S"}
        result = run({"C": {"Type": "Choice", "Choices": [rule]}, "S": {"Type": "Succeed"}})
        assert (result["status"], result["error"]) == ("FAILED", "States.NoChoiceMatched")

    def test_fail_computes_error_and_cause(self, run: Run) -> None:
        fail = {"Type": "Fail", "Error": "{% $states.input.e %}", "Cause": "{% 'as ' & 'told' %}"}
        result = run({"F": fail}, {"e": "My.Error"})
        assert (result["status"], result["error"]) == ("FAILED", "My.Error")
        assert result["cause"] == "as told"

    def test_branches_run_side_by_side_and_answer_in_order(self, run: Run) -> None:
        def branch(number: int) -> dict[str, Any]:
            end = {"Type": "Pass", "Output": number, "End": True}
            return {
                "StartAt": f"W{number}",
                "States": {
                    f"W{number}": {"Type": "Wait", "Seconds": 1, "Next": f"E{number}"},
                    f"E{number}": end,
                },
            }

        begin = time.monotonic()
        parallel = {"Type": "Parallel", "Branches": [branch(1), branch(2), branch(3)], "End": True}
        assert run({"P": parallel})["output"] == [1, 2, 3]
        assert time.monotonic() - begin < 2.5

    def test_a_failed_branch_fails_the_state_with_its_error(self, run: Run) -> None:
        failing = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "States.TaskFailed"}}}
        waiting = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": True}}}
        result = run({"P": {"Type": "Parallel", "Branches": [failing, waiting], "End": True}})
        assert (result["status"], result["error"]) == ("FAILED", "States.TaskFailed")

    def test_map_runs_once_per_item_in_order(self, run: Run) -> None:
        state = {
            "Type": "Map",
            "Items": "{% $states.input.list %}",
            "MaxConcurrency": 2,
            "ItemSelector": {
                "value": "{% $states.context.Map.Item.Value %}",
                "index": "{% $states.context.Map.Item.Index %}",
            },
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"},
                "StartAt": "I",
                "States": {
                    "I": {
                        "Type": "Pass",
                        "Output": "{% $states.input.value * 10 + $states.input.index %}",
                        "End": True,
                    }
                },
            },
            "End": True,
        }
        assert run({"M": state}, {"list": [1, 2, 3]})["output"] == [10, 21, 32]
        assert run({"M": state}, {"list": []})["output"] == []

    def test_wait_until_a_timestamp(self, run: Run) -> None:
        begin = time.time()
        run(
            {
                "W": {
                    "Type": "Wait",
                    "Timestamp": "{% $fromMillis($millis() + 1500) %}",
                    "End": True,
                }
            }
        )
        assert 0.4 < time.time() - begin < 4

    def test_an_undefined_expression_names_itself_and_its_field(self, run: Run) -> None:
        result = run({"A": {"Type": "Pass", "Output": "{% $states.input.nope %}", "End": True}})
        assert result["error"] == "States.QueryEvaluationError"
        assert "'$states.input.nope' specified for the field 'Output'" in result["cause"]
        assert result["cause"].endswith("returned nothing (undefined).")

    def test_jsonpath_states_still_run(self, states: Any, all_powerful: str) -> None:
        definition = {
            "StartAt": "A",
            "States": {
                "A": {
                    "Type": "Pass",
                    "Parameters": {"text.$": "States.Format('<{}>', $.a)"},
                    "ResultPath": "$.r",
                    "End": True,
                }
            },
        }
        arn = states.create_state_machine(
            name="jsonpath", definition=json.dumps(definition), roleArn=all_powerful
        )["stateMachineArn"]
        started = states.start_execution(stateMachineArn=arn, input='{"a": "x"}')
        assert wait(states, started["executionArn"])["output"] == {"a": "x", "r": {"text": "<x>"}}


class TestDynamoDbTasks:
    def test_items_are_written_read_changed_and_deleted(self, aws: EmbeddedAws, run: Run) -> None:
        name = f"table-{uuid.uuid4().hex[:8]}"
        aws.runtime.client("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        at = {"TableName": name, "Key": {"id": {"S": "{% $states.input.id %}"}}}
        put = {"TableName": name, "Item": at["Key"] | {"n": {"N": "1"}}}
        change = at | {
            "UpdateExpression": "SET n = n + :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
        keep = {"Output": "{% $states.input %}"}
        states = {
            "Put": task("dynamodb:putItem", put, Next="Update", **keep),
            "Update": task("dynamodb:updateItem", change, Next="Get", **keep),
            "Get": task("dynamodb:getItem", at, Next="Delete", Assign={
                "found": "{% $states.result.Item.n.N %}"}, **keep),
            "Delete": task("dynamodb:deleteItem", at, Next="Gone", **keep),
            "Gone": task("dynamodb:getItem", at, Output=[
                "{% $found %}", "{% $exists($states.result.Item) %}"]),
        }  # fmt: skip
        assert run(states, {"id": "a"})["output"] == ["2", False]

    def test_a_refusal_is_named_after_the_service(self, run: Run) -> None:
        arguments = {"TableName": "nowhere", "Key": {"id": {"S": "a"}}}
        result = run({"T": task("dynamodb:getItem", arguments)})
        assert result["error"] == "DynamoDB.ResourceNotFoundException"


class TestLambdaTasks:
    def test_the_payload_arrives_and_the_answer_comes_back(self, run: Run, echo: str) -> None:
        arguments = {"FunctionName": echo, "Payload": {"input": "{% $states.input %}"}}
        state = task("lambda:invoke", arguments, Output="{% $states.result.Payload.event %}")
        assert run({"T": state}, {"a": [1, None]})["output"] == {"input": {"a": [1, None]}}

    def test_an_exceptions_class_is_the_error_and_its_sentence_is_in_the_cause(
        self, run: Run, echo: str
    ) -> None:
        result = run(
            {"T": task("lambda:invoke", {"FunctionName": echo, "Payload": {"fail": True}})}
        )
        assert (result["status"], result["error"]) == ("FAILED", "InvalidInputError")
        assert json.loads(result["cause"])["errorMessage"] == 'no "such" column'

    def test_a_caught_error_can_be_assigned_and_read(self, run: Run, echo: str) -> None:
        catch = {
            "ErrorEquals": ["InvalidInputError"],
            "Assign": {"why": "{% $parse($states.errorOutput.Cause).errorMessage %}"},
            "Output": "{% $states.input %}",
            "Next": "Z",
        }
        arguments = {"FunctionName": echo, "Payload": {"fail": True}}
        states = {
            "T": task("lambda:invoke", arguments, Catch=[catch]),
            "Z": {"Type": "Pass", "Output": "{% [$why, $states.input.n] %}", "End": True},
        }
        assert run(states, {"n": 1})["output"] == ['no "such" column', 1]

    def test_retry_repeats_until_it_works(self, run: Run, echo: str, states: Any) -> None:
        retry = {
            "ErrorEquals": ["ValueError"],
            "IntervalSeconds": 1,
            "BackoffRate": 1,
            "MaxAttempts": 3,
            "MaxDelaySeconds": 1,
            "JitterStrategy": "FULL",
        }
        before = run({"T": task("lambda:invoke", {"FunctionName": echo, "Payload": {}})})
        calls = before["output"]["Payload"]["calls"]
        arguments = {"FunctionName": echo, "Payload": {"until": calls + 3}}
        result = run({"T": task("lambda:invoke", arguments, Retry=[retry])})
        assert result["output"]["Payload"]["calls"] == calls + 3
        history = states.get_execution_history(executionArn=result["executionArn"])["events"]
        assert [event["type"] for event in history].count("TaskFailed") == 2

    def test_a_failed_output_can_be_caught(self, run: Run, echo: str) -> None:
        catch = {"ErrorEquals": ["States.QueryEvaluationError"], "Next": "Z"}
        state = task("lambda:invoke", {"FunctionName": echo}, Output="{% $no %}", Catch=[catch])
        states = {"T": state, "Z": {"Type": "Succeed", "Output": "caught"}}
        assert run(states)["output"] == "caught"

    def test_an_unknown_function_is_a_lambda_error(self, run: Run) -> None:
        result = run({"T": task("lambda:invoke", {"FunctionName": "nobody"})})
        assert result["error"] == "Lambda.ResourceNotFoundException"

    def test_an_asynchronous_invocation_answers_at_once(self, run: Run, echo: str) -> None:
        arguments = {"FunctionName": echo, "InvocationType": "Event", "Payload": {"a": 1}}
        state = task("lambda:invoke", arguments, Output="{% $states.result.StatusCode %}")
        assert run({"T": state})["output"] == 202

    def test_an_unknown_argument_is_refused_by_name(self, run: Run, echo: str) -> None:
        arguments = {"FunctionName": echo, "Colour": 1}
        result = run({"T": task("lambda:invoke", "{% $states.input %}")}, arguments)
        assert result["error"] == "States.Runtime"
        assert 'The field "Colour" is not supported' in result["cause"]

    def test_a_function_may_send_heartbeats_while_it_is_called(
        self, run: Run, deploy: Callable[[str, str], str], make_role: Callable[..., str]
    ) -> None:
        code = (
            "import boto3\n"
            "def handler(event, context):\n"
            "    states = boto3.client('stepfunctions')\n"
            "    states.send_task_heartbeat(taskToken=event['token'])\n"
            "    states.send_task_success(taskToken=event['token'], output='\"done\"')\n"
        )
        name = deploy(code, make_role("states:*", "logs:*", service="lambda.amazonaws.com"))
        arguments = {
            "FunctionName": name,
            "Payload": {"token": "{% $states.context.Task.Token %}"},
        }
        state = task("lambda:invoke.waitForTaskToken", arguments, HeartbeatSeconds=20)
        assert run({"T": state})["output"] == "done"

    def test_a_token_ends_a_waiting_task(self, create: Create, states: Any, echo: str) -> None:
        arguments = {"FunctionName": echo, "Payload": {"t": "{% $states.context.Task.Token %}"}}
        arn = create({"T": task("lambda:invoke.waitForTaskToken", arguments)})
        execution = states.start_execution(stateMachineArn=arn)["executionArn"]
        token = None
        while token is None:
            events = states.get_execution_history(executionArn=execution)["events"]
            for event in events:
                if event["type"] == "TaskSubmitted":
                    output = json.loads(event["taskSubmittedEventDetails"]["output"])
                    token = output["Payload"]["event"]["t"]
        states.send_task_success(taskToken=token, output='{"done": true}')
        assert wait(states, execution)["output"] == {"done": True}
        with pytest.raises(ClientError, match="InvalidToken"):
            states.send_task_success(taskToken=token, output="{}")


class TestSageMakerTasks:
    def test_a_finished_job_is_described_as_json(self, run: Run, jobs: FakeTrainingJobs) -> None:
        request = training("ok")
        result = run({"T": TRAIN}, request)["output"]
        assert result["TrainingJobStatus"] == "Completed"
        assert result["CreationTime"] == 1795168800000
        assert result["HyperParameters"] == {"sagemaker_program": "train.py"}
        sent = jobs.requests[request["TrainingJobName"]]
        assert sent["Tags"] == [{"Key": "MANAGED_BY_AWS", "Value": "STARTED_BY_STEP_FUNCTIONS"}]

    def test_without_sync_the_answer_is_the_requests(self, run: Run) -> None:
        state = task("sagemaker:createTrainingJob", "{% $states.input %}")
        assert list(run({"T": state}, training("long"))["output"]) == ["TrainingJobArn"]

    def test_a_failed_job_fails_the_task_with_its_description(self, run: Run) -> None:
        catch = {"ErrorEquals": ["States.TaskFailed"], "Next": "Z"}
        why = "{% $parse($states.input.Cause).FailureReason %}"
        states = {
            "T": TRAIN | {"Catch": [catch]},
            "Z": {"Type": "Succeed", "Output": why},
        }
        assert run(states, training("fail"))["output"] == "AlgorithmError: no rows"

    @pytest.mark.parametrize(
        ("name", "error"),
        [
            ("taken", "SageMaker.ResourceInUseException"),
            ("invalid", "SageMaker.AmazonSageMakerException"),
        ],
    )
    def test_a_refused_request_has_sagemakers_error(self, run: Run, name: str, error: str) -> None:
        result = run({"T": TRAIN}, training(name))
        assert result["error"] == error
        assert "Service: AmazonSageMaker; Status Code: 400; Error Code: " in result["cause"]

    def test_a_malformed_request_names_the_missing_field(self, run: Run) -> None:
        result = run({"T": TRAIN}, {"TrainingJobName": "x"})
        assert result["error"] == "States.Runtime"
        assert "could not be used to start the Task" in result["cause"]
        assert "The field 'RoleArn' is required but was missing" in result["cause"]

    def test_a_field_unknown_to_step_functions_ends_the_execution_uncaught(
        self, run: Run, jobs: FakeTrainingJobs
    ) -> None:
        request = training("job") | {"RetryStrategy": {"MaximumRetryAttempts": 2}}
        catch = {"ErrorEquals": ["States.ALL"], "Next": "Caught"}
        states = {"T": TRAIN | {"Catch": [catch]}, "Caught": {"Type": "Succeed"}}
        result = run(states, request)
        assert (result["status"], result["error"]) == ("FAILED", "States.Runtime")
        assert result["cause"].startswith(
            "An error occurred while executing the state 'T' (entered at the event id #2). "
            "The Parameters '{"
        )
        assert result["cause"].endswith(
            'could not be used to start the Task: [The field "RetryStrategy" is not supported by '
            "Step Functions]"
        )
        assert request["TrainingJobName"] not in jobs.requests

    def test_stopping_the_execution_stops_the_job(
        self, create: Create, states: Any, jobs: FakeTrainingJobs
    ) -> None:
        request = training("long")
        execution = states.start_execution(
            stateMachineArn=create({"T": TRAIN}), input=json.dumps(request)
        )["executionArn"]
        until(lambda: request["TrainingJobName"] in jobs.described, 5, "the job is looked at")
        states.stop_execution(executionArn=execution, error="Enough", cause="changed my mind")
        described = states.describe_execution(executionArn=execution)
        assert [described[k] for k in ("status", "error", "cause")] == [
            "ABORTED",
            "Enough",
            "changed my mind",
        ]
        until(lambda: request["TrainingJobName"] in jobs.stopped, 5, "the job is stopped")

    def test_a_retry_waits_by_the_clock(
        self, aws: EmbeddedAws, create: Create, states: Any, jobs: FakeTrainingJobs
    ) -> None:
        retry = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1000, "MaxAttempts": 1}
        request = training("fail")
        machine = create({"T": TRAIN | {"Retry": [retry]}})
        [moved, stopped] = [
            states.start_execution(stateMachineArn=machine, input=json.dumps(request | own))
            for own in ({}, {"TrainingJobName": "fail-and-stop"})
        ]

        def failures(execution: dict[str, Any]) -> int:
            events = states.get_execution_history(executionArn=execution["executionArn"])["events"]
            return [event["type"] for event in events].count("TaskFailed")

        until(lambda: (failures(moved), failures(stopped)) == (1, 1), 5, "both wait")
        states.stop_execution(executionArn=stopped["executionArn"])
        aws.runtime.clock.advance(1000)

        until(lambda: failures(moved) == 2, 5, "it is tried again")
        assert failures(stopped) == 1

    def test_a_timeout_stops_the_job(self, run: Run, jobs: FakeTrainingJobs) -> None:
        request = training("long")
        result = run({"T": TRAIN | {"TimeoutSeconds": 1}}, request)
        assert (result["status"], result["error"]) == ("FAILED", "States.Timeout")
        until(lambda: request["TrainingJobName"] in jobs.stopped, 5, "the job is stopped")

    def test_a_failed_sibling_stops_the_job(self, run: Run, jobs: FakeTrainingJobs) -> None:
        failing, waiting = training("fail"), training("long")
        branches = [
            {"StartAt": name, "States": {name: TRAIN | {"Arguments": request}}}
            for name, request in (("F", failing), ("L", waiting))
        ]
        result = run({"P": {"Type": "Parallel", "Branches": branches, "End": True}})
        assert result["error"] == "States.TaskFailed"
        until(lambda: waiting["TrainingJobName"] in jobs.stopped, 5, "the other job is stopped")


class TestOtherTasks:
    def test_an_sdk_task_answers_in_pascal_case_with_text_timestamps(self, run: Run) -> None:
        put = {"Name": "/test/spec", "Value": '{"a": "é"}', "Type": "String"}
        states = {
            "Put": task("aws-sdk:ssm:putParameter", put, Next="Get"),
            "Get": task("aws-sdk:ssm:getParameter", {"Name": "/test/spec"}),
        }
        parameter = run(states)["output"]["Parameter"]
        assert parameter["Value"] == '{"a": "é"}'
        assert datetime.fromisoformat(parameter["LastModifiedDate"]).tzinfo is not None

    @pytest.mark.parametrize(
        ("resource", "arguments", "error"),
        [
            ("ssm:getParameter", {"Name": "/none"}, "Ssm.ParameterNotFoundException"),
            (
                "cloudformation:describeStacks",
                {"StackName": "none"},
                "CloudFormation.CloudFormationException",
            ),
            ("s3:getObject", {"Bucket": "none", "Key": "k"}, "S3.NoSuchBucketException"),
            (
                "sfn:describeExecution",
                {"ExecutionArn": "none"},
                "Sfn.ExecutionDoesNotExistException",
            ),
        ],
    )
    def test_sdk_errors_are_named_as_in_the_java_sdk(
        self, run: Run, resource: str, arguments: Any, error: str
    ) -> None:
        result = run({"T": task(f"aws-sdk:{resource}", arguments)})
        assert (result["status"], result["error"]) == ("FAILED", error)

    def test_nested_executions_answer_with_their_output(self, run: Run, create: Create) -> None:
        inner = create(
            {"A": {"Type": "Pass", "Output": {"double": "{% $states.input.x * 2 %}"}, "End": True}}
        )
        arguments = {"StateMachineArn": inner, "Input": {"x": 4}}
        parsed = run({"T": task("states:startExecution.sync:2", arguments)})["output"]
        text = run({"T": task("states:startExecution.sync", arguments)})["output"]
        assert (parsed["Status"], parsed["Output"]) == ("SUCCEEDED", {"double": 8})
        assert text["Output"] == '{"double":8}'
        assert isinstance(parsed["StartDate"], int)

    def test_a_failed_nested_execution_fails_the_task(self, run: Run, create: Create) -> None:
        inner = create({"F": {"Type": "Fail", "Error": "Inner", "Cause": "because"}})
        result = run({"T": task("states:startExecution.sync:2", {"StateMachineArn": inner})})
        assert result["error"] == "States.TaskFailed"
        cause = json.loads(result["cause"])
        assert (cause["Error"], cause["Cause"]) == ("Inner", "because")

    def test_messages_reach_topic_and_queue(self, aws: EmbeddedAws, run: Run) -> None:
        sns, sqs = aws.runtime.client("sns"), aws.runtime.client("sqs")
        topic = sns.create_topic(Name="failures")["TopicArn"]
        queue = sqs.create_queue(QueueName="failures")["QueueUrl"]
        endpoint = f"arn:aws:sqs:us-east-1:{ACCOUNT}:failures"
        sqs.set_queue_attributes(
            QueueUrl=queue, Attributes={"Policy": admit_topic(endpoint, topic)}
        )
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint)
        states = {
            "N": task("sns:publish", {"TopicArn": topic, "Message": {"why": "x"}}, Next="Q"),
            "Q": task("sqs:sendMessage", {"QueueUrl": queue, "MessageBody": {"b": 1}}, Next="E"),
            "E": task(
                "events:putEvents",
                {"Entries": [{"Source": "s", "DetailType": "d", "Detail": {"x": 1}}]},
            ),
        }
        assert run(states)["output"]["FailedEntryCount"] == 0
        received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
        bodies = [json.loads(message["Body"]) for message in received]
        assert {"b": 1} in bodies
        assert '{"why":"x"}' in [body.get("Message") for body in bodies]


class TestRole:
    def test_a_task_may_do_only_what_the_role_may(
        self, run: Run, make_role: Callable[..., str]
    ) -> None:
        state = {"T": task("aws-sdk:ssm:getParameter", {"Name": "/none"})}
        denied = run(state, role=make_role("sns:Publish"))
        allowed = run(state, role=make_role("ssm:GetParameter"))
        assert "is not authorized to perform: ssm:GetParameter" in denied["cause"]
        assert allowed["error"] == "Ssm.ParameterNotFoundException"

    def test_a_function_needs_permission_too(
        self, run: Run, make_role: Callable[..., str], echo: str
    ) -> None:
        state = {"T": task("lambda:invoke", {"FunctionName": echo})}
        assert run(state, role=make_role("ssm:*"))["error"] == "Lambda.AccessDeniedException"
        assert run(state, role=make_role("lambda:InvokeFunction"))["status"] == "SUCCEEDED"

    def test_a_function_acts_and_logs_with_its_own_role(
        self, aws: EmbeddedAws, make_role: Callable[..., str], deploy: Callable[[str, str], str]
    ) -> None:
        code = (
            "import boto3\n"
            "def handler(event, context):\n"
            "    return boto3.client('ssm').get_parameter(Name='/none')\n"
        )
        client, logs = aws.runtime.client("lambda"), aws.runtime.client("logs")
        names: dict[str, str] = {}
        errors: dict[str, str] = {}
        for kind, actions in {"denied": ["sns:Publish"], "allowed": ["ssm:*", "logs:*"]}.items():
            names[kind] = deploy(code, make_role(*actions, service="lambda.amazonaws.com"))
            answer = client.invoke(FunctionName=names[kind])
            errors[kind] = json.loads(answer["Payload"].read())["errorType"]
        assert errors == {"denied": "AccessDeniedException", "allowed": "ParameterNotFound"}

        def groups(kind: str) -> list[Any]:
            prefix = f"/aws/lambda/{names[kind]}"
            found: list[Any] = logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]
            return found

        until(lambda: groups("allowed"), 10, "the function that may log has logged")
        assert groups("denied") == []

    def test_sync_needs_the_managed_rule(
        self, create: Create, make_role: Callable[..., str]
    ) -> None:
        with pytest.raises(ClientError, match="is not authorized to create managed-rule"):
            create({"T": TRAIN}, role=make_role(*JOBS))
        assert create({"T": TRAIN}, role=make_role(*JOBS, *RULES))

    def test_sync_lists_the_tags_of_what_it_made(
        self, run: Run, make_role: Callable[..., str]
    ) -> None:
        needed = {*JOBS, *RULES, "sagemaker:AddTags", "iam:PassRole"}
        denied = run({"T": TRAIN}, training("ok"), role=make_role(*needed - {"sagemaker:ListTags"}))
        assert denied["status"] == "FAILED"
        assert "sagemaker:ListTags" in denied["cause"]
        allowed = run({"T": TRAIN}, training("ok"), role=make_role(*needed))
        assert allowed["status"] == "SUCCEEDED", allowed

    def test_the_role_must_trust_step_functions(
        self, create: Create, make_role: Callable[..., str]
    ) -> None:
        role = make_role("*", service="lambda.amazonaws.com")
        with pytest.raises(ClientError, match=r"Neither the global service principal states"):
            create({"A": {"Type": "Succeed"}}, role=role)


class TestExecutions:
    def test_the_same_name_and_input_start_only_once(self, create: Create, states: Any) -> None:
        arn = create({"W": {"Type": "Wait", "Seconds": 1, "End": True}})
        order = {"stateMachineArn": arn, "name": "run-1", "input": '{"a": 1}'}
        first = states.start_execution(**order)["executionArn"]
        assert states.start_execution(**order)["executionArn"] == first
        with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
            states.start_execution(**order | {"input": '{"a": 2}'})
        assert wait(states, first)["status"] == "SUCCEEDED"
        with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
            states.start_execution(**order)
        assert len(states.list_executions(stateMachineArn=arn)["executions"]) == 1

    def test_starting_at_the_same_moment_starts_only_once(
        self, create: Create, states: Any
    ) -> None:
        arn = create({"W": {"Type": "Wait", "Seconds": 1, "End": True}})
        answers: list[str] = []
        threads = [
            threading.Thread(
                target=lambda: answers.append(
                    states.start_execution(stateMachineArn=arn, name="once")["executionArn"]
                )
            )
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == 8
        assert len(set(answers)) == 1
        assert len(states.list_executions(stateMachineArn=arn)["executions"]) == 1

    def test_an_execution_without_a_name_gets_one(self, run: Run) -> None:
        assert uuid.UUID(run({"A": {"Type": "Succeed"}})["name"])

    @pytest.mark.parametrize(
        ("order", "error"),
        [
            ({"name": "a b"}, "InvalidName"),
            ({"name": "x" * 81}, "InvalidName|length"),
            ({"input": "{"}, "InvalidExecutionInput"),
            ({"stateMachineArn": "arn:aws:states:us-east-1:1:x"}, "InvalidArn"),
            (
                {"stateMachineArn": f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:none"},
                "StateMachineDoesNotExist",
            ),
        ],
    )
    def test_a_bad_order_is_refused(
        self, create: Create, states: Any, order: dict[str, str], error: str
    ) -> None:
        arn = create({"A": {"Type": "Succeed"}})
        with pytest.raises(Exception, match=error):
            states.start_execution(**{"stateMachineArn": arn} | order)

    def test_history_tells_the_story_in_order(self, run: Run, states: Any) -> None:
        result = run(
            {
                "A": {"Type": "Pass", "Assign": {"q": 'say "hi"'}, "Next": "B"},
                "B": {"Type": "Succeed"},
            },
            {"n": 1},
        )
        arn = result["executionArn"]
        events = states.get_execution_history(executionArn=arn)["events"]
        assert [event["type"] for event in events] == [
            "ExecutionStarted",
            "PassStateEntered",
            "PassStateExited",
            "SucceedStateEntered",
            "SucceedStateExited",
            "ExecutionSucceeded",
        ]
        assert [event["id"] for event in events] == [1, 2, 3, 4, 5, 6]
        assert events[0]["executionStartedEventDetails"]["input"] == '{"n": 1}'
        assert events[2]["stateExitedEventDetails"]["assignedVariables"] == {"q": '"say \\"hi\\""'}
        assert all(isinstance(event["timestamp"], datetime) for event in events)
        newest = states.get_execution_history(executionArn=arn, reverseOrder=True, maxResults=2)
        assert [event["id"] for event in newest["events"]] == [6, 5]
        more = states.get_execution_history(
            executionArn=arn, reverseOrder=True, maxResults=2, nextToken=newest["nextToken"]
        )
        assert [event["id"] for event in more["events"]] == [4, 3]

    def test_an_execution_that_takes_too_long_times_out(self, run: Run, states: Any) -> None:
        result = run({"W": {"Type": "Wait", "Seconds": 60, "End": True}}, TimeoutSeconds=1)
        assert (result["status"], result["error"]) == ("TIMED_OUT", "States.Timeout")
        events = states.get_execution_history(executionArn=result["executionArn"])["events"]
        assert events[-1]["type"] == "ExecutionTimedOut"

    def test_too_long_a_history_fails_the_execution(
        self, run: Run, states: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("embedded_aws.stepfunctions.execution.history.EVENTS_LIMIT", 20)
        rule = {"Condition": False, "Next": "S"}
        endless = {
            "A": {"Type": "Choice", "Choices": [rule], "Default": "B"},
            "B": {"Type": "Pass", "Next": "A"},
            "S": {"Type": "Succeed"},
        }
        result = run(endless)
        assert (result["status"], result["error"]) == ("FAILED", "States.Runtime")
        assert "maximum number of history events" in result["cause"]
        events = states.get_execution_history(executionArn=result["executionArn"])["events"]
        assert (len(events), events[-1]["type"]) == (20, "ExecutionFailed")

    def test_a_failed_execution_is_redriven_at_the_state_that_failed(
        self, aws: EmbeddedAws, create: Create, states: Any
    ) -> None:
        name = f"/redrive/{uuid.uuid4().hex}"
        read = task("aws-sdk:ssm:getParameter", {"Name": name}, Next="C")
        read["Output"] = "{% [$kept, $states.input, $states.result.Parameter.Value] %}"
        arn = create(
            {
                "A": {"Type": "Pass", "Assign": {"kept": 5}, "Output": "from A", "Next": "B"},
                "B": read,
                "C": {
                    "Type": "Pass",
                    "Output": "{% [$states.input, $states.context.Execution.RedriveCount] %}",
                    "End": True,
                },
            }
        )
        execution = states.start_execution(stateMachineArn=arn)["executionArn"]
        failed = wait(states, execution)
        assert (failed["status"], failed["redriveStatus"]) == ("FAILED", "REDRIVABLE")
        before = states.get_execution_history(executionArn=execution)["events"]

        aws.runtime.client("ssm").put_parameter(Name=name, Value="there", Type="String")
        states.redrive_execution(executionArn=execution, clientToken="once")
        ended = wait(states, execution)
        states.redrive_execution(executionArn=execution, clientToken="once")  # changes nothing

        assert ended["output"] == [5, "from A", "there", 1]
        assert (ended["status"], ended["redriveCount"]) == ("SUCCEEDED", 1)
        assert ended["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"
        history = states.get_execution_history(executionArn=execution)["events"]
        assert history[: len(before)] == before
        redriven = history[len(before)]
        assert redriven["type"] == "ExecutionRedriven"
        assert redriven["executionRedrivenEventDetails"] == {"redriveCount": 1}
        assert [event["id"] for event in history] == list(range(1, len(history) + 1))
        listed = states.list_executions(stateMachineArn=arn, redriveFilter="REDRIVEN")
        assert [item["redriveCount"] for item in listed["executions"]] == [1]
        with pytest.raises(states.exceptions.ExecutionNotRedrivable, match="is SUCCEEDED"):
            states.redrive_execution(executionArn=execution)

    def test_a_failed_parallel_state_is_not_redriven_here(self, run: Run, states: Any) -> None:
        failing = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}
        failed = run({"P": {"Type": "Parallel", "Branches": [failing], "End": True}})
        assert failed["redriveStatus"] == "NOT_REDRIVABLE"
        with pytest.raises(states.exceptions.ExecutionNotRedrivable, match="does not support"):
            states.redrive_execution(executionArn=failed["executionArn"])

    def test_list_filters_by_status(self, create: Create, states: Any) -> None:
        arn = create({"F": {"Type": "Fail", "Error": "E"}})
        execution = states.start_execution(stateMachineArn=arn)["executionArn"]
        wait(states, execution)
        failed = states.list_executions(stateMachineArn=arn, statusFilter="FAILED")["executions"]
        succeeded = states.list_executions(stateMachineArn=arn, statusFilter="SUCCEEDED")
        assert [item["executionArn"] for item in failed] == [execution]
        assert succeeded["executions"] == []


class TestStateMachines:
    def test_settings_are_described_and_updated(
        self, aws: EmbeddedAws, create: Create, states: Any
    ) -> None:
        aws.runtime.client("logs").create_log_group(logGroupName="/machines/described")
        group = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/machines/described:*"
        logging = {
            "level": "ERROR",
            "includeExecutionData": True,
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}],
        }
        settings = {
            "loggingConfiguration": logging,
            "tracingConfiguration": {"enabled": True},
            "tags": [{"key": "team", "value": "growth"}],
        }
        arn = create({"A": {"Type": "Succeed"}}, settings=settings)
        described = states.describe_state_machine(stateMachineArn=arn)
        assert described["loggingConfiguration"] == logging
        assert described["tracingConfiguration"] == {"enabled": True}
        assert states.list_tags_for_resource(resourceArn=arn)["tags"] == settings["tags"]
        states.update_state_machine(stateMachineArn=arn, tracingConfiguration={"enabled": False})
        updated = states.describe_state_machine(stateMachineArn=arn)
        assert updated["tracingConfiguration"] == {"enabled": False}
        assert updated["loggingConfiguration"] == logging
        assert updated["revisionId"] != described["revisionId"]

    def test_failures_are_logged_at_level_error(self, aws: EmbeddedAws, run: Run) -> None:
        logs = aws.runtime.client("logs")
        logs.create_log_group(logGroupName="/machines/failing")
        group = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/machines/failing:*"
        destination = {"cloudWatchLogsLogGroup": {"logGroupArn": group}}
        settings = {
            "loggingConfiguration": {
                "level": "ERROR",
                "includeExecutionData": True,
                "destinations": [destination],
            }
        }
        result = run({"F": {"Type": "Fail", "Error": "E", "Cause": "C"}}, settings=settings)

        def whole_log() -> list[dict[str, Any]]:
            events = logs.filter_log_events(logGroupName="/machines/failing")["events"]
            lines = [json.loads(event["message"]) for event in events]
            return lines if any(line["type"] == "ExecutionFailed" for line in lines) else []

        lines = until(whole_log, 5, "the log tells of the failure")
        assert [line["type"] for line in lines] == ["FailStateEntered", "ExecutionFailed"]
        assert lines[1]["details"]["error"] == "E"
        assert {line["execution_arn"] for line in lines} == {result["executionArn"]}

    def test_an_invalid_definition_is_refused_with_its_place(self, create: Create) -> None:
        with pytest.raises(ClientError, match=r"InvalidDefinition.*target: B at /States/A/Next"):
            create({"A": {"Type": "Pass", "Next": "B"}})

    def test_validation_reports_instead_of_refusing(self, states: Any) -> None:
        bad = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}})
        answer = states.validate_state_machine_definition(definition=bad)
        assert answer["result"] == "FAIL"
        assert answer["diagnostics"][0]["location"] == "/States/A/Next"
        good = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
        assert states.validate_state_machine_definition(definition=good)["result"] == "OK"

    def test_express_and_versions_are_refused_by_name(self, create: Create, states: Any) -> None:
        with pytest.raises(ClientError, match="does not support EXPRESS"):
            create({"A": {"Type": "Succeed"}}, settings={"type": "EXPRESS"})
        with pytest.raises(ClientError, match="does not support state machine versions"):
            create({"A": {"Type": "Succeed"}}, settings={"publish": True})
        with pytest.raises(ClientError, match="does not support stepfunctions:CreateActivity"):
            states.create_activity(name="a")

    def test_creating_the_same_again_is_no_error_but_another_is(
        self, states: Any, all_powerful: str
    ) -> None:
        definition = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
        order = {"name": "twice", "definition": json.dumps(definition), "roleArn": all_powerful}
        first = states.create_state_machine(**order)
        assert states.create_state_machine(**order)["creationDate"] == first["creationDate"]
        other = json.dumps(definition | {"Comment": "changed"})
        with pytest.raises(ClientError, match="StateMachineAlreadyExists"):
            states.create_state_machine(**order | {"definition": other})

    def test_a_running_execution_keeps_its_definition(self, create: Create, states: Any) -> None:
        members = {
            "W": {"Type": "Wait", "Seconds": 1, "Next": "S"},
            "S": {"Type": "Succeed", "Output": "old"},
        }
        arn = create(members)
        execution = states.start_execution(stateMachineArn=arn)["executionArn"]
        new = {"QueryLanguage": "JSONata", "StartAt": "S", "States": {"S": {"Type": "Succeed"}}}
        states.update_state_machine(stateMachineArn=arn, definition=json.dumps(new))
        assert wait(states, execution)["output"] == "old"

    def test_deleting_ends_what_runs(self, create: Create, states: Any) -> None:
        arn = create({"W": {"Type": "Wait", "Seconds": 60, "End": True}})
        execution = states.start_execution(stateMachineArn=arn)["executionArn"]
        states.delete_state_machine(stateMachineArn=arn)
        states.delete_state_machine(stateMachineArn=arn)
        with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
            states.describe_state_machine(stateMachineArn=arn)
        with pytest.raises(ClientError, match="ExecutionDoesNotExist"):
            states.describe_execution(executionArn=execution)
