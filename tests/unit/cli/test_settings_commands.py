"""`validate`, `deploy`, `diff`, `destroy`: judged before the CDK is started, then what it said."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.session import get_session

from autogluon_cli.commands.diff import as_markdown, parse_diff
from autogluon_cli.deployment import cdk
from tests.fakes.account import BOOTSTRAP_PARAMETER, FakeAws
from tests.fakes.permissions import FakePermissions
from tests.fakes.sandbox import (
    DEPLOYMENT_PARAMETER,
    ENDPOINT_STACK,
    GROUP_ARN,
    KEY_ARN,
    LIVE_MODEL_PARAMETER,
    SPEC_PARAMETER,
    spec,
)
from tests.fakes.stacks import FakeStacks
from tests.unit.cli.settings_files import write_settings
from tests.unit.cli.terminal import Terminal

EVENT = "autogluon-sandbox-foundation | 3/31 | 10:04:11 AM | {} | AWS::S3::Bucket | Store/Data why"


@pytest.fixture
def commands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Replace the CDK: records its arguments, prints an event, exits with `code`.

    Synthesizing is not recorded: it writes an assembly without stacks.
    """
    script = folder / "cdk.py"
    script.write_text(
        "import pathlib, sys\n"
        "if sys.argv[1] == 'synth':\n"
        "    assembly = pathlib.Path(sys.argv[sys.argv.index('--output') + 1])\n"
        "    assembly.mkdir(exist_ok=True)\n"
        "    (assembly / 'manifest.json').write_text('{\"artifacts\": {}}')\n"
        "    pathlib.Path('synthesized').write_text(' '.join(sys.argv[1:]))\n"
        "    sys.exit(0)\n"
        "with open('calls', 'a') as f: print(*sys.argv[1:], file=f)\n"
        f"print({EVENT.format('CREATE_COMPLETE')!r})\n"
        "code = pathlib.Path('code')\n"
        f"if code.exists(): print({EVENT.format('CREATE_FAILED')!r})\n"
        "sys.exit(int(code.read_text()) if code.exists() else 0)\n"
    )
    monkeypatch.setattr(cdk, "PROJECT", folder)
    monkeypatch.setattr(cdk, "command_line", lambda: [sys.executable, str(script)])
    return folder / "calls"


def test_all_mistakes_of_a_file_are_told_at_once(terminal: Terminal) -> None:
    write_settings("a", "B!", head="removal: never\n")
    code, _, err = terminal.run("validate")
    assert code == 2
    assert "removal" in err
    assert "B!" in err
    assert terminal.run("validate", "--json")[0] == 2


def test_a_valid_file_names_its_predictors(terminal: Terminal) -> None:
    write_settings("income")
    assert terminal.json("validate")["predictors"] == ["income"]


def test_deploying_runs_the_cdk_on_this_folders_settings(
    terminal: Terminal, folder: Path, commands: Path
) -> None:
    write_settings("income")
    code, out, err = terminal.run("deploy", "--bootstrap")
    assert code == 0
    assert "autogluon-sandbox-foundation: 3 of 31 resources" in err
    bootstrap, deploy = commands.read_text().splitlines()
    assert bootstrap.startswith("bootstrap aws://123456789012/us-east-1")
    assert deploy.startswith("deploy --all")
    assert f"--app {folder / 'cdk.out'}" in deploy
    synthesized = Path("synthesized").read_text()
    assert f"config={folder / 'config'}" in synthesized
    assert "environment=sandbox" in synthesized
    assert "agcdk train income FILE" in out


def test_a_bootstrap_qualifier_has_a_bootstrap_stack_of_its_own(
    terminal: Terminal, aws: FakeAws, commands: Path
) -> None:
    write_settings("income", head="bootstrap_qualifier: ours\n")
    code, _, err = terminal.run("deploy")
    assert code == 3
    assert "no CDK bootstrap stack with the qualifier ours" in err
    assert terminal.run("deploy", "--bootstrap")[0] == 0
    bootstrap = commands.read_text().splitlines()[0]
    assert "--qualifier ours --toolkit-stack-name CDKToolkit-ours" in bootstrap
    aws.ssm.values["/cdk-bootstrap/ours/version"] = "30"
    assert terminal.run("deploy")[0] == 0


