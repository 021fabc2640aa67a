"""Delivery by Git, from an empty account: the written workflow's steps run in order.

Left out are what a Git host's machine has already (`GIVEN`) and `Install`, which downloads.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
import yaml
from botocore.exceptions import ClientError

from tests.e2e.cli_support import Answer
from tests.e2e.git_machine import (
    ACCOUNT,
    GitMachine,
    change_by_hand,
    git_machine,
    role,
    settings,
)
from tests.e2e.page_run import run_page

# It deploys an environment of its own.
pytestmark = pytest.mark.long

PAGE = "docs/how-to/delivery.md"
REPOSITORY = "octo-org/predictors"
ISSUER = "https://token.actions.githubusercontent.com"
MAIN = "refs/heads/main"
SETTINGS = settings(f"{{host: github, repository: {REPOSITORY}}}")
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


@dataclass(frozen=True)
class Runner:
    """GitHub's machine."""

    machine: GitMachine

    def run(self, job: str, event: str) -> Answer:
        """Run a job's steps until one fails, as `event` would."""
        workflow = yaml.load(
            (self.machine.folder / ".github/workflows/autogluon.yml").read_text(), yaml.BaseLoader
        )
        described = workflow["jobs"][job]
        assert f"github.event_name == '{event}'" in described["if"]
        variables = self.machine.without_keys
        out, err = "", ""
        for step in described["steps"]:
            if step.get("uses", "").startswith(GIVEN) or step.get("name") == "Install":
                continue
            if "uses" in step:
                assert step["uses"].startswith("aws-actions/configure-aws-credentials@")
                variables |= self.sign_in(step["with"]["role-to-assume"], EVENTS[event])
                continue
            done = self.machine.run_lines(step["run"], variables | OF_THE_HOST)
            out, err = out + done.stdout, err + done.stderr
            if done.returncode != 0:
                return Answer(done.returncode, out, err)
        return Answer(0, out, err)

    def sign_in(self, role_arn: str, claims: Mapping[str, str]) -> dict[str, str]:
        """Return the variables of a role's credentials, as the action exports them."""
        token = self.machine.identity_token(ISSUER, {"repository": REPOSITORY, **claims})
        return self.machine.sign_in(role_arn, token)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """A repository whose environment a person has deployed once, with the workflow written."""
    folder = tmp_path_factory.mktemp("repository")
    with git_machine(folder, tmp_path_factory.mktemp("aws"), SETTINGS) as machine:
        (folder / "config" / "prod.yaml").write_text(SETTINGS.replace(ACCOUNT, "210987654321"))
        comment = folder / "bin" / "gh"
        comment.write_text(f'#!/bin/sh\necho "$@" >> {folder}/gh.txt\n')
        comment.chmod(comment.stat().st_mode | stat.S_IXUSR)
        run_page(PAGE, folder, machine.shell.environment)
        # There is one account here: the pipeline of `dev` alone runs.
        answer = machine.shell.run("ci", "github", "dev", "--force")
        assert answer.code == 0, answer.stderr
        yield Runner(machine)


def test_a_pull_request_that_breaks_a_setting_stops_with_its_sentence(runner: Runner) -> None:
    runner.machine.settings.write_text(SETTINGS.replace("ml.m5.large", "ml.m5.tiny"))
    answer = runner.run("validate", "pull_request")
    runner.machine.settings.write_text(SETTINGS)
    assert answer.code == 2
    assert "predictors.housing.endpoint.instance_type: got 'ml.m5.tiny'" in answer.stderr


def test_a_merge_changes_what_the_pull_request_showed(runner: Runner) -> None:
    runner.machine.settings.write_text(SETTINGS.replace("ml.m5.large", "ml.m5.xlarge"))
    assert runner.run("validate", "pull_request").code == 0
    compared = runner.run("compare", "pull_request")
    assert compared.code == 0, compared.stderr
    shown = (runner.machine.folder / "autogluon-diff.md").read_text()
    assert "<details><summary>HousingEndpoint</summary>" in shown
    assert "ml.m5.xlarge" in shown
    assert shown.startswith("<!-- agcdk diff -->")
    told = (runner.machine.folder / "gh.txt").read_text()
    assert told.splitlines()[-1] == "pr comment 7 --body-file autogluon-diff.md"

    deployed = runner.run("deploy-dev", "push")
    assert deployed.code == 0, deployed.stderr
    assert runner.run("drift-dev", "schedule").code == 0


def test_a_stack_changed_by_hand_is_told_in_the_morning(runner: Runner) -> None:
    change_by_hand(runner.machine, "autogluon-dev-delivery")
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
    cloudformation = runner.machine.client("cloudformation", signed_in)
    assert cloudformation.get_template(StackName="autogluon-dev-foundation")["TemplateBody"]
    with pytest.raises(ClientError, match="is not authorized to perform: cloudformation:Delete"):
        cloudformation.delete_stack(StackName="autogluon-dev-foundation")


def test_the_deploying_role_changes_stacks_of_its_environment_only(runner: Runner) -> None:
    signed_in = runner.sign_in(role("deploy"), EVENTS["push"])
    cloudformation = runner.machine.client("cloudformation", signed_in)
    for stack in ("autogluon-prod-foundation", "CDKToolkit", "another"):
        with pytest.raises(ClientError, match="is not authorized"):
            cloudformation.delete_stack(StackName=stack)


def test_everything_is_taken_down_again(runner: Runner) -> None:
    runner.machine.settings.write_text(SETTINGS)
    answer = runner.machine.shell.run("destroy", "-e", "dev", "--yes")
    assert answer.code == 0, answer.stderr
    iam = runner.machine.client("iam", runner.machine.aws.environment)
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []
