"""The live model is trained further: its threshold by new rows, its lineage in the registry."""

from __future__ import annotations

from pathlib import Path

import pytest

from autogluon_demo.cdk import ROOT
from tests.e2e.cli_support import Shell, prepared_shell
from tests.e2e.support import Account, Trained

_METHOD = "calibrate_decision_threshold"


@pytest.fixture(scope="module")
def terminal(account: Account, income: Trained, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return prepared_shell(account, tmp_path_factory.mktemp("further"))


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Files of other people: some to learn from, some to measure on."""
    header, *rows = (ROOT / "examples/income/test.csv").read_text("utf-8").splitlines()
    folder = tmp_path_factory.mktemp("halves")
    parts = {"new.csv": rows[:600], "later.csv": rows[600:1200]}
    for name, part in parts.items():
        (folder / name).write_text("\n".join([header, *part]) + "\n", encoding="utf-8")
    new, later = (str(folder / name) for name in parts)
    return new, later


def test_the_live_models_threshold_follows_new_rows(
    terminal: Shell, income: Trained, halves: tuple[str, str]
) -> None:
    new, later = halves

    answer = terminal.run(
        "train", "income", new, "--test", later, "--from", "live", "--method", _METHOD,
        "--fit", "metric=f1", "--name", "threshold", "--no-promote",
    )  # fmt: skip

    assert answer.code == 0, answer.stderr
    parent = income.output["model_package_arn"]
    output = terminal.json("show", "threshold")["output"]
    assert output["parent"] == {
        "method": _METHOD,
        "model": parent,
        "run": income.output["run"],
        "sha256": income.output["artifact_sha256"],
    }
    assert output["best_model"] == income.output["best_model"]
    listed = terminal.json("models", "income")["models"]
    (made,) = [item for item in listed if item["arn"] == output["model_package_arn"]]
    assert (made["parent"], made["method"]) == (parent, _METHOD)
    assert f"{parent.rpartition('/')[2]}, {_METHOD}" in terminal.run("models", "income").stdout


def test_what_the_live_model_lacks_is_refused_before_a_job(
    terminal: Shell, halves: tuple[str, str], tmp_path: Path
) -> None:
    answer = terminal.run("train", "income", halves[0], "--from", "live", "--name", "more-rows")

    assert answer.code != 0
    assert "holds neither its training data nor all its models" in answer.stderr
    assert terminal.json("show", "more-rows")["job"] is None
    reworded = tmp_path / "reworded.csv"
    text = Path(halves[0]).read_text("utf-8").replace("age,", "years,", 1)
    reworded.write_text(text, encoding="utf-8")
    answer = terminal.run(
        "train", "income", str(reworded), "--test", halves[1], "--from", "live", "--method",
        _METHOD, "--fit", "metric=f1", "--name", "other-columns",
    )  # fmt: skip
    assert 'lacks "age" and has also "years"' in answer.stderr