def test_a_resource_that_failed_is_the_sentence(
    terminal: Terminal, folder: Path, commands: Path
) -> None:
    write_settings("income")
    (folder / "code").write_text("1")
    code, _, err = terminal.run("deploy")
    assert code == 1
    assert "Error: cdk deploy: autogluon-sandbox-foundation: AWS::S3::Bucket Store/Data why." in err


@pytest.mark.parametrize(
    ("allowed", "chosen", "words"),
    [
        (
            "allowed_instance_types: [ml.m5.4xlarge]",
            {"InstanceType": "ml.m5.xlarge"},
            "--instance-type ml.m5.large",
        ),
        ("max_initial_instance_count: 2", {"InitialInstanceCount": "3"}, "--instance-count 1"),
    ],
)
def test_a_choice_that_is_allowed_no_more_stops_before_anything_is_deployed(
    terminal: Terminal,
    aws: FakeAws,
    commands: Path,
    allowed: str,
    chosen: dict[str, str],
    words: str,
) -> None:
    aws.stacks.add(ENDPOINT_STACK, chosen)
    aws.ssm.values[LIVE_MODEL_PARAMETER] = f"{GROUP_ARN}/7"
    write_settings("income", tail=f"    endpoint: {{instance_type: ml.m5.large, {allowed}}}\n")
    code, _, err = terminal.run("deploy")
    assert code == 2
    assert "Nothing was deployed" in err
    assert err.rstrip().endswith(f"Next:  agcdk on income --model 7 {words}")
    assert not commands.exists()


@pytest.mark.parametrize(
    ("allowed", "chosen"),
    [
        ("allowed_instance_types: [ml.m5.xlarge]", {"InstanceType": "ml.m5.xlarge"}),
        ("allowed_instance_types: [ml.m5.4xlarge]", {"InstanceType": "settings"}),
        ("max_initial_instance_count: 3", {"InitialInstanceCount": "3"}),
        # Without the key there is no parameter any more, and the endpoint follows the YAML.
        (
            "initial_instance_count: 1",
            {"InstanceType": "ml.m5.xlarge", "InitialInstanceCount": "3"},
        ),
    ],
)
def test_a_choice_that_is_still_allowed_or_has_no_list_any_more_is_deployed(
    terminal: Terminal, aws: FakeAws, commands: Path, allowed: str, chosen: dict[str, str]
) -> None:
    aws.stacks.add(ENDPOINT_STACK, chosen)
    write_settings("income", tail=f"    endpoint: {{instance_type: ml.m5.large, {allowed}}}\n")
    assert terminal.run("deploy")[0] == 0
    assert commands.exists()


def test_who_may_only_use_the_cdks_roles_may_deploy(
    terminal: Terminal, aws: FakeAws, commands: Path
) -> None:
    aws.permissions.denied.add("cloudformation:DescribeStacks")
    write_settings("income")
    assert terminal.run("deploy")[0] == 0
    assert commands.exists()


def test_nothing_is_deployed_without_bootstrap_or_in_another_account(
    terminal: Terminal, aws: FakeAws, commands: Path
) -> None:
    write_settings("income", head="account: '999999999999'\nregion: us-east-1\n")
    code, _, err = terminal.run("deploy")
    assert code == 2
    assert "999999999999" in err
    write_settings("income")
    del aws.ssm.values[BOOTSTRAP_PARAMETER]
    code, _, err = terminal.run("deploy")
    assert code == 3
    assert "agcdk deploy --bootstrap" in err
    assert not commands.exists()


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        (
            "encryption: {key_arn: 'arn:aws:kms:us-east-1:123456789012:key/other'}\n",
            "encryption.key_arn: got arn:aws:kms:us-east-1:123456789012:key/other",
        ),
        ("roles: {path: /ml/}\n", "roles.path: got /ml/; the environment's roles have /"),
        ("roles: {name_prefix: ml-}\n", "roles.name_prefix: got ml-"),
    ],
)
def test_what_can_be_chosen_once_is_not_changed_later(
    terminal: Terminal, commands: Path, head: str, problem: str
) -> None:
    write_settings("income", head=head)
    code, _, err = terminal.run("deploy")
    assert code == 2
    assert problem in err
    assert "only before the first deployment" in err
    assert not commands.exists()


