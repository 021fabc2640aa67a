"""`agcdk embedded`, as its page shows it, and what survives a kill -9."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import boto3
import pytest

from autogluon_cli.embedded.instances import FOLDER_VARIABLE
from autogluon_contracts.embedded_instance import CONTROL_PATH, LOCK, EmbeddedInstance, is_locked
from tests.e2e.page_run import run_page
from tests.waiting import until

HANDLER = """
import from_layer

def handler(event, context):
    return {"got": event, "word": from_layer.WORD}
"""
PAGE = "docs/operations/embedded.md"
TRUST = {
    "Effect": "Allow",
    "Principal": {
        "Service": ["lambda.amazonaws.com", "states.amazonaws.com", "scheduler.amazonaws.com"]
    },
    "Action": "sts:AssumeRole",
}


@pytest.fixture
def instances(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The folder of all instances; those that a test leaves running are ended."""
    folder = tmp_path / "instances"
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    yield folder
    for found in map(EmbeddedInstance.of_folder, folder.glob("*/")):
        if found is not None:
            os.kill(found.pid, signal.SIGKILL)


def _agcdk(*arguments: str) -> Any:
    done = subprocess.run(
        ["agcdk", "embedded", *arguments, "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _refused(*arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        ["agcdk", "embedded", *arguments, "--json"], capture_output=True, text=True, check=False
    )
    assert (done.returncode != 0, done.stdout) == (True, "")
    error: dict[str, Any] = json.loads(done.stderr)
    return error


def test_the_page_works_as_written(instances: Path, tmp_path: Path) -> None:
    printed = run_page(PAGE, tmp_path, os.environ)["printed"]
    for words in ("'default' answers on", "Saved 'default'", "is restored", "AWS::SSM::Parameter"):
        assert words in printed
    assert [path.name for path in instances.glob(f"*/{LOCK}") if is_locked(path)] == []


def test_an_account_survives_a_kill(instances: Path, tmp_path: Path) -> None:
    started = _agcdk("start", "--name", "kept")
    assert _agcdk("start", "--name", "kept")["pid"] == started["pid"]
    account = _Account(started["variables"])
    account.fill()
    before = account.seen()
    file = str(tmp_path / "kept.snapshot")
    _agcdk("save", file, "--name", "kept")

    os.kill(started["pid"], signal.SIGKILL)
    until(lambda: not is_locked(instances / "kept" / LOCK), 30, "the process is gone")
    assert _agcdk("status") == {"instances": []}
    assert "No embedded AWS 'kept' runs" in _refused("env", "--name", "kept")["error"]

    restored = _agcdk("restore", file, "--name", "kept")
    assert (restored["url"], restored["pid"] != started["pid"]) == (started["url"], True)
    assert account.seen() == before
    assert account.answers_of_the_function() == {"got": 1, "word": "layered"}
    _refuses_strangers(restored["port"])
    assert "runs on port" in _refused("restore", file, "--name", "kept")["error"]
    assert _agcdk("stop", "--name", "kept") == {"stopped": ["kept"]}
    _refuses_other_folders(instances, file)


def _refuses_strangers(port: int) -> None:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("POST", f"{CONTROL_PATH}save", body=b'{"file": "/tmp/x"}')
    assert connection.getresponse().status == 403


def _refuses_other_folders(instances: Path, file: str) -> None:
    elsewhere = {**os.environ, FOLDER_VARIABLE: str(instances.parent / "elsewhere")}
    done = subprocess.run(
        ["agcdk", "embedded", "restore", file], capture_output=True, text=True, env=elsewhere
    )
    assert done.returncode == 1
    assert "was not saved here, or was changed: its signature is wrong" in done.stderr


class _Account:
    """Fills an account with a little of everything, and looks at it."""

    def __init__(self, variables: dict[str, str]) -> None:
        self._session = boto3.session.Session(
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            region_name=variables["AWS_DEFAULT_REGION"],
        )
        self._url = variables["AWS_ENDPOINT_URL"]
        self._secret = b""

    def _client(self, service: str) -> Any:
        return self._session.client(service, endpoint_url=self._url)

    def fill(self) -> None:
        """Create one of each."""
        s3, iam, kms = self._client("s3"), self._client("iam"), self._client("kms")
        s3.create_bucket(Bucket="kept-bucket")
        versioning = {"Status": "Enabled"}
        s3.put_bucket_versioning(Bucket="kept-bucket", VersioningConfiguration=versioning)
        for body in (b"first", b"x" * 100_000):
            s3.put_object(Bucket="kept-bucket", Key="key", Body=body)
        document = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
        role = iam.create_role(RoleName="kept", AssumeRolePolicyDocument=document)["Role"]["Arn"]
        allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        iam.put_role_policy(
            RoleName="kept",
            PolicyName="all",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow]}),
        )
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        self._secret = kms.encrypt(KeyId=key, Plaintext=b"secret")["CiphertextBlob"]
        queue = self._client("sqs").create_queue(QueueName="kept")["QueueUrl"]
        self._client("sqs").send_message(QueueUrl=queue, MessageBody="waiting")
        self._client("sqs").create_queue(QueueName="polled")
        self._client("sns").create_topic(Name="kept")
        self._client("events").put_rule(Name="kept", ScheduleExpression="rate(1 day)")
        self._client("events").put_rule(Name="pattern", EventPattern='{"source": ["kept"]}')
        self._fill_what_goes_by_time(role)
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("index.py", HANDLER)
        self._client("lambda").create_function(
            FunctionName="kept",
            Runtime="python3.11",
            Role=role,
            Handler="index.handler",
            Code={"ZipFile": code.getvalue()},
            Layers=[self._layer()],
        )
        self._client("lambda").create_event_source_mapping(
            FunctionName="kept",
            EventSourceArn="arn:aws:sqs:us-east-1:123456789012:polled",
        )
        states = {"Only": {"Type": "Pass", "Result": {"a": 1}, "End": True}}
        machine = self._client("stepfunctions").create_state_machine(
            name="kept",
            roleArn=role,
            definition=json.dumps({"StartAt": "Only", "States": states}),
        )["stateMachineArn"]
        self._client("stepfunctions").start_execution(stateMachineArn=machine, name="kept")
        properties = {"Type": "String", "Value": "v"}
        resources = {"P": {"Type": "AWS::SSM::Parameter", "Properties": properties}}
        self._client("cloudformation").create_stack(
            StackName="kept", TemplateBody=json.dumps({"Resources": resources})
        )
        until(
            lambda: [stack["StackStatus"] for stack in self._stacks()] == ["CREATE_COMPLETE"],
            30,
            "the stack is created",
        )

    def _fill_what_goes_by_time(self, role: str) -> None:
        self._client("scheduler").create_schedule(
            Name="kept",
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": "arn:aws:sqs:us-east-1:123456789012:kept", "RoleArn": role},
        )
        self._client("cloudwatch").put_metric_alarm(
            AlarmName="kept",
            Namespace="kept",
            MetricName="kept",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
        self._client("cloudwatch").put_composite_alarm(
            AlarmName="composite", AlarmRule='ALARM("kept") OR FALSE'
        )
        self._client("logs").create_log_group(logGroupName="kept")
        transformation = {"metricName": "m", "metricNamespace": "kept", "metricValue": "1"}
        self._client("logs").put_metric_filter(
            logGroupName="kept",
            filterName="kept",
            filterPattern="ERROR",
            metricTransformations=[transformation],
        )

    def _layer(self) -> str:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("python/from_layer.py", "WORD = 'layered'\n")
        arn: str = self._client("lambda").publish_layer_version(
            LayerName="kept", Content={"ZipFile": content.getvalue()}
        )["LayerVersionArn"]
        return arn

    def _stacks(self) -> list[dict[str, Any]]:
        stacks: list[dict[str, Any]] = self._client("cloudformation").describe_stacks()["Stacks"]
        return stacks

    def seen(self) -> dict[str, Any]:
        """Return what the services answer."""
        s3, states = self._client("s3"), self._client("stepfunctions")
        (machine,) = states.list_state_machines()["stateMachines"]
        (execution,) = states.list_executions(stateMachineArn=machine["stateMachineArn"])[
            "executions"
        ]
        return {
            "versions": s3.list_object_versions(Bucket="kept-bucket")["Versions"],
            "object": s3.get_object(Bucket="kept-bucket", Key="key")["Body"].read(),
            "role": self._client("iam").get_role(RoleName="kept")["Role"],
            "secret": self._client("kms").decrypt(CiphertextBlob=self._secret)["Plaintext"],
            "queues": self._client("sqs").list_queues()["QueueUrls"],
            "topics": self._client("sns").list_topics()["Topics"],
            "rules": self._client("events").list_rules()["Rules"],
            "schedule": self._client("scheduler").get_schedule(Name="kept")["CreationDate"],
            "alarms": [
                alarm["AlarmConfigurationUpdatedTimestamp"]
                for alarms in ("MetricAlarms", "CompositeAlarms")
                for alarm in self._client("cloudwatch").describe_alarms(
                    AlarmTypes=["MetricAlarm", "CompositeAlarm"]
                )[alarms]
            ],
            "filters": self._client("logs").describe_metric_filters()["metricFilters"],
            "mappings": self._client("lambda").list_event_source_mappings()["EventSourceMappings"],
            "function": self._client("lambda").get_function(FunctionName="kept")["Configuration"],
            "machine": machine,
            "execution": execution,
            "history": states.get_execution_history(executionArn=execution["executionArn"])[
                "events"
            ],
            "stacks": self._stacks(),
            "parameters": self._client("ssm").describe_parameters()["Parameters"],
        }

    def answers_of_the_function(self) -> Any:
        answer = self._client("lambda").invoke(FunctionName="kept", Payload=b"1")
        return json.loads(answer["Payload"].read())
