"""What an earlier release deployed is upgraded while its endpoint answers; nothing is lost.

`earlier_releases/33cf419.tar.xz` is the cloud assembly that commit 33cf419 made of its
`config/sandbox.yaml`, without what a deployment does not read:

    git archive 33cf419 | tar -x -C OLD
    cd OLD && PYTHONPATH=.:constructs:lambda:containers cdk synth --app "python app.py"
"""

from __future__ import annotations

import json
import os
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from autogluon_cli.deployment.cdk import assembly_options
from autogluon_client.environment.connection import Connection
from autogluon_contracts import names
from autogluon_demo.cdk import ROOT, cdk_on
from embedded_aws.processes import ProcessSupervisor
from embedded_aws.runtime import ACCOUNT_ID, DEFAULT_REGION
from tests.e2e.caller import Caller
from tests.e2e.cli_support import Shell
from tests.e2e.support import package_of
from tests.e2e.what_is_left import what_is_left
from tests.integration.standalone import StandaloneAws
from tests.waiting import until

COMMIT = "33cf419"
ENVIRONMENT, PREDICTOR = "sandbox", "income"
ENDPOINT = names.endpoint(ENVIRONMENT, PREDICTOR)
TRAIN_ROWS, ROWS = 3000, 20


@dataclass(frozen=True)
class Earlier:
    """An environment that an earlier release deployed, whose endpoint is in service."""

    aws: StandaloneAws
    terminal: Shell
    live_model: str

    def live(self) -> str:
        name = names.live_model_parameter(ENVIRONMENT, PREDICTOR)
        value: str = self.aws.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
        return value

    def served(self) -> str:
        """Return the model package that the endpoint runs."""
        sagemaker = self.aws.client("sagemaker")
        endpoint = sagemaker.describe_endpoint(EndpointName=ENDPOINT)
        assert endpoint["EndpointStatus"] == "InService"
        return package_of(sagemaker, endpoint)

    def connection(self) -> Connection:
        known = self.aws.environment
        return Connection(
            ENVIRONMENT,
            boto3.session.Session(
                known["AWS_ACCESS_KEY_ID"],
                known["AWS_SECRET_ACCESS_KEY"],
                region_name=known["AWS_DEFAULT_REGION"],
            ),
        )


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Earlier]:
    person, assembly = tmp_path_factory.mktemp("person"), tmp_path_factory.mktemp("assembly")
    packed = Path(__file__).with_name("earlier_releases") / f"{COMMIT}.tar.xz"
    with tarfile.open(packed) as archive:
        archive.extractall(assembly, filter="data")
    (person / "config").mkdir()
    settings = (ROOT / "config" / f"{ENVIRONMENT}.yaml").read_text()
    (person / "config" / f"{ENVIRONMENT}.yaml").write_text(settings)
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        processes = ProcessSupervisor()
        try:
            cdk = cdk_on(aws.environment, processes, assembly_options(assembly))
            cdk.bootstrap(ACCOUNT_ID, DEFAULT_REGION)
            cdk.deploy()
        finally:
            processes.close()
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        path = {"PYTHONPATH": os.pathsep.join(sys.path), "HOME": str(person)}
        yield Earlier(
            aws, Shell(person, inherited | aws.environment | path), _put_into_service(aws)
        )


