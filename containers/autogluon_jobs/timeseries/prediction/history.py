"""Divide a request's rows into the history of each series and its future, and check both.

Rows at the end of a series without a value of the target are its future: they carry known
covariates, at the times that are to be forecast.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from autogluon.timeseries import TimeSeriesDataFrame
from autogluon.timeseries.utils.forecast import make_future_data_frame
from pandas.tseries.frequencies import to_offset

from autogluon_contracts.predictor_types.timeseries.series import SeriesFacts
from autogluon_jobs.messages.errors import InputError, RowError
from autogluon_jobs.messages.wording import listed, shown
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.timeseries.prediction.request_rows import complete_rows
from autogluon_jobs.timeseries.prediction.stored_series import StoredSeries
from autogluon_jobs.timeseries.series.long_frame import LongFrame
from autogluon_jobs.timeseries.series.steps import first_off_step, moment, told_step


@dataclass(frozen=True)
class History:
    """What AutoGluon forecasts from: the past, and known covariates of the future if any."""

    past: TimeSeriesDataFrame
    known: TimeSeriesDataFrame | None

    def blocks(self, most: int) -> Iterator[History]:
        """Yield the history of at most so many series at a time, in their order."""
        names = self.past.item_ids
        if len(names) <= most:
            yield self
            return
        for first in range(0, len(names), most):
            some = names[first : first + most]
            known = None if self.known is None else _of_series(self.known, some)
            yield History(_of_series(self.past, some), known)


def _of_series(frame: TimeSeriesDataFrame, names: pd.Index) -> TimeSeriesDataFrame:
    chosen = TimeSeriesDataFrame(pd.DataFrame(frame).loc[names])
    if frame.static_features is not None:
        chosen.static_features = frame.static_features.loc[names]
    return chosen


def read_history(
    frame: pd.DataFrame,
    schema: FeatureSchema,
    facts: SeriesFacts,
    stored: StoredSeries | None = None,
) -> History:
    """Divide and check the rows of a request.

    Args:
        frame: the schema's columns.
        schema: what the predictor takes.
        facts: what it forecasts.
        stored: the artifact's series, if any: the history of those that the request only names.

    Raises:
        InputError: a series that cannot be forecast, by name, time and row.
    """
    given = complete_rows(frame, schema, facts, stored)
    rows = LongFrame.of(given.frame, facts.id_column, facts.timestamp_column)
    rows = replace(rows, positions=given.origins[rows.positions])
    _require_steps(rows, facts)
    is_future = _is_future(rows, schema.label)
    past, future = rows.taken(~is_future), rows.taken(is_future)
    _require_history(past, schema.label)
    _require_few(future, schema.label, facts)
    static = None if given.static is None else given.static.loc[list(past.names)]
    history = past.series_frame(static=static)
    if facts.resampled:
        # As `predict` would; here, because the last step decides which future is needed.
        history = history.convert_frequency(facts.freq, num_cpus=1)
    if not facts.known_covariates:
        return History(history, None)
    _require_known(future, schema, facts)
    known = future.series_frame(list(facts.known_covariates))
    _require_horizon(history, known, facts)
    return History(history, known)


def _require_steps(rows: LongFrame, facts: SeriesFacts) -> None:
    name = facts.timestamp_column
    at = rows.repeated
    if at is not None:
        raise _row_error(
            rows, [at], f'Column "{name}", {{row}}: series {shown(rows.name(at))} has '
            f"{moment(rows.times[at])} twice.", "Send one row for each series and time."
        )  # fmt: skip
    if facts.resampled:
        return
    at = first_off_step(rows, facts.freq)
    if at is not None:
        raise _row_error(
            rows, [at], f'Column "{name}", {{row}}: {told_step(rows, at)}, and the frequency is '
            f'"{facts.freq}".', 'Send a row for each step, with an empty value where there is '
            "none."
        )  # fmt: skip
    offset = to_offset(facts.freq)
    for at in rows.starts[:-1]:
        if offset is not None and not offset.is_on_offset(rows.times[at]):
            raise _row_error(
                rows, [at], f'Column "{name}", {{row}}: {moment(rows.times[at])} of series '
                f'{shown(rows.name(at))} is not a time of the frequency "{facts.freq}".',
                "Send times as in training."
            )  # fmt: skip


def _is_future(rows: LongFrame, target: str) -> Any:
    places = np.arange(len(rows))
    has_value = rows.values[target].notna().to_numpy()
    last = np.full(len(rows.names), -1)
    np.maximum.at(last, rows.codes[has_value], places[has_value])
    return places > last[rows.codes]


def _require_history(past: LongFrame, target: str) -> None:
    empty = np.flatnonzero(past.lengths == 0)
    if len(empty):
        raise InputError(
            f"Series {shown(str(past.names[empty[0]]))} has no history: none of its rows has a "
            f'value in "{target}".',
            advice="Send rows with values, and after them those of the future.",
        )


def _require_few(future: LongFrame, target: str, facts: SeriesFacts) -> None:
    many = np.flatnonzero(future.lengths > facts.prediction_length)
    if len(many):
        at = int(future.starts[many[0]]) + facts.prediction_length
        raise _row_error(
            future, [at], f'Column "{target}", {{row}}: series {shown(future.name(at))} ends with '
            f"{future.lengths[many[0]]} rows without a value. They are its future, and the "
            f"prediction length is {facts.prediction_length}.", "Send fewer of them."
        )  # fmt: skip


def _require_known(future: LongFrame, schema: FeatureSchema, facts: SeriesFacts) -> None:
    few = np.flatnonzero(future.lengths < facts.prediction_length)
    if len(few):
        raise InputError(
            f"Series {shown(str(future.names[few[0]]))} has {future.lengths[few[0]]} of the "
            f"{facts.prediction_length} future rows that are needed for "
            f"{listed(facts.known_covariates)}.",
            advice=f'Send a row for each step after its last value, with "{schema.label}" empty.',
        )
    for name in facts.known_covariates:
        # An empty category has a meaning, as on days without a holiday: training saw it.
        if schema.by_name[name].kind == "category":
            continue
        missing = np.flatnonzero(future.values[name].isna().to_numpy())
        if len(missing):
            raise _row_error(
                future, missing, f'Column "{name}", {{row}}: the value is missing in the future of '
                f"series {shown(future.name(missing[0]))}.", "Known covariates need a value for "
                "each step that is forecast."
            )  # fmt: skip


def _require_horizon(
    past: TimeSeriesDataFrame, known: TimeSeriesDataFrame, facts: SeriesFacts
) -> None:
    """Refuse a future at other times than those that are forecast, as resampling may move them."""
    horizon = make_future_data_frame(past, facts.prediction_length, facts.freq)
    wanted = pd.MultiIndex.from_frame(horizon)
    missing = wanted.difference(known.index, sort=False)
    if len(missing):
        series, time = missing[0]
        raise InputError(
            f"Series {shown(str(series))} has no future row at {moment(time)}, which is forecast "
            f'with the frequency "{facts.freq}".',
            advice="Send the rows of the future at the times that are forecast.",
        )


def _row_error(rows: LongFrame, places: Any, message: str, advice: str) -> RowError:
    return RowError([int(rows.positions[at]) for at in places], message, advice=advice)
