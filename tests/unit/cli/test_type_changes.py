"""Another type for endpoints that scale: two updates, whatever happens between them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autogluon_cli.deployment import cdk
from tests.fakes.account import FakeAws
from tests.fakes.permissions import FakePermissions
from tests.fakes.sandbox import (
    ENDPOINT_STACK,
)
from tests.fakes.stacks import FakeStacks
from tests.unit.cli.settings_files import write_settings
from tests.unit.cli.terminal import Terminal

NUMBERS = "min_capacity: 1, max_capacity: 3, target_invocations_per_instance: 600"
SCALED = f"    endpoint: {{instance_type: %s, autoscaling: {{{NUMBERS}}}%s}}\n"


def add_scaled(aws: FakeAws, scaling: str | None = "on", chosen: str = "settings") -> None:
    """An endpoint of ml.m5.large in service, with the parameters of its stack."""
    aws.sagemaker.add_endpoint("ml.m5.large")
    own = {} if scaling is None else {"Scaling": scaling}
    aws.stacks.add(ENDPOINT_STACK, {"InstanceType": chosen, **own})


def switches(aws: FakeAws) -> list[str]:
    return [parameters["Scaling"] for _, parameters in aws.stacks.updates]


@pytest.mark.parametrize("more", ["", ", allowed_instance_types: [ml.m5.large]"])
def test_an_endpoint_that_scales_changes_its_type_in_two_updates(
    terminal: Terminal, aws: FakeAws, commands: Path, more: str
) -> None:
    add_scaled(aws)
    write_settings("income", tail=SCALED % ("ml.m5.xlarge", more))
    assert terminal.run("deploy")[0] == 0
    assert switches(aws) == ["off"]
    assert f"--parameters {ENDPOINT_STACK}:Scaling=on" in commands.read_text()


VARIANTS = ", variants: {main: {weight: 1}, challenger: {weight: 1, instance_type: %s}}"
SHADOW = ", shadow: {instance_type: %s}"


@pytest.mark.parametrize(
    ("beside", "updates"),
    [(VARIANTS % "ml.m5.xlarge", ["off"]), (VARIANTS % "ml.m5.large", [])],
    ids=["another type", "the same"],
)
def test_a_variant_beside_changes_its_type_in_two_updates_too(
    terminal: Terminal, aws: FakeAws, commands: Path, beside: str, updates: list[str]
) -> None:
    add_scaled(aws)
    aws.sagemaker.add_variant("challenger", 1, "ml.m5.large")
    write_settings("income", tail=SCALED % ("ml.m5.large", beside))
    assert terminal.run("deploy")[0] == 0
    assert switches(aws) == updates
    assert (f"{ENDPOINT_STACK}:Scaling=on" in commands.read_text()) is bool(updates)


def test_a_variant_follows_the_settings_where_a_promotion_chose_the_main_type(
    terminal: Terminal, aws: FakeAws, commands: Path
) -> None:
    add_scaled(aws, chosen="ml.m5.large")
    aws.sagemaker.add_variant("challenger", 1, "ml.m5.large")
    more = ", allowed_instance_types: [ml.m5.large], variants: {main: {weight: 1}, challenger: {"
    write_settings("income", tail=SCALED % ("ml.m5.xlarge", f"{more}weight: 1}}}}"))
    assert terminal.run("deploy")[0] == 0
    assert switches(aws) == ["off"]


def test_a_shadow_changes_its_type_in_one_update_since_it_does_not_scale(
    terminal: Terminal, aws: FakeAws, commands: Path
) -> None:
    add_scaled(aws)
    aws.sagemaker.add_shadow("ml.m5.large")
    write_settings("income", tail=SCALED % ("ml.m5.large", SHADOW % "ml.m5.xlarge"))
    assert terminal.run("deploy")[0] == 0
    assert switches(aws) == []


def test_a_type_that_stays_is_deployed_in_one_update(
    terminal: Terminal, aws: FakeAws, commands: Path
) -> None:
    add_scaled(aws, chosen="ml.m5.large")
    more = ", allowed_instance_types: [ml.m5.large]"
    write_settings("income", tail=SCALED % ("ml.m5.xlarge", more))
    assert terminal.run("deploy")[0] == 0
    assert switches(aws) == []
    assert "--parameters" not in commands.read_text()


def test_scaling_that_goes_with_the_type_is_switched_off_first(
    terminal: Terminal, aws: FakeAws, commands: Path
) -> None:
    add_scaled(aws)
    write_settings("income", tail="    endpoint: {instance_type: ml.m5.xlarge}\n")
    assert terminal.run("deploy")[0] == 0
    assert switches(aws) == ["off"]
    assert "--parameters" not in commands.read_text()


def test_a_deployment_that_fails_switches_scaling_on_again(
    terminal: Terminal, aws: FakeAws, commands: Path, folder: Path
) -> None:
    add_scaled(aws)
    (folder / "code").write_text("1")
    write_settings("income", tail=SCALED % ("ml.m5.xlarge", ""))
    code, _, err = terminal.run("deploy")
    assert (code, switches(aws)) == (1, ["off", "on"])
    assert "AWS::S3::Bucket" in err


def test_each_endpoint_scales_again_where_one_cannot_be_paused(
    terminal: Terminal, aws: FakeAws, commands: Path
) -> None:
    add_scaled(aws)
    write_settings("income", tail=SCALED % ("ml.m5.xlarge", ""))
    aws.stacks.ends_in[ENDPOINT_STACK] = "UPDATE_ROLLBACK_COMPLETE"
    code, _, err = terminal.run("deploy")
    assert (code, switches(aws)) == (1, ["off", "on"])
    assert f"Switching automatic scaling off in {ENDPOINT_STACK} ended in UPDATE_ROLLBACK" in err
    assert not commands.exists()


def test_a_failure_is_told_also_where_scaling_is_gone(
    terminal: Terminal, aws: FakeAws, commands: Path, folder: Path
) -> None:
    add_scaled(aws)
    (folder / "code").write_text("1")
    write_settings("income", tail=SCALED % ("ml.m5.xlarge", ""))
    aws.stacks.after_update[ENDPOINT_STACK] = {"InstanceType": "settings"}  # a newer template
    code, _, err = terminal.run("deploy")
    assert (code, switches(aws)) == (1, ["off"])
    assert "AWS::S3::Bucket" in err


def test_scaling_that_was_left_off_is_told_and_switched_on_by_the_next_deployment(
    terminal: Terminal, aws: FakeAws, commands: Path
) -> None:
    add_scaled(aws, scaling="off")
    write_settings("income", tail=SCALED % ("ml.m5.xlarge", ""))
    checks = json.loads(terminal.run("doctor", "--json")[1])["checks"]
    [told] = [c for c in checks if c["detail"].startswith("does not scale")]
    assert (told["subject"], told["fix"]) == ("endpoint income", "agcdk deploy -e sandbox")
    code, _, err = terminal.run("deploy")
    assert (code, switches(aws)) == (0, [])
    assert f"{ENDPOINT_STACK}: automatic scaling was left off" in err
    assert f"--parameters {ENDPOINT_STACK}:Scaling=on" in commands.read_text()


def test_scaling_that_was_left_off_is_switched_on_as_the_cdks_role_sees_it(
    terminal: Terminal, aws: FakeAws, commands: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_scaled(aws, scaling="off")
    write_settings("income", tail=SCALED % ("ml.m5.large", ""))
    seen_by_the_role = FakeStacks(FakePermissions(), stacks=aws.stacks.stacks)
    aws.permissions.denied.add("cloudformation:DescribeStacks")
    own = aws.client

    def client(service: str, **keys: str) -> Any:
        return seen_by_the_role if keys and service == "cloudformation" else own(service)

    monkeypatch.setattr(aws, "client", client)
    assert terminal.run("deploy")[0] == 0
    assert f"--parameters {ENDPOINT_STACK}:Scaling=on" in commands.read_text()


@pytest.mark.parametrize(
    ("denied", "updates", "told"),
    [
        (set(), ["off", "on"], "CloudFormation switches automatic scaling on again"),
        ({"cloudformation:UpdateStack"}, ["off"], "automatic scaling may be off"),
    ],
)
def test_a_deployment_that_is_interrupted_begins_to_switch_scaling_on(
    terminal: Terminal,
    aws: FakeAws,
    commands: Path,
    monkeypatch: pytest.MonkeyPatch,
    denied: set[str],
    updates: list[str],
    told: str,
) -> None:
    def interrupt(*_: object) -> None:
        aws.permissions.denied |= denied  # as CloudFormation refuses during an update
        raise KeyboardInterrupt

    add_scaled(aws)
    write_settings("income", tail=SCALED % ("ml.m5.xlarge", ""))
    monkeypatch.setattr(cdk.Cdk, "deploy", interrupt)
    code, _, err = terminal.run("deploy")
    assert (code, switches(aws)) == (130, updates)
    assert f"{ENDPOINT_STACK}: {told}" in err


def test_a_killed_deployment_leaves_what_the_next_one_finds(
    terminal: Terminal, aws: FakeAws, commands: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        """The process is gone: no handler runs."""

    def kill(*_: object) -> None:
        raise KilledError

    add_scaled(aws)
    write_settings("income", tail=SCALED % ("ml.m5.xlarge", ""))
    with monkeypatch.context() as patched:
        patched.setattr(cdk.Cdk, "deploy", kill)
        with pytest.raises(KilledError):
            terminal.run("deploy")
    assert switches(aws) == ["off"]
    _, out, _ = terminal.run("doctor", "--json")
    assert "does not scale" in out
    assert terminal.run("deploy")[0] == 0
    assert switches(aws) == ["off"]
    assert f"--parameters {ENDPOINT_STACK}:Scaling=on" in commands.read_text()


def test_a_stack_that_cannot_switch_scaling_off_keeps_its_type(
    terminal: Terminal, aws: FakeAws, commands: Path
) -> None:
    add_scaled(aws, scaling=None)
    aws.stacks.resource_types[ENDPOINT_STACK] = ["AWS::ApplicationAutoScaling::ScalableTarget"]
    write_settings("income", tail=SCALED % ("ml.m5.xlarge", ""))
    code, _, err = terminal.run("deploy")
    assert code == 2
    assert "runs on ml.m5.large and scales automatically" in err
    assert "Deploy with ml.m5.large first" in err
    assert not commands.exists()