def test_a_key_of_ones_own_is_not_left_out_later(
    terminal: Terminal, aws: FakeAws, commands: Path
) -> None:
    deployed = {**aws.ssm.values[DEPLOYMENT_PARAMETER], "has_given_key": True}
    aws.ssm.values[DEPLOYMENT_PARAMETER] = deployed
    write_settings("income")
    code, _, err = terminal.run("deploy")
    assert code == 2
    assert "encryption.key_arn: missing" in err
    write_settings("income", head=f"encryption: {{key_arn: '{KEY_ARN}'}}\n")
    assert terminal.run("deploy")[0] == 0
    del aws.ssm.values[DEPLOYMENT_PARAMETER]  # before the first deployment
    write_settings("income", head="roles: {path: /ml/}\n")
    assert "only before" not in terminal.run("deploy")[2]
    assert len(commands.read_text().splitlines()) == 2


def test_destroying_needs_a_yes_and_deletes_users_before_what_they_use(
    terminal: Terminal, aws: FakeAws
) -> None:
    for stack in ("foundation", "workflows", "income-endpoint", "gone-endpoint"):
        aws.stacks.add(f"autogluon-sandbox-{stack}")
    aws.stacks.add("autogluon-sandbox-2-foundation")
    aws.ssm.values.clear()  # an earlier attempt may have ended half-way
    write_settings("income")
    assert terminal.run("destroy")[0] == 2
    assert aws.stacks.deleted == []
    code, _, err = terminal.run("destroy", "--yes")
    assert code == 0, err
    assert [name.removeprefix("autogluon-sandbox-") for name in aws.stacks.deleted] == [
        *("gone-endpoint", "income-endpoint"),
        *("workflows", "foundation"),
    ]
    assert terminal.run("destroy", "--yes")[0] == 3


@pytest.mark.parametrize("settings", [None, "predictors: [\n"])
def test_destroying_needs_no_settings(
    terminal: Terminal, aws: FakeAws, settings: str | None
) -> None:
    aws.stacks.add("autogluon-sandbox-foundation")
    if settings is not None:
        Path("config").mkdir()
        Path("config/sandbox.yaml").write_text(settings)
    assert terminal.json("destroy", "--yes") == {"environment": "sandbox", "removal": None}
    assert aws.stacks.deleted == ["autogluon-sandbox-foundation"]


def test_a_stack_that_cannot_be_deleted_is_the_sentence(terminal: Terminal, aws: FakeAws) -> None:
    aws.stacks.add("autogluon-sandbox-foundation")
    aws.stacks.held["autogluon-sandbox-foundation"] = "It is in use."
    write_settings("income")
    code, _, err = terminal.run("destroy", "--yes")
    assert code == 1
    assert (
        "Error: autogluon-sandbox-foundation could not be deleted: AWS::KMS::Key Key: It is in use."
        in err
    )


@pytest.fixture
def orphan(aws: FakeAws) -> str:
    """An endpoint in service whose predictor no settings declare."""
    aws.stacks.add("autogluon-sandbox-cars-endpoint")
    aws.sagemaker.add_endpoint("ml.m5.large", 2, name="autogluon-sandbox-cars")
    write_settings("income")
    return "autogluon-sandbox-cars"


