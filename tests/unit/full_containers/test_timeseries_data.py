"""What training data a time series job takes, and the sentence for what it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from autogluon_contracts.documents.data_reading import DataReading
from autogluon_contracts.predictor_types.timeseries.series import SeriesColumns
from autogluon_jobs.data.channel_table import load_channel
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.timeseries.data.series_data import SeriesData, prepare_series
from tests.unit.full_containers.sales_data import INIT_ARGS, long_table


def prepared(
    folder: Path,
    train: pd.DataFrame,
    test: pd.DataFrame | None = None,
    reading: DataReading | None = None,
    **init_args: Any,
) -> SeriesData:
    arguments = {**INIT_ARGS, **init_args}
    tables = {}
    for name, table in {"train": train, "test": test}.items():
        if table is not None:
            (folder / name).mkdir()
            table.to_csv(folder / name / f"{name}.csv", index=False)
            tables[name] = load_channel(name, folder / name)
    columns = SeriesColumns.of(arguments)
    return prepare_series(tables, columns, arguments, reading or DataReading())


def monthly(*days: str, shop: str = "a") -> pd.DataFrame:
    return pd.DataFrame({"shop": shop, "day": days, "sales": range(len(days))})


def test_rows_in_any_order_become_series_in_order(tmp_path: Path) -> None:
    table = long_table(shops=2, days=10)

    data = prepared(tmp_path, table.sample(frac=1, random_state=0))

    assert data.freq == "D"
    assert data.train.num_items == 2
    for shop, series in data.train.groupby(level=0):
        wanted = table[table["shop"] == shop]
        assert series["sales"].tolist() == wanted["sales"].tolist()
        assert series["weather"].tolist() == wanted["weather"].tolist()


def test_ids_stay_texts_and_an_empty_target_stays_missing(tmp_path: Path) -> None:
    table = monthly("2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01", shop="007")
    table.loc[1, "sales"] = None

    data = prepared(tmp_path, table, known_covariates_names=None)

    assert data.freq == "MS"
    assert data.train.item_ids.tolist() == ["007"]
    assert data.train["sales"].isna().tolist() == [False, True, False, False]


def test_times_are_read_as_other_dates_are(tmp_path: Path) -> None:
    table = monthly("31.01.2025", "28.02.2025", "31.03.2025", "30.04.2025")

    assert prepared(tmp_path, table, known_covariates_names=None).freq == "ME"


def test_given_a_frequency_gaps_are_filled_with_missing_values(tmp_path: Path) -> None:
    table = long_table(shops=1, days=12).drop(index=5)

    data = prepared(tmp_path, table, freq="D")

    assert data.resampled
    assert len(data.train) == 12
    assert data.train["sales"].isna().sum() == 1


def test_numbers_and_booleans_may_be_missing_as_the_future_of_a_past_covariate_is(
    tmp_path: Path,
) -> None:
    table = long_table(shops=1, days=12).assign(open="true")

    kinds = {item.name: item for item in prepared(tmp_path, table).features}

    assert all(kinds[name].nullable for name in ("visitors", "weather", "open"))
    assert kinds["open"].dtype == "float64"


DAILY = long_table(shops=2, days=12)


@pytest.mark.parametrize(
    ("table", "init_args", "sentence"),
    [
        (
            pd.concat([DAILY, DAILY[:1]]),
            {},
            r'row 25 of train.csv: series "shop 0" has 2025-03-01 twice',
        ),
        (
            DAILY.drop(index=10),
            {},
            r'series "shop 0" has 2025-03-07 after 2025-03-05, and most series have the frequency '
            r'"D".*set init_args.freq',
        ),
        (
            pd.concat([DAILY, DAILY[:1].assign(shop="new")]),
            {},
            r'series "new" has 1 rows, and 3 are needed',
        ),
        (
            monthly("2025-01-01", "2025-01-02", "2025-01-04", "2025-01-05"),
            {"known_covariates_names": None},
            r'series "a" has 2025-01-04 after 2025-01-02, and most of its steps take 1 days',
        ),
        (
            pd.concat([DAILY, monthly("2025-01-01", "2025-02-01", "2025-03-01")]),
            {},
            r'series "a" has the frequency "MS", and most have "D"',
        ),
        (DAILY.assign(shop=""), {}, r'Column "shop", row 1 of train.csv .*: the value is missing'),
        (DAILY.assign(day="someday"), {}, r'Column "day", row 1 .*"someday" is not a time'),
        (DAILY.assign(day=range(24)), {}, r'Column "day", row 1 .*"0" is not a time'),
        (
            DAILY.assign(day="01/02/2025"),
            {},
            r'Column "day" holds dates whose month may come first or second. Say which in '
            r"data.date_order",
        ),
        (DAILY.assign(sales="many"), {}, r'Column "sales", row 1 .*"many" is not a number'),
        (DAILY.assign(sales=""), {}, r'Column "sales" is to be forecast and has no value'),
        (
            DAILY.assign(opened="2020-01-01"),
            {},
            r'Column "opened" holds dates, which cannot be a covariate',
        ),
        (DAILY.assign(item_id="x"), {}, r'Column "item_id" would be a covariate'),
        (
            DAILY.drop(columns="price"),
            {},
            r'Column "price" of init_args.known_covariates_names not found',
        ),
        (DAILY, {"id_column": "shops"}, r'Column "shops" .* not found .*did you mean "shop"'),
    ],
)
def test_training_data_that_cannot_be_forecast_is_refused_in_a_sentence(
    tmp_path: Path, table: pd.DataFrame, init_args: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        prepared(tmp_path, table, **init_args)


def test_test_series_need_a_history(tmp_path: Path) -> None:
    with pytest.raises(InputError, match='Channel "test": series "shop 0" has 4 times'):
        prepared(tmp_path, DAILY, DAILY[:8])


def test_test_series_follow_the_frequency_of_training(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r'Channel "test": series "shop 1" .* frequency is "D"'):
        prepared(tmp_path, DAILY, DAILY.drop(index=11))
