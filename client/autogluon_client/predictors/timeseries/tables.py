"""Put long tables together: histories with the known covariates of their future."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogluon_client.data.frames import is_frame
from autogluon_client.data.storage import local_copy
from autogluon_client.data.stored_files import read_stored
from autogluon_client.data.uploads import local_file
from autogluon_client.errors import InvalidDataError
from autogluon_client.optional_packages import pandas
from autogluon_contracts.data.dates import is_iso_date, iso_date, possible_orders
from autogluon_contracts.data.files.csv_dialect import detect_dialect
from autogluon_contracts.data.files.json_array import is_array
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

    Of data without a target, which only names series, the future of these is returned: the model
    has their history.

    Rows of `known` are left out up to the last time of their series in the history: an earlier one
    would be a gap, which changes the forecast. So are those of series without history.

    Raises:
        InvalidDataError: a column is missing, or a table cannot be read.
    """
    history = _read(s3, "data", data, columns, keys=(columns.id_column,))
    future = _read(s3, "known_covariates", known, columns)
    _require("known_covariates", future, columns.known_covariates)
    future = future[[*_keys(columns), *columns.known_covariates]]
    if columns.target not in history.columns:
        return _future_of_named(history, future, columns)
    _require("data", history, _keys(columns))
    last = _place_frame("data", history, columns).groupby("item")["time"].max()
    places = _place_frame("known_covariates", future, columns)
    try:
        later = (places["time"] > places["item"].map(last)).to_numpy()
    except TypeError as error:  # one side has an offset from UTC
        raise InvalidDataError(
            f"known_covariates: its times cannot be compared with those of the data ({error}).",
            advice="Write all of them with an offset from UTC, or all without.",
        ) from error
    return pandas().concat([history, future[later]], ignore_index=True)


def whole_table(s3: Any, data: Any, known: Any, static: Any, columns: SeriesColumns) -> Any:
    """Return what a request sends: the data, with the tables beside it that are given.

    Raises:
        InvalidDataError: the tables do not fit each other.
    """
    table = flat(data) if known is None else with_future(s3, data, known, columns)
    return table if static is None else with_static(s3, table, static, columns)


def _future_of_named(
    names: pd.DataFrame, future: pd.DataFrame, columns: SeriesColumns
) -> pd.DataFrame:
    """Return the future rows of series, and a row for each series that has none."""
    item = columns.id_column
    wanted, known = names[item].astype(str), future[item].astype(str)
    rows = future[known.isin(wanted)]
    alone = names.loc[~wanted.isin(known) & ~wanted.duplicated(), [item]]
    return pandas().concat([rows, alone], ignore_index=True)


def static_of(data: Any, static: Any) -> Any:
    """Return the static features: those given, or those that AutoGluon's own frame carries."""
    carried = getattr(data, "static_features", None) if static is None and is_frame(data) else None
    return carried if is_frame(carried) else static


def static_table(static: Any, columns: SeriesColumns) -> Any:
    """Return a DataFrame whose index names the series with it as the id column.

    That is how AutoGluon's `TimeSeriesDataFrame` has them; anything else is returned as it is.
    """
    if not is_frame(static) or columns.id_column in static.columns or static.index.nlevels > 1:
        return static
    return pandas().DataFrame(static.rename_axis(columns.id_column).reset_index())