def _put_into_service(aws: StandaloneAws) -> str:
    """Train and promote with the functions and machines of the earlier release.

    Its Train machine is not used: it asks Step Functions for fields that are not supported there.
    """
    ssm, sagemaker = aws.client("ssm"), aws.client("sagemaker")
    parameter = ssm.get_parameter(Name=names.deployment_parameter(ENVIRONMENT))["Parameter"]
    deployment = json.loads(parameter["Value"])
    lines = (ROOT / "examples" / "income" / "train.csv").read_text().splitlines(keepends=True)
    bucket = deployment["data_bucket"]
    body = "".join(lines[: TRAIN_ROWS + 1]).encode()
    aws.client("s3").put_object(Bucket=bucket, Key="income/train.csv", Body=body)
    machine = deployment["state_machines"]["train"]
    execution = {
        "Id": f"{machine.replace('stateMachine', 'execution')}:first",
        "Name": "first",
        "StartTime": "2026-11-26T20:00:00Z",
    }
    asked = {"predictor": PREDICTOR, "train_data": f"s3://{bucket}/income/train.csv"}
    planned = _invoke(aws, "TrainPlanTraining", {"execution": execution, "input": asked})
    sagemaker.create_training_job(**planned["request"])
    job = planned["request"]["TrainingJobName"]

    def ended() -> Any:
        found = sagemaker.describe_training_job(TrainingJobName=job)
        return None if found["TrainingJobStatus"] == "InProgress" else found

    done = json.loads(json.dumps(until(ended, 300, "the job has ended"), default=str))
    assert done["TrainingJobStatus"] == "Completed", done["FailureReason"]
    summary = _invoke(aws, "TrainSummarizeTraining", {"run": planned["run"], "training_job": done})
    # So few rows do not pass the gate; a person approves.
    registration = {**summary["registration"], "ModelApprovalStatus": "Approved"}
    model: str = sagemaker.create_model_package(**registration)["ModelPackageArn"]
    machines = aws.client("stepfunctions")
    promotion = machines.start_execution(
        stateMachineArn=deployment["state_machines"]["promote"],
        input=json.dumps({"predictor": PREDICTOR, "model": model}),
    )["executionArn"]

    def promoted() -> Any:
        found = machines.describe_execution(executionArn=promotion)
        return None if found["status"] == "RUNNING" else found

    assert until(promoted, 300, "the promotion has ended")["status"] == "SUCCEEDED"
    return model


def _invoke(aws: StandaloneAws, function: str, event: dict[str, Any]) -> Any:
    found = aws.client("cloudformation").describe_stack_resources(
        StackName=names.workflows_stack(ENVIRONMENT)
    )["StackResources"]
    [name] = [
        each["PhysicalResourceId"]
        for each in found
        if each["ResourceType"] == "AWS::Lambda::Function"
        and each["LogicalResourceId"].startswith(function)
    ]
    answer = aws.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
    document = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, document
    return document


@pytest.mark.long
def test_an_upgrade_under_load_loses_no_request_and_keeps_the_live_model(
    earlier: Earlier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", earlier.aws.environment["AWS_ENDPOINT_URL"])
    rows = (ROOT / "examples" / "income" / "test.csv").read_text().splitlines(keepends=True)
    body = "".join(line.rpartition(",")[0] + "\n" for line in rows[: ROWS + 1])
    runtime = earlier.aws.client("sagemaker-runtime")
    before = earlier.connection()
    assert "tune" not in before.deployment.state_machines
    assert before.spec(PREDICTOR)["endpoint"]["autoscaled"] is False  # a key that it does not have
    [shown] = [
        row
        for row in earlier.terminal.json("endpoints")["endpoints"]
        if row["predictor"] == PREDICTOR
    ]
    assert shown["status"] == "InService"

    with Caller(runtime, ENDPOINT, body) as caller:
        upgraded = earlier.terminal.run("deploy")
    print(f"{len(caller.answers)} requests during the upgrade, {len(caller.errors)} failed")
    assert upgraded.code == 0, upgraded.stderr

    assert caller.errors == []
    assert len(caller.answers) > 10
    assert len(set(caller.answers)) == 1
    assert (earlier.live(), earlier.served()) == (earlier.live_model, earlier.live_model)
    after = earlier.connection()
    assert "tune" in after.deployment.state_machines
    assert after.spec(PREDICTOR)["endpoint"]["autoscaled"] is True

    # What the earlier release trained is served, and predicts files, by today's code.
    _succeed(earlier, "off", PREDICTOR)
    _succeed(earlier, "on", PREDICTOR)
    with Caller(runtime, ENDPOINT, body) as again:
        (earlier.terminal.folder / "rows.csv").write_text(body)
        _succeed(earlier, "batch", PREDICTOR, "rows.csv", "--wait")
    assert again.errors == []
    assert set(again.answers) == set(caller.answers)

    _succeed(earlier, "destroy", "--yes")
    assert what_is_left(earlier.aws.client, ENVIRONMENT) == []


def _succeed(earlier: Earlier, *words: str) -> None:
    answer = earlier.terminal.run(*words)
    assert answer.code == 0, answer.stderr