def test_deploying_asks_before_it_deletes_an_endpoint_and_says_what_it_costs(
    terminal: Terminal, aws: FakeAws, commands: Path, orphan: str
) -> None:
    code, _, err = terminal.run("deploy")
    assert code == 2
    assert f"no longer declares endpoint {orphan} (InService, 2 x ml.m5.large, about " in err
    assert "Nothing was deployed" in err
    assert err.rstrip().endswith("Next:  agcdk deploy --remove-endpoints")
    assert aws.stacks.deleted == []
    assert not commands.exists()

    code, _, err = terminal.run("deploy", "--remove-endpoints")
    assert code == 0, err
    assert aws.stacks.deleted == ["autogluon-sandbox-cars-endpoint"]
    assert commands.exists()


def test_an_endpoint_taken_out_of_its_predictor_is_undeclared(
    terminal: Terminal, aws: FakeAws, commands: Path
) -> None:
    aws.stacks.add(ENDPOINT_STACK)
    aws.sagemaker.add_endpoint()
    write_settings("income")
    assert terminal.run("deploy")[0] == 2
    write_settings("income", tail="    endpoint: {instance_type: ml.m5.large}\n")
    assert terminal.run("deploy")[0] == 0
    assert aws.stacks.deleted == []


def test_an_undeclared_endpoint_is_listed_priced_found_missing_and_cannot_be_switched_off(
    terminal: Terminal, aws: FakeAws, orphan: str
) -> None:
    listed = {row["predictor"]: row for row in terminal.json("endpoints")["endpoints"]}
    assert listed["cars"]["status"] == "InService, not in the settings"
    assert [entry["name"] for entry in terminal.json("cost")["endpoints"]] == [orphan]
    _, out, _ = terminal.run("doctor", "--json")
    [found] = [c for c in json.loads(out)["checks"] if c["subject"] == "endpoint cars"]
    assert found["state"] == "missing"
    assert found["fix"] == "agcdk deploy --remove-endpoints -e sandbox"
    code, _, err = terminal.run("off", "cars")
    assert code == 3
    assert err.rstrip().endswith("Next:  agcdk deploy --remove-endpoints")


def deployed_with(aws: FakeAws, *shared: str) -> None:
    """The deployed settings declare these shared endpoints."""
    document = {**json.loads(json.dumps(aws.ssm.values[DEPLOYMENT_PARAMETER]))}
    aws.ssm.values[DEPLOYMENT_PARAMETER] = document | {"shared_endpoints": list(shared)}


@pytest.fixture
def shared(aws: FakeAws) -> str:
    """A shared endpoint in service that no settings declare, beside one that they do."""
    deployed_with(aws, "kept")
    aws.stacks.add_shared("kept")
    aws.stacks.add_shared("x", environment="sandbox-2")
    aws.sagemaker.add_endpoint("ml.m5.large", 2, name="autogluon-sandbox-small")
    write_settings("income", head="shared_endpoints: {kept: {instance_type: ml.m5.large}}\n")
    return aws.stacks.add_shared("small")


def test_a_shared_endpoint_that_is_not_declared_is_deleted_once_confirmed(
    terminal: Terminal, aws: FakeAws, commands: Path, shared: str
) -> None:
    code, _, err = terminal.run("deploy")
    assert code == 2
    assert "declares endpoint autogluon-sandbox-small (InService, 2 x ml.m5.large, about " in err
    assert aws.stacks.deleted == []
    assert terminal.run("deploy", "--remove-endpoints")[0] == 0
    assert aws.stacks.deleted == [shared]
    assert commands.exists()


def test_a_shared_endpoint_that_is_not_declared_is_listed_priced_and_found_missing(
    terminal: Terminal, aws: FakeAws, shared: str
) -> None:
    listed = {row["endpoint"]: row for row in terminal.json("endpoints")["endpoints"]}
    assert listed["autogluon-sandbox-small"]["status"] == "InService, not in the settings"
    assert listed["autogluon-sandbox-small"]["instance_count"] == 2
    assert "autogluon-sandbox-kept" not in listed
    priced = [entry["name"] for entry in terminal.json("cost")["endpoints"]]
    assert priced == ["autogluon-sandbox-small"]
    checks = json.loads(terminal.run("doctor", "--json")[1])["checks"]
    [found] = [c for c in checks if c["subject"] == "endpoint small"]
    assert (found["state"], found["fix"]) == (
        "missing",
        "agcdk deploy --remove-endpoints -e sandbox",
    )
    assert not [c for c in checks if c["subject"] == "endpoint kept"]


