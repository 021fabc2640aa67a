"""Assemble the answer to a batch of rows: carried columns first, then the predictions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from autogluon_jobs.answers.carried_columns import json_cells
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.formats.arrow_types import plain


@dataclass(frozen=True)
class AnswerBatch:
    """Rows of a result.

    `carried` as in `RowBatch`; `predicted` is an Arrow table of the predictions.
    """

    carried: Mapping[str, Any]
    predicted: Any

    @property
    def rows(self) -> int:
        """Return how many rows there are."""
        return int(self.predicted.num_rows)

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


def answer_batch(carried: Mapping[str, Any], predictions: Predictions, output: str) -> AnswerBatch:
    """Assemble the answer from predictions; `output` as in `Predictions.cells`."""
    cells = predictions.cells(output)
    columns = {name: plain(pa.array(values, from_pandas=True)) for name, values in cells.items()}
    return AnswerBatch(carried, pa.table(columns))


def _arrow(values: Any) -> Any:
    if isinstance(values, list):
        return pa.array([_json_text(value) for value in values], pa.string())
    return plain(values)


def _json_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)
