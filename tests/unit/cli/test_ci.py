"""`agcdk ci` writes pipelines that their hosts accept, for the roles that the stacks make."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from autogluon_cli.pipelines import pipeline
from tests.unit.cli.terminal import Terminal

SETTINGS = """
account: "{account}"
region: eu-central-1
delivery: {{host: {host}, repository: octo-org/predictors, branch: {branch}}}
"""
WORKFLOW, PIPELINE = Path(".github/workflows/autogluon.yml"), Path(".gitlab-ci.yml")


def declare(
    name: str, host: str = "github", account: int = 123456789012, branch: str = "main"
) -> None:
    Path("config").mkdir(exist_ok=True)
    text = SETTINGS.format(account=account, host=host, branch=branch)
    Path(f"config/{name}.yaml").write_text(text)


def check(schema: str, file: Path) -> None:
    """Check a file against a schema that its host publishes."""
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def github(terminal: Terminal, *names: str) -> dict[str, Any]:
    code, _, err = terminal.run("ci", "github", *names)
    assert code == 0, err
    check("vendor.github-workflows", WORKFLOW)
    found: dict[str, Any] = yaml.load(WORKFLOW.read_text(), yaml.BaseLoader)
    return found


def test_github_deploys_one_environment_after_the_other(terminal: Terminal, folder: Path) -> None:
    declare("dev")
    declare("prod", account=210987654321)
    workflow = github(terminal, "dev", "prod")
    jobs = workflow["jobs"]
    assert list(jobs) == [
        *("validate", "compare", "deploy-dev", "deploy-prod", "drift-dev", "drift-prod"),
    ]
    assert "needs" not in jobs["deploy-dev"]
    assert jobs["deploy-prod"]["needs"] == "deploy-dev"
    assert jobs["deploy-prod"]["environment"] == "prod"
    roles = {
        name: [
            step["with"]["role-to-assume"] for step in job["steps"] if "aws" in step.get("uses", "")
        ]
        for name, job in jobs.items()
    }
    dev = "arn:aws:iam::123456789012:role/autogluon-dev-eu-central-1"
    prod = "arn:aws:iam::210987654321:role/autogluon-prod-eu-central-1"
    assert roles["compare"] == [f"{dev}-diff", f"{prod}-diff"]
    assert roles["deploy-prod"] == [f"{prod}-deploy"]
    assert roles["drift-prod"] == [f"{prod}-diff"]
    assert roles["validate"] == []


def test_only_jobs_that_sign_in_get_a_token(terminal: Terminal, folder: Path) -> None:
    declare("dev")
    workflow = github(terminal)
    assert workflow["permissions"] == {"contents": "read"}
    tokens = {name for name, job in workflow["jobs"].items() if "id-token" in job["permissions"]}
    assert tokens == {"compare", "deploy-dev", "drift-dev"}


def test_gitlab_waits_for_a_person_before_the_second(terminal: Terminal, folder: Path) -> None:
    declare("dev", "gitlab")
    declare("prod", "gitlab")
    code, out, err = terminal.run("ci", "gitlab", "dev", "prod")
    assert code == 0, err
    assert "Build > Pipeline schedules" in out
    check("vendor.gitlab-ci", PIPELINE)
    jobs = yaml.safe_load(PIPELINE.read_text())
    assert "when" not in jobs["deploy-dev"]["rules"][0]
    assert jobs["deploy-prod"]["rules"][0]["when"] == "manual"
    assert jobs["deploy-prod"]["needs"] == ["deploy-dev"]
    assert "id_tokens" not in jobs[jobs["validate"]["extends"]]
    assert "$CI_MERGE_REQUEST_SOURCE_PROJECT_PATH" in jobs["compare-dev"]["rules"][0]["if"]
    assert jobs["deploy-prod"]["variables"]["AWS_ROLE_ARN"].endswith("prod-eu-central-1-deploy")


def test_a_file_of_ones_own_is_replaced_only_when_told(terminal: Terminal, folder: Path) -> None:
    declare("dev")
    github(terminal)
    github(terminal)  # the same again
    WORKFLOW.write_text("name: mine\n")
    code, _, err = terminal.run("ci", "github", "dev")
    assert (code, WORKFLOW.read_text()) == (2, "name: mine\n")
    assert "exists and differs" in err
    assert "agcdk ci github dev --force" in err
    assert terminal.run("ci", "github", "dev", "--force")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (
            ["github"],
            "In which order does a change reach the environments? There are: dev, lab, old.",
        ),
        (["github", "dev", "lab"], "config/lab.yaml: delivery: host is 'gitlab'."),
        (["gitlab", "old"], "config/old.yaml: delivery: missing."),
        (["github", "dev", "absent"], "Settings file config/absent.yaml not found"),
    ],
)
def test_what_has_no_pipeline_is_told(
    terminal: Terminal, folder: Path, arguments: list[str], problem: str
) -> None:
    declare("dev")
    declare("lab", "gitlab")
    Path("config/old.yaml").write_text("predictors: {}\n")
    code, _, err = terminal.run("ci", *arguments)
    assert code == 2
    assert problem in err
    assert not WORKFLOW.exists()


def test_an_environment_is_named_once(terminal: Terminal, folder: Path) -> None:
    declare("dev")
    code, _, err = terminal.run("ci", "github", "dev", "dev")
    assert (code, WORKFLOW.exists()) == (2, False)
    assert "dev is named twice" in err


def test_several_environments_share_one_comment(terminal: Terminal, folder: Path) -> None:
    declare("dev")
    declare("prod", account=210987654321)
    steps = github(terminal, "dev", "prod")["jobs"]["compare"]["steps"]
    shares = [step["run"] for step in steps if step.get("name", "").startswith("Compare")]
    assert len(shares) == 2
    assert all("--longest 30000 " in share for share in shares)


def test_a_wheel_asks_how_ci_installs_it(
    terminal: Terminal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "IS_CHECKOUT", False)
    declare("dev")
    code, _, err = terminal.run("ci", "github", "dev")
    assert (code, WORKFLOW.exists()) == (2, False)
    assert "How does CI install agcdk?" in err
    install = "pip install --index-url https://pypi.example.com 'autogluon-cdk[deploy]'"
    assert terminal.run("ci", "github", "dev", "--install", install)[0] == 0
    steps = yaml.load(WORKFLOW.read_text(), yaml.BaseLoader)["jobs"]["validate"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == [
        install,
        "agcdk validate --environment dev",
    ]
    assert install.split()[-1].strip("'") in WORKFLOW.read_text().splitlines()[0]


def test_one_pipeline_deploys_one_branch(terminal: Terminal, folder: Path) -> None:
    declare("dev")
    declare("prod", branch="release")
    _, _, err = terminal.run("ci", "github", "dev", "prod")
    assert "different branches in delivery: main, release" in err
