"""Convert the channels' tables to the frames that AutoGluon is fitted and evaluated on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from autogluon_contracts.data.column_names import only_in
from autogluon_contracts.data.dates import DateOrder
from autogluon_contracts.documents.data_reading import DataReading
from autogluon_contracts.suggestions import did_you_mean
from autogluon_jobs.conversion.conversion import convert_columns
from autogluon_jobs.data.channel_table import ChannelTable
from autogluon_jobs.data.column_kinds import first_other_text, infer_feature, require_finite
from autogluon_jobs.data.column_notes import column_notes
from autogluon_jobs.data.index_column import without_index
from autogluon_jobs.data.labelled_rows import (
    joined_column,
    keep_labelled,
    label_feature,
    require_label,
    require_varying,
)
from autogluon_jobs.data.na_words import na_warning
from autogluon_jobs.data.training_checks import notes_on_classes, require_label_of_numbers
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed, shown
from autogluon_jobs.schema.feature_schema import Feature


@dataclass(frozen=True)
class TrainingData:
    """Frames with the label and all columns, rows without a label left out.

    `columns` describes every column, in the order of the training files.
    """

    columns: tuple[Feature, ...]
    train: pd.DataFrame
    test: pd.DataFrame | None
    tuning: pd.DataFrame | None
    warnings: tuple[str, ...]


def prepare_data(
    tables: Mapping[str, ChannelTable],
    label: str,
    reading: DataReading | None = None,
    problem_type: str | None = None,
) -> TrainingData:
    """Infer every column's kind over all channels, and convert them.

    All channels count, so that a value which only the test rows have (a missing one, say) cannot
    make them unreadable.

    Args:
        tables: the channels `train` and, where given, `test` and `tuning`.
        label: the column to predict.
        reading: what the settings say about the cells.
        problem_type: the settings', if they name one.

    Raises:
        InputError: the label is absent or has one value; channels with different columns; a cell
            that cannot be read.
    """
    require_label(tables["train"], label)
    reading = reading or DataReading()
    tables, warnings = comparable(tables, reading)
    kept: dict[str, ChannelTable] = {}
    for channel, table in tables.items():
        kept[channel], without = keep_labelled(table, label, keep_na=label in reading.keep_na)
        if without:
            warnings.append(f'{without} rows of "{channel}" have no label and were ignored.')
            if label not in reading.keep_na:
                warnings += na_warning(label, table.table.column(label))
        require_label_of_numbers(kept[channel], label, problem_type)
    require_varying(kept, label)
    columns = tuple(
        _label(label, kept, reading) if name == label else infer(name, kept, reading, warnings)
        for name in kept["train"].columns
    )
    frames = {channel: frame_of(columns, table) for channel, table in kept.items()}
    warnings += notes_on_classes(kept["train"], label, frames["train"][label], problem_type)
    return TrainingData(
        columns=columns,
        train=frames["train"],
        test=frames.get("test"),
        tuning=frames.get("tuning"),
        warnings=tuple(warnings),
    )


def comparable(
    tables: Mapping[str, ChannelTable], reading: DataReading
) -> tuple[dict[str, ChannelTable], list[str]]:
    """Return the channels without an index, and sentences on how their files were read.

    Raises:
        InputError: channels of different formats or columns, or a setting for a column that they
            do not have.
    """
    _require_one_format(tables)
    _require_named(tables["train"], reading)
    cut, notes = without_index(tables)
    for table in cut.values():
        _require_columns(cut["train"], table)
    return cut, [*notes, *(note for table in cut.values() for note in table.notes)]


def _require_one_format(tables: Mapping[str, ChannelTable]) -> None:
    if len({table.typed for table in tables.values()}) > 1:
        raise InputError(
            "Some channels are CSV and others are not.",
            advice="Use one format for all channels, so that a column has one type.",
        )


def _require_columns(train: ChannelTable, other: ChannelTable) -> None:
    missing, extra = only_in(train.columns, other.columns), only_in(other.columns, train.columns)
    if not missing and not extra:
        return
    parts = [f"lacks {listed(missing)}"] if missing else []
    if extra:
        parts.append(
            "has also " + ", ".join(f'"{name}"{did_you_mean(name, missing)}' for name in extra)
        )
    raise InputError(f'Channel "{other.channel}" {" and ".join(parts)}, compared with "train".')


def _require_named(train: ChannelTable, reading: DataReading) -> None:
    for setting, names in (("keep_na", reading.keep_na), ("date_order", reading.date_order)):
        for name in names:
            if name not in train.columns:
                raise InputError(
                    f'Column "{name}" of data.{setting} not found in the training data'
                    f"{did_you_mean(name, train.columns)}."
                )


def _label(label: str, tables: Mapping[str, ChannelTable], reading: DataReading) -> Feature:
    return label_feature(label, joined_column(label, tables), keep_na=label in reading.keep_na)


def infer(
    name: str, tables: Mapping[str, ChannelTable], reading: DataReading, warnings: list[str]
) -> Feature:
    """Describe a column over all channels; what is worth a sentence is added to `warnings`.

    Raises:
        InputError: a cell that contradicts the settings, an infinite number, or a type that no
            predictor takes.
    """
    keep_na = name in reading.keep_na
    whole = joined_column(name, tables)
    require_finite(name, whole, lambda row: row_of_channels(row, tables))
    asked = reading.date_order.get(name)
    feature = infer_feature(name, whole, keep_na=keep_na, asked=asked)
    if asked is not None:
        _require_dates(feature, whole, asked, tables)
    warnings += column_notes(feature, whole, row_name=lambda row: row_of_channels(row, tables))
    return feature


def _require_dates(
    feature: Feature, column: Any, asked: DateOrder, tables: Mapping[str, ChannelTable]
) -> None:
    if feature.kind == "datetime":
        return
    row, text = first_other_text(column, asked)
    raise InputError(
        f'Column "{feature.name}", {row_of_channels(row, tables)}: {shown(text)} is not a date as '
        f"{asked}, which data.date_order says.",
        advice="Correct the cell or the setting.",
    )


def row_of_channels(row: int, tables: Mapping[str, ChannelTable]) -> str:
    """Name a row of a column that is joined over the channels, with its file and channel."""
    for channel, table in tables.items():
        if row < table.rows:
            return f'{table.row_name(row)} ("{channel}")'
        row -= table.rows
    raise IndexError(row)


def frame_of(columns: tuple[Feature, ...], table: ChannelTable) -> pd.DataFrame:
    """Return a channel's rows, converted by the descriptions of their columns.

    Raises:
        InputError: a cell that cannot be read.
    """
    cells: dict[str, Any] = dict(zip(table.columns, table.table.columns, strict=True))
    return convert_columns(columns, cells, table.row_name)
