"""An account in memory: what the client asks of AWS, and no more."""

# ruff: noqa: N803 - arguments are named as boto3's

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

from botocore.exceptions import ClientError

ACCOUNT = "111122223333"
MACHINES = {
    name: f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:autogluon-sandbox-{name}"
    for name in ("train", "batch_predict", "promote")
}
DEPLOYMENT = {
    "version": 1,
    "environment": "sandbox",
    "region": "us-east-1",
    "data_bucket": "data",
    "artifact_bucket": "artifacts",
    "kms_key_arn": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1",
    "training_role_arn": f"arn:aws:iam::{ACCOUNT}:role/training",
    "serving_role_arn": f"arn:aws:iam::{ACCOUNT}:role/serving",
    "failure_topic_arn": f"arn:aws:sns:us-east-1:{ACCOUNT}:failures",
    "state_machines": MACHINES,
    "predictors": ["income", "unserved"],
}
SPEC = {
    "name": "income",
    "type": "tabular",
    "framework_version": "1.6.3",
    "endpoint": {"name": "autogluon-sandbox-income", "instance_type": "ml.m5.large"},
}
PACKAGE = f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:model-package/autogluon-sandbox-income/3"


def error(code: str, message: str = "", operation: str = "Operation") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


class ExecutionExistsError(ClientError):
    pass


class NoExecutionError(ClientError):
    pass


class ModelError(ClientError):
    pass


class FakeS3:
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.puts = 0

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:
        self.puts += 1
        self.objects[f"s3://{Bucket}/{Key}"] = Body

    def upload_fileobj(self, file: BinaryIO, bucket: str, key: str) -> None:
        self.put_object(Bucket=bucket, Key=key, Body=file.read())

    def head_object(self, *, Bucket: str, Key: str) -> None:
        if f"s3://{Bucket}/{Key}" not in self.objects:
            raise error("404", "Not Found", "HeadObject")

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        return {"Body": io.BytesIO(self.objects[f"s3://{Bucket}/{Key}"])}

    def download_file(self, bucket: str, key: str, path: str) -> None:
        Path(path).write_bytes(self.objects[f"s3://{bucket}/{key}"])


class FakeSsm:
    def __init__(self) -> None:
        unserved = {**SPEC, "name": "unserved", "endpoint": None}
        self.values: dict[str, Any] = {
            "/autogluon/sandbox/deployment": DEPLOYMENT,
            "/autogluon/sandbox/predictors/income/spec": SPEC,
            "/autogluon/sandbox/predictors/unserved/spec": unserved,
        }

    def get_parameter(self, *, Name: str) -> dict[str, Any]:
        if Name not in self.values:
            raise error("ParameterNotFound", Name, "GetParameter")
        value = self.values[Name]
        return {"Parameter": {"Value": value if isinstance(value, str) else json.dumps(value)}}


class FakeStates:
    """Executions stay RUNNING until their state machine's entry of `results` says otherwise."""

    exceptions = SimpleNamespace(
        ExecutionAlreadyExists=ExecutionExistsError,
        ExecutionDoesNotExist=NoExecutionError,
        InvalidArn=KeyError,
    )

    def __init__(self) -> None:
        self.inputs: dict[str, dict[str, Any]] = {}
        self.results: dict[str, dict[str, Any] | tuple[str, str]] = {}

    def start_execution(self, *, stateMachineArn: str, name: str, **given: str) -> dict[str, str]:
        arn = f"{stateMachineArn.replace(':stateMachine:', ':execution:')}:{name}"
        if arn in self.inputs:
            raise ExecutionExistsError({"Error": {"Code": "ExecutionAlreadyExists"}}, "Start")
        self.inputs[arn] = json.loads(given["input"])
        return {"executionArn": arn}

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:
        if executionArn not in self.inputs:
            raise NoExecutionError({"Error": {"Code": "ExecutionDoesNotExist"}}, "Describe")
        answer = {
            "executionArn": executionArn,
            "status": "RUNNING",
            "input": json.dumps(self.inputs[executionArn]),
        }
        result = self.results.get(executionArn.split(":")[6])
        if isinstance(result, tuple):
            return {**answer, "status": "FAILED", "error": result[0], "cause": result[1]}
        if result is not None:
            return {**answer, "status": "SUCCEEDED", "output": json.dumps(result)}
        return answer

    def list_executions(self, *, stateMachineArn: str, statusFilter: str) -> dict[str, Any]:
        prefix = stateMachineArn.replace(":stateMachine:", ":execution:") + ":"
        running = [
            arn.removeprefix(prefix)
            for arn in self.inputs
            if arn.startswith(prefix)
            and self.describe_execution(executionArn=arn)["status"] == statusFilter
        ]
        return {"executions": [{"name": name} for name in running]}

    def get_paginator(self, operation: str) -> Any:
        return SimpleNamespace(paginate=lambda **_: [{"events": []}])

    def only_input(self, workflow: str) -> dict[str, Any]:
        (found,) = self._inputs_of(workflow)
        return found

    def last_input(self, workflow: str) -> dict[str, Any]:
        return self._inputs_of(workflow)[-1]

    def _inputs_of(self, workflow: str) -> list[dict[str, Any]]:
        return [given for arn, given in self.inputs.items() if _machine(workflow) in arn]


class FakeRuntime:
    """An endpoint whose container is a function of content type and body."""

    exceptions = SimpleNamespace(ModelError=ModelError)

    def __init__(self, container: Callable[[str, bytes], bytes]) -> None:
        self.container = container
        self.bodies: list[bytes] = []
        self.attributes: list[str] = []

    def invoke_endpoint(
        self,
        *,
        EndpointName: str,
        ContentType: str,
        Accept: str,
        Body: bytes,
        CustomAttributes: str = "",
    ) -> dict[str, Any]:
        self.bodies.append(Body)
        self.attributes.append(CustomAttributes)
        return {"Body": io.BytesIO(self.container(ContentType, Body))}


class FakeLogs:
    exceptions = SimpleNamespace(ResourceNotFoundException=KeyError)

    def __init__(self, events: list[dict[str, Any]] | None = None) -> None:
        self.events = events or []
        self.fault: Exception | None = None

    def get_paginator(self, operation: str) -> Any:
        return SimpleNamespace(paginate=self._pages)

    def _pages(self, **asked: Any) -> Iterator[dict[str, Any]]:
        if self.fault:
            raise self.fault
        numbered = [{"eventId": str(n), **event} for n, event in enumerate(self.events)]
        yield {"events": [event for event in numbered if event["timestamp"] >= asked["startTime"]]}


class FakeSession:
    region_name = "us-east-1"

    def __init__(self, container: Callable[[str, bytes], bytes] = lambda *_: b"") -> None:
        self.s3, self.ssm, self.states = FakeS3(), FakeSsm(), FakeStates()
        self.runtime, self.logs = FakeRuntime(container), FakeLogs()
        self.sagemaker = SimpleNamespace(
            describe_endpoint=lambda EndpointName: {"EndpointStatus": "InService"}
        )

    def client(self, service: str) -> Any:
        return {
            "s3": self.s3,
            "ssm": self.ssm,
            "stepfunctions": self.states,
            "sagemaker-runtime": self.runtime,
            "sagemaker": self.sagemaker,
            "logs": self.logs,
        }[service]

    def finish(self, workflow: str, result: dict[str, Any] | tuple[str, str]) -> None:
        """Let all executions of a workflow end: with an output, or with (error, cause)."""
        self.states.results[_machine(workflow)] = result


def _machine(workflow: str) -> str:
    return MACHINES[workflow].rpartition(":")[2]
