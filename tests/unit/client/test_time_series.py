"""Forecasts from Python: long tables are joined, sent whole, and answered as a table."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from autogluon_client import CloudPredictor, TimeSeriesCloudPredictor, TimeSeriesEndpoint
from autogluon_client.endpoint.input_schema import answer_schema, request_schema
from autogluon_client.endpoint.payloads import LARGEST_BYTES
from autogluon_client.errors import (
    InvalidArgumentError,
    InvalidDataError,
    NotSupportedError,
    UnknownArgumentError,
)
from autogluon_client.predictors.predictor_types import predictor_type
from autogluon_client.predictors.timeseries.tables import with_future, with_known, with_static
from autogluon_contracts.documents.feature_schema import FeatureHeader, FeatureSchemaHeader
from autogluon_contracts.predictor_types.timeseries.series import SeriesColumns, SeriesFacts
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import LIVE_MODEL_PARAMETER, PACKAGE, spec

INIT = {"target": "sales", "id_column": "store", "timestamp_column": "day",
        "known_covariates_names": ["promo"]}  # fmt: skip
COLUMNS = SeriesColumns.of(INIT)
HISTORY = pd.DataFrame(
    {"store": ["01", "01"], "day": ["2026-01-01", "2026-01-02"], "sales": [1.5, 2], "promo": [0, 1]}
)
FUTURE = pd.DataFrame(
    {"store": ["01", "01"], "day": pd.to_datetime(["2026-01-02", "2026-01-03"]), "promo": [1, 0]}
)
ANSWER = {"store": "01", "day": "2026-01-03T00:00:00", "mean": 2.5, "0.1": 1.0}
FORECAST = pd.DataFrame({**ANSWER, "day": pd.to_datetime(["2026-01-03"])})


@pytest.fixture
def session() -> FakeAws:
    found = FakeAws(
        spec(type="timeseries", init_args=INIT, fit_args={"hyperparameters": {"Theta": {}}}),
        container=lambda *_: json.dumps(ANSWER).encode(),
    )
    found.sagemaker.add_endpoint()
    return found


@pytest.fixture
def predictor(session: FakeAws, tmp_path: Path) -> TimeSeriesCloudPredictor:
    return CloudPredictor(
        "timeseries", local_output_path=tmp_path, predictor="income", session=session, verbosity=0
    )


def _sent(session: FakeAws) -> list[dict[str, Any]]:
    (body,) = session.runtime.bodies
    return [json.loads(line) for line in body.splitlines()]


def test_a_forecast_is_a_table_of_series_and_times(session: FakeAws) -> None:
    table = TimeSeriesEndpoint("autogluon-sandbox-income", session).predict(HISTORY)
    pd.testing.assert_frame_equal(table, FORECAST)
    assert _sent(session)[0] == {"store": "01", "day": "2026-01-01", "sales": 1.5, "promo": 0}


def test_autogluons_own_frame_brings_its_index_along(session: FakeAws) -> None:
    indexed = HISTORY.set_index(["store", "day"])
    TimeSeriesEndpoint("autogluon-sandbox-income", session).predict(indexed)
    assert _sent(session)[1]["day"] == "2026-01-02"


def test_known_covariates_become_rows_without_a_target() -> None:
    joined = with_future(None, HISTORY, FUTURE, COLUMNS)
    assert len(joined) == 3
    last = joined.iloc[2]
    assert (last["store"], str(last["day"])[:10], last["promo"]) == ("01", "2026-01-03", 0)
    assert pd.isna(last["sales"])


def test_covariates_from_before_the_history_do_not_become_gaps_of_it() -> None:
    days = [f"2025-12-{day}" for day in (30, 31)]
    earlier = pd.DataFrame({"store": "01", "day": pd.to_datetime(days), "promo": 1})
    of_another = FUTURE.assign(store="02")
    known = pd.concat([earlier, FUTURE.astype({"day": "datetime64[ns]"}), of_another])
    joined = with_future(None, HISTORY, known, COLUMNS)
    assert [str(day)[:10] for day in joined["day"]] == ["2026-01-01", "2026-01-02", "2026-01-03"]
    assert set(joined["store"]) == {"01"}


def test_times_are_read_by_the_one_order_that_they_show(tmp_path: Path) -> None:
    history = tmp_path / "history.csv"
    history.write_text("store;day;sales;promo\n01;30.01.2026;1;0\n01;01.02.2026;2;0\n")
    future = pd.DataFrame(
        {"store": ["01"] * 2, "day": ["31.01.2026", "02.02.2026"], "promo": [1, 1]}
    )
    joined = with_future(None, history, future, COLUMNS)
    assert list(joined["day"]) == ["30.01.2026", "01.02.2026", "02.02.2026"]
    for times, words in ((["soon"], "in no ways"), (["01.02.2026", "2.3.26"], "in no ways")):
        table = pd.DataFrame({"store": "01", "day": times, "promo": 1})
        with pytest.raises(InvalidDataError, match=words):
            with_future(None, HISTORY, table, COLUMNS)
    offsets = pd.DataFrame(
        {"store": "01", "day": ["2026-01-01T00:00:00+01:00", "2026-01-02T00:00:00"], "promo": 1}
    )
    with pytest.raises(InvalidDataError, match="cannot be compared"):
        with_future(None, HISTORY, offsets, COLUMNS)


def test_a_search_keeps_the_index_of_autogluons_own_frame(
    predictor: TimeSeriesCloudPredictor, session: FakeAws
) -> None:
    predictor.tune(HISTORY.set_index(["store", "day"]), wait=False)
    uri = session.states.only_input("tune")["train_data"]
    assert list(pd.read_parquet(io.BytesIO(session.s3.objects[uri])).columns) == list(HISTORY)


def test_files_are_joined_as_well_and_codes_stay_codes(tmp_path: Path) -> None:
    for name, table in (("history", HISTORY), ("future", FUTURE)):
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    joined = with_future(None, tmp_path / "history.csv", tmp_path / "future.csv", COLUMNS)
    assert list(joined["store"]) == ["01"] * 3


def test_training_data_gets_known_covariates_of_a_table_of_their_own() -> None:
    alone = HISTORY.drop(columns="promo")
    known = pd.concat([HISTORY, FUTURE.iloc[1:]])[["store", "day", "promo"]]
    pd.testing.assert_frame_equal(with_known(None, alone, known, COLUMNS), HISTORY)
    with pytest.raises(InvalidDataError, match="no row of '01' at 2026-01-02"):
        with_known(None, alone, known[:1], COLUMNS)
    with pytest.raises(InvalidDataError, match="column 'promo' not found"):
        with_known(None, alone, alone, COLUMNS)


STATIC = pd.DataFrame({"city": ["Rome", "Oslo"]}, index=pd.Index(["01", "02"], name="store"))


def test_static_features_become_columns_of_the_rows(tmp_path: Path) -> None:
    joined = with_static(None, HISTORY, STATIC, COLUMNS)
    assert list(joined["city"]) == ["Rome", "Rome"]
    STATIC.reset_index().to_csv(tmp_path / "stores.csv", index=False)
    of_file = with_static(None, HISTORY, tmp_path / "stores.csv", COLUMNS)
    pd.testing.assert_frame_equal(of_file, joined)

    for static, words in (
        (STATIC[1:], "no row of '01', which the data has"),
        (pd.concat([STATIC, STATIC]), "two rows of '01'"),
        (STATIC.rename(columns={"city": "promo"}), "'promo' is a column of the data, too"),
        (STATIC.reset_index(drop=True).assign(store=1), "two rows of '1'"),
        (tmp_path / "train.csv", "not found"),
    ):
        with pytest.raises(InvalidDataError, match=words):
            with_static(None, HISTORY, static, COLUMNS)


def test_training_gets_static_features_as_a_table_of_their_own(
    predictor: TimeSeriesCloudPredictor, session: FakeAws
) -> None:
    predictor.fit(HISTORY, static_features=STATIC, wait=False)
    sent = session.states.only_input("train")
    stored = pd.read_parquet(io.BytesIO(session.s3.objects[sent["static_features"]]))
    assert stored.to_dict(orient="list") == {"store": ["01", "02"], "city": ["Rome", "Oslo"]}


def test_a_request_may_name_stored_series() -> None:
    names = pd.DataFrame({"store": ["01", "02", "01"]})
    rows = with_future(None, names, FUTURE, COLUMNS)
    assert list(rows.columns) == ["store", "day", "promo"]
    assert rows["store"].tolist() == ["01", "01", "02"]
    assert rows["day"].isna().tolist() == [False, False, True]


def test_data_above_a_requests_limit_is_not_cut(session: FakeAws) -> None:
    endpoint = TimeSeriesEndpoint("autogluon-sandbox-income", session)
    large = pd.DataFrame({"store": ["x" * LARGEST_BYTES], "day": ["2026-01-01"], "sales": [1]})
    with pytest.raises(InvalidDataError, match="at most 5,000,000 in a request"):
        endpoint.predict(large)
    assert session.runtime.bodies == []


def test_both_forms_of_fit_start_a_run(
    predictor: TimeSeriesCloudPredictor, session: FakeAws
) -> None:
    predictor.fit(
        "s3://data/train.csv", predictor_init_args={"prediction_length": 2}, id_column="store",
        wait=False,
    )  # fmt: skip
    sent = session.states.only_input("train")
    assert sent["init_args"] == {"prediction_length": 2, "id_column": "store"}
    assert sent["train_data"] == "s3://data/train.csv"

    older = TimeSeriesCloudPredictor(predictor="income", session=session, verbosity=0)
    older.fit({"prediction_length": 3}, {"train_data": "s3://data/other.csv"}, wait=False)
    assert older.get_fit_job_status() == "InProgress"


def test_a_batch_forecasts_history_and_known_covariates(
    predictor: TimeSeriesCloudPredictor, session: FakeAws
) -> None:
    result = "s3://artifacts/income/batches/job/results/rows.jsonl"
    session.s3.objects[result] = json.dumps(ANSWER).encode()
    session.states.finish("batch_predict", {"results": [result], "rows": 1})

    found = predictor.predict(HISTORY, known_covariates=FUTURE)

    pd.testing.assert_frame_equal(found, FORECAST)
    uri = session.states.only_input("batch_predict")["data"]
    assert len(session.s3.objects[uri].splitlines()) == 3


def test_what_a_forecast_does_not_have_is_refused(
    predictor: TimeSeriesCloudPredictor, session: FakeAws
) -> None:
    with pytest.raises(UnknownArgumentError, match="unexpected keyword argument 'images'"):
        predictor.fit("s3://data/train.csv", images="photos")
    with pytest.raises(NotSupportedError, match="no probabilities"):
        predictor.predict_proba(HISTORY)
    endpoint = TimeSeriesEndpoint("autogluon-sandbox-income", session)
    with pytest.raises(NotSupportedError, match="does not support decision_threshold"):
        endpoint.predict_table(HISTORY, decision_threshold=0.5)


def test_other_names_than_the_models_are_refused(
    session: FakeAws,
) -> None:
    endpoint = TimeSeriesEndpoint("autogluon-sandbox-income", session)
    facts = SeriesFacts(
        id_column="store", timestamp_column="day", prediction_length=2, freq="D",
        known_covariates=("promo",),
    )  # fmt: skip
    schema = {
        "version": 1, "type": "timeseries", "label": "sales", "problem_type": "timeseries",
        "classes": None, "quantile_levels": [0.1], "details": facts.to_json(), "features": [],
    }  # fmt: skip
    session.sagemaker.add_package(3)
    session.ssm.values[LIVE_MODEL_PARAMETER] = PACKAGE
    uri = "s3://artifacts/income/runs/job-3/report/feature_schema.json"
    session.s3.objects[uri] = json.dumps(schema).encode()
    endpoint.predict(
        HISTORY, known_covariates=FUTURE, static_features=STATIC, target="sales",
        quantile_levels=[0.1],
    )  # fmt: skip
    assert [row["city"] for row in _sent(session)] == ["Rome"] * 3
    with pytest.raises(InvalidArgumentError, match="prediction_length: got 9, but the model was"):
        endpoint.predict(HISTORY, prediction_length=9)


def test_a_model_is_described_with_a_request_that_it_answers() -> None:
    facts = SeriesFacts(
        id_column="store", timestamp_column="day", prediction_length=2, freq="W-SUN",
        known_covariates=("promo",),
    )  # fmt: skip
    kinds = {"store": "text", "day": "datetime", "sales": "float", "promo": "int"}
    header = FeatureSchemaHeader(
        type="timeseries", label="sales", problem_type="timeseries", classes=None,
        quantile_levels=(0.1,), details=facts.to_json(),
        features=tuple(FeatureHeader(name=name, kind=kind) for name, kind in kinds.items()),
    )  # fmt: skip
    kind = predictor_type("timeseries")
    assert kind.answer_columns(header, "both") == ("store", "day", "mean", "0.1")
    rows = kind.example_request(header)
    assert [row["sales"] is None for row in rows] == [False] * 10 + [True] * 2
    assert [row["day"][:10] for row in rows[:2]] == ["2026-01-04", "2026-01-11"]
    assert all(row["promo"] is not None for row in rows)
    answer = answer_schema(header, kind.answer_columns(header, "both"))["items"]["properties"]
    assert answer["store"]["type"] == ["string", "null"]
    assert answer["mean"] == {"type": "number"}


def test_the_schema_says_what_a_request_may_leave_out() -> None:
    features = (
        FeatureHeader(name="store", kind="text", nullable=False),
        FeatureHeader(name="sales", kind="float", optional="without_label"),
        FeatureHeader(name="promo", kind="float", optional="without_label"),
    )
    header = FeatureSchemaHeader(
        type="timeseries",
        label="sales",
        problem_type="timeseries",
        classes=None,
        features=(*features, FeatureHeader(name="city", kind="text", optional="always")),
    )
    record = request_schema(header)["items"]
    assert record["required"] == ["store"]
    assert record["dependentRequired"] == {"sales": ["store", "sales", "promo"]}
