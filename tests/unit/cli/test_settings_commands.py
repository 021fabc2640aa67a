"""`validate`, `deploy`, `diff`, `destroy`: judged before the CDK is started, then what it said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autogluon_cli.commands.diff import as_markdown, parse_diff
from autogluon_cli.deployment import cdk
from tests.fakes.account import BOOTSTRAP_PARAMETER, FakeAws
from tests.fakes.sandbox import (
    DEPLOYMENT_PARAMETER,
    ENDPOINT_STACK,
    GROUP_ARN,
    KEY_ARN,
    LIVE_MODEL_PARAMETER,
    SPEC_PARAMETER,
    spec,
)
from tests.unit.cli.fake_cdk import EVENT
from tests.unit.cli.settings_files import write_settings
from tests.unit.cli.terminal import Terminal


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


def test_models_that_the_image_lacks_are_warned_of(terminal: Terminal) -> None:
    write_settings("income", tail="    fit_args: {presets: extreme_quality}\n")
    code, _, err = terminal.run("validate")
    assert code == 0, err
    assert "Warning: predictors.income.fit_args.presets: 'extreme_quality' trains GBM, CAT" in err
    (warning,) = terminal.json("validate")["warnings"]
    assert f"Warning: {warning}\n" == err


def test_an_end_in_the_past_is_told(terminal: Terminal) -> None:
    endpoint = "    endpoint: {{instance_type: ml.m5.large, ends: {}}}\n"
    write_settings("income", tail=endpoint.format("2020-01-01"))
    code, _, err = terminal.run("validate")
    assert (code, err.partition(",")[0]) == (
        0,
        "Warning: predictors.income.endpoint.ends: 2020-01-01 is over",
    )
    assert [f"Warning: {each}\n" for each in terminal.json("validate")["warnings"]] == [err]
    for later in ("2999-01-01", "14 days"):
        write_settings("income", tail=endpoint.format(later))
        assert terminal.json("validate")["warnings"] == []


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
