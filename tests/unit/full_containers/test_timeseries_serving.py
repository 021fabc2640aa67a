"""Forecasts of an endpoint and of a transform job, beside those of plain AutoGluon."""

from __future__ import annotations

import base64
import csv
import io
import json
from typing import Any

import pandas as pd
import pytest
from autogluon.timeseries import TimeSeriesDataFrame, TimeSeriesPredictor

from autogluon_contracts.models.artifact_hash import artifact_problem
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.serving.served_model import ServedModel, load_model
from autogluon_jobs.timeseries.prediction import forecast_engine
from tests.unit.containers.job_folder import JobFolder
from tests.unit.full_containers.conftest import parquet_of
from tests.unit.full_containers.sales_data import COLUMNS, STEPS, request_table

NAMES = ["shop", "day", "mean", "0.1", "0.5", "0.9"]


@pytest.fixture(scope="module")
def request_rows(sales: pd.DataFrame) -> pd.DataFrame:
    return request_table(sales)


@pytest.fixture(scope="module")
def plain(sales_job: JobFolder, request_rows: pd.DataFrame) -> pd.DataFrame:
    """What plain AutoGluon forecasts from the same artifact."""
    table = request_rows.assign(day=pd.to_datetime(request_rows["day"]))
    frames = [
        TimeSeriesDataFrame.from_data_frame(part, id_column="shop", timestamp_column="day")
        for part in (table[table["sales"].notna()], table[table["sales"].isna()])
    ]
    predictor = TimeSeriesPredictor.load(sales_job.model)
    return predictor.predict(frames[0], known_covariates=frames[1][["price"]])


def answer(model: ServedModel, body: str | bytes, kind: str = "text/csv") -> list[dict[str, Any]]:
    text, *_ = model.answer(body, kind, "application/json")
    rows: list[dict[str, Any]] = json.loads(text)
    return rows


def require_equal(rows: list[dict[str, Any]], plain: pd.DataFrame) -> None:
    assert list(rows[0]) == NAMES
    given = pd.DataFrame(rows)
    wanted = plain.reset_index()
    assert given["shop"].tolist() == wanted["item_id"].tolist()
    assert given["day"].tolist() == [time.isoformat() for time in wanted["timestamp"]]
    for name in NAMES[2:]:
        assert given[name].tolist() == pytest.approx(wanted[name].tolist(), rel=1e-9)


def test_every_format_gives_plain_autogluons_forecast(
    sales_model: ServedModel, request_rows: pd.DataFrame, plain: pd.DataFrame
) -> None:
    records = json.loads(request_rows.to_json(orient="records"))
    bodies: dict[str, str | bytes] = {
        "text/csv": request_rows.to_csv(index=False),
        "application/json": json.dumps(records),
        "application/jsonlines": "\n".join(map(json.dumps, records)),
        "application/x-parquet": parquet_of(request_rows),
    }
    for kind, body in bodies.items():
        require_equal(answer(sales_model, body, kind), plain)


def test_tables_beside_the_rows_give_plain_autogluons_forecast(
    sales_model: ServedModel, request_rows: pd.DataFrame, plain: pd.DataFrame
) -> None:
    """As AutoGluon Cloud's client sends them."""
    is_future = request_rows["sales"].isna()
    tables = {
        "data": request_rows[~is_future],
        "known_covariates": request_rows.loc[is_future, ["shop", "day", "price"]],
    }
    document = {key: base64.b64encode(parquet_of(table)).decode() for key, table in tables.items()}
    body = json.dumps({"version": 1, **document, "static_features": None, "inference_kwargs": {}})
    require_equal(answer(sales_model, body, "application/x-autogluon"), plain)


