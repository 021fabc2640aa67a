"""A script makes training data, a profile describes them, training takes them: the page's story."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli_support import Shell, standalone_shell
from tests.e2e.page_run import run_page, workspace
from tests.integration.standalone import ROOT, StandaloneAws

# It deploys an environment of its own.
pytestmark = pytest.mark.long

PAGE = "docs/how-to/processing.md"
# The names of its roles are those of the recorded environment: docs/reference/iam-report.md.
SETTINGS = "config/sandbox.yaml"


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shell, dict[str, Any]]]:
    """A terminal in an environment with the example's step, after all of the page's code ran."""
    folder = workspace(tmp_path_factory.mktemp("person"))
    example = ROOT / "examples" / "processing"
    Path(folder, SETTINGS).write_text((example / "processing.yaml").read_text())
    shutil.copy(example / "features.py", folder / "config")
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        shell = standalone_shell(aws, folder)
        shell.json("deploy", "--bootstrap")
        left = run_page(PAGE, folder, shell.environment, "done")
        yield shell, left


def test_the_scripts_outputs_train_a_model(person: tuple[Shell, dict[str, Any]]) -> None:
    shell, left = person
    [run] = shell.json("runs", "income", "--kind", "train")["runs"]
    assert run["status"] == "Completed"
    assert run["input"]["train_data"] == left["done"].outputs["train"]
    assert left["done"].files == {"train": 1, "test": 1}


def test_the_profile_describes_data_as_training_reads_them(
    person: tuple[Shell, dict[str, Any]],
) -> None:
    shell, _ = person
    page = (shell.folder / "profile.html").read_text()
    assert "12 test rows (0.2 %) are training rows too" in page
    assert "“native-country”" in page
    profiles = [
        run
        for run in shell.json("runs", "income", "--kind", "process")["runs"]
        if run["input"].get("step") == "profile"
    ]
    assert [run["status"] for run in profiles] == ["Completed"]


def test_the_log_is_what_the_script_printed(person: tuple[Shell, dict[str, Any]]) -> None:
    shell, _ = person
    printed = shell.run("logs", "features-1").stdout
    assert "26,049 rows in 1 files" in printed
    assert "5,208 rows for test" in printed  # a fifth of those that do not repeat


def test_a_failing_script_and_a_wrong_input_are_told_in_one_sentence(
    person: tuple[Shell, dict[str, Any]],
) -> None:
    shell, _ = person
    failed = shell.run("process", "income", "--input", "raw=train.csv", "--argument=--nonsense")
    assert failed.code == 1
    assert "features.py ended with exit code 2" in failed.stderr
    assert "unrecognized arguments: --nonsense" in failed.stderr
    refused = shell.run("process", "income")
    assert refused.code == 2
    assert "input.inputs.raw: missing" in refused.stderr


def test_what_a_run_left_can_be_deleted(person: tuple[Shell, dict[str, Any]]) -> None:
    shell, _ = person
    [deleted] = shell.json("delete", "income", "--run", "features-1", "--yes")["deleted"]
    assert deleted["objects"] == 3  # two outputs, and the job's document
