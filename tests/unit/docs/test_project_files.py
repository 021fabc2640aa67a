"""CI, templates, changelog and architecture decisions have the parts that readers rely on."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests.never_empty import never_empty
from tests.pages import ROOT

_DECISIONS = sorted((ROOT / "docs" / "adr").glob("0*.md"))
_FORMS = [
    path for path in sorted((ROOT / ".github/ISSUE_TEMPLATE").iterdir()) if path.stem != "config"
]


def test_ci_runs_make_test_on_the_oldest_python_with_time_limits() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    steps = {step["run"]: step for step in job["steps"] if "run" in step}
    python = next(step["with"] for step in job["steps"] if "setup-python" in step.get("uses", ""))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert job["runs-on"].startswith("ubuntu-")
    assert f">={python['python-version']}" == project["requires-python"]
    assert [run for run in steps if run.startswith("make ")] == ["make setup-dev", "make test"]
    assert sum(step["timeout-minutes"] for step in steps.values()) <= job["timeout-minutes"]


@pytest.mark.parametrize("path", _FORMS, ids=lambda path: path.name)
def test_an_issue_form_has_what_github_requires(path: Path) -> None:
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    ids = [field["id"] for field in form["body"]]
    assert form["name"]
    assert form["description"]
    assert len(ids) == len(set(ids)) > 0
    assert all(field["attributes"]["label"] for field in form["body"])


def test_hooks_download_nothing_but_packages() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repository["repo"] for repository in config["repos"]] == ["local"]


def test_the_changelog_has_the_projects_version_below_unreleased() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    headings = re.findall(
        r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M
    )
    assert headings[:2] == ["Unreleased", project["version"]]


@pytest.mark.parametrize("path", _DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_status_date_and_alternatives_and_is_listed(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    parts = re.findall(r"^\*\*(\w+)\.\*\*", text, re.M)
    index = (ROOT / "docs" / "adr" / "index.md").read_text(encoding="utf-8")

    assert text.startswith(f"# {int(path.stem[:4])}. ")
    assert parts == ["Status", "Context", "Decision", "Alternatives", "Consequences"]
    assert re.search(r"^\*\*Status\.\*\* \w+, \d{4}-\d\d-\d\d", text, re.M)
    assert f"({path.name})" in index


def test_the_wheels_pins_are_those_of_the_requirement_files() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    texts = [
        (ROOT / name).read_text("utf-8") for name in ("requirements.txt", "requirements-local.txt")
    ]
    deployer, local = [{line for line in text.splitlines() if "==" in line} for text in texts]
    assert {*project["dependencies"], *extras["frames"], *extras["deploy"]} == deployer
    assert {*extras["embedded"]} - {"autogluon-cdk[deploy]"} == local


def test_airflow_is_tested_with_the_wheels_own_pins() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    installed = (ROOT / "requirements-airflow.txt").read_text("utf-8").splitlines()
    pins = {*project["dependencies"], *project["optional-dependencies"]["airflow"]}
    assert pins <= set(installed)


# Siblings of one kind may be more: a newcomer knows which of them to open by their names.
_SIBLINGS = {
    "client/autogluon_cli/commands": "one command each",
    "contracts/autogluon_contracts/documents": "one document each",
    "embedded/embedded_aws/cloudformation/resources": "one resource type each",
    "lambda/autogluon_lambdas/handlers": "one function each",
}
_MOST_MODULES = 24


def test_a_folder_of_the_product_holds_few_modules_or_siblings_of_one_kind() -> None:
    sides = ("benchmarks", "client", "constructs", "containers", "contracts", "demo", "embedded")
    modules = never_empty(
        path
        for side in (*sides, "lambda", "scripts", "stacks")
        for path in (ROOT / side).rglob("*.py")
    )
    counts = Counter(str(path.parent.relative_to(ROOT)) for path in modules)
    assert {folder for folder, count in counts.items() if count > _MOST_MODULES} == set(_SIBLINGS)
