"""An endpoint that was made elsewhere comes under an environment, and answers all the time."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli_support import Shell, standalone_shell
from tests.e2e.page_run import run_page
from tests.integration.standalone import ROOT, StandaloneAws
from tests.stack_events import stack_events

# It deploys an environment of its own.
pytestmark = pytest.mark.long

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/prices:7"
ENDPOINT, BUCKET = "prices-api", "prices-of-others"
STACK = "autogluon-dev-prices-endpoint"
PAGE = "docs/how-to/adoption.md"
EXAMPLE = ROOT / "examples/adoption/adoption.yaml"
# The first promotion's update has no instances; SageMaker returns to the configuration of before.
FAULTS = """\
version: 1
faults: [{at: "sagemaker:UpdateEndpoint", fault: capacity, times: 1}]
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
MAY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["s3:*", "logs:*"], "Resource": "*"}],
}


def data(price: int) -> str:
    return "Size,Price\n" + "".join(f"{size},{price}\n" for size in range(10))


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """An environment whose predictor names an endpoint, which other people have made."""
    folder = tmp_path_factory.mktemp("person")
    (folder / "config").mkdir()
    Path(folder, "config/dev.yaml").write_text(EXAMPLE.read_text())
    Path(folder, "train.csv").write_text(data(5))
    Path(folder, "second.csv").write_text(data(7))
    faults = folder / "faults.yaml"
    faults.write_text(FAULTS)
    image = f"{IMAGE}={ROOT / 'tests' / 'own_image'}"
    options = ("--image", image, "--fault", str(faults))
    with StandaloneAws(tmp_path_factory.mktemp("aws"), options=options) as aws:
        shell = standalone_shell(aws, folder, AUTOGLUON_ENVIRONMENT="dev")
        shell.json("deploy", "--bootstrap")
        run = shell.json("train", "prices", "train.csv", "--wait", "--no-promote", "--name", "one")
        make_endpoint(shell, run["output"]["artifact_uri"])
        yield shell


def make_endpoint(shell: Shell, artifact: str) -> None:
    """Make an endpoint as a person with an SDK does: own bucket, role, model and configuration."""
    s3, iam, sagemaker = (shell.client(name) for name in ("s3", "iam", "sagemaker"))
    bucket, _, key = artifact.removeprefix("s3://").partition("/")
    archive = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="model.tar.gz", Body=archive)
    role = iam.create_role(RoleName="theirs", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    iam.put_role_policy(RoleName="theirs", PolicyName="may", PolicyDocument=json.dumps(MAY))
    sagemaker.create_model(
        ModelName="theirs",
        ExecutionRoleArn=role["Arn"],
        PrimaryContainer={"Image": IMAGE, "ModelDataUrl": f"s3://{BUCKET}/model.tar.gz"},
    )
    sagemaker.create_endpoint_config(
        EndpointConfigName="theirs",
        ProductionVariants=[
            {
                "VariantName": "AllTraffic",
                "ModelName": "theirs",
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": 1,
            }
        ],
    )
    sagemaker.create_endpoint(EndpointName=ENDPOINT, EndpointConfigName="theirs")
    sagemaker.get_waiter("endpoint_in_service").wait(
        EndpointName=ENDPOINT, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
    )


class Caller:
    """Asks the endpoint all the time; `answers` are in the order in which they came."""

    def __init__(self, shell: Shell) -> None:
        self._runtime = shell.client("sagemaker-runtime")
        self.answers: list[str] = []
        self.errors: list[Exception] = []
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._send)

    def __enter__(self) -> Caller:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def _send(self) -> None:
        while not self._ends.wait(0.05):
            try:
                answer = self._runtime.invoke_endpoint(
                    EndpointName=ENDPOINT, Body=b"Size\n1\n", ContentType="text/csv"
                )
                self.answers.append(answer["Body"].read().decode().strip())
            except Exception as error:  # noqa: BLE001 - none is expected
                self.errors.append(error)


def described(shell: Shell) -> dict[str, Any]:
    found: dict[str, Any] = shell.client("sagemaker").describe_endpoint(EndpointName=ENDPOINT)
    return found


def template(shell: Shell) -> dict[str, Any]:
    answer = shell.client("cloudformation").get_template(StackName=STACK, TemplateStage="Original")
    found: dict[str, Any] = answer["TemplateBody"]
    return found


