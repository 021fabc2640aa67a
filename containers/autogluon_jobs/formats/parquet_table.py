"""Read Parquet into an Arrow table within size limits, whatever its metadata says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from autogluon_contracts.data.index_column import stored_index
from autogluon_jobs.formats.arrow_types import is_text
from autogluon_jobs.formats.size_limits import SizeLimits, require_bytes_within, require_rows_within
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import RowName

_MOST_ROWS_A_PART = 65_536
_BITS = {"BOOLEAN": 1, "INT32": 32, "INT64": 64, "INT96": 64, "FLOAT": 32, "DOUBLE": 64}
_BITS_OF_TEXT = 32  # its offset in the column, were it empty


def read_parquet(
    data: bytes, features: Iterable[str] = (), limits: SizeLimits | None = None
) -> Any:
    """Read a Parquet file into an Arrow table, without the index that pandas may have stored.

    Args:
        data: the file.
        features: columns that are kept even where pandas calls them its index.
        limits: what the file may hold; files that users chose for a job have none.

    Raises:
        InputError: not a valid Parquet file, or hold more than `limits` says.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        table = file.read(use_threads=False) if limits is None else _read_within(data, file, limits)
    # Of a broken file's texts, Arrow says that they are not UTF-8 with a Python error.
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(f"Not a valid Parquet file ({str(error)[:120]}).") from error
    index = index_columns(table.schema).difference(features)
    return table.select([at for at, name in enumerate(table.column_names) if name not in index])


def require_utf8(table: Any, names: Iterable[str], row_name: RowName) -> None:
    """Refuse texts that are none, which the readers of Parquet let pass.

    Raises:
        InputError: naming column and row.
    """
    for name in names:
        column = table.column(name)
        if not is_text(column.type):
            continue
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            row = _first_invalid(column)
            raise InputError(
                f'Column "{name}", {row_name(row)}: the text is not valid UTF-8.',
                advice="Encode texts in UTF-8.",
            ) from None


def _first_invalid(column: Any) -> int:
    for row in range(len(column)):
        try:
            column.slice(row, 1).validate(full=True)
        except pa.ArrowInvalid:
            return row
    return 0


def index_columns(schema: Any) -> frozenset[str]:
    """Return the columns of an Arrow schema that pandas stored as its index."""
    return stored_index((schema.metadata or {}).get(b"pandas"))


def _read_within(data: bytes, file: Any, limits: SizeLimits) -> Any:
    groups = [file.metadata.row_group(at) for at in range(file.metadata.num_row_groups)]
    rows = max(file.metadata.num_rows, sum(group.num_rows for group in groups))
    require_rows_within(rows, limits)
    stored = sum(group.total_byte_size for group in groups)
    columns = [file.schema.column(at) for at in range(len(file.schema))]
    bits = sum(_BITS.get(column.physical_type, _BITS_OF_TEXT) for column in columns)
    require_bytes_within(max(stored, rows * bits // 8), limits)
    flat = all(column.max_repetition_level == 0 for column in columns)
    if flat and stored * rows <= limits.decoded_bytes:
        return file.read(use_threads=False)  # if it were all one text, repeated in every row
    _require_readable(data)
    chunks = [group.column(at) for group in groups for at in range(group.num_columns)]
    require_bytes_within(sum(map(_fewest_bytes, chunks)), limits)
    texts = [chunk for chunk in chunks if chunk.physical_type not in _BITS]
    if sum(_most_bytes(chunk) for chunk in texts) <= limits.decoded_bytes:
        return file.read(use_threads=False)
    return _read_in_parts(file, limits, sum(chunk.total_uncompressed_size for chunk in texts))


def _require_readable(data: bytes) -> None:
    """Refuse broken metadata of columns, which ends the process if Python asks for it.

    Raises:
        OSError: Arrow's, who says so only where it reads rows; with `pre_buffer`, it looks at the
            metadata of all row groups before the first row.
    """
    file = pq.ParquetFile(pa.BufferReader(data), pre_buffer=True)
    next(file.iter_batches(1, use_threads=False), None)


def _fewest_bytes(chunk: Any) -> int:
    """Return bytes that a column of a row group takes in memory, at the least.

    Its encoding may be far smaller than its values: a constant is stored once.
    """
    bits = _BITS.get(chunk.physical_type, _BITS_OF_TEXT)
    return int(max(chunk.total_uncompressed_size, chunk.num_values * bits // 8))


def _most_bytes(chunk: Any) -> int:
    """Return the bytes of a column's texts if every row held the same, longest text."""
    return int(chunk.total_uncompressed_size * chunk.num_values)


def _read_in_parts(file: Any, limits: SizeLimits, longest_row: int) -> Any:
    """Read texts that may be stored once for all rows, counting as they are decoded.

    `longest_row` is what a row's texts can take, in bytes: no part can take more than allowed.
    """
    part_rows = max(1, min(_MOST_ROWS_A_PART, limits.decoded_bytes // max(longest_row, 1)))
    parts, size = [], 0
    for batch in file.iter_batches(part_rows, use_threads=False):
        part = _without_dictionaries(pa.Table.from_batches([batch]))
        size += part.nbytes
        require_bytes_within(size, limits)
        parts.append(part)
    return pa.concat_tables(parts) if parts else file.schema_arrow.empty_table()


def _without_dictionaries(part: Any) -> Any:
    """Return the part as conversion will have it, with every row holding its own text."""
    for at, field in enumerate(part.schema):
        if pa.types.is_dictionary(field.type):
            plain = field.with_type(field.type.value_type)
            part = part.set_column(at, plain, pc.cast(part.column(at), plain.type))
    return part
