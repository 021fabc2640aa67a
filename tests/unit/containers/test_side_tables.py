"""Tables beside the rows of a time series request, as AutoGluon Cloud's client sends them."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pandas as pd
import pytest

from autogluon_jobs.jobs.predictor_types import predictor_type_of
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.requests.parse_autogluon import unpack_autogluon
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema

DAYS = pd.date_range("2026-01-01", periods=4)
HISTORY = pd.DataFrame(
    {"shop": ["a", "a", "b"], "day": DAYS[[0, 1, 0]], "sales": [1.0, 2.0, 3.0],
     "price": [1.0, 1.5, 2.0]}
)  # fmt: skip
FUTURE = pd.DataFrame(
    {"shop": ["a", "a", "b", "c"], "day": DAYS[[1, 2, 1, 1]], "price": [9, 2, 3, 4]}
)
STATIC = pd.DataFrame({"shop": ["b", "a"], "city": ["Rome", "Oslo"]})


def _schema(**details: Any) -> FeatureSchema:
    facts = {"id_column": "shop", "timestamp_column": "day", "prediction_length": 1, "freq": "D",
             "known_covariates": ["price"], "static_features": ["city"], **details}  # fmt: skip
    stored = "without_label" if details.get("stored_history") else None
    kinds = {"shop": "category", "day": "datetime", "sales": "float", "price": "float",
             "city": "category"}  # fmt: skip
    return FeatureSchema(
        label="sales",
        problem_type="forecast",
        features=tuple(
            Feature(name, kind, "object", True, optional=stored) for name, kind in kinds.items()
        ),  # type: ignore[arg-type]
        type="timeseries",
        details=facts,
    )


def _text(table: pd.DataFrame) -> str:
    sink = io.BytesIO()
    table.to_parquet(sink, index=False)
    return base64.b64encode(sink.getvalue()).decode()


def _joined(
    data: pd.DataFrame = HISTORY,
    schema: FeatureSchema | None = None,
    options: dict[str, Any] | None = None,
    **beside: pd.DataFrame,
) -> list[dict[str, Any]]:
    document = {"version": 1, "data": _text(data), "inference_kwargs": options or {}}
    document |= {key: _text(table) for key, table in beside.items()}
    schema = schema or _schema()
    tables = predictor_type_of(schema.type).side_tables(schema)
    table, _ = unpack_autogluon(RowReader(schema, tables), json.dumps(document))
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def test_the_future_follows_the_history_and_each_row_has_its_static_features() -> None:
    rows = _joined(known_covariates=FUTURE, static_features=STATIC)
    told = [(row["shop"], row["day"].day, row["sales"], row["price"], row["city"]) for row in rows]
    assert told == [
        ("a", 1, 1.0, 1.0, "Oslo"), ("a", 2, 2.0, 1.5, "Oslo"), ("b", 1, 3.0, 2.0, "Rome"),
        ("a", 3, None, 2.0, "Oslo"), ("b", 2, None, 3.0, "Rome"),
    ]  # fmt: skip


def test_times_may_be_texts() -> None:
    text = {"day": lambda table: table["day"].dt.strftime("%Y-%m-%d")}
    rows = _joined(
        HISTORY.assign(**text), known_covariates=FUTURE.assign(**text), static_features=STATIC
    )
    assert [row["day"] for row in rows[3:]] == ["2026-01-03", "2026-01-02"]


def test_stored_series_are_named_beside_their_future() -> None:
    names = pd.DataFrame({"shop": ["a", "d"]})
    static = pd.DataFrame({"shop": ["a", "d"], "city": ["Oslo", "Bonn"]})
    rows = _joined(
        names, _schema(stored_history=True), known_covariates=FUTURE, static_features=static
    )
    assert [(row["shop"], row["price"]) for row in rows] == [("d", None), ("a", 9), ("a", 2)]


@pytest.mark.parametrize(
    ("tables", "part"),
    [
        ({"known_covariates": FUTURE.rename(columns={"price": "prize"})},
         'known_covariates: column "price" not found (did you mean "prize"?)'),
        ({"known_covariates": FUTURE.assign(day="soon")}, "has times that cannot be compared"),
        ({"static_features": STATIC[:1]}, 'static_features has no row of series "a"'),
        ({"static_features": pd.concat([STATIC, STATIC[:1]])},
         'static_features has two rows of series "b"'),
        ({"known_covariates": FUTURE.assign(price="x")},
         'column "price" has the type string, and double in the data'),
    ],
)  # fmt: skip
def test_tables_that_do_not_fit_are_refused(tables: dict[str, Any], part: str) -> None:
    with pytest.raises(InputError) as caught:
        _joined(**tables)
    assert part in str(caught.value)


@pytest.mark.parametrize("key", ["known_covariates", "static_features"])
def test_a_table_that_the_model_does_not_take_is_refused(key: str) -> None:
    schema = _schema(known_covariates=[], static_features=[])
    with pytest.raises(InputError, match="This predictor has no"):
        _joined(HISTORY, schema, **{key: STATIC})


def test_other_predictors_take_no_such_tables() -> None:
    schema = FeatureSchema("sales", "regression", _schema().features)
    with pytest.raises(InputError, match='cannot have "known_covariates"'):
        _joined(HISTORY, schema, known_covariates=FUTURE)


def test_the_names_of_columns_are_those_of_training() -> None:
    _joined(HISTORY.assign(city="x"), options={"id_column": "shop"})
    with pytest.raises(InputError, match="\"id_column\" is 'item'"):
        _joined(options={"id_column": "item"}, known_covariates=FUTURE)
