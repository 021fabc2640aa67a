"""Real-time prediction: rows of any number are cut, answered and joined; faults are explained."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autogluon_client import TabularCloudPredictor, TabularEndpoint
from autogluon_client.endpoint.payloads import LARGEST_BYTES, csv_records, pieces
from autogluon_client.errors import (
    EndpointOffError,
    EndpointRequestError,
    InvalidArgumentError,
    InvalidDataError,
    NotSupportedError,
)
from autogluon_client.predictors.tabular.answers import explained, split_answer
from autogluon_contracts.defaults import ServingEngine
from tests.fakes.account import FakeAws
from tests.fakes.refusals import refused
from tests.fakes.sandbox import spec

ENDPOINT = "autogluon-sandbox-income"


def _container(content_type: str, body: bytes) -> bytes:
    """Answers each row with its `n`; a first CSV record that starts with `n` is a header."""
    if content_type == "text/csv":
        rows = csv_records(body)
        numbers = [row.split(b",")[0].decode().strip() for row in rows if not row.startswith(b"n")]
    else:
        numbers = [json.loads(line)["n"] for line in body.splitlines()]
    lines = [json.dumps({"class": f"c{n}", "a_proba": 0.25, "b_proba": 0.75}) for n in numbers]
    return "\n".join(lines).encode()


@pytest.fixture
def session() -> FakeAws:
    found = FakeAws(spec(), spec(name="unserved", endpoint=None), container=_container)
    found.sagemaker.add_endpoint()
    return found


@pytest.fixture
def endpoint(session: FakeAws) -> TabularEndpoint:
    return TabularEndpoint(ENDPOINT, session)


def test_a_frame_keeps_its_index_and_gets_the_documented_types(endpoint: TabularEndpoint) -> None:
    frame = pd.DataFrame({"n": [5, 6]}, index=["x", "y"])
    labels, probabilities = endpoint.predict_proba(frame)
    pd.testing.assert_series_equal(labels, pd.Series(["c5", "c6"], ["x", "y"], name="class"))
    expected = pd.DataFrame({"a": [0.25, 0.25], "b": [0.75, 0.75]}, index=["x", "y"])
    pd.testing.assert_frame_equal(probabilities, expected)
    alone = endpoint.predict_proba(frame, include_predict=False)
    pd.testing.assert_frame_equal(alone, expected)


@pytest.mark.parametrize("label", ["class", "sold_proba"])
def test_labels_alone_are_the_same_as_records_and_as_a_table(label: str) -> None:
    def container(_: str, body: bytes) -> bytes:
        answer = json.dumps({label: "a", "a_proba": 0.5}).encode()
        return b"\n".join(answer for _ in body.splitlines())

    session = FakeAws(spec(), container=container)
    session.sagemaker.add_endpoint()
    endpoint, frame = TabularEndpoint(ENDPOINT, session), pd.DataFrame({"n": [1, 2]})
    assert endpoint.predict_records(frame, labels_only=True) == [{label: "a"}, {label: "a"}]
    assert list(endpoint.predict_table(frame, labels_only=True).columns) == [label]
    assert endpoint.predict_records(frame)[0] == {label: "a", "a_proba": 0.5}


def test_with_on_error_row_a_bad_row_is_missing_and_warned_of() -> None:
    def container(_: str, body: bytes) -> bytes:
        rows = [json.loads(line)["n"] for line in body.splitlines()]
        answers = [
            {"class": None if n == "bad" else f"c{n}", "a_proba": None if n == "bad" else 0.5,
             "row_error": 'Column "n" is "bad".' if n == "bad" else None}
            for n in rows
        ]  # fmt: skip
        return "\n".join(map(json.dumps, answers)).encode()

    session = FakeAws(spec(), container=container)
    session.sagemaker.add_endpoint()
    endpoint, frame = TabularEndpoint(ENDPOINT, session), pd.DataFrame({"n": ["1", "bad"]})
    with pytest.warns(UserWarning, match='1 of 2 rows have no prediction.*Column "n" is "bad"'):
        labels = endpoint.predict(frame, on_error="row")
    assert labels[0] == "c1"
    assert pd.isna(labels[1])
    table = endpoint.predict_table(frame, labels_only=True, on_error="row")
    assert list(table.columns) == ["class", "row_error"]
    assert table["row_error"][1] == 'Column "n" is "bad".'
    assert session.runtime.attributes[-1] == "on_error=row"
    with pytest.raises(InvalidArgumentError, match="on_error: got 'cell'"):
        endpoint.predict(frame, on_error="cell")


def test_unknown_categories_are_added_up_over_the_requests_and_warned_of(
    endpoint: TabularEndpoint, session: FakeAws
) -> None:
    session.runtime.told = "engine=direct;unknown_categories=2;unknown_columns=city"
    frame = pd.DataFrame({"n": range(7000)})
    with pytest.warns(
        UserWarning, match='^4 cells hold categories .* in "city"; they count'
    ) as all_:
        endpoint.predict(frame)
    assert [found.filename for found in all_] == [__file__]
    told: list[int] = []
    listening = TabularEndpoint(
        ENDPOINT, session, on_unknown=lambda found: told.append(found.cells)
    )
    listening.predict_records(frame)
    assert told == [4]
    session.runtime.told = "engine=direct;unknown_categories=0"
    listening.predict_table(frame)
    assert told == [4]


@pytest.mark.parametrize(
    "method", ["predict", "predict_proba", "predict_table", "predict_records", "explain"]
)
def test_each_call_warns_of_the_callers_line(
    endpoint: TabularEndpoint, session: FakeAws, method: str
) -> None:
    session.runtime.told = "engine=direct;unknown_categories=2;unknown_columns=city"
    with pytest.warns(UserWarning, match="^2 cells") as all_, suppress(NotSupportedError):
        getattr(endpoint, method)(pd.DataFrame({"n": [1]}))
    assert [found.filename for found in all_] == [__file__]


def test_a_bad_row_does_not_change_the_classes() -> None:
    table = pd.DataFrame({
        "sold": [True, None, False],
        "False_proba": [0.25, None, 0.75],
        "True_proba": [0.75, None, 0.25],
        "row_error": [None, "bad", None],
    })  # fmt: skip
    with pytest.warns(UserWarning, match="1 of 3 rows"):
        labels, probabilities = split_answer(table)
    assert labels.tolist() == [True, None, False]
    assert list(probabilities.columns) == [False, True]


def test_quantiles_are_a_frame_with_a_column_for_each_level() -> None:
    table = pd.DataFrame({"0.1": [1.0, 2.0], "0.9": [3.0, 4.0]})
    quantiles, same = split_answer(table, pd.Index(["x", "y"]))
    expected = pd.DataFrame({0.1: [1.0, 2.0], 0.9: [3.0, 4.0]}, index=["x", "y"])
    pd.testing.assert_frame_equal(quantiles, expected)
    assert same is quantiles


def test_values_travel_exactly(endpoint: TabularEndpoint, session: FakeAws) -> None:
    frame = pd.DataFrame(
        {
            "n": [2**62 + 1],
            "third": [1 / 3],
            "missing": [np.nan],
            "code": ["01"],
            "flag": [np.bool_(True)],
            "kind": pd.Categorical(["NA"]),
            "day": [pd.Timestamp("2026-11-20")],
            "gap": [pd.NaT],
        }
    )
    endpoint.predict(frame)
    assert json.loads(session.runtime.bodies[0]) == {
        "n": 2**62 + 1,
        "third": 1 / 3,
        "missing": None,
        "code": "01",
        "flag": True,
        "kind": "NA",
        "day": "2026-11-20T00:00:00",
        "gap": None,
    }


def test_many_rows_are_cut_and_joined_in_order(endpoint: TabularEndpoint, session: FakeAws) -> None:
    frame = pd.DataFrame({"n": range(1000), "text": "x" * 12_000})  # about 12 MB
    labels = endpoint.predict(frame)
    assert labels.tolist() == [f"c{n}" for n in range(1000)]
    sizes = [len(body) for body in session.runtime.bodies]
    assert len(sizes) >= 3
    assert max(sizes) <= LARGEST_BYTES


def test_a_large_answer_makes_the_pieces_smaller(session: FakeAws) -> None:
    session.runtime.container = lambda _, body: b"\n".join(
        json.dumps({"class": "c" * 900}).encode() for _ in body.splitlines()
    )
    TabularEndpoint(ENDPOINT, session).predict(pd.DataFrame({"n": range(20_000)}))
    rows = [body.count(b"\n") for body in session.runtime.bodies]
    assert sum(rows) == 20_000
    assert all(count * 900 < 6_000_000 for count in rows)
    assert len(rows) >= 4


@pytest.mark.parametrize("header", [True, False])
def test_a_large_csv_file_is_cut_between_records_with_its_header_on_each_piece(
    endpoint: TabularEndpoint, session: FakeAws, tmp_path: Path, header: bool
) -> None:
    file = tmp_path / "test.csv"
    text = '"two\nlines, one record",' + "x" * 1000
    lines = ["n,text,more"] * header + [f"{n},{text}" for n in range(12_000)]
    file.write_text("\n".join(lines))
    assert endpoint.predict(file).tolist() == [f"c{n}" for n in range(12_000)]
    assert len(session.runtime.bodies) >= 3
    assert all(body.startswith(b"n,text,more") == header for body in session.runtime.bodies)


def test_files_of_other_formats_and_places_give_the_same(
    endpoint: TabularEndpoint, session: FakeAws, tmp_path: Path
) -> None:
    frame = pd.DataFrame({"n": [1, 2]})
    frame.to_parquet(tmp_path / "rows.parquet")
    (tmp_path / "rows.jsonl").write_text('{"n": 1}\n\n{"n": 2}')
    (tmp_path / "rows.json").write_text('[{"n": 1},\n {"n":\n 2}]')
    session.s3.objects["s3://data/rows.csv"] = b"n\n1\n2\n"
    (tmp_path / "rows.csv.gz").write_bytes(gzip.compress(b"n\n1\n2\n"))
    (tmp_path / "rows.data").write_bytes(b"n\n1\n2\n")
    endings = ("parquet", "jsonl", "json", "csv.gz", "data")
    files = [tmp_path / f"rows.{ending}" for ending in endings]
    for data in (*files, str(files[1]), "s3://data/rows.csv"):
        assert endpoint.predict(data).tolist() == ["c1", "c2"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xlsx", "x", r"is an \.xlsx file, which is not read\. Save the sheet"),
        ("a.csv", "\n", "no rows"),
        ("a.json", '[{"n": 1}, 2]', "row 2 of"),
        ("a.parquet", "x", "Parquet"),
        ("a.jsonl", "n\n1\n", r"is not JSON\. If it is CSV, name it a\.csv"),
        ("a.csv.gz", "n\n1\n", r"is not compressed by gzip\. Name it a\.csv"),
    ],
)
def test_files_that_cannot_be_sent_are_described(
    endpoint: TabularEndpoint, tmp_path: Path, name: str, content: str, sentence: str
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(InvalidDataError, match=sentence):
        endpoint.predict(tmp_path / name)


def test_a_row_that_no_request_carries_is_refused() -> None:
    with pytest.raises(InvalidDataError, match="with predict"):
        list(pieces([b"x" * (LARGEST_BYTES + 1)]))


def test_values_that_json_cannot_hold_are_refused_with_their_row(endpoint: TabularEndpoint) -> None:
    with pytest.raises(InvalidDataError, match="Row 1"):
        endpoint.predict(pd.DataFrame({"n": [1.0, np.inf]}))


def test_fewer_answers_than_rows_are_an_error_not_a_result(session: FakeAws) -> None:
    session.runtime.container = lambda *_: b'{"class": 1}'
    with pytest.raises(EndpointRequestError, match="answered 1 rows to 3"):
        TabularEndpoint(ENDPOINT, session).predict(pd.DataFrame({"n": [1, 2, 3]}))


@pytest.mark.parametrize(
    ("status", "rest"),
    [(400, r"\."), (500, rf"\. See its log group /aws/sagemaker/Endpoints/{ENDPOINT}\.")],
)
def test_the_containers_sentence_is_the_errors(session: FakeAws, status: int, rest: str) -> None:
    def refuse(*_: Any) -> bytes:
        raise session.runtime.exceptions.ModelError(
            {
                "Error": {"Code": "ModelError", "Message": "Received client error (400) ..."},
                "OriginalStatusCode": status,
                "OriginalMessage": '{"detail": "Row 1 lacks the key \\"age\\".", "row": 1}',
            },
            "InvokeEndpoint",
        )

    session.runtime.container = refuse
    sentence = rf'refused the request: Row 1 lacks the key "age"{rest}$'
    with pytest.raises(EndpointRequestError, match=sentence) as caught:
        TabularEndpoint(ENDPOINT, session).predict(pd.DataFrame({"n": [1]}))
    assert caught.value.facts == {"row": 1}


def test_an_endpoint_that_is_off_names_deploy(
    predictor: TabularCloudPredictor, session: FakeAws
) -> None:
    def absent(**_: Any) -> Any:
        raise refused("ValidationError", f"Endpoint {ENDPOINT} of account 1 not found.")

    frame = pd.DataFrame({"n": [1]})
    with pytest.raises(EndpointOffError, match=r"Call deploy\(\)"):
        predictor.predict_real_time(frame)
    predictor.attach_endpoint(ENDPOINT)
    session.runtime.invoke_endpoint = absent  # type: ignore[method-assign]
    with pytest.raises(EndpointOffError, match=r"Call deploy\(\)"):
        predictor.predict_real_time(frame)
    session.sagemaker.describe_endpoint = absent
    with pytest.raises(EndpointOffError, match=r"Call deploy\(\)"):
        predictor.attach_endpoint("typo")
    assert predictor.endpoint_name == ENDPOINT


def test_detaching_returns_what_attaching_takes(predictor: TabularCloudPredictor) -> None:
    predictor.attach_endpoint(ENDPOINT)
    detached = predictor.detach_endpoint()
    assert predictor.info()["endpoint"] is None
    predictor.attach_endpoint(detached)
    assert predictor.info()["endpoint"] == ENDPOINT


@pytest.mark.parametrize(
    "argument",
    [
        {"endpoint_name": "mine"},
        {"inference_mode": "serverless"},
        {"custom_image_uri": "x"},
    ],
)
def test_deploy_refuses_what_only_the_yaml_decides(
    predictor: TabularCloudPredictor, argument: dict[str, Any]
) -> None:
    with pytest.raises(NotSupportedError, match=next(iter(argument))):
        predictor.deploy(**argument)


def test_deploy_asks_the_promotion_for_the_instances_that_are_given(
    predictor: TabularCloudPredictor, session: FakeAws
) -> None:
    session.states.finish("promote", {"live_model": "arn"})
    predictor.deploy(instance_type="ml.m5.xlarge", initial_instance_count=2, model=3)
    assert session.states.only_input("promote") == {
        "predictor": "income",
        "model": 3,
        "instance_type": "ml.m5.xlarge",
        "initial_instance_count": 2,
    }


@pytest.mark.parametrize("engine", ["auto", "autogluon"])
def test_deploy_asks_the_promotion_for_the_engine_that_is_given(
    predictor: TabularCloudPredictor, session: FakeAws, engine: ServingEngine
) -> None:
    session.states.finish("promote", {"live_model": "arn"})
    predictor.deploy(engine=engine, model=3)
    assert session.states.only_input("promote") == {
        "predictor": "income",
        "model": 3,
        "engine": engine,
    }


def test_a_predictor_without_an_endpoint_says_how_to_give_it_one(session: FakeAws) -> None:
    predictor = TabularCloudPredictor(predictor="unserved", session=session, verbosity=0)
    with pytest.raises(EndpointOffError, match=r"config/sandbox\.yaml"):
        predictor.deploy()


def test_cleaning_up_promotes_nothing_and_forgets_the_endpoint(
    predictor: TabularCloudPredictor, session: FakeAws
) -> None:
    session.states.finish("promote", {"live_model": "none"})
    predictor.attach_endpoint(ENDPOINT)
    predictor.cleanup_deployment()
    assert session.states.only_input("promote") == {"predictor": "income", "model": "none"}
    assert predictor.endpoint_name is None


def test_an_endpoint_of_somebody_else_is_not_deleted(session: FakeAws) -> None:
    with pytest.raises(InvalidArgumentError, match="aws sagemaker delete-endpoint"):
        TabularEndpoint("other", session).delete_endpoint()


def test_contributions_are_those_to_the_predicted_class() -> None:
    names = ["a_proba", "b_proba", "c_proba"]
    parts = [
        f"{feature}_{name}_contribution" for feature in ("age", "base") for name in ("a", "b", "c")
    ]
    rows = [["b", 0.1, 0.8, 0.1, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            ["c", 0.1, 0.1, 0.8, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5]]  # fmt: skip
    found = explained(pd.DataFrame(rows, columns=["class", *names, *parts]))
    expected = pd.DataFrame({"class": ["b", "c"], "age": [2.0, 3.5], "base": [5.0, 6.5]})
    pd.testing.assert_frame_equal(found, expected)


def test_contributions_to_a_number_keep_the_features_names() -> None:
    answer = {"price": [3.0], "size_contribution": [1.0], "base_contribution": [2.0]}
    found = explained(pd.DataFrame(answer))
    pd.testing.assert_frame_equal(
        found, pd.DataFrame({"price": [3.0], "size": [1.0], "base": [2.0]})
    )