def test_what_an_earlier_release_declared_of_shared_endpoints_is_not_guessed(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.stacks.add_shared("small")
    assert [row["predictor"] for row in terminal.json("endpoints")["endpoints"]] == ["income"]


@pytest.mark.parametrize("status", ["CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"])
def test_a_shared_endpoint_whose_creation_failed_is_deleted_before_what_it_uses(
    terminal: Terminal, aws: FakeAws, commands: Path, status: str
) -> None:
    aws.stacks.add("autogluon-sandbox-foundation")
    failed = aws.stacks.add_shared("small", status)
    other = aws.stacks.add_shared("x", status, environment="sandbox-2")
    write_settings("income")
    code, _, err = terminal.run("deploy")
    assert code == 2
    assert f"no longer declares {failed} ({status}), without an endpoint at present" in err
    terminal.json("destroy", "--yes")
    assert aws.stacks.deleted == [failed, "autogluon-sandbox-foundation"]
    assert [entry["StackName"] for entry in aws.stacks.stacks] == [other]


def test_an_endpoint_that_cannot_be_deleted_does_not_lead_to_tearing_all_down(
    terminal: Terminal, aws: FakeAws, commands: Path, shared: str
) -> None:
    aws.stacks.held[shared] = "It is in use."
    code, _, err = terminal.run("deploy", "--remove-endpoints")
    assert code == 1
    assert f"{shared} could not be deleted" in err
    assert err.rstrip().endswith("Next:  agcdk deploy --remove-endpoints")
    checks = json.loads(terminal.run("doctor", "--json")[1])["checks"]
    [found] = [c for c in checks if c["subject"] == "stacks"]
    assert found["fix"] == f"aws cloudformation delete-stack --stack-name {shared}"


def test_endpoints_are_listed_without_the_permission_to_describe_stacks(
    terminal: Terminal, aws: FakeAws, orphan: str
) -> None:
    aws.permissions.denied.add("cloudformation:DescribeStacks")
    assert [row["predictor"] for row in terminal.json("endpoints")["endpoints"]] == ["income"]


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
    seen_by_the_role = FakeStacks(FakePermissions(), aws.stacks.stacks)
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


WAIT, DEPLOY, DESTROY = (
    f"agcdk {command} -e sandbox" for command in ("doctor", "deploy", "destroy")
)
OF_THE_STACK = "aws cloudformation {} --stack-name autogluon-sandbox-{}"
WAYS_OUT: dict[str, str | None] = {
    "CREATE_IN_PROGRESS": WAIT,
    "CREATE_FAILED": "rollback-stack",
    "CREATE_COMPLETE": None,
    "ROLLBACK_IN_PROGRESS": WAIT,
    "ROLLBACK_FAILED": DEPLOY,  # the CDK deletes and creates it
    "ROLLBACK_COMPLETE": DEPLOY,
    "DELETE_IN_PROGRESS": WAIT,
    "DELETE_FAILED": "delete-stack",
    "DELETE_COMPLETE": None,
    "UPDATE_IN_PROGRESS": WAIT,
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": WAIT,
    "UPDATE_COMPLETE": None,
    "UPDATE_FAILED": "rollback-stack",
    "UPDATE_ROLLBACK_IN_PROGRESS": WAIT,
    "UPDATE_ROLLBACK_FAILED": "continue-update-rollback",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": WAIT,
    "UPDATE_ROLLBACK_COMPLETE": None,
    "REVIEW_IN_PROGRESS": DEPLOY,  # stays so by itself
    "IMPORT_IN_PROGRESS": WAIT,
    "IMPORT_COMPLETE": None,
    "IMPORT_ROLLBACK_IN_PROGRESS": WAIT,
    "IMPORT_ROLLBACK_FAILED": "describe-stack-events",
    "IMPORT_ROLLBACK_COMPLETE": None,
}


def test_the_doctor_knows_every_status_of_cloudformation() -> None:
    statuses = get_session().get_service_model("cloudformation").shape_for("StackStatus").enum
    assert set(WAYS_OUT) == set(statuses)


@pytest.mark.parametrize("stack", ["foundation", "workflows", "income-endpoint", "small-shared"])
@pytest.mark.parametrize("status", sorted(WAYS_OUT))
def test_the_doctor_knows_the_way_out_of_every_status(
    terminal: Terminal, aws: FakeAws, stack: str, status: str
) -> None:
    deployed_with(aws, "small")
    if stack == "small-shared":
        aws.stacks.add_shared("small", status)
    else:
        aws.stacks.add(f"autogluon-sandbox-{stack}", status=status)
    write_settings("income")
    _, out, _ = terminal.run("doctor", "--json")
    [found] = [c for c in json.loads(out)["checks"] if c["subject"] == "stacks"]
    way = WAYS_OUT[status]
    if status == "DELETE_FAILED" and stack in ("foundation", "workflows"):
        way = DESTROY
    elif way not in (None, WAIT, DEPLOY):
        way = OF_THE_STACK.format(way, stack)
    assert found["fix"] == way


def test_the_calls_that_the_doctor_names_are_cloudformations() -> None:
    operations = get_session().get_service_model("cloudformation").operation_names
    calls = {way for way in WAYS_OUT.values() if way not in (None, WAIT, DEPLOY)}
    assert calls <= {xform_name(name, "-") for name in operations}


def test_the_doctor_says_that_an_environment_is_half_torn_down(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.stacks.add("autogluon-sandbox-foundation", status="DELETE_FAILED")
    del aws.ssm.values[DEPLOYMENT_PARAMETER]
    write_settings("income")
    _, out, _ = terminal.run("doctor", "--json")
    fixes = {check["subject"]: check["fix"] for check in json.loads(out)["checks"]}
    assert (fixes["stacks"], fixes["deployment"]) == 2 * ("agcdk destroy -e sandbox",)


def test_a_diff_is_told_stack_by_stack() -> None:
    lines = ["noise", "Stack A", "[~] X", " └─ y", "Stack B", "There were no differences"]
    assert parse_diff([*lines, "✨  Number of stacks with differences: 1"]) == [
        {"stack": "A", "changed": True, "lines": ["[~] X", " └─ y"]},
        {"stack": "B", "changed": False, "lines": []},
    ]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["x", EVENT.format("CREATE_FAILED"), "❌  S failed: all"], "autogluon-sandbox-foundation"),
        (["x", "❌  S failed: ToolkitError: no"], "S failed: ToolkitError: no"),
        (["x", "last", ""], "last"),
        ([], "it printed nothing"),
    ],
)
def test_a_failure_is_found_in_what_the_cdk_printed(lines: list[str], sentence: str) -> None:
    assert cdk.failure_of(lines).startswith(sentence)


