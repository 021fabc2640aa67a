"""`agcdk explain`: the largest contributions of each row, and what to ask where there are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.account import FakeAws
from tests.fakes.sandbox import LIVE_MODEL_PARAMETER, PACKAGE
from tests.unit.cli.terminal import Terminal

ROW = {"class": "b", "a_proba": 0.2, "b_proba": 0.8, "age_contribution": 0.25,
       "job_contribution": -1.5, "base_contribution": 0.1}  # fmt: skip


@pytest.fixture
def aws() -> FakeAws:
    found = FakeAws(container=lambda _, body: json.dumps(ROW).encode())
    found.ssm.values[LIVE_MODEL_PARAMETER] = PACKAGE
    Path("new.csv").write_text("age,job\n39,chef\n")
    return found


@pytest.fixture(autouse=True)
def in_folder(folder: Path) -> None:
    """Have `aws` write its file where the terminal is."""


def test_the_largest_contributions_come_first(terminal: Terminal, aws: FakeAws) -> None:
    code, out, err = terminal.run("explain", "income", "new.csv", "--model", "LightGBM")
    assert code == 0, err
    assert "job -1.5, age +0.25" in out
    assert "base" not in out
    assert aws.runtime.attributes == ["contributions=true;model=LightGBM"]
    assert "age" not in terminal.run("explain", "income", "new.csv", "--top", "1")[1]


def test_all_of_them_are_written(terminal: Terminal) -> None:
    assert terminal.run("explain", "income", "new.csv", "--output", "all.csv")[0] == 0
    assert Path("all.csv").read_text() == "class,age,job,base\nb,0.25,-1.5,0.1\n"
    found = terminal.json("explain", "income", "new.csv")
    assert found["explanations"] == [{"class": "b", "age": 0.25, "job": -1.5, "base": 0.1}]


@pytest.mark.parametrize(
    ("command", "allowed", "following"),
    [
        ("explain income new.csv", ["LightGBM"], "agcdk explain income new.csv --model LightGBM"),
        ("explain income new.csv", [], "agcdk runs"),
        (
            "predict income new.csv --contributions",
            ["LightGBM"],
            "agcdk predict income new.csv --contributions --model LightGBM",
        ),
    ],
)
def test_a_model_that_has_none_is_named_with_one_that_has(
    terminal: Terminal, aws: FakeAws, command: str, allowed: list[str], following: str
) -> None:
    def refuse(*_: Any) -> bytes:
        refusal = {"detail": "Model has none.", "code": "no_contributions", "allowed": allowed}
        raise aws.runtime.exceptions.ModelError(
            {
                "Error": {"Code": "ModelError", "Message": ""},
                "OriginalStatusCode": 400,
                "OriginalMessage": json.dumps(refusal),
            },
            "InvokeEndpoint",
        )

    aws.runtime.container = refuse
    code, _, err = terminal.run(*command.split())
    assert code == 2
    assert "Model has none." in err
    assert f"Next:  {following}\n" in err
