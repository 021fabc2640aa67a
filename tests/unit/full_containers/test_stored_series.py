"""Static features, and forecasts of stored series, beside those of plain AutoGluon."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from autogluon.timeseries import TimeSeriesDataFrame, TimeSeriesPredictor

from autogluon_contracts.predictor_types.timeseries.series import SeriesColumns
from autogluon_jobs.jobs import train
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.serving.served_model import ServedModel, load_model
from autogluon_jobs.timeseries.prediction.stored_series import FILE_NAME, store_series
from tests.unit.containers.job_folder import JobFolder
from tests.unit.full_containers.conftest import parquet_of
from tests.unit.full_containers.sales_data import INIT_ARGS, STEPS, long_table, request_table

SHOPS = 5
COLUMNS = ["mean", "0.1", "0.5", "0.9"]
STATIC = pd.DataFrame(
    {
        "shop": [f"shop {at}" for at in range(SHOPS)],
        "city": ["Rome", "Oslo", "Rome", "Bern", "Oslo"],
        "area": [120.0, 60.0, None, 75.5, 300.0],
        "cafe": [True, False, False, True, True],
    }
)


def as_series(table: pd.DataFrame, static: pd.DataFrame | None = STATIC) -> TimeSeriesDataFrame:
    return TimeSeriesDataFrame.from_data_frame(
        table.assign(day=pd.to_datetime(table["day"])), id_column="shop",
        timestamp_column="day", static_features_df=None if static is None else static.copy(),
    )  # fmt: skip


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return long_table(SHOPS)


@pytest.fixture(scope="module")
def past(table: pd.DataFrame) -> pd.DataFrame:
    """All days but the last, which are forecast."""
    return table[table["day"] < sorted(table["day"].unique())[-STEPS]]


@pytest.fixture(scope="module")
def future(table: pd.DataFrame) -> pd.DataFrame:
    """The known covariate of the last days."""
    days = sorted(table["day"].unique())[-STEPS:]
    return table.loc[table["day"].isin(days), ["shop", "day", "price"]]


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory, past: pd.DataFrame) -> JobFolder:
    folder = JobFolder(tmp_path_factory.mktemp("static"))
    folder.put("train", "train.csv", past.to_csv(index=False))
    closed = pd.DataFrame({"shop": ["closed"], "city": ["Rome"], "area": [1], "cafe": [False]})
    folder.put("static", "shops.csv", pd.concat([STATIC, closed]).to_csv(index=False))
    folder.put_job(
        "",
        type="timeseries",
        init_args=INIT_ARGS,
        fit_args={"hyperparameters": {"SeasonalNaive": {}, "DirectTabular": {}}},
    )
    assert train.main([], folder.environ()) == 0, folder.failure
    return folder


@pytest.fixture(scope="module")
def model(job: JobFolder) -> ServedModel:
    return load_model(job.model, {})


def answer(model: ServedModel, rows: Any, attributes: str = "") -> pd.DataFrame:
    body = rows.to_csv(index=False) if isinstance(rows, pd.DataFrame) else json.dumps(rows)
    kind = "text/csv" if isinstance(rows, pd.DataFrame) else "application/json"
    text, *_ = model.answer(body, kind, "application/json", attributes)
    return pd.DataFrame(json.loads(text))


def require_equal(found: pd.DataFrame, plain: pd.DataFrame) -> None:
    wanted = plain.reset_index()
    assert found["shop"].tolist() == wanted["item_id"].tolist()
    assert found["day"].tolist() == [time.isoformat() for time in wanted["timestamp"]]
    for name in COLUMNS:
        assert found[name].tolist() == pytest.approx(wanted[name].tolist(), rel=1e-9)


@pytest.fixture(scope="module")
def plain(job: JobFolder, past: pd.DataFrame, future: pd.DataFrame) -> pd.DataFrame:
    """What plain AutoGluon forecasts from the same artifact with the model that uses features."""
    return TimeSeriesPredictor.load(job.model).predict(
        as_series(past), known_covariates=as_series(future, None), model="DirectTabular"
    )


def test_training_uses_and_records_static_features(job: JobFolder) -> None:
    schema = FeatureSchema.load(job.model)

    kinds = {item.name: item.kind for item in schema.features}
    assert {name: kinds[name] for name in ("city", "area", "cafe")} == {
        "city": "category", "area": "float", "cafe": "bool",
    }  # fmt: skip
    assert schema.details is not None
    assert schema.details["static_features"] == ["city", "area", "cafe"]
    assert schema.details["stored_history"] is True
    metadata = TimeSeriesPredictor.load(job.model)._learner.feature_generator.covariate_metadata
    assert set(metadata.static_features) == {"city", "area", "cafe"}
    (warning,) = job.metrics()["warnings"]
    assert warning == (
        "Static features of series without rows in the data were left out (1; the first is "
        '"closed").'
    )


def test_a_request_gives_static_features_beside_the_history(
    model: ServedModel, table: pd.DataFrame, plain: pd.DataFrame
) -> None:
    rows = request_table(table).merge(STATIC, on="shop", how="left")
    require_equal(answer(model, rows, "model=DirectTabular"), plain)

    # The artifact has them, too.
    require_equal(answer(model, request_table(table), "model=DirectTabular"), plain)

    # One row of each series may give them.
    first = ~rows["shop"].duplicated()
    once = rows.assign(**{name: rows[name].where(first) for name in ("city", "area", "cafe")})
    require_equal(answer(model, once, "model=DirectTabular"), plain)

    elsewhere = answer(model, rows.assign(area=9000.0, city="Bern"), "model=DirectTabular")
    assert elsewhere["mean"].tolist() != pytest.approx(plain["mean"].tolist(), rel=1e-6)


def test_a_new_series_is_forecast_from_its_own_static_features(
    job: JobFolder, model: ServedModel, past: pd.DataFrame, future: pd.DataFrame
) -> None:
    def one(rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows["shop"] == "shop 1"].assign(shop="new")

    new = pd.DataFrame({"shop": ["new"], "city": ["Bern"], "area": [50.0], "cafe": [True]})
    rows = pd.concat([one(past), one(future)]).merge(new, on="shop")

    wanted = TimeSeriesPredictor.load(job.model).predict(
        as_series(one(past), new), known_covariates=as_series(one(future), None)
    )
    require_equal(answer(model, rows), wanted)


def test_stored_series_are_forecast_from_their_names_and_the_future(
    model: ServedModel, future: pd.DataFrame, plain: pd.DataFrame
) -> None:
    shops = ["shop 3", "shop 0"]
    some = pd.concat([future[future["shop"] == shop] for shop in shops])

    for rows in (some, json.loads(some.to_json(orient="records"))):
        require_equal(answer(model, rows, "model=DirectTabular"), plain.loc[shops])
    parquet, *_ = model.answer(
        parquet_of(some), "application/x-parquet", "application/json", "model=DirectTabular"
    )
    require_equal(pd.DataFrame(json.loads(parquet)), plain.loc[shops])


def test_stored_and_sent_histories_may_be_in_one_request(
    model: ServedModel, table: pd.DataFrame, future: pd.DataFrame, plain: pd.DataFrame
) -> None:
    rows = request_table(table).merge(STATIC, on="shop", how="left")
    sent = rows[rows["shop"].isin(["shop 4", "shop 2"])]
    both = pd.concat([future[future["shop"] == "shop 1"], sent])

    shops = list(dict.fromkeys(both["shop"]))
    require_equal(answer(model, both, "model=DirectTabular"), plain.loc[shops])


def test_a_batchs_file_may_only_name_series(job: JobFolder, future: pd.DataFrame) -> None:
    document = {"version": 1, "columns": list(future.columns), "has_header": True,
        "id_column": None, "output": "both", "output_format": "jsonl"}  # fmt: skip
    batch = load_model(job.model, {"AUTOGLUON_BATCH": json.dumps(document)})

    text, *_ = batch.answer(future.to_csv(index=False), "text/csv", "")

    found = pd.DataFrame([json.loads(line) for line in str(text).splitlines()])
    wanted = answer(load_model(job.model, {}), future)
    pd.testing.assert_frame_equal(found, wanted)


def test_a_named_series_has_the_static_features_that_the_request_gives(
    model: ServedModel, future: pd.DataFrame, plain: pd.DataFrame
) -> None:
    bern = future.assign(city="Bern", area=9000.0, cafe=False)
    changed = answer(model, bern, "model=DirectTabular")
    assert changed["mean"].tolist() != pytest.approx(plain["mean"].tolist(), rel=1e-6)


def wrong_requests(past: pd.DataFrame, future: pd.DataFrame) -> dict[str, tuple[Any, str]]:
    """Each wrong request, and the sentence for it."""
    one = future[future["shop"] == "shop 1"].reset_index(drop=True)
    whole = past.merge(STATIC, on="shop")
    return {
        "an unknown series": (
            one.assign(shop="shop 9"),
            'Series "shop 9" has no history: it is not among the stored series, and none of its '
            'rows has a value in "sales"',
        ),
        "no future": (
            [{"shop": "shop 1"}],
            'Series "shop 1" has 0 of the 4 future rows that are needed for "price"',
        ),
        "a step too late": (
            one.assign(day=["2025-04-07", "2025-04-08", "2025-04-09", "2025-04-10"]),
            'Column "day", row 1: series "shop 1" has 2025-04-07 after 2025-04-05',
        ),
        "a step that is stored": (
            one.assign(day=["2025-04-05", "2025-04-06", "2025-04-07", "2025-04-08"]),
            'Column "day", row 1: series "shop 1" has 2025-04-05 without a value, and its stored '
            "history ends at 2025-04-05",
        ),
        "no price": (
            one.assign(price=[1.0, None, 1.0, 1.0]),
            'Column "price", row 2: the value is missing in the future of series "shop 1"',
        ),
        "a row without a time": (
            one.assign(day=["2025-04-06", None, "2025-04-08", "2025-04-09"]),
            'Column "day", row 2: the value is missing, and series "shop 1" has other rows',
        ),
        "two values of a feature": (
            one.assign(city=["Rome", "Rome", "Oslo", "Rome"]),
            'Column "city", row 3: series "shop 1" has "Oslo" here and "Rome" before, and a '
            "static feature has one value",
        ),
        "no number": (one.assign(area="large"), 'Column "area", row 1: "large" is not'),
        "no name": (one.assign(shop=""), 'Column "shop", row 1: the value is missing'),
        "a typing error": (
            one.rename(columns={"price": "prize"}),
            'has the unknown column "prize" (did you mean "price"?)',
        ),
        "a history without covariates": (
            past.drop(columns="price"),
            'The header lacks "price"',
        ),
        "a record without covariates": (
            json.loads(past[:1].drop(columns="price").to_json(orient="records")),
            'Row 1 lacks the key "price"',
        ),
        "a new series without features": (
            past.assign(shop="new")[:1],
            'Series "new" is not among the stored series, and the request gives no value of "city"',
        ),
        "a date twice": (
            pd.concat([whole[:40], whole[:1]]),
            'Column "day", row 41: series "shop 0" has 2025-03-01 twice',
        ),
    }


def test_a_wrong_request_gets_one_sentence(
    model: ServedModel, past: pd.DataFrame, future: pd.DataFrame
) -> None:
    cases = wrong_requests(past, future)
    assert len(cases) >= 12
    for rows, sentence in cases.values():
        with pytest.raises(InputError) as caught:
            answer(model, rows)
        assert sentence in str(caught.value)


@pytest.fixture(scope="module")
def names_only(tmp_path_factory: pytest.TempPathFactory) -> JobFolder:
    """A predictor without covariates, whose series have gaps."""
    folder = JobFolder(tmp_path_factory.mktemp("names"))
    table = long_table(3)[["shop", "day", "sales"]].drop(index=[10, 11])
    folder.put("train", "train.csv", table.to_csv(index=False))
    init_args = {**INIT_ARGS, "known_covariates_names": None, "freq": "D"}
    fit_args = {"hyperparameters": {"SeasonalNaive": {}, "Theta": {}}}
    folder.put_job("", type="timeseries", init_args=init_args, fit_args=fit_args)
    assert train.main([], folder.environ()) == 0, folder.failure
    return folder


def test_without_covariates_a_name_is_a_request(names_only: JobFolder) -> None:
    model = load_model(names_only.model, {})
    sent = answer(model, long_table(3)[["shop", "day", "sales"]].drop(index=[10, 11]))

    wanted = sent[sent["shop"].isin(["shop 2"])].reset_index(drop=True)
    for rows in (pd.DataFrame({"shop": ["shop 2"]}), [{"shop": "shop 2"}]):
        pd.testing.assert_frame_equal(answer(model, rows), wanted)
    assert answer(model, [{"shop": "shop 2"}, {"shop": "shop 0"}])["shop"].unique().tolist() == [
        "shop 2", "shop 0",
    ]  # fmt: skip
    with pytest.raises(InputError, match='Series "shop 7" has no history'):
        answer(model, [{"shop": "shop 7"}])


def test_series_are_stored_unless_the_settings_say_otherwise(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    table = long_table(2, days=20)[["shop", "day", "sales"]]
    folder.put("train", "train.csv", table.to_csv(index=False))
    init_args = {**INIT_ARGS, "known_covariates_names": None, "stored_history": False}
    fit_args = {"hyperparameters": {"Naive": {}}}
    folder.put_job("", type="timeseries", init_args=init_args, fit_args=fit_args)
    assert train.main([], folder.environ()) == 0, folder.failure

    assert not list(folder.model.rglob(FILE_NAME))
    model = load_model(folder.model, {})
    with pytest.raises(InputError, match='lacks "day", "sales"'):
        answer(model, pd.DataFrame({"shop": ["shop 1"]}))
    with pytest.raises(InputError, match='Column "day", row 1: the value is missing'):
        answer(model, [{"shop": "shop 1", "day": None, "sales": None}])


def test_of_many_rows_the_last_of_each_series_are_stored(
    tmp_path: Path, past: pd.DataFrame
) -> None:
    columns = SeriesColumns.of(INIT_ARGS)
    series = as_series(past)

    told = store_series(series, columns, tmp_path, most_rows=52)

    stored = pd.read_parquet(tmp_path / FILE_NAME)
    assert told is not None
    assert "the last 10 rows of each series" in told
    assert stored.groupby("shop").size().tolist() == [10] * SHOPS
    assert set(stored.groupby("shop")["day"].max()) == {pd.Timestamp("2025-04-05")}
    assert stored["city"].tolist()[:10] == ["Rome"] * 10


@pytest.mark.parametrize(
    ("static", "sentence"),
    [
        (STATIC.rename(columns={"shop": "store"}), 'id column "shop" not found'),
        (STATIC[["shop"]], 'has no column besides the id column "shop"'),
        (STATIC[1:], 'series "shop 0" of channel "train" has no row'),
        (pd.concat([STATIC, STATIC[:1]]), 'series "shop 0" has a row already'),
        (STATIC.assign(shop=["", *STATIC["shop"][1:]]), 'Column "shop", row 1 of shops.csv'),
        (STATIC.rename(columns={"area": "price"}), 'column "price" is a column of the training'),
        (STATIC.assign(opened="2020-01-01"), '"opened" holds dates, which cannot be a static'),
        (STATIC.assign(item_id=1), 'Column "item_id" would be a static feature'),
    ],
)
def test_static_features_that_cannot_be_used_are_refused(
    tmp_path: Path, past: pd.DataFrame, static: pd.DataFrame, sentence: str
) -> None:
    folder = JobFolder(tmp_path)
    folder.put("train", "train.csv", past.to_csv(index=False))
    folder.put("static", "shops.csv", static.to_csv(index=False))
    fit_args = {"hyperparameters": {"Naive": {}}}
    folder.put_job("", type="timeseries", init_args=INIT_ARGS, fit_args=fit_args)

    assert train.main([], folder.environ()) == 1
    assert sentence in folder.failure
