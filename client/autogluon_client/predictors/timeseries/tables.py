"""Put long tables together: histories with the known covariates of their future."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogluon_client.data.frames import is_frame
from autogluon_client.data.storage import local_copy
from autogluon_client.data.uploads import local_file
from autogluon_client.errors import InvalidDataError
from autogluon_client.optional_packages import pandas
from autogluon_contracts.content_types import EXTENSIONS
from autogluon_contracts.predictor_types.timeseries.series import SeriesColumns

if TYPE_CHECKING:
    import pandas as pd


def flat(data: Any) -> Any:
    """Return a DataFrame whose index names series and times with these as columns.

    That is AutoGluon's `TimeSeriesDataFrame`; anything else is returned as it is, but for the index
    of a DataFrame, which a forecast does not keep.
    """
    if not is_frame(data):
        return data
    named = data.index.nlevels > 1
    return pandas().DataFrame(data.reset_index(drop=not named))


def with_future(s3: Any, data: Any, known: Any, columns: SeriesColumns) -> pd.DataFrame:
    """Return the history, and below it a row for each future time of the known covariates.

    Rows of `known` at times that the history has are left out.

    Raises:
        InvalidDataError: a column is missing, or a table cannot be read.
    """
    history, future = (
        _read(s3, argument, table, columns)
        for argument, table in (("data", data), ("known_covariates", known))
    )
    _require("known_covariates", future, columns.known_covariates)
    future = future[[*_keys(columns), *columns.known_covariates]]
    later = ~_places(future, columns).isin(_places(history, columns))
    return pandas().concat([history, future[later]], ignore_index=True)


def with_known(s3: Any, data: Any, known: Any, columns: SeriesColumns) -> pd.DataFrame:
    """Return the training data with the columns of known covariates from a table of their own.

    Raises:
        InvalidDataError: a column is missing, or `known` lacks a row of the data.
    """
    pd = pandas()
    table = _read(s3, "train_data", data, columns)
    other = _read(s3, "known_covariates", known, columns)
    added = [name for name in columns.known_covariates if name not in table.columns]
    _require("known_covariates", other, added)
    values = other[added].set_axis(pd.MultiIndex.from_frame(_place_frame(other, columns)))
    values = values[~values.index.duplicated()]
    places = _places(table, columns)
    missing = ~places.isin(values.index)
    if missing.any():
        item, time = places[missing][0]
        raise InvalidDataError(
            f"known_covariates has no row of {item!r} at {time}, which train_data has.",
            advice="Give the known covariates of every row.",
        )
    return table.assign(**{name: values[name].reindex(places).to_numpy() for name in added})


def _read(s3: Any, argument: str, data: Any, columns: SeriesColumns) -> pd.DataFrame:
    table = flat(data)
    if not is_frame(table):
        with (
            local_copy(s3, data) if str(data).startswith("s3://") else local_file(argument, data)
        ) as path:
            table = _read_file(argument, path, columns)
    _require(argument, table, _keys(columns))
    frame: pd.DataFrame = table
    return frame


def _read_file(argument: str, path: Path, columns: SeriesColumns) -> pd.DataFrame:
    pd, suffix = pandas(), path.suffix.lower()
    text = {columns.id_column: str}  # 01001 is a name
    if suffix in EXTENSIONS["parquet"]:
        return pd.read_parquet(path)
    if suffix in EXTENSIONS["jsonl"]:
        return pd.read_json(path, lines=True, dtype=text, convert_dates=False)
    if suffix in EXTENSIONS["csv"]:
        return pd.read_csv(path, dtype=text, float_precision="round_trip")
    raise InvalidDataError(
        f"{argument}: {path} has the suffix {suffix!r}, which cannot be joined with another table.",
        advice="Pass a DataFrame, or a CSV, JSON Lines or Parquet file.",
    )


def _require(argument: str, table: pd.DataFrame, names: Any) -> None:
    for name in names:
        if name not in table.columns:
            raise InvalidDataError(
                f"{argument}: column {name!r} not found.",
                advice=f"Columns found: {', '.join(map(str, table.columns))}.",
            )


def _keys(columns: SeriesColumns) -> tuple[str, str]:
    return columns.id_column, columns.timestamp_column


def _place_frame(table: pd.DataFrame, columns: SeriesColumns) -> pd.DataFrame:
    pd = pandas()
    times = pd.to_datetime(table[columns.timestamp_column])
    return pd.DataFrame({"item": table[columns.id_column].astype(str), "time": times})


def _places(table: pd.DataFrame, columns: SeriesColumns) -> pd.MultiIndex:
    return pandas().MultiIndex.from_frame(_place_frame(table, columns))
