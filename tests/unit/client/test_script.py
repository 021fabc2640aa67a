"""Endpoints of scripts: rows are sent as CSV with a header, lines of CSV come back."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from autogluon_client import CloudPredictor, ScriptCloudPredictor, ScriptEndpoint
from autogluon_client.errors import (
    EndpointRequestError,
    InvalidArgumentError,
    InvalidDataError,
    NotSupportedError,
)
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import ENDPOINT, spec


def _script(content_type: str, body: bytes) -> bytes:
    """Answer each row with its cell of the column `n`, and a half."""
    assert content_type == "text/csv"
    rows = csv.DictReader(io.StringIO(body.decode()))
    return "".join(f"{row['n']},0.5\n" for row in rows).encode()


def _account(container: Any = _script, answers: tuple[str, ...] = ("class", "share")) -> FakeAws:
    found = FakeAws(
        spec(
            type="script",
            init_args={"label": "class", "problem_type": "binary"},
            fit_args={},
            script={"entry_point": "train.py", "answers": list(answers)},
        ),
        container=container,
    )
    found.sagemaker.add_endpoint()
    return found


def _endpoint(container: Any = _script, answers: tuple[str, ...] = ("class", "share")) -> Any:
    return ScriptEndpoint(ENDPOINT, _account(container, answers))


def test_answers_are_in_the_columns_of_the_settings() -> None:
    frame = pd.DataFrame({"n": ["a", "b"]}, index=["x", "y"])
    table = _endpoint().predict_table(frame)
    expected = pd.DataFrame({"class": ["a", "b"], "share": [0.5, 0.5]}, index=["x", "y"])
    pd.testing.assert_frame_equal(table, expected)
    labels = _endpoint().predict_table(frame, labels_only=True)
    pd.testing.assert_frame_equal(labels, expected[["class"]])
    assert _endpoint().predict_records(frame)[1] == {"class": "b", "share": 0.5}
    assert _endpoint().predict_records(frame, labels_only=True) == [{"class": "a"}, {"class": "b"}]


def test_the_first_column_is_the_label_and_the_others_go_with_it() -> None:
    frame = pd.DataFrame({"n": ["a", "b"]}, index=["x", "y"])
    labels, others = _endpoint().predict_proba(frame)
    pd.testing.assert_series_equal(labels, pd.Series(["a", "b"], ["x", "y"], name="class"))
    pd.testing.assert_frame_equal(others, pd.DataFrame({"share": [0.5, 0.5]}, ["x", "y"]))
    assert _endpoint().predict(frame).tolist() == ["a", "b"]


def test_other_columns_than_the_settings_name_are_numbered() -> None:
    [record] = _endpoint(answers=("class",)).predict_records(pd.DataFrame({"n": ["a"]}))
    assert record == {"answer_1": "a", "answer_2": 0.5}


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1", "", "2"], [1, None, 2]),
        (["1", "2.5"], [1.0, 2.5]),
        (["1", "inf"], [1.0, float("inf")]),
        (["1", "1a"], ["1", "1a"]),
        (["01001", "1002"], ["01001", "1002"]),
        (["1_000", "2"], ["1_000", "2"]),
        (["nan", "1"], ["nan", "1"]),
        (["12345678901234567890", "1"], ["12345678901234567890", "1"]),
        (["True", "False"], [True, False]),
        (["", ""], [None, None]),
    ],
)
def test_a_column_of_answers_has_one_type_in_records_and_tables(
    cells: list[str], values: list[Any]
) -> None:
    def container(*_: Any) -> bytes:
        text = io.StringIO()
        csv.writer(text).writerows([cell] for cell in cells)
        return text.getvalue().encode()

    endpoint = _endpoint(container, ("class",))
    frame = pd.DataFrame({"n": range(len(cells))})
    records = [record["class"] for record in endpoint.predict_records(frame)]
    assert records == values
    assert [type(value) for value in records] == [type(value) for value in values]
    table = endpoint.predict_table(frame)["class"]
    pd.testing.assert_series_equal(table, pd.Series(values, name="class"))


def test_files_of_each_format_are_sent_as_the_same_csv(tmp_path: Path) -> None:
    frame = pd.DataFrame({"n": ["007", "008"], "created_at": [1700000000, 1700000001]})
    frame.to_parquet(tmp_path / "rows.parquet")
    frame.to_json(tmp_path / "rows.jsonl", orient="records", lines=True)
    frame.to_csv(tmp_path / "rows.csv", index=False)
    account = _account()
    endpoint = ScriptEndpoint(ENDPOINT, account)
    for data in (frame, *(tmp_path / f"rows.{ending}" for ending in ("parquet", "jsonl", "csv"))):
        assert endpoint.predict(data).tolist() == ["007", "008"]
    sent = b"n,created_at\n007,1700000000\n008,1700000001\n"
    assert account.runtime.bodies == [sent] * 4


def test_a_missing_value_is_an_empty_cell(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"n": "a", "age": null}\n{"n": "b"}\n')
    account = _account()
    ScriptEndpoint(ENDPOINT, account).predict_records(tmp_path / "rows.jsonl")
    assert account.runtime.bodies == [b"n,age\na,\nb,\n"]


def test_each_request_of_many_rows_has_the_header() -> None:
    account = _account()
    found = ScriptEndpoint(ENDPOINT, account).predict(pd.DataFrame({"n": range(6_000)}))
    assert found.tolist() == list(range(6_000))
    assert len(account.runtime.bodies) > 1
    assert {body.splitlines()[0] for body in account.runtime.bodies} == {b"n"}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.csv", "n\n", "a header but no rows"),
        ("a.jsonl", '{"n": 1}\n[1]\n', "Row 2 of the data has no names of columns"),
    ],
)
def test_data_without_rows_or_names_is_refused_before_it_is_sent(
    tmp_path: Path, name: str, text: str, sentence: str
) -> None:
    (tmp_path / name).write_text(text)
    account = _account()
    with pytest.raises(InvalidDataError, match=sentence):
        ScriptEndpoint(ENDPOINT, account).predict_records(tmp_path / name)
    assert account.runtime.bodies == []


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"a\nb\n", "answered 2 rows to 3"),
        (b"class\na\nb\nc\n", "answered 4 rows to 3"),
        (b"a\nb,1\nc\n", "lines of 1 and of 2 cells"),
    ],
)
def test_an_answer_that_is_not_a_line_for_each_row_is_told(answer: bytes, sentence: str) -> None:
    frame = pd.DataFrame({"n": [1, 2, 3]})
    for call in ("predict_table", "predict_records"):
        with pytest.raises(EndpointRequestError, match=sentence):
            getattr(_endpoint(lambda *_: answer), call)(frame)


def test_what_scripts_do_not_know_is_refused() -> None:
    frame = pd.DataFrame({"n": ["a"]})
    with pytest.raises(NotSupportedError, match="has no contributions"):
        _endpoint().explain(frame)
    with pytest.raises(InvalidArgumentError, match="accept: got 'application/json'"):
        _endpoint().predict(frame, accept="application/json")
    with pytest.raises(TypeError, match="decision_threshold"):
        _endpoint().predict(frame, decision_threshold=0.5)


def test_the_predictor_answers_by_its_endpoint(tmp_path: Path) -> None:
    predictor = CloudPredictor(
        "script", local_output_path=tmp_path, predictor="income", session=_account(), verbosity=0
    )
    assert isinstance(predictor, ScriptCloudPredictor)
    predictor.attach_endpoint(ENDPOINT)
    frame = pd.DataFrame({"n": ["a", "b"]})
    assert predictor.predict_real_time(frame).tolist() == ["a", "b"]
    assert predictor.predict_proba_real_time(frame)["share"].tolist() == [0.5, 0.5]
    with pytest.raises(NotSupportedError, match="no AutoGluon predictor to load it"):
        predictor.to_local_predictor()
