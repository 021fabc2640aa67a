"""Turn the channels into the series that AutoGluon is fitted and judged on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon.timeseries import TimeSeriesDataFrame

from autogluon_contracts.documents.data_reading import DataReading
from autogluon_contracts.predictor_types.timeseries.series import SeriesColumns
from autogluon_jobs.conversion.conversion import convert_columns
from autogluon_jobs.data.channel_table import ChannelTable
from autogluon_jobs.data.training_frames import comparable
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import shown
from autogluon_jobs.schema.feature_schema import Feature
from autogluon_jobs.timeseries.data.series_columns import series_features
from autogluon_jobs.timeseries.data.static_table import CHANNEL, read_static
from autogluon_jobs.timeseries.series.long_frame import LongFrame
from autogluon_jobs.timeseries.series.steps import first_off_step, frequency_of, moment, told_step


@dataclass(frozen=True)
class SeriesData:
    """The series of each channel at one frequency, and the columns in the schema's order.

    `rows` says how many rows each channel had; `resampled` that they were brought to `freq`;
    `static` which of the features have one value for each series.
    """

    features: tuple[Feature, ...]
    freq: str
    resampled: bool
    train: TimeSeriesDataFrame
    test: TimeSeriesDataFrame | None
    tuning: TimeSeriesDataFrame | None
    rows: Mapping[str, int]
    warnings: tuple[str, ...]
    static: tuple[str, ...] = ()


def prepare_series(
    tables: Mapping[str, ChannelTable],
    columns: SeriesColumns,
    init_args: Mapping[str, Any],
    reading: DataReading,
) -> SeriesData:
    """Read, check and order the rows of all channels.

    Rows need no order. Times without a row are refused, unless `freq` is given: AutoGluon then
    brings every series to it.

    Args:
        tables: the channels `train` and, where given, `test`, `tuning` and `static`.
        columns: which column is what.
        init_args: the predictor's, for `freq` and `prediction_length`.
        reading: what the settings say about the cells.

    Raises:
        InputError: a column, cell, time or series that cannot be forecast, by name.
    """
    given_static = tables.get(CHANNEL)
    tables = {name: table for name, table in tables.items() if name != CHANNEL}
    tables, warnings = comparable(tables, reading)
    features = series_features(tables, columns, reading, warnings)
    static = None
    if given_static is not None:
        taken = tables["train"].columns
        static = read_static(given_static, columns.id_column, taken, warnings)
    ordered = {name: _ordered(table, features, columns) for name, table in tables.items()}
    given = init_args.get("freq")
    freq = given or frequency_of(ordered["train"], _channel("train"))
    if given is None:
        for name, rows in ordered.items():
            _require_steps(name, rows, freq)
    series = {
        name: rows.series_frame(
            static=None if static is None else static.of_series(rows.names, name)
        )
        for name, rows in ordered.items()
    }
    if static is not None:
        unused = static.unused({name for rows in ordered.values() for name in rows.names})
        warnings += [] if unused is None else [unused]
    if given is not None:
        series = {name: frame.convert_frequency(given) for name, frame in series.items()}
    for name in ("test", "tuning"):
        if name in series:
            _require_history(name, series[name], init_args.get("prediction_length", 1))
    return SeriesData(
        features=(*features, *(() if static is None else static.features)),
        freq=freq,
        resampled=given is not None,
        train=series["train"],
        test=series.get("test"),
        tuning=series.get("tuning"),
        rows={name: table.rows for name, table in tables.items()},
        warnings=tuple(warnings),
        static=() if static is None else tuple(item.name for item in static.features),
    )


def _ordered(
    table: ChannelTable, features: tuple[Feature, ...], columns: SeriesColumns
) -> LongFrame:
    cells: dict[str, Any] = dict(zip(table.columns, table.table.columns, strict=True))
    frame = convert_columns(features, cells, table.row_name)
    rows = LongFrame.of(frame, columns.id_column, columns.timestamp_column)
    at = rows.repeated
    if at is not None:
        raise InputError(
            f"{_channel(table.channel)}, {table.row_name(int(rows.positions[at]))}: series "
            f"{shown(rows.name(at))} has {moment(rows.times[at])} twice.",
            advice="Keep one row for each series and time.",
        )
    return rows


def _require_steps(channel: str, rows: LongFrame, freq: str) -> None:
    at = first_off_step(rows, freq)
    if at is not None:
        raise InputError(
            f'{_channel(channel)}: {told_step(rows, at)}, and the frequency is "{freq}".',
            advice="Correct the rows, or set init_args.freq: times without a row then count as "
            "missing.",
        )


def _require_history(channel: str, series: TimeSeriesDataFrame, steps: int) -> None:
    lengths = series.num_timesteps_per_item()
    if lengths.min() <= steps:
        shortest = shown(str(lengths.idxmin()))
        raise InputError(
            f"{_channel(channel)}: series {shortest} has {lengths.min()} times, of which the last "
            f"{steps} are forecast from those before.",
            advice="Give the history too, or leave the series out.",
        )


def _channel(name: str) -> str:
    return f'Channel "{name}"'
