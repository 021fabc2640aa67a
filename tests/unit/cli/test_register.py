"""`agcdk register` makes a version of an artifact and says what follows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fakes.account import FakeAws
from tests.integration.standalone import archive
from tests.unit.cli.terminal import Terminal

SCHEMA = {
    "version": 1,
    "type": "tabular",
    "label": "class",
    "problem_type": "binary",
    "classes": ["a", "b"],
    "features": [{"name": "age"}],
}


@pytest.fixture
def artifact(folder: Path) -> str:
    files = {"feature_schema.json": json.dumps(SCHEMA), "version.txt": "1.6.3", "model": "x"}
    (folder / "model.tar.gz").write_bytes(archive(files))
    return "model.tar.gz"


def test_a_version_and_the_next_command_are_printed(
    terminal: Terminal, aws: FakeAws, artifact: str
) -> None:
    Path("good.json").write_text('{"roc_auc": 0.95}')
    _, out, err = terminal.run("register", "income", artifact, "--metrics", "good.json")
    assert f"{artifact} is now version 1 of income (Approved: roc_auc 0.95" in out
    assert out.rstrip().endswith("Next: agcdk on income --model 1")
    assert "SHA-256" in err
    _, again, _ = terminal.run("register", "income", artifact)
    assert f"{artifact} is here already as version 1 of income" in again
    assert terminal.json("register", "income", artifact)["was_here"] is True
    assert len(aws.sagemaker.registrations) == 1


def test_a_version_that_waits_is_to_be_approved(terminal: Terminal, artifact: str) -> None:
    _, out, _ = terminal.run("register", "income", artifact, "--on")
    assert "PendingManualApproval" in out
    assert out.rstrip().endswith("Next: agcdk approve income 1")


@pytest.mark.parametrize("text", ['{"roc_auc": NaN}', '{"roc_auc": Infinity}'])
def test_metrics_that_are_not_finite_are_refused(
    terminal: Terminal, aws: FakeAws, artifact: str, text: str
) -> None:
    Path("m.json").write_text(text)
    code, _, err = terminal.run("register", "income", artifact, "--metrics", "m.json")
    assert code == 2
    assert "metrics: m.json is not a JSON object of finite numbers." in err
    assert aws.sagemaker.registrations == []
