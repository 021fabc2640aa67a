"""Read captured answers, in every format in which an endpoint gives them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from autogluon_contracts.answers import ROW_ERROR, probability_column
from autogluon_contracts.content_types import (
    APACHE_PARQUET,
    CSV,
    JSON,
    JSON_LINES,
    JSONL,
    NDJSON,
    PARQUET,
)
from autogluon_jobs.baseline.answer_values import AnswerValues, class_texts, middle_level
from autogluon_jobs.drift.captured import Payload
from autogluon_jobs.schema.feature_schema import FeatureSchema

Cells = Mapping[str, Sequence[Any]]


def answer_values(schema: FeatureSchema, answer: Payload, rows: int) -> AnswerValues | None:
    """Return the answers to a request of some rows.

    None where they are not in a form that says which answer is whose: another number of rows, or
    rows that could not be predicted among them.
    """
    read = _READERS.get(answer.content_type)
    if read is None:
        return None
    try:
        cells = read(answer.body)
    except (ValueError, LookupError, TypeError, pa.ArrowException):
        return None
    lengths = {len(column) for column in cells.values()}
    if lengths != {rows} or any(cells.get(ROW_ERROR, ())):
        return None
    return AnswerValues(labels=_labels(schema, cells), scores=_scores(schema, cells))


def _labels(schema: FeatureSchema, cells: Cells) -> list[str] | None:
    found = cells.get(schema.label) if schema.classes is not None else None
    if found is None:
        return None
    return list(map(class_texts(schema), found))


def _scores(schema: FeatureSchema, cells: Cells) -> Any | None:
    if schema.classes is None:
        name = schema.label if schema.quantile_levels is None else str(middle_level(schema))
        return _floats(cells, [name], lambda values: values[0])
    if schema.problem_type == "binary":
        name = probability_column(schema.positive_class)
        return _floats(cells, [name], lambda values: values[0])
    names = [probability_column(item) for item in schema.classes]
    return _floats(cells, names, lambda values: values.max(axis=0))


def _floats(cells: Cells, names: Sequence[str], take: Callable[[Any], Any]) -> Any | None:
    if any(name not in cells for name in names):
        return None
    try:
        values = np.array([cells[name] for name in names], dtype=np.float64)
    except (ValueError, TypeError):
        return None
    return take(values)


def _csv(body: str | bytes) -> Cells:
    header, *lines = csv.reader(io.StringIO(_text(body), newline=""))
    return _columns([dict(zip(header, line, strict=True)) for line in lines])


def _json(body: str | bytes) -> Cells:
    return _columns(json.loads(body))


def _json_lines(body: str | bytes) -> Cells:
    return _columns([json.loads(line) for line in _text(body).splitlines() if line.strip()])


def _parquet(body: str | bytes) -> Cells:
    data = body.encode() if isinstance(body, str) else body
    found: Cells = pq.read_table(pa.BufferReader(data)).to_pydict()
    return found


def _columns(records: Sequence[Mapping[str, Any]]) -> Cells:
    names = list(records[0]) if records else []
    return {name: [record[name] for record in records] for name in names}


def _text(body: str | bytes) -> str:
    return body if isinstance(body, str) else body.decode("utf-8")


_READERS: Mapping[str, Callable[[str | bytes], Cells]] = {
    CSV: _csv,
    JSON: _json,
    JSON_LINES: _json_lines,
    JSONL: _json_lines,
    NDJSON: _json_lines,
    PARQUET: _parquet,
    APACHE_PARQUET: _parquet,
}
