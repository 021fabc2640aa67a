"""Read the labels that have arrived: which request's row they belong to, and the truth."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autogluon_jobs.baseline.answer_values import class_texts
from autogluon_jobs.data.channel_table import load_channel
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.schema.feature_schema import FeatureSchema

INFERENCE_ID = "inference_id"
ROW = "row"

Truth = dict[tuple[str, int], Any]
"""The true label by a request's inference ID and the number of its row, from 1."""


def read_labels(folder: Path, schema: FeatureSchema) -> Truth:
    """Return the labels of all files in a folder.

    They have the columns `inference_id` and the label's; `row` where requests have several rows.

    Raises:
        InputError: other columns, numbers that are not, or two labels for one row.
    """
    table = load_channel("labels", folder)
    for name in (INFERENCE_ID, schema.label):
        if name not in table.columns:
            raise InputError(
                f'The labels have no column "{name}".',
                advice=f"Columns found: {listed(table.columns)}.",
            )
    cells = table.table.to_pydict()
    rows = cells.get(ROW, [1] * table.rows)
    found: Truth = {}
    text_of = None if schema.classes is None else class_texts(schema)
    for at, (inference_id, row, label) in enumerate(
        zip(cells[INFERENCE_ID], rows, cells[schema.label], strict=True)
    ):
        if inference_id in (None, "") or label in (None, ""):
            continue  # it has not arrived
        key = (str(inference_id), _whole(row, table.row_name(at)))
        truth = _true_label(label, schema.label, text_of, table.row_name(at))
        if found.setdefault(key, truth) != truth:
            raise InputError(
                f"{table.row_name(at)}: another label for the same request and row.",
                advice="Keep one.",
            )
    return found


def _whole(value: Any, row_name: str) -> int:
    try:
        number = int(str(value))
    except ValueError:
        number = 0
    if number < 1:
        raise InputError(
            f'{row_name}: "{ROW}" must be a whole number from 1.',
            advice="Count the rows of the request.",
        )
    return number


def _true_label(
    value: Any, name: str, text_of: Callable[[Any], str] | None, row_name: str
) -> str | float:
    if text_of is not None:
        return text_of(value)
    try:
        number = float(value)
    except (ValueError, TypeError):
        number = math.nan
    if not math.isfinite(number):
        raise InputError(
            f'{row_name}: "{name}" must be a number.',
            advice="Write numbers as in the training data.",
        )
    return number
