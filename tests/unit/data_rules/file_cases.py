"""How files are named and compressed: what tells the format, and what is data."""

from __future__ import annotations

import bz2
import gzip

import pyarrow as pa

from tests.unit.data_rules.made_data import CLASSES, NUMBERS, csv_of, cycle, parquet_of
from tests.unit.data_rules.outcomes import Case
from tests.unit.data_rules.typed_cases import RECORDS, lines

_CSV = csv_of("v,n,y", NUMBERS, NUMBERS[::-1], CLASSES)
_ASK = "v,n\n1,2\n"


def _packed(text: str | bytes) -> bytes:
    return gzip.compress(text.encode() if isinstance(text, str) else text, mtime=0)


FILE_CASES = [
    Case("gzip in a file without an ending", {"part-00000": _packed(_CSV)}, "v", _ASK),
    Case(
        "a part without an ending, and one of gzip",
        {"part-0": _CSV, "part-1": _packed(_CSV)},
        "v",
        _ASK,
    ),
    Case("an ending that means no format", {"table.data": _CSV}, "v", _ASK),
    Case("JSON behind an ending that means no format", {"rows.2020": lines(*RECORDS)}, "v", _ASK),
    Case("gzip's ending alone, of JSON", {"rows.gz": _packed(lines(*RECORDS))}, "v", _ASK),
    Case("gzip's ending alone without gzip", {"rows.gz": _CSV}, "v"),
    Case("endings in capital letters", {"T.CSV.GZ": _packed(_CSV)}, "v", _ASK),
    Case(
        "joined gzip files, the first with the header alone",
        {"t.csv.gz": _packed(_CSV[:6]) + _packed(_CSV[6:])},
        "v",
        _ASK,
    ),
    Case("gzip that is cut off", {"t.csv.gz": _packed(_CSV)[:-9]}, "v"),
    Case("gzip that is damaged", {"t.csv.gz": b"\x1f\x8b nothing"}, "v"),
    Case(
        "Parquet that gzip compressed",
        {"t.parquet.gz": _packed(parquet_of(pa.array(cycle(1.5, 2))))},
        "v",
    ),
    Case(
        "the same without an ending",
        {"part-0": _packed(parquet_of(pa.array(cycle(1.5, 2))))},
        "v",
    ),
    Case(
        "gzip named as Parquet",
        {"t.parquet": _packed(parquet_of(pa.array(cycle(1.5, 2))))},
        "v",
    ),
    Case("bzip2 in a file without an ending", {"part-0": bz2.compress(_CSV.encode())}, "v"),
    Case("CSV and JSON without endings", {"part-0": _CSV, "part-1": lines(*RECORDS)}, "v"),
    Case("a text of another kind beside the table", {"t.csv": _CSV, "README.md": "# T\n"}, "v"),
    Case("a workbook beside the table", {"t.csv": _CSV, "t.xlsx": b"PK"}, "v"),
    Case(
        "markers and hidden files beside the table",
        {"part-0.csv": _CSV, "_SUCCESS": "", "_temporary/part-1.csv": "a,b\n1,2\n", ".crc": "x"},
        "v",
        _ASK,
    ),
    Case("a table whose name begins with an underscore", {"_t.csv": _CSV}, "v", _ASK),
]  # fmt: skip