def test_an_asset_that_cannot_be_published_is_the_reason() -> None:
    lines = [
        "autogluon-dev-foundation: start: Publishing Template (123456789012-us-east-1-6e9)",
        "autogluon-dev-foundation: fail: Bucket named 'b' exists, but we dont have access to it.",
        "Failed to publish asset autogluon-dev-foundation Template (123456789012-us-east-1-6e9)",
        "‣ AggregateError: ",
    ]
    assert cdk.failure_of(lines) == "Bucket named 'b' exists, but we dont have access to it."


def test_a_comparison_as_markdown_folds_each_changed_stack() -> None:
    stacks = parse_diff(
        ["Stack a", "Resources", "[+] AWS::S3::Bucket B", "Stack b", "There were no differences"]
    )
    text = as_markdown("dev", stacks, 60_000)
    assert "<details><summary>a</summary>" in text
    assert "[+] AWS::S3::Bucket B" in text
    assert text.endswith("No differences: b.")


def test_a_long_comparison_is_cut_within_its_stacks() -> None:
    lines = [f"[+] AWS::S3::Bucket Bucket{number}" for number in range(5_000)]
    changed = [{"stack": name, "changed": True, "lines": lines} for name in ("a", "b")]
    text = as_markdown("dev", [*changed, {"stack": "c", "changed": False, "lines": []}], 20_000)
    assert 15_000 < len(text) <= 20_000
    assert text.count("<details>") == text.count("</details>") == 2
    assert text.count("````") == 4
    assert text.count("more lines; all: agcdk diff -e dev") == 2
    assert text.endswith("No differences: c.")


