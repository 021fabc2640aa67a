"""`agcdk predict`: where the file may be, and what is shown while its rows are predicted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fakes.account import FakeAws
from tests.fakes.sandbox import LIVE_MODEL_PARAMETER, PACKAGE
from tests.unit.cli.terminal import Terminal

_HEADER = "age\n"


@pytest.fixture
def aws() -> FakeAws:
    """`income` is in service and answers each row with its age as the label."""

    def container(_: str, body: bytes) -> bytes:
        ages = body.decode().removeprefix(_HEADER).split()
        return "\n".join(json.dumps({"class": age, "a_proba": 1.0}) for age in ages).encode()

    found = FakeAws(container=container)
    found.ssm.values[LIVE_MODEL_PARAMETER] = PACKAGE
    return found


def _rows(count: int) -> str:
    return _HEADER + "".join(f"{age}\n" for age in range(count))


def test_the_rows_that_are_predicted_are_counted(terminal: Terminal) -> None:
    Path("new.csv").write_text(_rows(7000))
    code, out, err = terminal.run("predict", "income", "new.csv")
    assert code == 0, err
    assert len(out.splitlines()) == 7001
    # The header is one of the first request's 5,000 records, but not a row.
    assert err.splitlines() == [
        "  predicting new.csv",
        "  predicting new.csv: 4,999 of 7,000 rows predicted",
        "  predicting new.csv: 7,000 of 7,000 rows predicted",
    ]


def test_a_file_in_s3_is_predicted_as_one_in_the_folder(terminal: Terminal, aws: FakeAws) -> None:
    aws.s3.objects["s3://data/income/new.csv"] = _rows(3).encode()
    answer = terminal.json("predict", "income", "s3://data/income/new.csv")
    assert [row["class"] for row in answer["predictions"]] == ["0", "1", "2"]


def test_unknown_categories_are_noted_beside_the_predictions(
    terminal: Terminal, aws: FakeAws
) -> None:
    Path("new.csv").write_text(_rows(2))
    aws.runtime.told = "engine=direct;unknown_categories=1;unknown_columns=city"
    _, out, err = terminal.run("predict", "income", "new.csv")
    assert out.splitlines()[0] == "class,a_proba"
    assert err.splitlines()[-1] == (
        'Note: 1 cell holds a category that training did not see, in "city"; it counts as missing.'
    )
    assert terminal.json("predict", "income", "new.csv")["unknown_categories"] == 1


def test_labels_only_leaves_the_probabilities_out(terminal: Terminal) -> None:
    Path("new.csv").write_text(_rows(2))
    assert terminal.run("predict", "income", "new.csv")[1] == "class,a_proba\n0,1.0\n1,1.0\n"
    assert terminal.run("predict", "income", "new.csv", "--labels-only")[1] == "class\n0\n1\n"


def test_contributions_follow_the_prediction(terminal: Terminal, aws: FakeAws) -> None:
    answer = {"class": "a", "a_proba": 0.9, "age_contribution": 0.5, "base_contribution": 0.1}
    aws.runtime.container = lambda *_: json.dumps(answer).encode()
    Path("new.csv").write_text(_rows(1))
    code, out, err = terminal.run(
        "predict", "income", "new.csv", "--contributions", "--labels-only"
    )
    assert (code, out) == (0, "class,age_contribution,base_contribution\na,0.5,0.1\n"), err
    assert aws.runtime.attributes == ["contributions=true"]


@pytest.mark.parametrize("options", [[], ["--labels-only"]])
def test_quantiles_are_printed_with_a_column_for_each_level(
    terminal: Terminal, aws: FakeAws, options: list[str]
) -> None:
    aws.runtime.container = lambda *_: b'{"0.1": 1.5, "0.9": 3.5}'
    Path("new.csv").write_text(_rows(1))
    code, out, err = terminal.run("predict", "income", "new.csv", *options)
    assert (code, out) == (0, "0.1,0.9\n1.5,3.5\n"), err


def test_an_object_that_is_not_there_gets_a_sentence(terminal: Terminal) -> None:
    code, _, err = terminal.run("predict", "income", "s3://data/income/new.csv")
    assert code == 2
    assert "Object s3://data/income/new.csv not found" in err
    assert "aws s3 ls s3://data/income/" in err


def test_a_file_that_is_not_there_is_refused_before_anything_is_asked(terminal: Terminal) -> None:
    code, _, err = terminal.run("predict", "income", "nwe.csv")
    assert (code, "File nwe.csv not found" in err) == (2, True)
