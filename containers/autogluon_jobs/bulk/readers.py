"""Read chunks into batches of rows: features by the schema, and carried columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from autogluon_contracts.documents.bulk_job import BulkJobConfig
from autogluon_jobs.bulk.chunks import Chunk, row_of_chunk
from autogluon_jobs.conversion.conversion import convert_table
from autogluon_jobs.formats import csv_text, json_text
from autogluon_jobs.formats.parquet_table import index_columns, require_utf8
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed
from autogluon_jobs.requests.arrow_records import read_lines
from autogluon_jobs.requests.batch_rows import (
    BatchRows,
    carried_values,
    csv_rows,
    jsonl_rows,
    parquet_rows,
)
from autogluon_jobs.requests.header_names import check_header
from autogluon_jobs.requests.header_rows import require_no_header
from autogluon_jobs.requests.records import columns_of_records
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.schema.feature_table import FeatureTable

# More rows at once predict no faster, and features made from text can be a thousand times wider.
BATCH_ROWS = 1 << 15
# Read by pages: a row group, which has no bound, never lies in memory as a whole.
_PARQUET_BUFFER_BYTES = 1 << 20


@dataclass(frozen=True)
class RowBatch:
    """Rows in file order.

    `features` are the schema's. `carried` holds the id and the included columns
    as the file has them: Arrow columns, or lists of JSON values.
    """

    features: FeatureTable
    carried: Mapping[str, Any]


def check_columns(schema: FeatureSchema, config: BulkJobConfig, names: tuple[str, ...]) -> None:
    """Refuse columns that are not the predictor's, or lack one that is carried.

    Raises:
        InputError: naming the columns.
    """
    check_header(schema, names, frozenset(config.carried))
    if config.id_column is not None and config.id_column not in names:
        raise InputError(
            f'Id column "{config.id_column}" not found in the file.',
            advice=f"Its columns are {listed(names)}.",
        )
    missing = [name for name in config.carried if name not in names]
    if missing:
        raise InputError(f"Columns to carry over not found in the file: {listed(missing)}.")


def read_csv(schema: FeatureSchema, config: BulkJobConfig, chunk: Chunk) -> Iterator[RowBatch]:
    """Read a chunk of CSV."""
    columns = config.columns or schema.names
    data, skip_first = _csv_text(columns, config, chunk)
    if not csv_text.has_rows(data, after_first=skip_first):
        return
    hint = "the header" if config.has_header else f"the columns are {listed(columns)}"
    table = csv_text.read_columns(
        data,
        len(columns),
        skip_first=skip_first,
        row_hint=hint,
        row_name=row_of_chunk,
        delimiter=config.delimiter,
    ).rename_columns(list(columns))
    require_no_header(schema, table, row_of_chunk)
    yield from _batches(schema, config, table, 0)


def open_csv(reader: RowReader, config: BulkJobConfig, chunk: Chunk) -> Iterator[BatchRows]:
    """Open a chunk of CSV for reading row by row."""
    columns = config.columns or reader.schema.names
    data, skip_first = _csv_text(columns, config, chunk)
    rows = csv_rows(
        reader,
        data,
        columns,
        config.carried,
        has_header=config.has_header,
        skip_first=skip_first,
        delimiter=config.delimiter,
    )
    yield from rows.parts(BATCH_ROWS)


def count_csv(config: BulkJobConfig, chunk: Chunk) -> int:
    """Return how many rows a chunk of CSV has.

    Raises:
        InputError: a cell longer than 16 MiB.
    """
    data = _bytes(chunk)
    if not chunk.is_first:
        return csv_text.count_rows(data, config.delimiter)
    return csv_text.count_rows(csv_text.as_bytes(data), config.delimiter) - config.has_header


def _csv_text(columns: tuple[str, ...], config: BulkJobConfig, chunk: Chunk) -> tuple[bytes, bool]:
    """Return the chunk's text, and whether its first line is the header."""
    data = _bytes(chunk)
    if chunk.is_first:
        data = csv_text.as_bytes(data)
    skip_first = chunk.is_first and config.has_header
    if skip_first and tuple(csv_text.first_record(data, config.delimiter)) != columns:
        raise InputError(
            f"The header differs from the one that the batch was planned with: {listed(columns)}.",
            advice="Start the batch again.",
        )
    return data, skip_first


