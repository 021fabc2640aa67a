"""`agcdk deploy` changes the instance type of an endpoint that scales, and it scales again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from autogluon_contracts.names import VARIANT
from tests.e2e.cli_support import Shell, standalone_shell
from tests.integration.standalone import ROOT, StandaloneAws
from tests.waiting import until

ENDPOINT = "autogluon-dev-housing"
SETTINGS = """
removal: destroy
predictors:
  housing:
    init_args: {{label: Price, problem_type: regression}}
    fit_args: {{hyperparameters: {{GBM: {{num_boost_round: 20}}}}}}
    framework_version: "1.6.3"
    quality_gate: {{metric: r2, minimum: 0.3}}
    training: {{instance_type: ml.m5.large}}
    endpoint:
      instance_type: {type}
      allowed_instance_types: [ml.m5.large, ml.m5.xlarge, ml.c5.xlarge]
      autoscaling: {{min_capacity: 1, max_capacity: 2, target_invocations_per_instance: 600}}
      variants: {{main: {{weight: 1}}, challenger: {{weight: 1, instance_type: {beside}}}}}
"""


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A deployed environment whose one endpoint is in service, and scales."""
    folder = tmp_path_factory.mktemp("person")
    (folder / "config").mkdir()
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        shell = standalone_shell(aws, folder, AUTOGLUON_ENVIRONMENT="dev")
        declare(shell, "ml.m5.large")
        shell.json("deploy", "--bootstrap")
        shell.json(
            "train", "housing", str(ROOT / "examples/housing/train.csv"), "--wait", "--promote"
        )
        yield shell


def declare(shell: Shell, instance_type: str, beside: str = "ml.m5.large") -> None:
    settings = SETTINGS.format(type=instance_type, beside=beside)
    Path(shell.folder, "config/dev.yaml").write_text(settings)


def running(shell: Shell) -> tuple[list[str], int]:
    """The variants' instance types, the main one's first, and how many targets there are."""
    sagemaker, scaling = shell.client("sagemaker"), shell.client("application-autoscaling")
    found = sagemaker.describe_endpoint(EndpointName=ENDPOINT)
    config = sagemaker.describe_endpoint_config(EndpointConfigName=found["EndpointConfigName"])
    targets = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    return [each["InstanceType"] for each in config["ProductionVariants"]], len(targets)


def instances(shell: Shell) -> tuple[int, int]:
    """How many instances run, and how many are wanted."""
    (variant,) = shell.client("sagemaker").describe_endpoint(EndpointName=ENDPOINT)[
        "ProductionVariants"
    ]
    return variant["CurrentInstanceCount"], variant["DesiredInstanceCount"]


def scale_out(shell: Shell) -> None:
    """Have two instances, as scaling has when it follows a load: by the call that it makes."""
    wanted = {"VariantName": VARIANT, "DesiredInstanceCount": 2}
    shell.client("sagemaker").update_endpoint_weights_and_capacities(
        EndpointName=ENDPOINT, DesiredWeightsAndCapacities=[wanted]
    )
    until(lambda: instances(shell) == (2, 2), 120, "the endpoint has two instances")


@pytest.mark.long
def test_a_deployment_changes_the_type_and_scaling_goes_on(shell: Shell) -> None:
    assert running(shell) == (["ml.m5.large"], 1)
    scale_out(shell)
    declare(shell, "ml.m5.xlarge")
    shell.json("deploy")
    assert running(shell) == (["ml.m5.xlarge"], 1)
    assert instances(shell) == (2, 2), "the new type has as many instances as scaling had reached"
    stack = shell.client("cloudformation").describe_stacks(StackName=f"{ENDPOINT}-endpoint")
    values = {p["ParameterKey"]: p["ParameterValue"] for p in stack["Stacks"][0]["Parameters"]}
    assert values["Scaling"] == "on"
    rows = shell.folder / "rows.csv"
    rows.write_text("".join((ROOT / "examples/housing/test.csv").open().readlines()[:6]))
    assert len(shell.json("predict", "housing", str(rows))["predictions"]) == 5


@pytest.mark.long
def test_a_variant_beside_changes_its_type_and_both_go_on_scaling(shell: Shell) -> None:
    declare(shell, "ml.m5.xlarge")
    shell.json("deploy")
    shell.json("on", "housing", "--model", "1", "--variant", "challenger")
    assert running(shell) == (["ml.m5.xlarge", "ml.m5.large"], 2)
    declare(shell, "ml.m5.xlarge", beside="ml.m5.2xlarge")
    told = shell.run("deploy")
    assert told.code == 0, told.stderr
    assert running(shell) == (["ml.m5.xlarge", "ml.m5.2xlarge"], 2)
    assert "endpoint.variants.challenger: 1 x ml.m5.large, about 84 USD a month -> " in told.stderr


@pytest.mark.long
def test_a_promotion_that_is_stopped_while_scaling_is_off_is_followed_by_one_that_scales(
    shell: Shell,
) -> None:
    declare(shell, "ml.m5.xlarge")
    shell.json("deploy")
    assert running(shell)[1] >= 1
    states = shell.client("stepfunctions")
    [machine] = [
        each["stateMachineArn"]
        for each in states.list_state_machines()["stateMachines"]
        if each["name"].endswith("-promote")
    ]
    asked = {"predictor": "housing", "model": "1", "instance_type": "ml.c5.xlarge"}
    arn = states.start_execution(stateMachineArn=machine, input=json.dumps(asked))["executionArn"]

    def entered(state: str) -> bool:
        events = states.get_execution_history(executionArn=arn)["events"]
        return any(each.get("stateEnteredEventDetails", {}).get("name") == state for each in events)

    until(lambda: entered("WaitForPause"), 120, "scaling is being switched off")
    states.stop_execution(executionArn=arn)

    def followed() -> bool:
        names = {
            each["name"]: each["status"]
            for each in states.list_executions(stateMachineArn=machine)["executions"]
        }
        return any(
            name.startswith("scaling-housing-") and status == "SUCCEEDED"
            for name, status in names.items()
        )

    until(followed, 300, "a promotion has switched scaling on")
    types, targets = running(shell)
    assert types[0] == "ml.m5.xlarge"
    assert targets == len(types)
