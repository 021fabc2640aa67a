"""Make small tables and files for the cases."""

from __future__ import annotations

import io
import zipfile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 40


def csv_of(header: str, *columns: list[object], separator: str = ",") -> str:
    rows = [separator.join(map(str, row)) for row in zip(*columns, strict=True)]
    return "\n".join([header.replace(",", separator), *rows]) + "\n"


def parquet_of(column: pa.Array, **others: pa.Array) -> bytes:
    """The column `v` beside numbers and the label."""
    file = io.BytesIO()
    pq.write_table(
        pa.table({"v": column, **others, "n": pa.array(NUMBERS), "y": pa.array(CLASSES)}), file
    )
    return file.getvalue()


def frame_parquet(frame: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.to_parquet(file)
    return file.getvalue()


def workbook_bytes() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
        archive.writestr(zipfile.ZipInfo("xl/workbook.xml"), "<workbook/>")
    return file.getvalue()


def cycle(*values: object) -> list[object]:
    return [values[at % len(values)] for at in range(ROWS)]


NUMBERS: list[object] = [at * 37 % 101 for at in range(ROWS)]
CLASSES = cycle("lo", "hi", "lo", "hi", "hi", "lo", "lo")
