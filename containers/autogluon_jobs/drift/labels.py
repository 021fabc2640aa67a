"""Read the labels that have arrived: which request's row they belong to, and the truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
    for at, (inference_id, row, label) in enumerate(
        zip(cells[INFERENCE_ID], rows, cells[schema.label], strict=True)
    ):
        if inference_id in (None, "") or label in (None, ""):
            continue  # it has not arrived
        key = (str(inference_id), _whole(row, table.row_name(at)))
        truth = _true_label(label, schema, table.row_name(at))
        if found.setdefault(key, truth) != truth:
            raise InputError(
                f"{table.row_name(at)}: there is another label for the same request and row.",
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


def _true_label(value: Any, schema: FeatureSchema, row_name: str) -> Any:
    if schema.classes is not None:
        return str(value)
    try:
        return float(value)
    except ValueError as error:
        raise InputError(
            f'{row_name}: "{schema.label}" must be a number.',
            advice="Write numbers as in the training data.",
        ) from error
