"""Check the label of the training data: its column, its rows and its values."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from autogluon_contracts.suggestions import did_you_mean
from autogluon_jobs.conversion.cell_errors import cell_value
from autogluon_jobs.data.channel_table import ChannelTable
from autogluon_jobs.data.column_kinds import infer_feature
from autogluon_jobs.formats import text_columns
from autogluon_jobs.formats.arrow_types import is_text, plain
from autogluon_jobs.formats.cell_rules import NUMBER
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import RowName
from autogluon_jobs.messages.wording import listed, shown
from autogluon_jobs.schema.feature_schema import Feature


def require_label(train: ChannelTable, label: str) -> None:
    """Refuse training data without the label, or with nothing else.

    Raises:
        InputError: listing the columns, with the nearest name.
    """
    if label not in train.columns:
        raise InputError(
            f'Label column "{label}" not found in the training data'
            f"{did_you_mean(label, train.columns)}.",
            advice=f"Its columns are {listed(train.columns)}.",
        )
    if len(train.columns) < 2:
        raise InputError(f'The training data has no column besides the label "{label}".')


def keep_labelled(
    table: ChannelTable, label: str, *, keep_na: bool = False
) -> tuple[ChannelTable, int]:
    """Return the rows that have a label, and how many had none; with `keep_na`, "NA" is a label.

    Raises:
        InputError: no row has a label.
    """
    present = pc.is_valid(_label_cells(plain(table.table.column(label)), keep_na))
    kept = pc.sum(present).as_py() or 0
    if kept == table.rows:
        return table, 0
    if kept == 0:
        raise InputError(f'No row of channel "{table.channel}" has a value in "{label}".')
    positions = pc.indices_nonzero(present)
    filtered = dataclasses.replace(
        table, table=table.table.filter(present), row_name=_moved(table.row_name, positions)
    )
    return filtered, table.rows - kept


def _label_cells(column: Any, keep_na: bool) -> Any:
    if not is_text(column.type):
        return column
    cells = text_columns.value_cells(column)
    if text_columns.all_follow(cells, NUMBER) and not keep_na:
        return cells
    return text_columns.present_texts(column, na_is_missing=not keep_na)


def _moved(row_name: RowName, positions: Any) -> RowName:
    return lambda position: row_name(positions[position].as_py())


def label_feature(label: str, column: Any, *, keep_na: bool = False) -> Feature:
    """Describe the label as a column: a number, a boolean or, for everything else, the text.

    Raises:
        InputError: its type is one that cannot be predicted.
    """
    feature = infer_feature(label, column, keep_na=keep_na)
    if feature.kind in ("int", "float", "bool") and feature.number_form is None:
        return feature
    if not is_text(plain(column).type):
        raise InputError(
            f'Label column "{label}" holds dates, which a tabular predictor cannot predict.'
        )
    return Feature(label, "text", "object", nullable=True, na_is_missing=not keep_na)


def require_varying(tables: Mapping[str, ChannelTable], label: str) -> None:
    """Refuse a label that has the same value in every training row.

    Raises:
        InputError: naming the value.
    """
    table = tables["train"]
    values = pc.unique(plain(table.table.column(label)))
    if len(values) < 2:
        raise InputError(
            f'Label column "{label}" has the same value, {shown(cell_value(values, 0))}, in all '
            f"{table.rows} training rows.",
            advice="Train on rows with at least two different labels.",
        )


def joined_column(name: str, tables: Mapping[str, ChannelTable]) -> Any:
    """Return one column over all channels.

    Raises:
        InputError: the channels give it different types.
    """
    parts = [pa.table({name: table.table.column(name)}) for table in tables.values()]
    try:
        return pa.concat_tables(parts, promote_options="permissive").column(name)
    except pa.ArrowException as error:
        raise InputError(
            f'Column "{name}" has different types in the channels ({error}).',
            advice="Give it one type.",
        ) from error
