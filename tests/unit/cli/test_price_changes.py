"""`agcdk deploy` says what it changes of what is billed, before it deploys."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autogluon_cli.changes.section import Section
from autogluon_cli.changes.standing import standing_section
from autogluon_cli.changes.templates import StackTemplates
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import (
    ENDPOINT_STACK,
    GROUP_ARN,
    LIVE_MODEL_PARAMETER,
    SPEC_PARAMETER,
)
from tests.unit.cli.declared import (
    ENDPOINT,
    WORKFLOWS,
    changed,
    predictors,
    stack,
)
from tests.unit.cli.settings_files import write_settings
from tests.unit.cli.terminal import Terminal


def billed(found: Section | None) -> list[str]:
    assert found is not None
    assert all(change.is_billed for change in found.changes)
    return [change.what for change in found.changes]


def test_what_starts_with_its_stack_is_told_with_its_price() -> None:
    def shared(least: int, most: int) -> dict[str, Any]:
        scaling = {"MinInstanceCount": least, "MaxInstanceCount": most}
        variant = {
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": max(1, least),
            "ManagedInstanceScaling": scaling,
        }
        return {
            "C": {"Type": "AWS::SageMaker::EndpointConfig",
                  "Properties": {"ProductionVariants": [variant]}},
            "E": {"Type": "AWS::SageMaker::Endpoint",
                  "Properties": {"EndpointName": "autogluon-sandbox-small"}},
        }  # fmt: skip

    interface = {"Type": "AWS::EC2::VPCEndpoint", "Properties": {
        "VpcEndpointType": "Interface", "SubnetIds": ["a", "b"]}}  # fmt: skip
    gateway = {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcEndpointType": "Gateway"}}
    notebook = {"Type": "AWS::SageMaker::NotebookInstance", "Properties": {
        "InstanceType": "ml.t3.medium"}}  # fmt: skip
    new = {**shared(1, 1), "Logs": interface, "Sts": interface, "S3": gateway, "N": notebook}
    assert billed(standing_section([stack({}, new)], {}, lambda *_: True)) == [
        "endpoint autogluon-sandbox-small: none -> 1 x ml.m5.large, about 84 USD a month",
        "notebook: none -> 1 x ml.t3.medium, about 36 USD a month while it runs",
        "interface endpoints: none -> 2 in 2 zones, about 29 USD a month without traffic",
    ]
    assert billed(standing_section([stack(shared(1, 1), shared(2, 3))], {}, lambda *_: True)) == [
        "endpoint autogluon-sandbox-small: 1 x ml.m5.large, about 84 USD a month -> "
        "2 x ml.m5.large, about 168 USD a month, 2 to 3 with the copies on it"
    ]
    assert standing_section([stack(new, new)], {}, lambda *_: True) is None


@pytest.mark.parametrize("is_live", [True, False])
@pytest.mark.parametrize("kind", ["ml.m5.large", {"Fn::If": ["IsChosen", "a", "b"]}])
def test_more_instances_that_scaling_keeps_are_told_while_a_model_is_live(
    is_live: bool, kind: Any
) -> None:
    def scaled(least: int) -> dict[str, Any]:
        variant = {"VariantName": "AllTraffic", "InstanceType": kind}
        target = {
            "ResourceId": {"Fn::Join": ["", ["endpoint/", {"Ref": "E"}, "/variant/AllTraffic"]]},
            "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
            "MinCapacity": least,
        }
        return {
            "C": {"Type": "AWS::SageMaker::EndpointConfig", "Condition": "IsLive",
                  "Properties": {"ProductionVariants": [variant]}},
            "T": {"Type": "AWS::ApplicationAutoScaling::ScalableTarget", "Condition": "Scales",
                  "Properties": target},
        }  # fmt: skip

    stacks = [StackTemplates("IncomeEndpoint", {"Resources": scaled(1)}, {"Resources": scaled(3)})]
    asked: list[tuple[str, str]] = []

    def live(predictor: str, variant: str) -> bool:
        asked.append((predictor, variant))
        return is_live

    found = standing_section(stacks, {"IncomeEndpoint": "income"}, live)
    assert asked == [("income", "main")]
    price = ", about 252 USD a month" if kind == "ml.m5.large" else ""
    told = [f"scaling of income, main: at least 1 -> 3 instances{price}"]
    assert (billed(found) if is_live else found) == (told if is_live else None)


BESIDE = {"weight": 1.0, "instance_type": "ml.m5.large", "initial_instance_count": 1}
CHALLENGER = LIVE_MODEL_PARAMETER.replace("live-model", "variants/challenger/live-model")


@pytest.mark.parametrize(
    ("before", "after", "chosen", "told"),
    [
        ({}, {"initial_instance_count": 2}, {},
         "endpoint: 1 x ml.m5.large, about 84 USD a month -> 2 x ml.m5.large, about 168 USD a "
         "month"),
        ({"autoscaled": True}, {"initial_instance_count": 2}, {}, None),
        ({"autoscaled": True}, {"instance_type": "ml.m5.xlarge"}, {},
         "endpoint: 1 x ml.m5.large, about 84 USD a month -> 1 x ml.m5.xlarge, about 168 USD a "
         "month"),
        ({"max_initial_instance_count": 3}, {"initial_instance_count": 2},
         {"InitialInstanceCount": "3"}, None),
        ({"max_initial_instance_count": 3}, {"initial_instance_count": 2},
         {"InitialInstanceCount": "settings"},
         "endpoint: 1 x ml.m5.large, about 84 USD a month -> 2 x ml.m5.large, about 168 USD a "
         "month"),
        ({"allowed_instance_types": ["ml.c5.large"]}, {"instance_type": "ml.m5.xlarge"},
         {"InstanceType": "ml.c5.large"}, None),
        ({"variants": {"challenger": BESIDE}},
         {"variants": {"challenger": {**BESIDE, "initial_instance_count": 2}}}, {},
         "endpoint.variants.challenger: 1 x ml.m5.large, about 84 USD a month -> 2 x ml.m5.large, "
         "about 168 USD a month"),
        ({"variants": {"shadow": BESIDE}},
         {"variants": {"shadow": {**BESIDE, "initial_instance_count": 2}}}, {}, None),
        ({}, {"variants": {"challenger": BESIDE}}, {}, None),
        ({}, {"captures": True}, {}, None),
    ],
    ids=["count", "count of a scaled one", "type of a scaled one", "a count that was chosen",
         "a choice that was ended", "a type that was chosen", "a variant",
         "a variant without a model", "a new variant", "nothing"],
)  # fmt: skip
def test_a_deployment_tells_first_what_it_costs(
    terminal: Terminal,
    aws: FakeAws,
    declare: Any,
    before: dict[str, Any],
    after: dict[str, Any],
    chosen: dict[str, str],
    told: str | None,
) -> None:
    deployed = changed(endpoint=before)
    aws.ssm.values |= {
        SPEC_PARAMETER: json.dumps(deployed),
        LIVE_MODEL_PARAMETER: f"{GROUP_ARN}/1",
        CHALLENGER: f"{GROUP_ARN}/1",
        CHALLENGER.replace("challenger", "shadow"): "none",
    }
    aws.stacks.templates[WORKFLOWS] = {"Resources": predictors(deployed)}
    aws.stacks.add(ENDPOINT_STACK, chosen)
    bounds = "max_initial_instance_count: 3, allowed_instance_types: [ml.c5.large], variants: {"
    weights = "main: {weight: 1}, challenger: {weight: 1}"
    write_settings("income", tail=f"{ENDPOINT.rstrip()[:-1]}, {bounds}{weights}}}}}\n")
    declare(changed(endpoint={**before, **after}))
    code, _, err = terminal.run("deploy")
    assert code == 0, err
    lines = [line.strip() for line in err.splitlines() if line.startswith("  ")]
    assert [line for line in lines if "USD" in line] == (
        [] if told is None else [f"Predictor income: {told}"]
    )
    assert ("This deployment changes what is billed" in err) is (told is not None)


def test_an_endpoint_that_is_off_costs_nothing_by_a_deployment(
    terminal: Terminal, aws: FakeAws, declare: Any
) -> None:
    declare(changed(endpoint={"initial_instance_count": 2}))
    code, _, err = terminal.run("deploy")
    assert code == 0, err
    assert "billed" not in err


def test_a_deployment_says_where_it_cannot_tell_what_it_costs(
    terminal: Terminal, aws: FakeAws, declare: Any
) -> None:
    aws.permissions.denied.add("cloudformation:GetTemplate")
    declare(changed(endpoint={"initial_instance_count": 2}))
    code, _, err = terminal.run("deploy")
    assert code == 0
    assert "what the deployment costs is not shown" in err
