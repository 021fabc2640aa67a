"""Read the rows of a `text/csv` body range by range."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from autogluon_jobs.formats import csv_text
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import RowName
from autogluon_jobs.requests.csv_layout import CsvLayout, detect_layout
from autogluon_jobs.requests.parse_csv import features_of, read_table
from autogluon_jobs.requests.request import require_rows
from autogluon_jobs.requests.row_ranges import RowSource, read_quickly
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable


def csv_source(reader: RowReader, body: str | bytes) -> RowSource:
    """Return the lines of a CSV, each with the line breaks inside its quotes."""
    schema = reader.schema
    data = csv_text.as_bytes(body)
    first = csv_text.first_record(data)
    require_rows(len(first))
    csv_text.require_closed_quotes(data)
    layout = detect_layout(schema, first)
    records = list(_records(data))[int(layout.has_header) :]
    texts = _CsvTexts(schema, records, CsvLayout(layout.columns, has_header=False))

    def read(start: int, end: int, row_name: RowName) -> FeatureTable:
        return features_of(schema, texts.columns(start, end, row_name), layout, row_name)

    def quick(position: int, row_name: RowName) -> FeatureTable | InputError | None:
        columns = texts.known(position, position + 1)
        # Without a header, a row is also held to the words that training knew.
        if columns is None or not layout.has_header:
            return None
        cells = [columns[name][0].as_py() for name in schema.names]
        if tuple(cells) == schema.names:
            return None  # the header once more
        return read_quickly(reader, cells, lambda item, _: columns[item.name], row_name)

    return RowSource(len(records), read, quick=quick)


class _CsvTexts:
    """The texts of ranges of records; a part of a range that was cut into cells is not cut again.

    Args:
        schema: what the predictor takes.
        records: lines, each with the line breaks inside its quotes.
        layout: of their cells.
    """

    def __init__(self, schema: FeatureSchema, records: Sequence[str], layout: CsvLayout) -> None:
        self._schema = schema
        self._records = records
        self._layout = layout
        self._start = 0
        self._last: dict[str, Any] = {}

    def columns(self, start: int, end: int, row_name: RowName) -> dict[str, Any]:
        """Return the columns by name.

        Raises:
            InputError: a row with more or fewer cells than the layout has columns.
        """
        known = self.known(start, end)
        if known is not None:
            return known
        data = "".join(self._records[start:end]).encode()
        found = read_table(self._schema, data, self._layout, row_name)
        if all(len(column) == end - start for column in found.values()):
            self._start, self._last = start, found
        return found

    def known(self, start: int, end: int) -> dict[str, Any] | None:
        """Return the columns if the last range that was cut contains them, else None."""
        offset, count = start - self._start, len(next(iter(self._last.values()), ()))
        if offset < 0 or end - self._start > count:
            return None
        return {name: column.slice(offset, end - start) for name, column in self._last.items()}


def _records(data: bytes) -> Iterator[str]:
    lines: list[str] = []

    def remembered() -> Iterator[str]:
        for line in io.StringIO(data.decode("utf-8", "replace"), newline=""):
            lines.append(line)
            yield line

    for cells in csv_text.records(remembered()):
        text = "".join(lines)
        lines.clear()
        if cells:
            yield text if text.endswith(("\n", "\r")) else text + "\n"
