"""Assemble the answer to a batch of rows: carried columns first, then the predictions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from autogluon_contracts.answer_attributes import UnknownCategories
from autogluon_contracts.answers import ROW_ERROR
from autogluon_contracts.documents.batch_manifest import MOST_LISTED_ERRORS
from autogluon_contracts.documents.bulk_job import BadRow
from autogluon_jobs.answers.carried_columns import json_cells
from autogluon_jobs.answers.columns import Columns
from autogluon_jobs.bulk.row_errors import RowErrors
from autogluon_jobs.formats.arrow_types import plain
from autogluon_jobs.schema.feature_schema import FeatureSchema


@dataclass(frozen=True)
class AnswerBatch:
    """Rows of a result.

    `carried` as in `RowBatch`; `predicted` is an Arrow table of the predictions; `unknown` are
    cells of these rows.
    """

    carried: Mapping[str, Any]
    predicted: Any
    unknown: UnknownCategories = field(default_factory=UnknownCategories)

    @property
    def rows(self) -> int:
        """Return how many rows there are."""
        return int(self.predicted.num_rows)

    def errors(self) -> RowErrors:
        """Return the rows that have an error in place of an answer."""
        if ROW_ERROR not in self.predicted.column_names:
            return RowErrors()
        errors = self.predicted.column(ROW_ERROR)
        count = self.rows - errors.null_count
        if not count:
            return RowErrors()
        rows = pc.indices_nonzero(errors.is_valid())[:MOST_LISTED_ERRORS].to_pylist()
        return RowErrors(count, tuple(BadRow(row=at + 1, error=errors[at].as_py()) for at in rows))

    def table(self) -> Any:
        """Return all columns as one Arrow table; carried JSON values as their texts."""
        columns = {name: _arrow(values) for name, values in self.carried.items()}
        predicted = zip(self.predicted.column_names, self.predicted.columns, strict=True)
        return pa.table({**columns, **dict(predicted)})

    def json_columns(self) -> dict[str, Any]:
        """Return all columns as JSON has them; carried values as they were."""
        predicted = zip(self.predicted.column_names, self.predicted.columns, strict=True)
        columns = {**self.carried, **dict(predicted)}
        return {
            name: values if isinstance(values, list) else json_cells(name, values)
            for name, values in columns.items()
        }


def answer_batch(carried: Mapping[str, Any], cells: Columns) -> AnswerBatch:
    """Assemble the answer from the cells of predictions."""
    columns = {name: plain(pa.array(values, from_pandas=True)) for name, values in cells.items()}
    return AnswerBatch(carried, pa.table(columns))


def answer_all(carried: Mapping[str, Any], cells: Columns) -> AnswerBatch:
    """Assemble the answer from the cells of rows without an error, typed as `answer_each` does.

    A file has one type for each column, whether or not some of its chunks have bad rows.
    """
    found = answer_batch(carried, cells).predicted
    doubles = [
        column.cast(pa.float64()) if pa.types.is_floating(column.type) else column
        for column in found.columns
    ]
    predicted = pa.table(doubles, names=found.column_names)
    return AnswerBatch(
        carried, predicted.append_column(ROW_ERROR, pa.nulls(found.num_rows, pa.string()))
    )


def answer_each(
    schema: FeatureSchema, carried: Mapping[str, Any], cells: Mapping[str, Any]
) -> AnswerBatch:
    """Assemble the answer from cells, None where a row has an error.

    Args:
        schema: its classes tell a label's type where no row has an answer.
        carried: as in `RowBatch`.
        cells: as `bad_rows.with_errors` returns them.
    """
    types = dict.fromkeys(cells, pa.float64())
    types[ROW_ERROR] = pa.string()
    if schema.classes is not None:
        types[schema.label] = pa.array(list(schema.classes)).type
    columns = {name: _of_type(pa.array(values), types[name]) for name, values in cells.items()}
    return AnswerBatch(carried, pa.table(columns))


def _of_type(column: Any, kind: Any) -> Any:
    return column.cast(kind) if pa.types.is_null(column.type) else column


def _arrow(values: Any) -> Any:
    if isinstance(values, list):
        return pa.array([_json_text(value) for value in values], pa.string())
    return plain(values)


def _json_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)
