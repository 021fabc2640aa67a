"""Complete a request's rows: stored histories of series that it only names, static features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from autogluon_contracts.predictor_types.timeseries.series import SeriesFacts
from autogluon_jobs.messages.errors import InputError, RowError
from autogluon_jobs.messages.wording import listed, shown
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.timeseries.prediction.stored_series import StoredSeries
from autogluon_jobs.timeseries.series.steps import moment


@dataclass(frozen=True)
class RequestRows:
    """Rows of series that all have a history, and apart from them each series' static features.

    `origins` are the rows' places in the request; -1 of stored rows.
    """

    frame: pd.DataFrame
    origins: Any
    static: pd.DataFrame | None


def complete_rows(
    frame: pd.DataFrame, schema: FeatureSchema, facts: SeriesFacts, stored: StoredSeries | None
) -> RequestRows:
    """Add the stored history of each series of which the request has none.

    Args:
        frame: the schema's columns; a time is missing in a row that only names a series.
        schema: what the predictor takes.
        facts: what it forecasts.
        stored: the artifact's series, if any.

    Raises:
        InputError: a series without any history; a row whose time is missing, or not after the
            stored ones; static features that differ within a series.
    """
    moving = frame.drop(columns=list(facts.static_features))
    rows, origins = moving, np.arange(len(frame))
    if stored is not None:
        rows, origins = _with_histories(moving, schema, facts, stored)
    return RequestRows(rows, origins, _static_features(frame, facts, stored))


def _with_histories(
    frame: pd.DataFrame, schema: FeatureSchema, facts: SeriesFacts, stored: StoredSeries
) -> tuple[pd.DataFrame, Any]:
    """Return the rows with those of stored series that have no history in them, and origins."""
    names = pd.unique(frame[facts.id_column])
    with_history = set(pd.unique(frame[facts.id_column][frame[schema.label].notna()]))
    without = [name for name in names if name not in with_history]
    timeless = frame[facts.timestamp_column].isna()
    _require_times(frame, timeless, with_history, facts)
    if not without:
        return frame, np.arange(len(frame))
    histories = stored.rows(without)
    ends = histories.groupby(facts.id_column)[facts.timestamp_column].max()
    for name in without:
        if name not in ends.index:
            raise InputError(
                f"Series {shown(str(name))} has no history: it is not among the stored series, and "
                f'none of its rows has a value in "{schema.label}".',
                advice="Send rows with values, and after them those of the future.",
            )
    future = frame[~timeless]
    _require_later(future, ends, facts)
    # Empty columns have no type of their own: the stored ones give them theirs.
    both = pd.concat([future.astype(histories.dtypes), histories], ignore_index=True)
    origins = np.concatenate([future.index.to_numpy(), np.full(len(histories), -1)])
    # As they appear in the request, whichever rows they have there.
    places = pd.Series(np.arange(len(names)), index=names)
    order = np.argsort(places[both[facts.id_column]].to_numpy(), kind="stable")
    return both.iloc[order].reset_index(drop=True), origins[order]


def _require_times(
    frame: pd.DataFrame, timeless: pd.Series, with_history: set[Any], facts: SeriesFacts
) -> None:
    """Refuse a row without a time, unless it is the only one of a series: it names it."""
    if not timeless.any():
        return
    items = frame[facts.id_column]
    counts = items.map(items.value_counts())
    wrong = timeless & (items.isin(with_history) | (counts > 1))
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise RowError(
            [row],
            f'Column "{facts.timestamp_column}", {{row}}: the value is missing, and series '
            f"{shown(str(items[row]))} has other rows.",
            advice="Give each of its rows a time, or send a single row that names it.",
        )


def _require_later(future: pd.DataFrame, ends: pd.Series, facts: SeriesFacts) -> None:
    last = future[facts.id_column].map(ends)
    early = future[facts.timestamp_column] <= last  # never where a series has its own history
    if early.any():
        at = int(early.to_numpy().argmax())
        row, time = int(future.index[at]), future[facts.timestamp_column].iloc[at]
        raise RowError(
            [row],
            f'Column "{facts.timestamp_column}", {{row}}: series '
            f"{shown(str(future[facts.id_column].iloc[at]))} has {moment(time)} without a value, "
            f"and its stored history ends at {moment(last.iloc[at])}.",
            advice="Send the steps after it, or the whole history.",
        )


def _static_features(
    frame: pd.DataFrame, facts: SeriesFacts, stored: StoredSeries | None
) -> pd.DataFrame | None:
    if not facts.static_features:
        return None
    item = facts.id_column
    names = pd.unique(frame[item])
    found = pd.DataFrame(index=pd.Index(names))
    for name in facts.static_features:
        given = frame.loc[frame[name].notna(), [item, name]]
        values = given.drop_duplicates(item).set_index(item)[name]
        first = given[item].map(values.astype(object))
        differs = first.to_numpy() != given[name].astype(object).to_numpy()
        if differs.any():
            row = int(given.index[int(differs.argmax())])
            series = frame[item][row]
            raise RowError(
                [row],
                f'Column "{name}", {{row}}: series {shown(str(series))} has '
                f"{shown(str(frame[name][row]))} here and {shown(str(values[series]))} before, "
                "and a static feature has one value.",
                advice="Give all rows of a series the same value, or one of them.",
            )
        found[name] = values.reindex(names)
    empty = found.index[found.isna().all(axis="columns")]
    if stored is not None and len(empty):
        known = stored.static(list(empty))
        lacking = empty.difference(known.index, sort=False)
        if len(lacking):
            raise InputError(
                f"Series {shown(str(lacking[0]))} is not among the stored series, and the request "
                f"gives no value of {listed(facts.static_features)} that training knew.",
                advice="Give at least one of its static features.",
            )
        for name in facts.static_features:
            found.loc[known.index, name] = known[name]
    return found
