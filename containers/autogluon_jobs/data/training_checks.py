"""Refuse training data on which AutoGluon would fail late or learn nothing, by row and value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow.compute as pc

from autogluon_contracts.data.alike_texts import odd_classes
from autogluon_contracts.data.label_numbers import (
    CATEGORIES_ADVICE,
    MOST_NUMERIC_CLASSES,
    MOST_STRAY_WORDS,
    PLAIN_ADVICE,
)
from autogluon_contracts.data.number_forms import number_in_disguise
from autogluon_jobs.conversion.cell_errors import cell_value
from autogluon_jobs.data.channel_table import ChannelTable
from autogluon_jobs.data.column_kinds import are_categories
from autogluon_jobs.formats import text_columns
from autogluon_jobs.formats.arrow_types import is_text, plain
from autogluon_jobs.formats.cell_rules import NUMBER
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed, shown
from autogluon_jobs.schema.feature_schema import Feature

OF_NUMBERS = ("regression", "quantile")


def require_label_of_numbers(table: ChannelTable, label: str, problem_type: str | None) -> None:
    """Refuse a word among the numbers of a label.

    Without a problem type, a label is one of numbers where many differ and few words are among
    them.

    Raises:
        InputError: naming row and value.
    """
    declared = are_categories(table.table.column(label))
    column = plain(table.table.column(label))
    if problem_type not in (None, *OF_NUMBERS) or not is_text(column.type):
        return
    cells = text_columns.value_cells(column)
    numeric = text_columns.follows(cells, NUMBER)
    row = text_columns.first_false(numeric)
    if row is None:
        if declared and problem_type is not None:
            raise InputError(
                f'Label column "{label}" is stored as categories, and {problem_type} needs '
                "numbers.",
                advice=CATEGORIES_ADVICE,
            )
        return
    if problem_type is None:
        if number_in_disguise(pc.unique(cells.drop_null()).to_pylist()) is not None:
            raise InputError(
                f'Label column "{label}", {table.row_name(row)}: {shown(cell_value(cells, row))} '
                "is not a plain number.",
                advice=PLAIN_ADVICE,
            )
        words = pc.unique(cells.filter(pc.invert(numeric)))
        numbers = pc.unique(cells.filter(pc.and_(numeric, pc.is_valid(cells))))
        if len(words) > MOST_STRAY_WORDS or len(numbers) <= MOST_NUMERIC_CLASSES:
            return
    other = "" if problem_type is None else f", which {problem_type} needs"
    raise InputError(
        f'Label column "{label}", {table.row_name(row)}: {shown(cell_value(cells, row))} is not a '
        f"number{other}.",
        advice="Correct the row, leave its label empty, or set problem_type to multiclass."
        if problem_type is None
        else "Correct the row, leave its label empty, or set another problem_type.",
    )


def notes_on_classes(
    table: ChannelTable, label: str, values: pd.Series, problem_type: str | None
) -> list[str]:
    """Return a sentence for each class with one row, which AutoGluon leaves out, and for odd ones.

    Raises:
        InputError: nothing is left to learn, because there are two classes only or each row has its
            own; or there are more than two where `binary` needs two.
    """
    is_number = pd.api.types.is_numeric_dtype(values.dtype)
    if problem_type in OF_NUMBERS or (problem_type is None and is_number):
        return []
    counts = values.value_counts()
    odd = odd_classes({str(value): int(count) for value, count in counts.items()})
    if problem_type == "binary" and len(counts) > 2:
        names = listed([str(value) for value in counts.index], 3)
        raise InputError(
            f'Label "{label}" has {len(counts):,} classes, {names}, and problem_type binary needs '
            "two.",
            advice="Correct the label, or set problem_type to multiclass.",
        )
    lone = {
        value: int((values == value).to_numpy().argmax()) for value in counts[counts == 1].index
    }
    if lone and len(counts) == 2:
        value, row = next(iter(lone.items()))
        raise InputError(
            f'Class {shown(str(value))} of label "{label}" has one row ({table.row_name(row)}), '
            f"and two classes need at least two rows each.",
            advice="Add rows, or correct the label.",
        )
    if len(lone) == len(counts):
        raise InputError(
            f'Each of the {len(values):,} training rows has a class of its own in label "{label}".',
            advice="Choose a label whose classes repeat.",
        )
    return [
        *([f'Label "{label}": {odd}.'] if odd else []),
        *(
            f'Class {shown(str(value))} of label "{label}" has one row ({table.row_name(row)}), '
            "too few to learn."
            for value, row in lone.items()
        ),
    ]


def require_varying_feature(features: Sequence[Feature], train: pd.DataFrame) -> None:
    """Refuse data in which no feature varies.

    Raises:
        InputError: each feature has the same value in every row.
    """
    if not features or any(_varies(train[item.name]) for item in features):
        return
    names = ", ".join(f"{shown(item.name)}" for item in features[:5])
    raise InputError(
        f"No feature varies: {names} have the same value in all {len(train)} training rows.",
        advice="Add a column that differs between the rows.",
    )


def _varies(column: Any) -> bool:
    return bool(column.nunique(dropna=False) > 1)