def test_many_series_are_forecast_in_blocks_and_answered_alike(
    sales_model: ServedModel, request_rows: pd.DataFrame, plain: pd.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(forecast_engine, "_BLOCK_SERIES", 2)
    calls = []
    predict = TimeSeriesPredictor.predict

    def count(predictor: TimeSeriesPredictor, data: TimeSeriesDataFrame, **more: Any) -> Any:
        calls.append(data.num_items)
        return predict(predictor, data, **more)

    monkeypatch.setattr(TimeSeriesPredictor, "predict", count)
    require_equal(answer(sales_model, request_rows.to_csv(index=False)), plain)
    assert len(calls) > 1
    assert max(calls) == 2


def test_rows_need_no_order_and_series_are_answered_as_they_appear(
    sales_model: ServedModel, request_rows: pd.DataFrame, plain: pd.DataFrame
) -> None:
    mixed = request_rows.sample(frac=1, random_state=1)
    shops = list(dict.fromkeys(mixed["shop"]))

    rows = answer(sales_model, mixed.to_csv(index=False))

    require_equal(rows, plain.loc[shops])
    assert list(dict.fromkeys(row["shop"] for row in rows)) == shops


def test_a_series_that_training_did_not_see_and_a_short_one_are_forecast(
    sales_model: ServedModel, request_rows: pd.DataFrame
) -> None:
    one = request_rows[request_rows["shop"] == "shop 1"].assign(shop="new")

    assert len(answer(sales_model, one.to_csv(index=False))) == STEPS
    assert len(answer(sales_model, one[-STEPS - 1 :].to_csv(index=False))) == STEPS


def test_forecasting_leaves_the_artifact_as_training_recorded_it(
    sales_job: JobFolder, sales_model: ServedModel, request_rows: pd.DataFrame
) -> None:
    assert answer(sales_model, request_rows.to_csv(index=False))
    recorded = sales_job.metrics()["artifact_sha256"]
    # A second worker can load it.
    assert artifact_problem(sales_job.model, recorded, code_imported=True) is None


def test_a_model_of_the_artifact_can_be_asked_for(
    sales_model: ServedModel, request_rows: pd.DataFrame
) -> None:
    body = request_rows.to_csv(index=False)
    asked = [
        sales_model.answer(body, "text/csv", "text/csv", f"model={name}")[0]
        for name in ("DirectTabular", sales_model.engine._predictor.model_best)
    ]

    assert asked[1] == sales_model.answer(body, "text/csv", "text/csv")[0]
    with pytest.raises(InputError, match='Model "NoSuch" not found'):
        sales_model.answer(body, "text/csv", "text/csv", "model=NoSuch")


def test_a_batchs_file_is_forecast_whole(
    sales_job: JobFolder, request_rows: pd.DataFrame, plain: pd.DataFrame, capsys: Any
) -> None:
    document = {"version": 1, "columns": COLUMNS, "has_header": True, "id_column": None,
        "output": "both", "output_format": "csv"}  # fmt: skip
    model = load_model(sales_job.model, {"AUTOGLUON_BATCH": json.dumps(document)})

    text, *_ = model.answer(request_rows.to_csv(index=False), "text/csv", "")

    cells = list(csv.reader(io.StringIO(str(text))))
    rows = [dict(zip(NAMES, [*row[:2], *map(float, row[2:])], strict=True)) for row in cells]
    require_equal(rows, plain)
    assert capsys.readouterr().out.splitlines()[-1] == f"AGROWS rows={len(request_rows)}"


def changed(rows: pd.DataFrame, at: int, **cells: Any) -> pd.DataFrame:
    table = rows.copy()
    for name, value in cells.items():
        table[name] = table[name].astype(object)
        table.loc[at, name] = value
    return table


def wrong_requests(rows: pd.DataFrame) -> dict[str, tuple[pd.DataFrame, str]]:
    """Each wrong request, and the sentence for it."""
    one = rows[rows["shop"] == "shop 1"].reset_index(drop=True)
    last = len(one) - 1
    return {
        "a time twice": (
            changed(one, 5, day="2025-03-05"),
            r'Column "day", row 6: series "shop 1" has 2025-03-05 twice',
        ),
        "a gap": (
            one.drop(index=10),
            r'Column "day", row 11: series "shop 1" has 2025-03-12 after 2025-03-10, and the '
            r'frequency is "D"',
        ),
        "no future": (
            one[: last + 1 - STEPS],
            r'Series "shop 1" has 0 of the 4 future rows that are needed for "price"',
        ),
        "half a future": (one[:last], r"has 3 of the 4 future rows"),
        "too long a future": (
            changed(one, last - STEPS, sales=None),
            r'Column "sales", row 40: series "shop 1" ends with 5 rows without a value',
        ),
        "no price in the future": (
            changed(one, last, price=None),
            r'Column "price", row 40: the value is missing in the future of series "shop 1"',
        ),
        "no history": (one[-STEPS:].assign(shop="new"), r'Series "new" has no history'),
        "no id": (changed(one, 3, shop=""), r'Column "shop", row 4: the value is missing'),
        "no date": (changed(one, 3, day="soon"), r'Column "day", row 4: "soon" is not'),
        "no number": (changed(one, 3, sales="many"), r'Column "sales", row 4: "many" is not'),
        "no column": (one.drop(columns="price"), r'lacks "price"'),
        "an unknown column": (one.assign(prize=1), r'"prize"'),
    }


def test_a_wrong_request_gets_one_sentence(
    sales_model: ServedModel, request_rows: pd.DataFrame
) -> None:
    for table, sentence in wrong_requests(request_rows).values():
        with pytest.raises(InputError, match=sentence):
            answer(sales_model, table.to_csv(index=False))


@pytest.mark.parametrize(
    "attributes",
    ["on_error=row", "contributions=true", "output=probabilities", "decision_threshold=0.5"],
)
def test_options_of_other_types_are_refused(
    sales_model: ServedModel, request_rows: pd.DataFrame, attributes: str
) -> None:
    with pytest.raises(InputError, match=attributes.partition("=")[0]):
        sales_model.answer(request_rows.to_csv(index=False), "text/csv", "", attributes)