def imported(shell: Shell) -> list[str]:
    """Return the statuses that the endpoint has had in its stack, the first one first."""
    events = stack_events(shell.client("cloudformation"), STACK)
    return [
        each["ResourceStatus"]
        for each in reversed(events)
        if each["ResourceType"] == "AWS::SageMaker::Endpoint"
    ]


ADOPT = ("adopt", "prices", "--endpoint", ENDPOINT, "--schema", "train.csv")


def test_a_model_without_the_gates_metric_waits_and_nothing_is_imported(shell: Shell) -> None:
    refused = shell.run(*ADOPT)

    assert refused.code == 2, refused.stderr
    assert "which is not approved (PendingManualApproval" in refused.stderr
    assert "agcdk approve prices 2" in refused.stderr
    assert imported(shell) == []
    assert described(shell)["EndpointConfigName"] == "theirs"


def test_another_name_than_the_settings_is_refused(shell: Shell) -> None:
    refused = shell.run("adopt", "prices", "--endpoint", "income-api")

    assert refused.code == 2
    assert f"is deployed as {ENDPOINT}" in refused.stderr
    assert "Set endpoint.name: income-api in the YAML and deploy." in refused.stderr


def test_a_promotion_that_fails_leaves_it_as_it_was(shell: Shell) -> None:
    before = described(shell)
    assert shell.run("approve", "prices", "2").code == 0
    with Caller(shell) as caller:
        failed = shell.run(*ADOPT)

    assert failed.code == 1, failed.stderr
    assert "Importing prices-api into autogluon-dev-prices-endpoint" in failed.stderr
    assert caller.errors == []
    assert {*caller.answers} == {"5.0"}
    assert imported(shell)[:2] == ["IMPORT_IN_PROGRESS", "IMPORT_COMPLETE"]
    for member in ("EndpointArn", "CreationTime", "EndpointConfigName", "EndpointStatus"):
        assert described(shell)[member] == before[member]


def test_the_page_adopts_it_in_place_while_it_answers(shell: Shell) -> None:
    before = described(shell)
    with Caller(shell) as caller:
        printed = run_page(PAGE, shell.folder, shell.environment)["printed"]

    assert caller.errors == []
    assert {*caller.answers} == {"5.0"}
    assert len(caller.answers) > 20
    assert f"Version 2 of prices is live at {ENDPOINT}" in printed
    after = described(shell)
    for member in ("EndpointArn", "CreationTime"):
        assert after[member] == before[member], "it was not made anew"
    assert after["EndpointConfigName"] != "theirs"
    assert "CREATE_IN_PROGRESS" not in imported(shell)
    found = template(shell)["Resources"].values()
    [endpoint] = [each for each in found if each["Type"] == "AWS::SageMaker::Endpoint"]
    assert endpoint["Condition"], "the stack follows the settings again"
    assert "DeletionPolicy" not in endpoint


def test_later_promotions_and_deployments_update_it_in_place(shell: Shell) -> None:
    before = described(shell)
    with Caller(shell) as caller:
        shell.json("train", "prices", "second.csv", "--wait", "--promote")
        shell.json("deploy")

    assert caller.errors == []
    assert caller.answers[0] == "5.0"
    assert caller.answers[-1] == "7.0"
    assert described(shell)["CreationTime"] == before["CreationTime"]
    [found] = shell.json("endpoints")["endpoints"]
    assert (found["endpoint"], found["status"]) == (ENDPOINT, "InService")


def test_an_endpoint_is_adopted_once(shell: Shell) -> None:
    refused = shell.run(*ADOPT)

    assert refused.code == 2
    assert "has a version in service already" in refused.stderr


def test_it_keeps_its_name_while_it_is_in_service(shell: Shell) -> None:
    file = shell.folder / "config/dev.yaml"
    file.write_text(EXAMPLE.read_text().replace(ENDPOINT, "prices-2"))
    refused = shell.run("deploy")
    file.write_text(EXAMPLE.read_text())

    assert refused.code == 2
    assert f"the endpoint in service is {ENDPOINT}, and callers know its name" in refused.stderr


def test_off_deletes_it_as_any_other(shell: Shell) -> None:
    assert shell.run("off", "prices").code == 0
    assert shell.client("sagemaker").list_endpoints()["Endpoints"] == []
