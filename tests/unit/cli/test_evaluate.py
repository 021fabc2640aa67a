"""`agcdk evaluate`: the endpoint's score on a file with the label."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fakes.account import FakeAws
from tests.fakes.sandbox import LIVE_MODEL_PARAMETER, PACKAGE
from tests.unit.cli.terminal import Terminal

_SCHEMA = {
    "version": 1,
    "label": "class",
    "problem_type": "binary",
    "classes": ["no", "yes"],
    "positive_class": "yes",
    "features": [{"name": "age", "kind": "int", "dtype": "int64", "nullable": False}],
}


@pytest.fixture
def aws() -> FakeAws:
    """Version 3 is live and answers `yes` from 40 on."""

    def container(_: str, body: bytes) -> bytes:
        ages = [int(line.split(",")[0]) for line in body.decode().splitlines()[1:]]
        return "\n".join(
            json.dumps({"class": ["no", "yes"][age >= 40], "no_proba": 1 - age / 100,
                        "yes_proba": age / 100})
            for age in ages
        ).encode()  # fmt: skip

    found = FakeAws(container=container)
    found.sagemaker.add_package(3)
    found.s3.objects["s3://artifacts/income/runs/job-3/report/feature_schema.json"] = json.dumps(
        _SCHEMA
    ).encode()
    found.ssm.values[LIVE_MODEL_PARAMETER] = PACKAGE
    return found


def test_the_live_model_is_scored_by_the_endpoint(terminal: Terminal) -> None:
    Path("new.csv").write_text("age,class\n20,no\n45,yes\n50,no\n60,yes\n")
    found = terminal.json("evaluate", "income", "new.csv")
    assert (found["version"], found["rows"]) == (3, 4)
    assert found["answered_by"] == {"endpoint": "autogluon-sandbox-income"}
    assert found["metrics"]["accuracy"] == 0.75
    assert found["metrics"]["log_loss"] < 0
    code, out, err = terminal.run("evaluate", "income", "new.csv")
    assert code == 0, err
    assert "-" not in out.partition("log_loss")[2].partition("\n")[0]
    assert "In training, roc_auc was 0.93" in out


def test_a_file_without_the_label_is_refused_before_anything_is_predicted(
    terminal: Terminal, aws: FakeAws
) -> None:
    Path("new.csv").write_text("age,clas\n20,no\n")
    code, _, err = terminal.run("evaluate", "income", "new.csv")
    assert (code, aws.runtime.bodies) == (2, [])
    assert 'new.csv has no column "class" (did you mean "clas"?)' in err


def test_a_predictor_that_is_off_gets_the_way_without_an_endpoint(
    terminal: Terminal, aws: FakeAws
) -> None:
    aws.ssm.values[LIVE_MODEL_PARAMETER] = "none"
    Path("new.csv").write_text("age,class\n20,no\n")
    code, _, err = terminal.run("evaluate", "income", "new.csv")
    assert code == 3
    assert "Next:  agcdk evaluate income new.csv --model latest" in err
