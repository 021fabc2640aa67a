"""Split a large file of a batch into files of whole series, in bounded memory.

A transform job sends each file whole, and distributes files over its instances.
"""

from __future__ import annotations

import csv
import io
import json
import math
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from autogluon_client.data.frames import is_frame
from autogluon_contracts.data.files.csv_dialect import detect_dialect
from autogluon_contracts.data.files.file_forms import FileForm, form_of_file
from autogluon_contracts.data.files.json_array import is_array
from autogluon_contracts.predictor_types.timeseries.series import SeriesColumns

WHOLE_BYTES = 64_000_000
"""A file of no more is sent as it is: SageMaker takes 100 MB in a request."""
_SHARD_BYTES = 32_000_000
_MOST_SHARDS = 500  # open files
_HEAD_BYTES = 1 << 16

_Record = tuple[str, bytes]
"""A row's series, and the row as it is written."""


@contextmanager
def sharded(
    init_args: Mapping[str, Any], data: Any, *, whole_bytes: int = WHOLE_BYTES
) -> Iterator[Any]:
    """Yield a temporary folder in place of a large local file of CSV or JSON Lines.

    All rows of a series are in one file of the folder, in their order. Any other data is yielded as
    it is, as is a file without the column of series, which the planner refuses.

    Args:
        init_args: of the predictor, which name the column of series.
        data: what a batch predicts.
        whole_bytes: a larger file is split.
    """
    path = None if is_frame(data) or "://" in str(data) else Path(str(data)).expanduser()
    if path is None or not path.is_file() or path.stat().st_size <= whole_bytes:
        yield data
        return
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "series"
        target.mkdir()
        shard_bytes = min(_SHARD_BYTES, whole_bytes)
        column = SeriesColumns.of(init_args).id_column
        yield target if _split(path, column, target, shard_bytes) else data


def _split(file: Path, column: str, folder: Path, shard_bytes: int) -> bool:
    """Write the shards, none of which is empty; return whether the file could be read."""
    count = min(_MOST_SHARDS, math.ceil(file.stat().st_size / shard_bytes))
    form = form_of_file(file)
    with file.open("rb") as raw, ExitStack() as open_files:
        if form == FileForm("csv"):
            header, records = _csv(raw, column)
        elif form == FileForm("jsonl") and not is_array(raw.read(_HEAD_BYTES)):
            raw.seek(0)
            header, records = b"", _json_lines(raw, column)
        else:
            return False
        if records is None:
            return False
        shards: dict[int, BinaryIO] = {}
        for item, line in records:
            number = zlib.crc32(item.strip().encode()) % count
            if number not in shards:
                name = folder / f"{number:03d}{file.suffix}"
                shards[number] = open_files.enter_context(name.open("wb"))
                shards[number].write(header)
            shards[number].write(line)
    return True


def _csv(raw: BinaryIO, column: str) -> tuple[bytes, Iterator[_Record] | None]:
    """Return the header and the records; None: the header lacks the column."""
    dialect = detect_dialect(raw.read(_HEAD_BYTES), complete=False)
    raw.seek(0)
    text = io.TextIOWrapper(raw, dialect.encoding, "replace", newline="")
    text.read(dialect.skipped)
    taken: list[str] = []  # the lines of the record that the reader is at

    def lines() -> Iterator[str]:
        for line in text:
            taken.append(line)
            yield line

    def written() -> bytes:
        record = "".join(taken)
        taken.clear()
        return (record if record.endswith(("\n", "\r")) else f"{record}\n").encode()

    rows = csv.reader(lines(), delimiter=dialect.delimiter)
    names = next(rows, [])
    header = written()
    if column not in names:
        return header, None
    at = names.index(column)

    def records() -> Iterator[_Record]:
        for row in rows:
            yield (row[at] if at < len(row) else ""), written()

    return header, records()


def _json_lines(raw: BinaryIO, column: str) -> Iterator[_Record]:
    for line in raw:
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            record = None  # the job refuses it by its line
        item = record.get(column, "") if isinstance(record, dict) else ""
        yield str(item), line if line.endswith(b"\n") else line + b"\n"