def with_static(s3: Any, data: Any, static: Any, columns: SeriesColumns) -> pd.DataFrame:
    """Return the rows with the static features of their series in each of them.

    Raises:
        InvalidDataError: a column is missing or in both tables, or a series has no row or two.
    """
    keys = (columns.id_column,)
    rows = _read(s3, "data", data, columns, keys=keys)
    table = _read(s3, "static_features", static_table(static, columns), columns, keys=keys)
    features = table.drop(columns=columns.id_column).set_axis(table[columns.id_column].astype(str))
    for name in features.columns:
        if name in rows.columns:
            raise InvalidDataError(
                f"static_features: column {name!r} is a column of the data, too.",
                advice="Leave it out of one of them.",
            )
    twice = features.index[features.index.duplicated()]
    if len(twice):
        raise InvalidDataError(
            f"static_features has two rows of {twice[0]!r}.",
            advice="Keep one row for each series.",
        )
    items = rows[columns.id_column].astype(str)
    missing = items[~items.isin(features.index)]
    if len(missing):
        raise InvalidDataError(
            f"static_features has no row of {missing.iloc[0]!r}, which the data has.",
            advice="Give each series a row.",
        )
    found = features.reindex(items)
    return rows.assign(**{name: found[name].to_numpy() for name in found.columns})


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
    known_places = _place_frame("known_covariates", other, columns)
    values = other[added].set_axis(pd.MultiIndex.from_frame(known_places))
    values = values[~values.index.duplicated()]
    places = pd.MultiIndex.from_frame(_place_frame("train_data", table, columns))
    missing = ~places.isin(values.index)
    if missing.any():
        item, time = places[missing][0]
        raise InvalidDataError(
            f"known_covariates has no row of {item!r} at {time}, which train_data has.",
            advice="Give the known covariates of every row.",
        )
    return table.assign(**{name: values[name].reindex(places).to_numpy() for name in added})


def _read(
    s3: Any,
    argument: str,
    data: Any,
    columns: SeriesColumns,
    keys: Sequence[str] | None = None,
) -> pd.DataFrame:
    table = flat(data)
    if not is_frame(table):
        with (
            local_copy(s3, data) if str(data).startswith("s3://") else local_file(argument, data)
        ) as path:
            try:
                table = _read_file(path, columns)
            except ValueError as error:  # so are the errors of pandas, JSON and encodings
                raise InvalidDataError(
                    f"{argument}: {path.name} cannot be read ({error}).",
                    advice="Write it with a header, and as many cells in each row.",
                ) from error
    _require(argument, table, _keys(columns) if keys is None else keys)
    frame: pd.DataFrame = table
    return frame


def _read_file(path: Path, columns: SeriesColumns) -> pd.DataFrame:
    pd, stored = pandas(), read_stored(path)
    text = {columns.id_column: str}  # 01001 is a name
    if stored.format == "parquet":
        return pd.read_parquet(path)
    content = stored.content
    if stored.format == "jsonl":
        lines = not is_array(content)
        return pd.read_json(io.BytesIO(content), lines=lines, dtype=text, convert_dates=False)
    dialect = detect_dialect(content)
    return pd.read_csv(
        io.StringIO(dialect.text_of(content)),
        sep=dialect.delimiter,
        dtype=text,
        float_precision="round_trip",
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


def _place_frame(argument: str, table: pd.DataFrame, columns: SeriesColumns) -> pd.DataFrame:
    """Return each row's series, as text, and time."""
    times = _times(argument, columns.timestamp_column, table[columns.timestamp_column])
    return pandas().DataFrame({"item": table[columns.id_column].astype(str), "time": times})


def _times(argument: str, name: str, values: pd.Series) -> pd.Series:
    """Return times; texts by the rules of training data, in the one order that the column shows."""
    pd = pandas()
    if values.dtype != object and not isinstance(values.dtype, pd.StringDtype):
        return pd.to_datetime(values)
    texts = values.astype(str).str.strip()
    others = [text for text in texts.unique() if not is_iso_date(text)]
    orders = possible_orders(others) if others else ()
    if others and len(orders) != 1:
        raise InvalidDataError(
            f"{argument}: the column {name!r} has times such as {others[0]!r}, which can be read "
            f"in {len(orders) or 'no'} ways.",
            advice="Write times as 2026-01-31 or 2026-01-31T13:00:00.",
        )
    written = texts.map(lambda text: text if is_iso_date(text) else iso_date(text, orders[0]))
    try:
        return pd.to_datetime(written, format="ISO8601")
    except ValueError as error:
        raise InvalidDataError(
            f"{argument}: the times of the column {name!r} cannot be compared ({error}).",
            advice="Write all of them with the same offset from UTC, or without.",
        ) from error
