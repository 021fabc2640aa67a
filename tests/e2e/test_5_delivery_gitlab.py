"""Delivery by GitLab, from an empty account: the written pipeline's jobs run in order.

Left out is the line that installs. A job signs in as AWS's SDKs do: with the file of its token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from tests.e2e.cli_support import Answer
from tests.e2e.git_machine import GitMachine, change_by_hand, git_machine, role, settings

pytestmark = pytest.mark.long

PROJECT = "data/ml/predictors"
ISSUER = "https://gitlab.com"
SETTINGS = settings(f"{{host: gitlab, repository: {PROJECT}}}")
# What GitLab sets for a job.
_MERGE_REQUEST = {
    "CI_PIPELINE_SOURCE": "merge_request_event",
    "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": PROJECT,
    "CI_COMMIT_BRANCH": "",
    "CI_COMMIT_REF_NAME": "larger-endpoint",
}
_PUSH = {
    "CI_PIPELINE_SOURCE": "push",
    "CI_COMMIT_BRANCH": "main",
    "CI_COMMIT_REF_NAME": "main",
}
_SCHEDULE = {**_PUSH, "CI_PIPELINE_SOURCE": "schedule"}
_OF_EVERY_JOB = {"CI_PROJECT_PATH": PROJECT, "CI_JOB_ID": "4711"}


def subject(ref: str, project: str = PROJECT) -> str:
    """The subject of a job's token; pipelines of merge requests have their source branch."""
    return f"project_path:{project}:ref_type:branch:ref:{ref}"


def is_met(rule: str, variables: Mapping[str, str]) -> bool:
    """Whether GitLab adds a job by this rule: comparisons of variables, joined by `&&`."""
    compared = [
        re.fullmatch(r'\$(\w+) == (?:"([^"]*)"|\$(\w+))', part) for part in rule.split(" && ")
    ]
    assert all(compared), rule
    return all(
        variables.get(found[1]) == (found[2] if found[3] is None else variables.get(found[3]))
        for found in compared
        if found is not None
    )


@dataclass(frozen=True)
class Runner:
    """GitLab's machine."""

    machine: GitMachine

    def run(self, name: str, pipeline: Mapping[str, str]) -> Answer | None:
        """Run a job's lines until one fails; None where its rules keep it out of the pipeline."""
        variables = {**_OF_EVERY_JOB, **pipeline}
        document = yaml.safe_load((self.machine.folder / ".gitlab-ci.yml").read_text())
        job = inherited(document, name)
        if not any(is_met(rule["if"], variables) for rule in job["rules"]):
            return None
        variables |= job.get("variables", {})
        for token, asked in job.get("id_tokens", {}).items():
            assert asked == {"aud": "sts.amazonaws.com"}
            claims = {"sub": subject(variables["CI_COMMIT_REF_NAME"])}
            variables[token] = self.machine.identity_token(ISSUER, claims)
        install, *before = job["before_script"]
        assert install == "make setup-deploy" or "pip install" in install, install
        done = self.machine.run_lines(
            "\n".join([*before, *job["script"]]), self.machine.without_keys | variables
        )
        return Answer(done.returncode, done.stdout, done.stderr)


def inherited(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A job with what it extends; its own keys win."""
    job = dict(document[name])
    parent = job.pop("extends", None)
    return {**inherited(document, parent), **job} if parent else job


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """A repository whose environment a person has deployed once, with the pipeline written."""
    folder = tmp_path_factory.mktemp("repository")
    with git_machine(folder, tmp_path_factory.mktemp("aws"), SETTINGS) as machine:
        for command in (["deploy", "--bootstrap", "-e", "dev"], ["ci", "gitlab", "dev"]):
            answer = machine.shell.run(*command)
            assert answer.code == 0, answer.stderr
        yield Runner(machine)


def ran(runner: Runner, name: str, pipeline: Mapping[str, str]) -> Answer:
    answer = runner.run(name, pipeline)
    assert answer is not None, f"{name} is not in the pipeline"
    return answer


def test_a_merge_request_that_breaks_a_setting_stops_with_its_sentence(runner: Runner) -> None:
    runner.machine.settings.write_text(SETTINGS.replace("ml.m5.large", "ml.m5.tiny"))
    answer = ran(runner, "validate", _MERGE_REQUEST)
    runner.machine.settings.write_text(SETTINGS)
    assert answer.code == 2
    assert "predictors.housing.endpoint.instance_type: got 'ml.m5.tiny'" in answer.stderr


def test_a_merge_changes_what_the_merge_request_showed(runner: Runner) -> None:
    runner.machine.settings.write_text(SETTINGS.replace("ml.m5.large", "ml.m5.xlarge"))
    assert ran(runner, "validate", _MERGE_REQUEST).code == 0
    assert runner.run("deploy-dev", _MERGE_REQUEST) is None
    compared = ran(runner, "compare-dev", _MERGE_REQUEST)
    assert compared.code == 0, compared.stderr
    shown = (runner.machine.folder / "autogluon-diff.md").read_text()
    assert "<details><summary>HousingEndpoint</summary>" in shown
    assert "ml.m5.xlarge" in shown

    deployed = ran(runner, "deploy-dev", _PUSH)
    assert deployed.code == 0, deployed.stderr
    assert runner.run("compare-dev", _PUSH) is None
    drift = ran(runner, "drift-dev", _SCHEDULE)
    assert drift.code == 0, drift.stderr


def test_a_fork_is_validated_and_never_compared(runner: Runner) -> None:
    fork = {**_MERGE_REQUEST, "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": "someone/predictors"}
    assert ran(runner, "validate", fork).code == 0
    assert runner.run("compare-dev", fork) is None


def test_a_stack_changed_by_hand_is_told_in_the_morning(runner: Runner) -> None:
    change_by_hand(runner.machine, "autogluon-dev-delivery")
    told = ran(runner, "drift-dev", _SCHEDULE)
    assert told.code == 1
    assert "Deployed and declared differ: Delivery." in told.stderr
    assert "by hand" in told.stdout


@pytest.mark.parametrize(
    ("task", "claimed"),
    [
        ("deploy", subject("other")),
        ("deploy", subject("main", "data/ml/other")),
        ("deploy", subject("main").replace("ref_type:branch", "ref_type:tag")),
        ("diff", subject("main", "data/ml/other")),
        ("diff", subject("main").replace("ref_type:branch", "ref_type:tag")),
    ],
)
def test_another_place_gets_no_role(runner: Runner, task: str, claimed: str) -> None:
    token = runner.machine.identity_token(ISSUER, {"sub": claimed})
    with pytest.raises(
        ClientError, match="Not authorized to perform sts:AssumeRoleWithWebIdentity"
    ):
        runner.machine.sign_in(role(task), token)


def test_everything_is_taken_down_again(runner: Runner) -> None:
    runner.machine.settings.write_text(SETTINGS)
    answer = runner.machine.shell.run("destroy", "-e", "dev", "--yes")
    assert answer.code == 0, answer.stderr
    iam = runner.machine.client("iam", runner.machine.aws.environment)
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []
