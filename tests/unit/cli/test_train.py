"""Starting to train: what is wrong with the label is told before anything is sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fakes.account import FakeAws
from tests.fakes.sandbox import SPEC_PARAMETER, spec
from tests.unit.cli.terminal import Terminal


@pytest.mark.parametrize("data", ["t.csv", "s3://data/t.csv"])
def test_a_label_that_nobody_named_is_asked_for(
    terminal: Terminal, aws: FakeAws, data: str
) -> None:
    aws.ssm.values[SPEC_PARAMETER] = spec(init_args={})
    Path("t.csv").write_text("x,y\n1,2\n")
    code, _, err = terminal.run("train", "income", data)
    assert code == 2
    assert "Predictor 'income' has no label in its settings. Add --init label=COLUMN." in err
    assert "None" not in err
    assert aws.states.executions == {}


def test_a_label_that_the_command_names_is_enough(terminal: Terminal, aws: FakeAws) -> None:
    aws.ssm.values[SPEC_PARAMETER] = spec(init_args={})
    options = ["--init", "label=y", "--no-wait"]
    started = terminal.json("train", "income", "s3://data/t.csv", *options)
    asked = json.loads(aws.states.executions[started["execution_arn"]]["input"])
    assert asked["init_args"] == {"label": "y"}


def test_a_label_in_other_letters_names_the_column(terminal: Terminal, aws: FakeAws) -> None:
    Path("t.csv").write_text("x,Class\n1,2\n")
    code, _, err = terminal.run("train", "income", "t.csv")
    assert code == 2
    assert '"class" not found in t.csv (did you mean "Class"?); columns: x, Class.' in err
    assert aws.states.executions == {}


def test_a_folder_that_the_type_does_not_read_is_not_uploaded(
    terminal: Terminal, aws: FakeAws
) -> None:
    Path("t.csv").write_text("class,y\n1,2\n")
    Path("photos").mkdir()
    Path("photos/a.png").write_bytes(b"x")
    code, _, err = terminal.run("train", "income", "t.csv", "--images", "photos")
    assert code == 2
    assert "--images is for predictors of the type multimodal; 'income' is tabular" in err
    assert err.rstrip().endswith("Next:  agcdk train income t.csv")
    assert not [uri for uri in aws.s3.objects if "a.png" in uri or "t.csv" in uri]
    aws.ssm.values[SPEC_PARAMETER] = spec(type="multimodal")
    started = terminal.json("train", "income", "t.csv", "--images", "photos", "--no-wait")
    asked = json.loads(aws.states.executions[started["execution_arn"]]["input"])
    assert f"{asked['images']}a.png" in aws.s3.objects


def test_static_features_are_uploaded_for_time_series(terminal: Terminal, aws: FakeAws) -> None:
    Path("t.csv").write_text("class,y\n1,2\n")
    Path("shops.csv").write_text("shop,city\na,Rome\n")
    given = ["t.csv", "--static", "shops.csv", "--no-wait"]
    code, _, err = terminal.run("train", "income", *given)
    assert code == 2
    assert "--static is for predictors of the type timeseries; 'income' is tabular" in err
    assert not [uri for uri in aws.s3.objects if "shops.csv" in uri]
    aws.ssm.values[SPEC_PARAMETER] = spec(type="timeseries", init_args={"target": "y"})
    started = terminal.json("train", "income", *given)
    asked = json.loads(aws.states.executions[started["execution_arn"]]["input"])
    assert aws.s3.objects[asked["static_features"]] == b"shop,city\na,Rome\n"


def test_a_file_in_the_home_folder_is_uploaded(
    terminal: Terminal, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path("home").absolute()
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    (home / "t.csv").write_text("class,y\n1,2\n")
    started = terminal.json("train", "income", "~/t.csv", "--no-wait")
    asked = json.loads(aws.states.executions[started["execution_arn"]]["input"])
    assert aws.s3.objects[asked["train_data"]] == b"class,y\n1,2\n"


def test_a_file_of_another_kind_than_its_name_says_is_not_uploaded(
    terminal: Terminal, aws: FakeAws
) -> None:
    Path("t.jsonl").write_text("class,y\n1,2\n")
    code, _, err = terminal.run("train", "income", "t.jsonl")
    assert code == 2
    assert "t.jsonl is not JSON. If it is CSV, name it t.csv." in err
    assert not [uri for uri in aws.s3.objects if "t.jsonl" in uri]
