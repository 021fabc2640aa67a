"""`validate`, `deploy`, `diff`, `destroy`: judged before the CDK is started, then what it said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autogluon_cli.commands.diff import parse_diff
from autogluon_cli.deployment import cdk
from tests.fakes.account import BOOTSTRAP_PARAMETER, FakeAws
from tests.fakes.sandbox import ENDPOINT_STACK, GROUP_ARN, LIVE_MODEL_PARAMETER
from tests.unit.cli.settings_files import write_settings
from tests.unit.cli.terminal import Terminal

EVENT = "autogluon-sandbox-foundation | 3/31 | 10:04:11 AM | {} | AWS::S3::Bucket | Store/Data why"


@pytest.fixture
def commands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Replace the CDK: records its arguments, prints an event, exits with `code`."""
    script = folder / "cdk.py"
    script.write_text(
        "import pathlib, sys\n"
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
    assert f"config={folder / 'config'}" in deploy
    assert "environment=sandbox" in deploy
    assert "agcdk train income FILE" in out


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


def test_destroying_needs_a_yes(terminal: Terminal, commands: Path) -> None:
    write_settings("income")
    assert terminal.run("destroy")[0] == 2
    assert not commands.exists()
    assert terminal.run("destroy", "--yes")[0] == 0
    assert commands.read_text().startswith("destroy --all --force")


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
