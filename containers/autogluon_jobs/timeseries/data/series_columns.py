"""Describe the columns of a long table: id, time, target and covariates."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pyarrow.compute as pc
import pyarrow.types as pt

from autogluon_contracts.documents.data_reading import DataReading
from autogluon_contracts.predictor_types.timeseries.series import SeriesColumns
from autogluon_contracts.suggestions import did_you_mean
from autogluon_jobs.conversion.cell_errors import cell_value
from autogluon_jobs.data.channel_table import ChannelTable
from autogluon_jobs.data.column_kinds import is_ambiguous_date
from autogluon_jobs.data.labelled_rows import joined_column
from autogluon_jobs.data.training_frames import infer, row_of_channels
from autogluon_jobs.formats import text_columns
from autogluon_jobs.formats.arrow_types import is_text, plain
from autogluon_jobs.formats.cell_rules import DATETIME, NUMBER
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed, shown
from autogluon_jobs.schema.feature_schema import Feature, Kind

_RESERVED = ("item_id", "timestamp")
"""AutoGluon's names of the index, which no covariate can have."""


def series_features(
    tables: Mapping[str, ChannelTable],
    columns: SeriesColumns,
    reading: DataReading,
    warnings: list[str],
) -> tuple[Feature, ...]:
    """Return the columns in the order of the schema: id, time, target, known, past covariates.

    Args:
        tables: the channels.
        columns: which column is what.
        reading: what the settings say about the cells.
        warnings: sentences on how columns were read are added here.

    Raises:
        InputError: a column is missing or cannot be what it is to be, by row and value.
    """
    _require(tables["train"], columns)
    past = [name for name in tables["train"].columns if name not in columns.required]
    covariates = (*columns.known_covariates, *past)
    for name in covariates:
        require_free_name(name, "a covariate")
    return (
        id_feature(columns.id_column, tables),
        _time(columns.timestamp_column, tables, reading, warnings),
        _target(columns.target, tables, reading, warnings),
        *(covariate(name, tables, reading, warnings) for name in covariates),
    )


def require_free_name(name: str, noun: str) -> None:
    """Refuse a name that AutoGluon's index has; `noun` says what the column would be.

    Raises:
        InputError: naming the column.
    """
    if name in _RESERVED:
        raise InputError(
            f'Column "{name}" would be {noun}, and AutoGluon reserves this name.',
            advice="Rename the column, or name its role in init_args.",
        )


def _require(train: ChannelTable, columns: SeriesColumns) -> None:
    for name, argument in columns.required.items():
        if name not in train.columns:
            raise InputError(
                f'Column "{name}" of init_args.{argument} not found in the training data'
                f"{did_you_mean(name, train.columns)}.",
                advice=f"Its columns are {listed(train.columns)}.",
            )


def id_feature(name: str, tables: Mapping[str, ChannelTable]) -> Feature:
    """Describe the column that names the series.

    Raises:
        InputError: it has neither texts nor whole numbers, or a cell is empty.
    """
    column = plain(joined_column(name, tables))
    if not is_text(column.type) and not pt.is_integer(column.type):
        raise InputError(
            f'Column "{name}" names the series and has the type {column.type}.',
            advice="Give texts or whole numbers.",
        )
    cells = text_columns.empty_to_missing(column) if is_text(column.type) else column
    _require_values(name, cells, tables, "Name its series")
    return Feature(name, "text", "object", nullable=False, whole_numbers=True)


def _time(
    name: str,
    tables: Mapping[str, ChannelTable],
    reading: DataReading,
    warnings: list[str],
) -> Feature:
    column = plain(joined_column(name, tables))
    cells = text_columns.value_cells(column) if is_text(column.type) else column
    _require_values(name, cells, tables, "Give the time, or leave the row out")
    told: list[str] = []
    feature = infer(name, tables, reading, told)
    if feature.kind == "datetime":
        warnings += told
        return dataclasses.replace(feature, nullable=False)
    if is_ambiguous_date(column):
        raise InputError(
            f'Column "{name}" holds dates whose month may come first or second.',
            advice=f"Say which in data.date_order: {{{name}: month-day-year}} or day-month-year.",
        )
    row = 0
    if is_text(cells.type):
        row = text_columns.first_false(text_columns.follows(cells, DATETIME)) or 0
    raise InputError(
        f'Column "{name}", {row_of_channels(row, tables)}: {shown(cell_value(cells, row))} is not '
        f"a time.",
        advice="Write times such as 2026-01-31 or 2026-01-31T09:30:00.",
    )


def _target(
    name: str,
    tables: Mapping[str, ChannelTable],
    reading: DataReading,
    warnings: list[str],
) -> Feature:
    feature = infer(name, tables, reading, warnings)
    column = plain(joined_column(name, tables))
    if feature.kind in ("int", "float", "bool") and column.null_count < len(column):
        feature = _number(feature)
        cells = text_columns.value_cells(column) if is_text(column.type) else column
        if cells.null_count < len(cells):
            return feature
    if column.null_count == len(column) or feature.kind == "float":
        raise InputError(f'Column "{name}" is to be forecast and has no value.')
    row = 0
    if is_text(column.type):
        cells = text_columns.value_cells(column)
        row = text_columns.first_false(text_columns.follows(cells, NUMBER)) or 0
    raise InputError(
        f'Column "{name}", {row_of_channels(row, tables)}: {shown(cell_value(column, row))} is not '
        f"a number, and only numbers can be forecast.",
        advice="Give a number, or leave the cell empty.",
    )


def covariate(
    name: str,
    tables: Mapping[str, ChannelTable],
    reading: DataReading,
    warnings: list[str],
    noun: str = "a covariate",
) -> Feature:
    """Describe a column of numbers or categories; `noun` says what it is.

    Raises:
        InputError: it holds dates, or a cell that cannot be read.
    """
    feature = infer(name, tables, reading, warnings)
    if feature.kind == "datetime":
        raise InputError(
            f'Column "{name}" holds dates, which cannot be {noun}.',
            advice="Leave it out, or write what matters of it as a number, such as the weekday.",
        )
    if feature.kind == "text":
        texts = text_columns.present_texts(
            plain(joined_column(name, tables)), na_is_missing=feature.na_is_missing
        )
        found = tuple(sorted(pc.unique(texts.drop_null()).to_pylist()))
        return dataclasses.replace(feature, kind="category", dtype="category", categories=found)
    return feature if feature.kind == "category" else _number(feature)


def _number(feature: Feature) -> Feature:
    """Return a column of numbers that may be missing: past and future differ in what is known."""
    kind: Kind = "bool" if feature.kind == "bool" else "float"
    return dataclasses.replace(feature, kind=kind, dtype="float64", nullable=True)


def _require_values(
    name: str, cells: object, tables: Mapping[str, ChannelTable], advice: str
) -> None:
    row = text_columns.first_false(pc.is_valid(cells))
    if row is not None:
        raise InputError(
            f'Column "{name}", {row_of_channels(row, tables)}: the value is missing.',
            advice=f"{advice}.",
        )
