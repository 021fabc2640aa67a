"""The answer to one batch of rows: carried columns first, then the predictions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from autogluon_jobs.predictions import Predictions
from autogluon_jobs.typed_conversion import plain


@dataclass(frozen=True)
class AnswerBatch:
    """Rows of a result.

    `carried` as in `RowBatch`; `predicted` is an Arrow table of the predictions.
    """

    carried: Mapping[str, Any]
    predicted: Any

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self.predicted.num_rows)

    def table(self) -> Any:
        """All columns as one Arrow table; carried JSON values as their texts."""
        columns = {name: _arrow(values) for name, values in self.carried.items()}
        predicted = zip(self.predicted.column_names, self.predicted.columns, strict=True)
        return pa.table({**columns, **dict(predicted)})

    def records(self) -> list[dict[str, Any]]:
        """One object per row, as JSON has them; carried JSON values as they were."""
        columns = {name: _json(values) for name, values in self.carried.items()}
        for name, column in zip(self.predicted.column_names, self.predicted.columns, strict=True):
            columns[name] = _json(column)
        names = tuple(columns)
        return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def answer_batch(carried: Mapping[str, Any], predictions: Predictions, output: str) -> AnswerBatch:
    """The answer from predictions; `output` as in `Predictions.columns`."""
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


def _json(values: Any) -> list[Any]:
    if isinstance(values, list):
        return values
    column = plain(values)
    if pa.types.is_floating(column.type):
        numbers = np.asarray(column.to_numpy(), dtype=np.float64)
        return [None if value != value else value for value in numbers.tolist()]
    if pa.types.is_temporal(column.type) or pa.types.is_decimal(column.type):
        return list(pc.cast(column, pa.string()).to_pylist())
    return list(column.to_pylist())
