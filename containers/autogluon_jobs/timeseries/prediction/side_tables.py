"""Join the tables that AutoGluon Cloud's client sends beside the rows of a time series request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from autogluon_contracts.predictor_types.timeseries.series import SeriesFacts
from autogluon_contracts.suggestions import did_you_mean
from autogluon_jobs.formats.parquet_table import read_parquet
from autogluon_jobs.formats.size_limits import REAL_TIME
from autogluon_jobs.messages.documents import checked
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed, shown
from autogluon_jobs.schema.feature_schema import FeatureSchema

_KEYS = ("known_covariates", "static_features")
_COLUMN_NAMES = ("id_column", "timestamp_column")
"""Inference arguments of AutoGluon Cloud's script, which names the columns by them."""


@dataclass(frozen=True)
class SeriesTables:
    """Known covariates and static features of a model; see `SideTables`."""

    schema: FeatureSchema
    facts: SeriesFacts

    @classmethod
    def of(cls, schema: FeatureSchema) -> SeriesTables:
        """Return those of a model, by its schema.

        Raises:
            InputError: the schema does not say what the model forecasts.
        """
        return cls(schema, checked(lambda: SeriesFacts.of(schema.details)))

    @property
    def keys(self) -> Sequence[str]:
        """Return the keys of a document that hold tables."""
        return _KEYS

    @property
    def column_arguments(self) -> Mapping[str, str]:
        """Return the arguments that name columns -> the model's column."""
        return {name: getattr(self.facts, name) for name in _COLUMN_NAMES}

    def joined(self, data: bytes, beside: Mapping[str, bytes]) -> Any:
        """Return the rows with those of the future below them, and static features in each.

        Raises:
            InputError: a table that is not Parquet, lacks a column or a series, or has two rows
                of one.
        """
        return _joined_table(self.schema, self.facts, data, beside)


def _joined_table(
    schema: FeatureSchema, facts: SeriesFacts, data: bytes, beside: Mapping[str, bytes]
) -> Any:
    """Return the rows with those of the future below them, and the static features in each.

    Future rows up to the last time of their series in the data are left out, as AutoGluon does, and
    so are those of series that the data do not have.

    """
    rows = read_parquet(data, schema.names, REAL_TIME)
    _require("data", rows, [facts.id_column])
    if "known_covariates" in beside:
        known = read_parquet(beside["known_covariates"], schema.names, REAL_TIME)
        rows = _with_future(rows, known, schema, facts)
    if "static_features" in beside:
        static = read_parquet(beside["static_features"], schema.names, REAL_TIME)
        rows = _with_static(rows, static, facts)
    return rows


def _with_future(rows: Any, known: Any, schema: FeatureSchema, facts: SeriesFacts) -> Any:
    if not facts.known_covariates:
        raise InputError(
            "This predictor has no known covariates.", advice='Leave out "known_covariates".'
        )
    keys = (facts.id_column, facts.timestamp_column)
    _require("known_covariates", known, [*keys, *facts.known_covariates])
    future = known.select([*keys, *facts.known_covariates])
    items = _texts(future.column(facts.id_column))
    if schema.label in rows.column_names:
        _require("data", rows, keys)
        future = future.filter(_is_later(rows, future, items, facts))
        return _below(rows, future)
    # The data name series that the model stores; those without a future stay as their names.
    wanted = rows.column(facts.id_column)
    future = future.filter(pc.is_in(items, value_set=_names(rows, facts)))
    alone = pc.invert(pc.is_in(_texts(wanted), value_set=_names(future, facts)))
    return _below(rows.select([facts.id_column]).filter(alone), future)


def _is_later(rows: Any, future: Any, items: Any, facts: SeriesFacts) -> Any:
    """Return which rows of the future are behind the last ones of their series."""
    ends = pa.table(
        {
            "item": _texts(rows.column(facts.id_column)),
            "time": _moments("data", rows.column(facts.timestamp_column), facts),
        }
    )
    ends = ends.group_by("item").aggregate([("time", "max")])
    at = pc.index_in(items, value_set=_whole(ends.column("item")))
    last = pc.take(_whole(ends.column("time_max")), at)
    times = _moments("known_covariates", future.column(facts.timestamp_column), facts)
    return pc.fill_null(pc.greater(times, last), False)


def _with_static(rows: Any, static: Any, facts: SeriesFacts) -> Any:
    if not facts.static_features:
        raise InputError(
            "This predictor has no static features.", advice='Leave out "static_features".'
        )
    _require("static_features", static, [facts.id_column, *facts.static_features])
    names = _names(static, facts)
    counted = pc.value_counts(names)
    twice = counted.filter(pc.greater(counted.field("counts"), 1))
    if len(twice):
        raise InputError(
            f"static_features has two rows of series {shown(twice.field('values')[0].as_py())}.",
            advice="Keep one row for each series.",
        )
    items = _texts(rows.column(facts.id_column))
    at = pc.index_in(items, value_set=names)
    missing = pc.index(pc.is_null(at), True).as_py()
    if missing >= 0:
        raise InputError(
            f"static_features has no row of series {shown(items[missing].as_py())}.",
            advice="Give each series of the data a row.",
        )
    for name in facts.static_features:
        if name in rows.column_names:
            raise InputError(
                f'Column "{name}" is in the data and in static_features.',
                advice="Leave it out of one of them.",
            )
        rows = rows.append_column(name, pc.take(_whole(static.column(name)), at))
    return rows


def _below(rows: Any, future: Any) -> Any:
    """Return the rows of both, with missing values where the future lacks a column."""
    for name in future.column_names:
        kind = rows.schema.field(name).type if name in rows.column_names else None
        if kind is None or kind == future.schema.field(name).type:
            continue
        try:
            cast = pc.cast(future.column(name), kind)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise InputError(
                f'known_covariates: column "{name}" has the type {future.schema.field(name).type}, '
                f"and {kind} in the data.",
                advice="Give both tables one type.",
            ) from error
        future = future.set_column(future.column_names.index(name), name, cast)
    return pa.concat_tables([rows, future], promote_options="default")


def _require(table: str, found: Any, names: Any) -> None:
    for name in names:
        if name not in found.column_names:
            raise InputError(
                f'{table}: column "{name}" not found{did_you_mean(name, found.column_names)}.',
                advice=f"Columns found: {listed(found.column_names)}.",
            )


def _names(table: Any, facts: SeriesFacts) -> Any:
    return _whole(_texts(table.column(facts.id_column)))


def _texts(column: Any) -> Any:
    return pc.cast(column, pa.string())


def _moments(table: str, column: Any, facts: SeriesFacts) -> Any:
    try:
        return pc.cast(column, pa.timestamp("ns"))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InputError(
            f'{table}: column "{facts.timestamp_column}" has times that cannot be compared.',
            advice="Write them as timestamps, or as 2026-01-31T13:00:00.",
        ) from error


def _whole(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
