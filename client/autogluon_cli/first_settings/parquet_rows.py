"""Read the first rows of a Parquet file as the texts that CSV would have, without pandas.

A training job reads the file's types, see `autogluon_jobs.data.column_kinds`: texts are cells as in
CSV, a column of categories is never one of numbers, and what has no meaning for a predictor is
refused.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from autogluon_cli.first_settings.first_rows import MOST_ROWS, FirstRows, FirstRowsError
from autogluon_client.optional_packages import pyarrow_parquet
from autogluon_contracts.data.dates import FIRST_YEAR, LAST_YEAR
from autogluon_contracts.data.index_column import stored_index
from autogluon_contracts.data.unread_types import ADVICE_OF_UNREAD, Unread

_ENCRYPTED = b"PARE"
_BATCH_ROWS = 10_000


def read_parquet(path: Path) -> FirstRows:
    """Return at most MOST_ROWS rows of a Parquet file.

    Raises:
        FirstRowsError: it is damaged or encrypted, or has a column of a type that is not read.
        MissingPackageError: pyarrow is not installed.
    """
    parquet = pyarrow_parquet()
    import pyarrow as pa

    with path.open("rb") as raw:
        raw.seek(max(0, path.stat().st_size - len(_ENCRYPTED)))
        if raw.read() == _ENCRYPTED:
            raise FirstRowsError("is encrypted Parquet, which is unsupported", "Decrypt it.")
    try:
        with parquet.ParquetFile(path) as file:
            schema, total = file.schema_arrow, int(file.metadata.num_rows)
            index = stored_index((schema.metadata or {}).get(b"pandas"))
            kept = [at for at, name in enumerate(schema.names) if name not in index]
            _require_types([schema.field(at) for at in kept])
            batches, rows = [], 0
            for batch in file.iter_batches(min(_BATCH_ROWS, MOST_ROWS), use_threads=False):
                batches.append(batch.slice(0, MOST_ROWS - rows))
                rows += len(batches[-1])
                if rows == MOST_ROWS:
                    break
        table = pa.Table.from_batches(batches, schema)
        cells = [_texts(table.field(at).name, table.column(at)) for at in kept]
    # Of a broken file's texts, Arrow says that they are not UTF-8 with a Python error.
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())[:120]
        raise FirstRowsError(
            f"is not a valid Parquet file ({reason})", "Write it again."
        ) from error
    seen = sum(len(text) + 1 for column in cells for text in column)
    return FirstRows(
        names=[schema.names[at] for at in kept],
        cells=cells,
        parts=(rows,),
        is_whole=rows == total,
        csv_bytes=round(seen * total / rows) if rows else 0,
        texts=frozenset(schema.names[at] for at in kept if _is_text(schema.field(at).type)),
        categories=frozenset(
            schema.names[at] for at in kept if _is_category(schema.field(at).type)
        ),
        stored_index=tuple(name for name in schema.names if name in index),
    )


def _require_types(fields: list[Any]) -> None:
    for field in fields:
        what = _unread(field.type)
        if what is not None:
            raise FirstRowsError(
                f"has {what} in column {field.name!r}, which no predictor takes",
                ADVICE_OF_UNREAD[what],
            )


def _unread(kind: Any) -> Unread | None:
    import pyarrow.types as pt

    if pt.is_nested(kind):
        return "structs, lists or maps"
    if pt.is_time(kind):
        return "times of day"
    if pt.is_duration(kind):
        return "durations"
    return "bytes" if _writer(kind) is None else None


def _texts(name: str, column: Any) -> list[str]:
    """Return a column's values as CSV would have them; of a missing one, the empty text."""
    write = _writer(column.type)
    if write is None:
        raise LookupError(f"no texts of {column.type}")
    return write(name, column)


def _writer(kind: Any) -> Callable[[str, Any], list[str]] | None:
    """Return what writes the values of a type; None of one that no predictor takes."""
    import pyarrow.types as pt

    if pt.is_dictionary(kind):
        return _of_dictionary if _writer(kind.value_type) is not None else None
    if pt.is_timestamp(kind) or pt.is_date(kind):
        return _moments
    if pt.is_floating(kind):
        return _floats
    if pt.is_decimal(kind):
        return _decimals
    if _is_text(kind) or pt.is_boolean(kind) or pt.is_integer(kind) or pt.is_null(kind):
        return _plain
    return None


def _is_text(kind: Any) -> bool:
    import pyarrow.types as pt

    if pt.is_dictionary(kind):
        kind = kind.value_type
    return bool(pt.is_string(kind) or pt.is_large_string(kind) or pt.is_string_view(kind))


def _is_category(kind: Any) -> bool:
    import pyarrow.types as pt

    return bool(pt.is_dictionary(kind)) and _is_text(kind)


def _plain(_name: str, column: Any) -> list[str]:
    return ["" if value is None else str(value) for value in column.to_pylist()]


def _floats(_name: str, column: Any) -> list[str]:
    # NaN, which is unequal to itself, is how pandas writes a missing number.
    values = column.to_pylist()
    return ["" if value is None or value != value else repr(value) for value in values]


def _decimals(_name: str, column: Any) -> list[str]:
    return ["" if value is None else format(value, "f") for value in column.to_pylist()]


def _of_dictionary(name: str, column: Any) -> list[str]:
    return _texts(name, column.cast(column.type.value_type))


def _moments(name: str, column: Any) -> list[str]:
    """Write dates, and moments in UTC.

    Raises:
        FirstRowsError: one is outside of what 64 bits of nanoseconds hold.
    """
    import pyarrow as pa
    import pyarrow.types as pt

    if pt.is_timestamp(column.type):
        # Python has no nanoseconds, and no kind of column depends on them.
        unit = "us" if column.type.unit == "ns" else column.type.unit
        column = column.cast(pa.timestamp(unit), safe=False)
    texts = ["" if text is None else text for text in column.cast(pa.string()).to_pylist()]
    for row, text in enumerate(texts, start=1):
        if text and not _has_room(text):
            raise FirstRowsError(
                f"has {text!r} in column {name!r}, row {row}, outside the years {FIRST_YEAR} to "
                f"{LAST_YEAR}, the range of 64-bit nanoseconds",
                "Correct such cells, or leave them empty.",
            )
    return texts


def _has_room(moment: str) -> bool:
    year = moment.partition("-")[0]
    return year.isdecimal() and FIRST_YEAR <= int(year) <= LAST_YEAR