ASYNCHRONOUS = "    endpoint: {mode: asynchronous, instance_type: ml.m5.large}\n"


def test_an_endpoint_in_service_keeps_its_mode(
    terminal: Terminal, aws: FakeAws, commands: Path
) -> None:
    aws.ssm.values[LIVE_MODEL_PARAMETER] = f"{GROUP_ARN}/7"
    write_settings("income", tail=ASYNCHRONOUS)
    code, _, err = terminal.run("deploy")
    assert code == 2
    assert "endpoint.mode: the endpoint in service is real-time" in err
    assert err.rstrip().endswith("Next:  agcdk off income")
    assert not commands.exists()


ALONE = "    endpoint: {instance_type: ml.m5.large}\n"
CHALLENGER = LIVE_MODEL_PARAMETER.replace("live-model", "variants/challenger/live-model")


def _with_challenger(*, autoscaled: bool, live: str) -> FakeAws:
    beside = {"weight": 1.0, "instance_type": "ml.m5.large", "initial_instance_count": 1}
    endpoint = {
        **spec()["endpoint"],
        "autoscaled": autoscaled,
        "variants": {"challenger": beside},
    }
    aws = FakeAws(spec(endpoint=endpoint))
    aws.ssm.values |= {LIVE_MODEL_PARAMETER: f"{GROUP_ARN}/7", CHALLENGER: live}
    return aws


@pytest.mark.parametrize("aws", [_with_challenger(autoscaled=True, live=f"{GROUP_ARN}/8")])
def test_a_variant_that_scales_is_taken_out_of_service_before_it_leaves_the_settings(
    terminal: Terminal, commands: Path
) -> None:
    write_settings("income", tail=ALONE)
    code, _, err = terminal.run("deploy")
    assert code == 2
    assert "challenger is in service and scales automatically" in err
    assert err.rstrip().endswith("Next:  agcdk off income --variant challenger")
    assert not commands.exists()


@pytest.mark.parametrize(
    "aws",
    [
        _with_challenger(autoscaled=False, live=f"{GROUP_ARN}/8"),
        _with_challenger(autoscaled=True, live="none"),
    ],
    ids=["unscaled", "without a version"],
)
def test_another_variant_leaves_the_settings_at_once(terminal: Terminal, commands: Path) -> None:
    write_settings("income", tail=ALONE)
    terminal.run("deploy")
    assert commands.exists()


def test_a_serverless_endpoint_in_service_is_deployed_again(
    terminal: Terminal, aws: FakeAws, commands: Path
) -> None:
    endpoint = {
        "name": spec()["endpoint"]["name"],
        "stack_name": spec()["endpoint"]["stack_name"],
        "mode": "serverless",
        "serverless": {"memory_mb": 4096, "max_concurrency": 5},
    }
    aws.ssm.values[SPEC_PARAMETER] = json.dumps(spec(endpoint=endpoint))
    aws.ssm.values[LIVE_MODEL_PARAMETER] = f"{GROUP_ARN}/7"
    aws.sagemaker.add_serverless_endpoint(memory_mb=4096, at_once=5)
    write_settings("income", tail="    endpoint: {mode: serverless, network_isolation: false}\n")
    code, _, err = terminal.run("deploy")
    assert code == 0, err
    assert commands.exists()


def test_an_endpoint_that_is_off_may_change_its_mode(
    terminal: Terminal, aws: FakeAws, commands: Path
) -> None:
    write_settings("income", tail=ASYNCHRONOUS)
    assert terminal.run("deploy")[0] == 0
    assert commands.exists()
