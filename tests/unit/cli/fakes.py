"""An environment of dictionaries behind `Invocation`, and a way to run `agcdk` on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.main import run
from autogluon_client.environment.connection import Connection
from tests.unit.cli.fake_objects import FakeObjects, refused

ACCOUNT = "123456789012"
STARTED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GROUP = "autogluon-sandbox-income"
PACKAGE = f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:model-package/{GROUP}"
MACHINES = {
    name: f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:autogluon-sandbox-{name}"
    for name in ("train", "batch_predict", "promote")
}
IMAGE = "autogluon:1.6.3-cpu-amzn2023"
SPEC = {
    "name": "income",
    "type": "tabular",
    "init_args": {"label": "class"},
    "framework_version": "1.6.3",
    "image_uri": f"763104351884.dkr.ecr.us-east-1.amazonaws.com/{IMAGE}",
    "inference_image_uri": f"763104351884.dkr.ecr.us-east-1.amazonaws.com/{IMAGE}",
    "training": {"instance_type": "ml.m5.2xlarge"},
    "batch": {"instance_type": "ml.m5.large"},
    "endpoint": {
        "name": GROUP,
        "stack_name": f"{GROUP}-endpoint",
        "instance_type": "ml.m5.large",
        "initial_instance_count": 1,
    },
}


class _Exceptions:
    ClientError = ClientError

    class ExecutionDoesNotExist(Exception):  # noqa: N818 - AWS's name
        """There is no such execution."""

    class InvalidArn(Exception):  # noqa: N818 - AWS's name
        """It is no ARN."""

    class RepositoryNotFoundException(Exception):  # noqa: N818 - AWS's name
        """There is no such repository."""

    class ExecutionAlreadyExists(Exception):  # noqa: N818 - AWS's name
        """The name is taken."""


class _Pages:
    def __init__(self, page: dict[str, Any], check: Callable[[], None] = lambda: None) -> None:
        self._page = page
        self._check = check

    def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
        self._check()
        yield from [self._page]


@dataclass
class FakeAws(FakeObjects):
    """All services in one object: a client is whatever has the methods that are called."""

    executions: dict[str, dict[str, Any]] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    packages: dict[int, dict[str, Any]] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    endpoints: dict[str, dict[str, Any]] = field(default_factory=dict)
    endpoint_configs: dict[str, dict[str, Any]] = field(default_factory=dict)
    stacks: list[dict[str, Any]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    region_name: str | None = "us-east-1"
    exceptions: Any = _Exceptions
    images: set[str] = field(default_factory=lambda: {"1.6.3-cpu-amzn2023"})
    quotas: dict[str, float] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        deployment = {
            "version": 1,
            "environment": "sandbox",
            "region": "us-east-1",
            "data_bucket": "data",
            "artifact_bucket": "artifacts",
            "kms_key_arn": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k",
            "training_role_arn": f"arn:aws:iam::{ACCOUNT}:role/training",
            "serving_role_arn": f"arn:aws:iam::{ACCOUNT}:role/serving",
            "failure_topic_arn": f"arn:aws:sns:us-east-1:{ACCOUNT}:failures",
            "state_machines": MACHINES,
            "predictors": ["income"],
        }
        root = "/autogluon/sandbox"
        self.parameters = {
            f"{root}/deployment": json.dumps(deployment),
            f"{root}/predictors/income/spec": json.dumps(SPEC),
            f"{root}/predictors/income/live-model": "none",
            "/cdk-bootstrap/hnb659fds/version": "30",
        } | self.parameters

    def client(self, _service: str, **_: Any) -> FakeAws:
        return self

    def get_caller_identity(self) -> dict[str, Any]:
        return {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/someone"}

    def get_parameter(self, Name: str) -> dict[str, Any]:  # noqa: N803 - AWS's name
        if Name not in self.parameters:
            raise refused("ParameterNotFound", "GetParameter")
        return {"Parameter": {"Value": self.parameters[Name]}}

    def get_paginator(self, operation: str) -> Any:
        if operation == "list_executions":
            return _ExecutionPages(self.executions)
        if operation == "list_model_packages":
            arns = [{"ModelPackageArn": f"{PACKAGE}/{number}"} for number in self.packages]
            return _Pages({"ModelPackageSummaryList": arns})
        if operation == "describe_stacks":
            return _Pages(
                {"Stacks": self.stacks}, lambda: self._allow("cloudformation:DescribeStacks")
            )
        if operation == "list_service_quotas":
            quotas = [
                {"QuotaName": name, "Value": value, "QuotaCode": "L-1"}
                for name, value in self.quotas.items()
            ]
            return _Pages({"Quotas": quotas})
        raise NotImplementedError(operation)

    def list_executions(self, **_: Any) -> dict[str, Any]:
        self._allow("states:ListExecutions")
        return {"executions": []}

    def list_model_packages(self, **_: Any) -> dict[str, Any]:
        self._allow("sagemaker:ListModelPackages")
        return {"ModelPackageSummaryList": []}

    def filter_log_events(self, **_: Any) -> dict[str, Any]:
        raise refused("ResourceNotFoundException", "FilterLogEvents")

    def simulate_principal_policy(self, ActionNames: list[str], **_: Any) -> dict[str, Any]:  # noqa: N803
        decision = "implicitDeny" if self.denied & set(ActionNames) else "allowed"
        return {"EvaluationResults": [{"EvalDecision": decision}]}

    def batch_get_image(self, imageIds: list[dict[str, str]], **_: Any) -> dict[str, Any]:  # noqa: N803
        return {"images": [image for image in imageIds if image["imageTag"] in self.images]}

    def _allow(self, action: str) -> None:
        if action in self.denied:
            raise refused("AccessDeniedException", action.partition(":")[2])

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803
        if executionArn not in self.executions:
            raise _Exceptions.ExecutionDoesNotExist
        return self.executions[executionArn]

    def start_execution(self, stateMachineArn: str, name: str, **given: str) -> dict[str, Any]:  # noqa: N803
        workflow = next(key for key, arn in MACHINES.items() if arn == stateMachineArn)
        arn = self.add_run(workflow, name, status="RUNNING", input=given["input"])
        return {"executionArn": arn}

    def stop_execution(self, executionArn: str, **_: Any) -> None:  # noqa: N803
        self.stopped.append(executionArn)

    def describe_model_package(self, ModelPackageName: str) -> dict[str, Any]:  # noqa: N803
        return dict(self.packages[int(ModelPackageName.rpartition("/")[2])])

    def update_model_package(self, ModelPackageArn: str, **changes: Any) -> None:  # noqa: N803
        self.packages[int(ModelPackageArn.rpartition("/")[2])].update(changes)

    def describe_endpoint(self, EndpointName: str) -> dict[str, Any]:  # noqa: N803
        if EndpointName not in self.endpoints:
            raise refused("ValidationException", "DescribeEndpoint")
        return self.endpoints[EndpointName]

    def describe_endpoint_config(self, EndpointConfigName: str) -> dict[str, Any]:  # noqa: N803
        self._allow("sagemaker:DescribeEndpointConfig")
        if EndpointConfigName not in self.endpoint_configs:
            raise refused("ValidationException", "DescribeEndpointConfig")
        return self.endpoint_configs[EndpointConfigName]

    def add_stack(self, name: str, parameters: dict[str, str]) -> None:
        """A stack that is complete."""
        shown = [{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()]
        stack = {"StackName": name, "StackStatus": "UPDATE_COMPLETE", "Parameters": shown}
        self.stacks.append(stack)

    def add_endpoint(self, instance_type: str, count: int) -> None:
        """An endpoint in service."""
        self.endpoints[GROUP] = {
            "EndpointStatus": "InService",
            "EndpointConfigName": "EndpointConfig-1",
            "ProductionVariants": [{"CurrentInstanceCount": count}],
        }
        self.endpoint_configs["EndpointConfig-1"] = {
            "ProductionVariants": [{"InstanceType": instance_type, "InitialInstanceCount": 1}]
        }

    def describe_training_job(self, TrainingJobName: str) -> dict[str, Any]:  # noqa: N803
        if TrainingJobName not in self.jobs:
            raise refused("ValidationException", "DescribeTrainingJob")
        return self.jobs[TrainingJobName]

    def describe_transform_job(self, **_: Any) -> dict[str, Any]:
        raise refused("ValidationException", "DescribeTransformJob")

    def describe_processing_job(self, ProcessingJobName: str) -> dict[str, Any]:  # noqa: N803
        if ProcessingJobName not in self.jobs:
            raise refused("ValidationException", "DescribeProcessingJob")
        return self.jobs[ProcessingJobName]

    def add_run(
        self,
        workflow: str,
        name: str,
        *,
        status: str = "SUCCEEDED",
        minutes: int = 0,
        **more: Any,
    ) -> str:
        """An execution that started `minutes` after the first; returns its ARN."""
        arn = f"{MACHINES[workflow].replace(':stateMachine:', ':execution:')}:{name}"
        started = STARTED + timedelta(minutes=minutes)
        self.executions[arn] = {
            "executionArn": arn,
            "name": name,
            "status": status,
            "startDate": started,
            "input": json.dumps({"predictor": "income"}),
            **({} if status == "RUNNING" else {"stopDate": started + timedelta(seconds=90)}),
            **more,
        }
        return arn

    def add_package(self, number: int, status: str = "Approved") -> None:
        """A model version."""
        self.packages[number] = {
            "ModelPackageArn": f"{PACKAGE}/{number}",
            "ModelPackageVersion": number,
            "ModelApprovalStatus": status,
            "CreationTime": STARTED,
            "CustomerMetadataProperties": {"eval_metric": "roc_auc", "eval_metric_value": "0.93"},
        }


class _ExecutionPages:
    def __init__(self, executions: dict[str, dict[str, Any]]) -> None:
        self._executions = executions

    def paginate(self, stateMachineArn: str, **_: Any) -> list[dict[str, Any]]:  # noqa: N803
        prefix = stateMachineArn.replace(":stateMachine:", ":execution:")
        found = [entry for arn, entry in self._executions.items() if arn.startswith(f"{prefix}:")]
        found.sort(key=lambda entry: entry["startDate"], reverse=True)
        return [{"executions": found}]


@dataclass
class Terminal:
    """Runs commands on a fake AWS and reads what they print."""

    aws: FakeAws
    capture: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        invocation = Invocation()
        vars(invocation)["session"] = self.aws
        vars(invocation)["connection"] = Connection("sandbox", self.aws)
        code = run(arguments, invocation)
        printed = self.capture.readouterr()
        return code, printed.out, printed.err

    def json(self, *arguments: str) -> Any:
        """What a command prints with `--json`."""
        code, out, err = self.run(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)
