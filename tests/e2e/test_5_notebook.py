"""A notebook instance: deployed, opened, priced and stopped by the command line, as on its page."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli_support import Shell, standalone_shell
from tests.e2e.page_run import run_page, workspace
from tests.integration.standalone import ROOT, StandaloneAws

# It deploys an environment of its own.
pytestmark = pytest.mark.long

PAGE = "docs/how-to/notebook.md"
SETTINGS = "config/sandbox.yaml"
ADDRESS = "https://{name}.notebook.{region}.sagemaker.aws/lab?authToken="


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A terminal in an environment with the example's notebook."""
    folder = workspace(tmp_path_factory.mktemp("person"))
    settings = (ROOT / "examples" / "notebook" / "notebook.yaml").read_text()
    Path(folder, SETTINGS).write_text(settings)
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        shell = standalone_shell(aws, folder)
        shell.json("deploy", "--bootstrap")
        yield shell


@pytest.fixture(scope="module")
def instance(shell: Shell) -> dict[str, Any]:
    sagemaker = shell.client("sagemaker")
    [found] = sagemaker.list_notebook_instances()["NotebookInstances"]
    described: dict[str, Any] = sagemaker.describe_notebook_instance(
        NotebookInstanceName=found["NotebookInstanceName"]
    )
    return described


def test_it_runs_as_the_settings_say(instance: dict[str, Any]) -> None:
    assert instance["NotebookInstanceStatus"] == "InService"
    assert (instance["InstanceType"], instance["VolumeSizeInGB"]) == ("ml.t3.medium", 10)
    assert (instance["RootAccess"], instance["DirectInternetAccess"]) == ("Disabled", "Enabled")


def test_its_script_fetches_a_client_that_is_in_the_account(
    shell: Shell, instance: dict[str, Any]
) -> None:
    config = shell.client("sagemaker").describe_notebook_instance_lifecycle_config(
        NotebookInstanceLifecycleConfigName=instance["NotebookInstanceLifecycleConfigName"]
    )
    [hook] = config["OnStart"]
    script = base64.b64decode(hook["Content"]).decode()
    [uri] = [word.strip('"') for word in script.split() if word.startswith('"s3://')]
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    assert shell.client("s3").head_object(Bucket=bucket, Key=key)["ContentLength"] > 10_000
    allowed = _allowed(shell, instance, {"s3:GetObject": f"arn:aws:s3:::{bucket}/{key}"})
    assert allowed == {"s3:GetObject"}


def test_its_role_may_start_runs_but_make_no_jobs(shell: Shell, instance: dict[str, Any]) -> None:
    region = shell.environment["AWS_DEFAULT_REGION"]
    account = instance["RoleArn"].split(":")[4]
    machine = f"arn:aws:states:{region}:{account}:stateMachine:autogluon-sandbox-train"
    asked = {
        "states:StartExecution": machine,
        "sagemaker:CreateTrainingJob": f"arn:aws:sagemaker:{region}:{account}:training-job/x",
        "iam:PassRole": instance["RoleArn"],
    }
    assert _allowed(shell, instance, asked) == {"states:StartExecution"}


def test_opening_prints_an_address_that_signs_in(shell: Shell, instance: dict[str, Any]) -> None:
    name, region = instance["NotebookInstanceName"], shell.environment["AWS_DEFAULT_REGION"]
    begins = ADDRESS.format(name=name, region=region)
    urls = [shell.run("notebook", "open").stdout.strip() for _ in range(2)]
    assert all(url.startswith(begins) and len(url) > len(begins) + 20 for url in urls)
    assert urls[0] != urls[1]


def test_the_pages_code_stops_it_and_then_it_costs_nothing(
    shell: Shell, instance: dict[str, Any]
) -> None:
    price = {"instance_type": "ml.t3.medium", "usd": pytest.approx(0.05)}
    [running] = shell.json("cost")["notebooks"]
    assert {key: running[key] for key in price} == price

    printed = run_page(PAGE, shell.folder, shell.environment)["printed"]

    assert "Notebook: 0.050 USD per hour" in printed
    assert shell.json("cost")["notebooks"] == []
    refused = shell.run("notebook", "open")
    assert refused.code == 3
    assert f"{instance['NotebookInstanceName']!r} is not running (Stopped)" in refused.stderr
    assert shell.json("notebook", "start")["status"] == "InService"


def test_the_printed_policy_of_a_person_names_it(shell: Shell, instance: dict[str, Any]) -> None:
    [statement] = [
        each
        for each in shell.json("doctor", "--policy")["Statement"]
        if each["Sid"] == "UseTheNotebook"
    ]
    assert statement["Resource"] == [instance["NotebookInstanceArn"]]


def test_an_environment_without_one_says_so(shell: Shell) -> None:
    settings = Path(shell.folder, SETTINGS)
    whole = settings.read_text()
    head, _, tail = whole.partition("notebook:")
    settings.write_text(head + tail[tail.index("predictors:") :])
    shell.json("deploy")

    refused = shell.run("notebook", "start")

    assert refused.code == 3
    assert "has no notebook instance" in refused.stderr
    assert shell.client("sagemaker").list_notebook_instances()["NotebookInstances"] == []


def _allowed(shell: Shell, instance: dict[str, Any], asked: dict[str, str]) -> set[str]:
    """Which actions the instance's role may do on these resources."""
    simulate = shell.client("iam").simulate_principal_policy
    return {
        action
        for action, resource in asked.items()
        for result in simulate(
            PolicySourceArn=instance["RoleArn"], ActionNames=[action], ResourceArns=[resource]
        )["EvaluationResults"]
        if result["EvalDecision"] == "allowed"
    }
