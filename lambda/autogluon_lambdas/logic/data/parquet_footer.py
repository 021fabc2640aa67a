"""Read the footer of a Parquet file: columns, number of rows, statistics.

Field ids are those of `parquet.thrift` in apache/parquet-format.
"""

import struct
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.data.files.file_forms import file_form
from autogluon_contracts.data.files.file_kinds import HEAD_BYTES
from autogluon_contracts.data.index_column import stored_index
from autogluon_contracts.data.unread_types import Unread
from autogluon_contracts.s3_location import S3Object
from autogluon_lambdas.logic.data.file_head import usable_form
from autogluon_lambdas.logic.data.thrift_compact import CompactReader
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

_TAIL_BYTES = 65_536
_LONGEST_FOOTER = 64_000_000
_BYTE_ARRAY, _FIXED_BYTES = 6, 7  # of enum Type
_UTF8, _DECIMAL, _TIME_CONVERTED = 0, 5, (7, 8)  # of enum ConvertedType
# Of union LogicalType: texts, times, decimals and halves.
_TEXT_LOGICAL, _TIME_LOGICAL, _NUMBERS_LOGICAL = 1, 7, frozenset((5, 15))


@dataclass(frozen=True)
class ColumnStatistics:
    """Nulls and the distinct smallest and largest values of all row groups, as text."""

    nulls: int
    extremes: frozenset[str]


@dataclass(frozen=True)
class ParquetFooter:
    """Top-level columns (without an index that pandas stored), rows, complete statistics.

    `unread` says of the columns whose values no predictor takes what they hold; `texts` are those
    of texts. `row_groups` is how many the rows are in.
    """

    columns: tuple[str, ...]
    unread: dict[str, Unread]
    texts: frozenset[str]
    rows: int
    row_groups: int
    statistics: dict[str, ColumnStatistics]


def read_parquet_footer(store: ObjectStore, key: str, entry: S3Object) -> ParquetFooter:
    """Read a footer; raises InvalidDataError when the file is not plain Parquet."""
    where = f"{key}: {entry.location.uri}"
    tail = _tail(store, entry, _TAIL_BYTES)
    if tail[-4:] == b"PARE":
        raise InvalidDataError(f"{where} is encrypted Parquet, which is unsupported.")
    if len(tail) < 12 or tail[-4:] != b"PAR1":
        head = store.read(entry.location, 0, HEAD_BYTES)
        usable_form(where, file_form(entry.location.name, head, "parquet"), gzip=False)
        raise InvalidDataError(f'{where} is not a valid Parquet file: it does not end in "PAR1".')
    length = int.from_bytes(tail[-8:-4], "little")
    if length + 12 > entry.size or length > _LONGEST_FOOTER:
        raise InvalidDataError(
            f"{where} is a damaged Parquet file: its footer of {length} bytes is missing."
        )
    if length + 8 > len(tail):
        tail = _tail(store, entry, length + 8)
    try:
        return _footer(CompactReader(tail[-8 - length : -8]).read_struct())
    except (ValueError, KeyError, IndexError, TypeError, struct.error) as error:
        raise InvalidDataError(f"{where} is a damaged Parquet file: {error}.") from error


def _tail(store: ObjectStore, entry: S3Object, length: int) -> bytes:
    start = max(0, entry.size - length)
    return store.read(entry.location, start, entry.size - start)


def _footer(metadata: dict[int, Any]) -> ParquetFooter:
    index = _pandas_index(metadata)
    top_level = _top_level(metadata[2])
    columns = [name for name, _ in top_level if name not in index]
    unread = ((name, _unread(element)) for name, element in top_level if name not in index)
    chunks = [chunk for group in metadata[4] for chunk in group[1]]
    return ParquetFooter(
        columns=tuple(columns),
        unread={name: what for name, what in unread if what is not None},
        texts=frozenset(name for name, element in top_level if _is_text(element)),
        rows=metadata[3],
        row_groups=len(metadata[4]),
        statistics={name: found for name in columns if (found := _statistics(name, chunks))},
    )


def _pandas_index(metadata: dict[int, Any]) -> frozenset[str]:
    """Return the columns that pandas stored as the frame's index, which the container omits too."""
    stored = (entry[2] for entry in metadata.get(5, []) if entry[1] == b"pandas")
    return stored_index(next(stored, None))


def _top_level(schema: list[dict[int, Any]]) -> list[tuple[str, dict[int, Any]]]:
    """Return the names of the root's children, and their elements."""
    found: list[tuple[str, dict[int, Any]]] = []
    position = 1
    for _ in range(schema[0][5]):
        found.append((schema[position][4].decode(), schema[position]))
        pending = 1
        while pending:
            pending += schema[position].get(5, 0) - 1
            position += 1
    return found


def _unread(element: dict[int, Any]) -> Unread | None:
    """Return what a column holds that a training job does not read; None where it may well do.

    Durations are whole numbers here: only Arrow's own schema tells them apart.
    """
    if element.get(5, 0) > 0:
        return "structs, lists or maps"
    physical, converted, logical = element.get(1), element.get(6), element.get(10, {})
    if converted in _TIME_CONVERTED or _TIME_LOGICAL in logical:
        return "times of day"
    if physical == _BYTE_ARRAY and converted is None and not logical:
        return "bytes"
    if physical == _FIXED_BYTES and converted != _DECIMAL and not _NUMBERS_LOGICAL & set(logical):
        return "bytes"
    return None


def _is_text(element: dict[int, Any]) -> bool:
    is_marked = element.get(6) == _UTF8 or _TEXT_LOGICAL in element.get(10, {})
    return element.get(1) == _BYTE_ARRAY and is_marked


def _statistics(name: str, chunks: list[dict[int, Any]]) -> ColumnStatistics | None:
    """Return None where any row group's are incomplete, and for nested columns."""
    nulls = 0
    extremes: set[str] = set()
    own = [chunk[3] for chunk in chunks if chunk[3][3] == [name.encode()]]
    for metadata in own:
        found = metadata.get(12, {})
        truncated = found.get(7) is False or found.get(8) is False
        if 3 not in found or truncated:
            return None
        nulls += found[3]
        if found[3] == metadata[5]:
            continue  # nothing but nulls has no extremes
        if 5 not in found or 6 not in found:
            return None
        extremes |= {_shown(metadata[1], found[5]), _shown(metadata[1], found[6])}
    return ColumnStatistics(nulls, frozenset(extremes)) if own else None


def _shown(physical_type: int, value: bytes) -> str:
    layout = {0: "?", 1: "<i", 2: "<q", 4: "<f", 5: "<d"}.get(physical_type)
    if layout is not None:
        return str(struct.unpack(layout, value)[0])
    return f"'{value.decode(errors='replace')}'"
