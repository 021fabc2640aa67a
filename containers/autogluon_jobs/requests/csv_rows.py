"""Read the rows of a `text/csv` body range by range."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from autogluon_jobs.formats import csv_text
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import RowName
from autogluon_jobs.requests.csv_layout import CsvLayout, detect_layout, open_csv
from autogluon_jobs.requests.parse_csv import features_of, read_table
from autogluon_jobs.requests.row_ranges import RowSource, read_quickly
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_table import FeatureTable


def csv_source(reader: RowReader, body: str | bytes) -> RowSource:
    """Return the lines of a CSV, each with the line breaks inside its quotes."""
    schema = reader.schema
    data, delimiter = open_csv(schema, body)
    csv_text.require_closed_quotes(data, delimiter)
    layout = detect_layout(schema, csv_text.first_record(data, delimiter), delimiter)
    records = csv_records(data, delimiter)[int(layout.has_header) :]
    return source_of_records(reader, records, layout)


def source_of_records(reader: RowReader, records: Sequence[str], layout: CsvLayout) -> RowSource:
    """Return records of a CSV without its header.

    Args:
        reader: of the schema.
        records: lines, each with the line breaks inside its quotes.
        layout: of their cells; `has_header` says whether a header gave the columns their names.
    """
    schema = reader.schema
    texts = _CsvTexts(records, layout)

    def read(start: int, end: int, row_name: RowName) -> FeatureTable:
        return features_of(schema, texts.columns(start, end, row_name), layout, row_name)

    def quick(position: int, row_name: RowName) -> FeatureTable | InputError | None:
        columns = texts.known(position, position + 1)
        # Without a header, a row is also held to the words that training knew.
        if columns is None or not (layout.has_header or layout.is_stated):
            return None
        cells = [columns[name][0].as_py() for name in schema.names]
        if tuple(cells) == schema.names:
            return None  # the header once more
        return read_quickly(reader, cells, lambda item, _: columns[item.name], row_name)

    return RowSource(len(records), read, quick=quick)


class _CsvTexts:
    """The texts of ranges of records; a part of a range that was cut into cells is not cut again.

    Args:
        records: lines, each with the line breaks inside its quotes.
        layout: of their cells.
    """

    def __init__(self, records: Sequence[str], layout: CsvLayout) -> None:
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
        data = "".join(self._records[start:end]).encode(errors="surrogateescape")
        found = read_table(data, self._layout, row_name, skip_first=False)
        if all(len(column) == end - start for column in found.values()):
            self._start, self._last = start, found
        return found

    def known(self, start: int, end: int) -> dict[str, Any] | None:
        """Return the columns if the last range that was cut contains them, else None."""
        offset, count = start - self._start, len(next(iter(self._last.values()), ()))
        if offset < 0 or end - self._start > count:
            return None
        return {name: column.slice(offset, end - start) for name, column in self._last.items()}


def csv_records(data: bytes, delimiter: str) -> list[str]:
    """Return the lines of a CSV that are not blank, each with the line breaks inside its quotes.

    Bytes that are not UTF-8 are kept as surrogates, so that only their row is refused.
    """
    found, lines = [], []

    def remembered() -> Iterator[str]:
        for line in io.StringIO(data.decode("utf-8", "surrogateescape"), newline=""):
            lines.append(line)
            yield line

    for cells in csv_text.records(remembered(), delimiter):
        text = "".join(lines)
        lines.clear()
        if cells:
            found.append(text if text.endswith(("\n", "\r")) else text + "\n")
    return found
