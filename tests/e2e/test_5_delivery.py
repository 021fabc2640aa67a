"""Delivery by Git, from an empty account: the written workflow's steps run in order.

Left out are what a Git host's machine has already (`GIVEN`) and `Install`, which downloads.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
import yaml
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.e2e.cli_support import AGCDK, Answer, Shell
from tests.e2e.page_run import run_page
from tests.integration.standalone import ROOT, StandaloneAws

PAGE = "docs/how-to/delivery.md"
ACCOUNT, REGION = "123456789012", "us-east-1"
REPOSITORY = "octo-org/predictors"
ISSUER = "https://token.actions.githubusercontent.com"
MAIN = "refs/heads/main"
SETTINGS = f"""
account: "{ACCOUNT}"
region: {REGION}
removal: destroy
delivery: {{host: github, repository: {REPOSITORY}}}
predictors:
  housing:
    init_args: {{label: Price, problem_type: regression}}
    framework_version: "1.6.3"
    endpoint: {{instance_type: ml.m5.large}}
"""
# What GitHub's tokens say of a job.
EVENTS: Mapping[str, Mapping[str, str]] = {
    "pull_request": {"sub": f"repo:{REPOSITORY}:pull_request", "ref": "refs/pull/7/merge"},
    "push": {
        "sub": f"repo:{REPOSITORY}:environment:dev",
        "ref": MAIN,
        "environment": "dev",
    },
    "schedule": {"sub": f"repo:{REPOSITORY}:ref:{MAIN}", "ref": MAIN},
}
OF_THE_HOST = {"PULL_REQUEST": "7", "GITHUB_REPOSITORY": REPOSITORY}
# What a machine of the Git host has, or what the checkout has already.
GIVEN = ("actions/checkout@", "actions/setup-python@")


def run(
    script: str, folder: Path, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run lines of a page or of a step, until one fails."""
    return subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        timeout=300,
    )


@dataclass(frozen=True)
class Runner:
    """A repository with a workflow, and the machine that runs its jobs."""

    folder: Path
    aws: StandaloneAws
    shell: Shell

    @property
    def settings(self) -> Path:
        return self.folder / "config" / "dev.yaml"

    def run(self, job: str, event: str) -> Answer:
        """Run a job's steps until one fails, as `event` would."""
        workflow = yaml.load(
            (self.folder / ".github/workflows/autogluon.yml").read_text(), yaml.BaseLoader
        )
        described = workflow["jobs"][job]
        assert f"github.event_name == '{event}'" in described["if"]
        variables = {
            name: value
            for name, value in self.shell.environment.items()
            if not name.startswith(("AWS_ACCESS", "AWS_SECRET", "AWS_SESSION"))
        }
        out, err = "", ""
        for step in described["steps"]:
            if step.get("uses", "").startswith(GIVEN) or step.get("name") == "Install":
                continue
            if "uses" in step:
                assert step["uses"].startswith("aws-actions/configure-aws-credentials@")
                variables |= self.sign_in(step["with"]["role-to-assume"], EVENTS[event])
                continue
            done = run(step["run"], self.folder, variables | OF_THE_HOST)
            out, err = out + done.stdout, err + done.stderr
            if done.returncode != 0:
                return Answer(done.returncode, out, err)
        return Answer(0, out, err)

    def client(self, service: str, keys: Mapping[str, str]) -> Any:
        """Return a client of these keys."""
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.aws.environment["AWS_ENDPOINT_URL"],
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=keys.get("AWS_SESSION_TOKEN"),
        )

    def sign_in(self, role: str, claims: Mapping[str, str]) -> dict[str, str]:
        """Return the variables of a role's credentials, as the action exports them."""
        environment = self.aws.environment
        endpoint = environment["AWS_ENDPOINT_URL"]
        token = requests.post(
            f"{endpoint}/_embedded/identity-token",
            json={
                "issuer": ISSUER,
                "claims": {"aud": "sts.amazonaws.com", "repository": REPOSITORY, **claims},
            },
            auth=(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]),
            timeout=30,
        ).json()["token"]
        sts = boto3.client(
            "sts",
            endpoint_url=endpoint,
            region_name=REGION,
            config=Config(signature_version=UNSIGNED),
        )
        got = sts.assume_role_with_web_identity(
            RoleArn=role, RoleSessionName="GitHubActions", WebIdentityToken=token
        )["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": got["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": got["SecretAccessKey"],
            "AWS_SESSION_TOKEN": got["SessionToken"],
        }


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """A repository whose environment a person has deployed once, with the workflow written."""
    folder = tmp_path_factory.mktemp("repository")
    (folder / "config").mkdir()
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / "config" / "dev.yaml").write_text(SETTINGS)
    (folder / "config" / "prod.yaml").write_text(SETTINGS.replace(ACCOUNT, "210987654321"))
    comment = folder / "bin" / "gh"
    comment.parent.mkdir()
    comment.write_text(f'#!/bin/sh\necho "$@" >> {folder}/gh.txt\n')
    comment.chmod(comment.stat().st_mode | stat.S_IXUSR)
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
            **aws.environment,
            "PATH": os.pathsep.join([str(comment.parent), str(AGCDK.parent), os.environ["PATH"]]),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        shell = Shell(folder, environment)
        run_page(PAGE, folder, environment)
        # There is one account here: the pipeline of `dev` alone runs.
        answer = shell.run("ci", "github", "dev", "--force")
        assert answer.code == 0, answer.stderr
        yield Runner(folder, aws, shell)