def read_jsonl(schema: FeatureSchema, config: BulkJobConfig, chunk: Chunk) -> Iterator[RowBatch]:
    """Read a chunk of JSON Lines."""
    try:
        text = _bytes(chunk).decode("utf-8-sig" if chunk.is_first else "utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"The file is not valid UTF-8 at byte {chunk.start + error.start + 1}.",
            advice="Encode it in UTF-8.",
        ) from error
    sooner = _jsonl_by_arrow(schema, config, text)
    if sooner is not None:
        yield from sooner
        return
    lines = [line for line in text.split("\n") if line.strip()]
    for start in range(0, len(lines), BATCH_ROWS):
        rows = []
        for position, line in enumerate(lines[start : start + BATCH_ROWS], start=start):
            rows.append(json_text.parse(line, row_of_chunk(position).capitalize()))
        row_name = _shifted(start)
        columns = columns_of_records(schema, rows, frozenset(config.carried), row_name)
        yield RowBatch(
            features=convert_table(schema.features, columns, row_name),
            carried={
                name: carried_values(rows, name, row_name, is_id=name == config.id_column)
                for name in config.carried
            },
        )


def count_jsonl(chunk: Chunk) -> int:
    """Return how many rows a chunk of JSON Lines has."""
    return sum(1 for line in _bytes(chunk).split(b"\n") if line.strip())


def open_jsonl(reader: RowReader, config: BulkJobConfig, chunk: Chunk) -> Iterator[BatchRows]:
    """Open a chunk of JSON Lines for reading row by row."""
    yield from jsonl_rows(reader, _bytes(chunk), config.carried, config.id_column).parts(BATCH_ROWS)


def _jsonl_by_arrow(
    schema: FeatureSchema, config: BulkJobConfig, text: str
) -> list[RowBatch] | None:
    table = read_lines(schema, text.encode(), config.carried)
    if table is None:
        return None
    try:
        batches = list(_batches(schema, config, table, 0))
    except InputError:
        return None  # line by line, the mistake gets the sentence of JSON
    return [
        RowBatch(batch.features, {key: cells.to_pylist() for key, cells in batch.carried.items()})
        for batch in batches
    ]


def read_parquet(schema: FeatureSchema, config: BulkJobConfig, chunk: Chunk) -> Iterator[RowBatch]:
    """Read a chunk of Parquet."""
    rows = 0
    for part in _tables(schema, config, chunk):
        require_utf8(part, part.column_names, _shifted(rows))
        yield from _batches(schema, config, part, rows)
        rows += part.num_rows


def open_parquet(reader: RowReader, config: BulkJobConfig, chunk: Chunk) -> Iterator[BatchRows]:
    """Open a chunk of Parquet for reading row by row."""
    rows = 0
    for part in _tables(reader.schema, config, chunk):
        require_utf8(part, config.carried, _shifted(rows))
        yield parquet_rows(reader, part, config.carried)
        rows += part.num_rows


def _tables(schema: FeatureSchema, config: BulkJobConfig, chunk: Chunk) -> Iterator[Any]:
    """Return the chunk's rows as tables of the features and the carried columns."""
    wanted = list(dict.fromkeys((*schema.names, *config.carried)))
    try:
        with pq.ParquetFile(chunk.path, buffer_size=_PARQUET_BUFFER_BYTES) as file:
            check_columns(schema, config, _columns(file, wanted))
            yield from _parts(file, chunk, wanted)
    # Of a broken file's texts, Arrow says that they are not UTF-8 with a Python error.
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(f"The Parquet file cannot be read ({str(error)[:120]}).") from error


def _parts(file: Any, chunk: Chunk, wanted: Sequence[str]) -> Iterator[Any]:
    """Return the chunk's rows out of its row groups, as tables."""
    first = 0
    for batch in file.iter_batches(
        BATCH_ROWS, row_groups=list(chunk.row_groups), columns=wanted, use_threads=False
    ):
        after = first + batch.num_rows
        start, end = max(chunk.start, first), min(chunk.end, after)
        if start < end:
            yield pa.Table.from_batches([batch.slice(start - first, end - start)])
        if after >= chunk.end:
            return
        first = after


def _columns(file: Any, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the file's columns without the index that pandas may have stored in it."""
    index = index_columns(file.schema_arrow) - set(wanted)
    return tuple(name for name in file.schema_arrow.names if name not in index)


def _batches(
    schema: FeatureSchema, config: BulkJobConfig, table: Any, rows_before: int
) -> Iterator[RowBatch]:
    for start in range(0, table.num_rows, BATCH_ROWS):
        part = table.slice(start, BATCH_ROWS)
        columns = {name: part.column(name) for name in schema.names}
        yield RowBatch(
            features=convert_table(schema.features, columns, _shifted(rows_before + start)),
            carried={name: part.column(name) for name in config.carried},
        )


def _shifted(rows_before: int) -> Callable[[int], str]:
    return lambda position: row_of_chunk(rows_before + position)


def _bytes(chunk: Chunk) -> bytes:
    with chunk.path.open("rb") as file:
        file.seek(chunk.start)
        return file.read(chunk.end - chunk.start)
