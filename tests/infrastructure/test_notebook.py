"""The notebook instance: where it is, what it may do, and that its script installs the client."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autogluon_constructs.settings import SettingsError, parse_environment
from autogluon_contracts.documents.deployment import DeploymentDocument
from autogluon_contracts.policies.person_policy import person_policy
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import flat, of_type, only, resolved, statements

INSTANCE = "AWS::SageMaker::NotebookInstance"
CONFIG = "AWS::SageMaker::NotebookInstanceLifecycleConfig"


def _properties(templates: Templates) -> dict[str, Any]:
    found: dict[str, Any] = only(templates["Workflows"], INSTANCE)["Properties"]
    return found


def _script(templates: Templates) -> str:
    [hook] = only(templates["Workflows"], CONFIG)["Properties"]["OnStart"]
    # bash would take what CloudFormation fills in for variables of its own.
    return re.sub(r"\$\{AWS::\w+\}", "here", flat(hook["Content"]["Fn::Base64"]))


def _own_statements(templates: Templates) -> list[dict[str, Any]]:
    found = statements(templates["Workflows"])
    return [each for policy, each in found if policy.startswith("NotebookPerson")]


def test_there_is_none_unless_the_settings_ask_for_it(sandbox: Templates) -> None:
    for kind in (INSTANCE, CONFIG):
        assert not of_type(sandbox["Workflows"], kind)


def test_people_are_not_root_and_credentials_need_a_token(
    rich: Templates, guarded: Templates
) -> None:
    for templates in (rich, guarded):
        found = _properties(templates)
        assert found["RootAccess"] == "Disabled"
        metadata = found["InstanceMetadataServiceConfiguration"]
        assert metadata == {"MinimumInstanceMetadataServiceVersion": "2"}
        assert "KmsKeyId" in found


def test_it_is_where_the_settings_say(rich: Templates, guarded: Templates) -> None:
    outside, inside = _properties(rich), _properties(guarded)
    assert outside["DirectInternetAccess"] == "Enabled"
    assert not {"SubnetId", "SecurityGroupIds"} & set(outside)
    assert inside["DirectInternetAccess"] == "Disabled"
    assert inside["SubnetId"] == "subnet-0123456789abcdef0"
    assert inside["SecurityGroupIds"] == ["sg-0123456789abcdef0"]


def test_its_role_may_do_what_a_person_may_and_nothing_that_makes_jobs(rich: Templates) -> None:
    values = {
        found["Properties"]["Name"]: found["Properties"]["Value"]
        for found in of_type(rich["Workflows"], "AWS::SSM::Parameter").values()
    }
    text = resolved(values["/autogluon/rich/deployment"])
    assert json.loads(text)["notebook"]
    deployment = replace(
        DeploymentDocument.from_text(text),
        # CloudFormation knows its ARN; the policy takes account and partition from it.
        training_role_arn=f"arn:aws-us-gov:iam::{'1' * 12}:role/training",
    )
    of_people = {
        action
        for each in person_policy(deployment)["Statement"]
        if each["Sid"] != "UseTheNotebook"
        for action in each["Action"]
    }
    own = _own_statements(rich)
    actions = {
        action
        for each in own
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }
    assert of_people <= actions
    assert {action for action in actions - of_people if not action.startswith("logs:")} == set()
    assert not {action for action in actions if action.startswith("iam:")}
    assert not {each for each in actions if each.startswith("sagemaker:Create")}


def test_its_role_names_what_is_deployed(rich: Templates) -> None:
    starting = [each for each in _own_statements(rich) if "states:StartExecution" in each["Action"]]
    [statement] = starting
    machines = {
        found["Properties"]["StateMachineName"]
        for found in of_type(rich["Workflows"], "AWS::StepFunctions::StateMachine").values()
    }
    assert {flat(arn).rpartition(":")[2] for arn in statement["Resource"]} == machines


def test_the_script_installs_the_client_without_a_network(
    guarded: Templates, tmp_path: Path
) -> None:
    done, python = _run_script(guarded, tmp_path)

    assert done.returncode == 0, done.stderr
    assert f"The client is installed for {python}" in done.stdout
    found = subprocess.run(
        [
            python,
            "-I",
            "-c",
            "import autogluon_client, autogluon_contracts as c; print(c.__file__)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.startswith(str(tmp_path / "home"))
    assert (python.parent / "agcdk").exists()
    variables = (tmp_path / "profile.d" / "jupyter-env.sh").read_text()
    assert 'export AUTOGLUON_ENVIRONMENT="guarded"' in variables
    assert (
        tmp_path / "called"
    ).read_text() == "systemctl --no-block restart jupyter-server.service"


def test_an_instance_without_a_new_python_starts_all_the_same(
    guarded: Templates, tmp_path: Path
) -> None:
    done, _ = _run_script(guarded, tmp_path, too_old=True)

    assert done.returncode == 0, done.stderr
    assert "No kernel of this instance has Python 3.11 or newer" in done.stdout


def test_with_the_internet_the_script_installs_what_the_client_needs(rich: Templates) -> None:
    assert "--no-deps" not in _script(rich)
    assert len(_script(rich)) < 16_384  # SageMaker's limit


def _run_script(
    templates: Templates, folder: Path, *, too_old: bool = False
) -> tuple[subprocess.CompletedProcess[str], Path]:
    """Run the script where its folders, `aws`, `sudo` and `systemctl` are the test's."""
    [wheel] = Path(templates.folder).glob("asset.*.whl")
    python = folder / "home" / "anaconda3" / "envs" / "python3" / "bin" / "python"
    if too_old:
        python.parent.mkdir(parents=True)
        python.write_text("#!/bin/sh\nexit 1\n")
        python.chmod(0o755)
    else:
        subprocess.run([sys.executable, "-m", "venv", python.parents[1]], check=True)
    commands = folder / "commands"
    commands.mkdir()
    for name, line in {
        # aws s3 cp --only-show-errors --region <region> <uri> <file>
        "aws": f'cp "{wheel}" "$7"',
        "sudo": 'shift 2; exec "$@"',
        "systemctl": f'printf "%s" "systemctl $*" > "{folder}/called"',
    }.items():
        (commands / name).write_text(f"#!/bin/sh\n{line}\n")
        (commands / name).chmod(0o755)
    (folder / "profile.d").mkdir()
    script = _script(templates)
    for place, own in {
        "/tmp/": f"{folder}/",  # the first, because the test's own folder may be below it
        "/home/ec2-user": folder / "home",
        "/etc/profile.d": folder / "profile.d",
    }.items():
        assert place in script
        script = script.replace(place, str(own))
    done = subprocess.run(
        ["bash", "-c", script],
        env={"PATH": f"{commands}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    return done, python


@pytest.mark.parametrize(
    ("notebook", "more", "problem"),
    [
        ({}, {}, "got false without a network"),
        ({"network": {"mode": "none"}}, {}, "got false without a network"),
        ({"direct_internet": True}, {"network": {"mode": "created"}}, "missing with network.mode"),
        ({"direct_internet": True, "instance_type": "ml.m5.large"}, {}, "does not offer it for"),
        ({"direct_internet": True, "volume_size_gb": 4}, {}, "5"),
        ({"direct_internet": True, "idle_minutes": 60}, {}, "agcdk notebook stop"),
    ],
)
def test_what_cannot_work_is_refused(
    notebook: dict[str, Any], more: dict[str, Any], problem: str
) -> None:
    with pytest.raises(SettingsError, match=problem):
        parse_environment("dev", {"notebook": notebook, **more}, file="config/dev.yaml")