def role(task: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/autogluon-dev-{REGION}-{task}"


def test_a_pull_request_that_breaks_a_setting_stops_with_its_sentence(runner: Runner) -> None:
    runner.settings.write_text(SETTINGS.replace("ml.m5.large", "ml.m5.tiny"))
    answer = runner.run("validate", "pull_request")
    runner.settings.write_text(SETTINGS)
    assert answer.code == 2
    assert "predictors.housing.endpoint.instance_type: got 'ml.m5.tiny'" in answer.stderr


def test_a_merge_changes_what_the_pull_request_showed(runner: Runner) -> None:
    runner.settings.write_text(SETTINGS.replace("ml.m5.large", "ml.m5.xlarge"))
    assert runner.run("validate", "pull_request").code == 0
    compared = runner.run("compare", "pull_request")
    assert compared.code == 0, compared.stderr
    shown = (runner.folder / "autogluon-diff.md").read_text()
    assert "<details><summary>HousingEndpoint</summary>" in shown
    assert "ml.m5.xlarge" in shown
    assert shown.startswith("<!-- agcdk diff -->")
    told = (runner.folder / "gh.txt").read_text()
    assert told.splitlines()[-1] == "pr comment 7 --body-file autogluon-diff.md"

    deployed = runner.run("deploy-dev", "push")
    assert deployed.code == 0, deployed.stderr
    assert runner.run("drift-dev", "schedule").code == 0


def test_a_stack_changed_by_hand_is_told_in_the_morning(runner: Runner) -> None:
    cloudformation = runner.client("cloudformation", runner.aws.environment)
    stack = {"StackName": "autogluon-dev-delivery"}
    template = dict(cloudformation.get_template(**stack)["TemplateBody"])
    template["Outputs"]["Added"] = {"Value": "by hand"}
    cloudformation.update_stack(
        **stack, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    cloudformation.get_waiter("stack_update_complete").wait(**stack, WaiterConfig={"Delay": 1})
    told = runner.run("drift-dev", "schedule")
    assert told.code == 1
    assert "Deployed and declared differ: Delivery." in told.stderr
    assert "by hand" in told.stdout


@pytest.mark.parametrize(
    ("task", "claims"),
    [
        ("deploy", {**EVENTS["push"], "ref": "refs/heads/other"}),
        ("deploy", {**EVENTS["push"], "repository": "octo-org/other"}),
        (
            "deploy",
            {
                **EVENTS["push"],
                "environment": "prod",
                "sub": f"repo:{REPOSITORY}:environment:prod",
            },
        ),
        ("deploy", EVENTS["pull_request"]),
        ("deploy", EVENTS["schedule"]),
        ("diff", {**EVENTS["schedule"], "sub": f"repo:{REPOSITORY}:ref:refs/heads/other"}),
        ("diff", {**EVENTS["pull_request"], "sub": "repo:octo-org/other:pull_request"}),
    ],
)
def test_another_place_gets_no_role(runner: Runner, task: str, claims: dict[str, str]) -> None:
    with pytest.raises(
        ClientError, match="Not authorized to perform sts:AssumeRoleWithWebIdentity"
    ):
        runner.sign_in(role(task), claims)


def test_subjects_may_have_ids_behind_their_names(runner: Runner) -> None:
    for between in ("-", "@"):
        subject = f"repo:octo-org{between}1/predictors{between}2:environment:dev"
        assert runner.sign_in(role("deploy"), {**EVENTS["push"], "sub": subject})


def test_the_comparing_role_changes_nothing(runner: Runner) -> None:
    signed_in = runner.sign_in(role("diff"), EVENTS["pull_request"])
    cloudformation = runner.client("cloudformation", signed_in)
    assert cloudformation.get_template(StackName="autogluon-dev-foundation")["TemplateBody"]
    with pytest.raises(ClientError, match="is not authorized to perform: cloudformation:Delete"):
        cloudformation.delete_stack(StackName="autogluon-dev-foundation")


def test_the_deploying_role_changes_stacks_of_its_environment_only(runner: Runner) -> None:
    signed_in = runner.sign_in(role("deploy"), EVENTS["push"])
    cloudformation = runner.client("cloudformation", signed_in)
    for stack in ("autogluon-prod-foundation", "CDKToolkit", "another"):
        with pytest.raises(ClientError, match="is not authorized"):
            cloudformation.delete_stack(StackName=stack)


def test_everything_is_taken_down_again(runner: Runner) -> None:
    runner.settings.write_text(SETTINGS)
    answer = runner.shell.run("destroy", "-e", "dev", "--yes")
    assert answer.code == 0, answer.stderr
    iam = runner.client("iam", runner.aws.environment)
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []
