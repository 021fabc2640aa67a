"""The kinds of data that people bring, each small and made up."""

from __future__ import annotations

import gzip
import json
from datetime import time
from decimal import Decimal

import pandas as pd
import pyarrow as pa

from tests.unit.data_rules.cell_cases import CELL_CASES
from tests.unit.data_rules.file_cases import FILE_CASES
from tests.unit.data_rules.made_data import (
    CLASSES,
    NUMBERS,
    ROWS,
    csv_of,
    cycle,
    frame_parquet,
    parquet_of,
    workbook_bytes,
)
from tests.unit.data_rules.outcomes import Case
from tests.unit.data_rules.typed_cases import RECORDS, TYPED_CASES, lines

_LONG = "size,n,y\n" + "small,1,lo\nlarge,2,hi\n" * 9_000


CASES = [
    *CELL_CASES,
    *TYPED_CASES,
    *FILE_CASES,
    Case(
        "an unnamed first column that counts",
        {"t.csv": csv_of(",v,y", list(range(ROWS)), NUMBERS, CLASSES)},
        "v",
        ",v\n7,1\n3,2\n",
    ),
    Case(
        "a request with an index that the training data did not have",
        {"t.csv": csv_of("v,n,y", NUMBERS, NUMBERS[::-1], CLASSES)},
        "v",
        ",v,n\n17,1,5\n3,2,6\n",
    ),
    Case(
        "a separator at the end of each line",
        {"t.csv": csv_of("v,n,y,", NUMBERS, NUMBERS[::-1], CLASSES, cycle(""))},
        "v",
    ),
    Case(
        "a name with a no-break space, asked with a space",
        {"t.csv": csv_of("unit\u00a0price,n,y", NUMBERS, NUMBERS[::-1], CLASSES)},
        "unit\u00a0price",
        "unit price,n\n1,5\n",
    ),
    Case(
        "a header without the row names' column, as R's write.table writes it",
        {"t.csv": csv_of("v,n,y", NUMBERS, NUMBERS, CLASSES).replace("\n", "\n1,")[:-2]},
        "v",
    ),
    Case(
        "lines that end with carriage returns alone",
        {"t.csv": csv_of("v,n,y", NUMBERS, NUMBERS[::-1], CLASSES).replace("\n", "\r")},
        "v",
        "v,n\n1,2\n",
    ),
    Case(
        "a first column whose name is a space",
        {"t.csv": csv_of(" ,v,y", list(range(ROWS)), NUMBERS, CLASSES)},
        "v",
    ),
    Case(
        "an index in one of two files",
        {
            "part-0.csv": csv_of("v,n,y", NUMBERS, NUMBERS[::-1], CLASSES),
            "part-1.csv": csv_of(",v,n,y", list(range(ROWS)), NUMBERS, NUMBERS[::-1], CLASSES),
        },
        "v",
    ),
    Case(
        "a quote that is not closed",
        {"t.csv": csv_of("v,n,y", ['"open', *NUMBERS[1:]], NUMBERS, CLASSES)},
        "v",
    ),
    Case(
        "an unnamed first column of names, as R writes them",
        {"t.csv": csv_of(",v,y", [f"Mazda {at}" for at in range(ROWS)], NUMBERS, CLASSES)},
        "v",
        ",v\nFiat 1,1\nFiat 2,2\n",
    ),
    Case(
        "the row numbers of a subset",
        {"t.csv": csv_of(",v,y", [at * 3 + at % 2 for at in range(ROWS)], NUMBERS, CLASSES)},
        "v",
        ",v\n12,1\n500,2\n",
    ),
    Case(
        "an unnamed first column whose names repeat",
        {"t.csv": csv_of(",v,y", cycle("north", "south"), NUMBERS, CLASSES)},
        "v",
    ),
    Case(
        "an unnamed first column of decimal numbers",
        {"t.csv": csv_of(",v,y", [at + 0.5 for at in range(ROWS)], NUMBERS, CLASSES)},
        "v",
    ),
    Case(
        "an unnamed first column of years",
        {"t.csv": csv_of(",v,y", list(range(1950, 1950 + ROWS)), NUMBERS, CLASSES)},
        "v",
    ),
    Case(
        "semicolons and decimal commas",
        {"t.csv": csv_of("v,n,y", cycle("3,5", "2,25"), NUMBERS, CLASSES, separator=";")},
        "v",
        "v;n\n1,5;1\n2;2\n",
    ),
    Case(
        "Windows-1252 text with tabs",
        {
            "t.tsv": csv_of(
                "größe,n,y", cycle("klein", "groß"), NUMBERS, CLASSES, separator="\t"
            ).encode("cp1252")
        },
        "größe",
        "größe\tn\nklein\t1\ngroß\t2\n",
    ),
    Case(
        "Windows-1252 whose first letter beyond ASCII is far behind",
        {"t.csv": (_LONG + "klein,1,lo\ngroß,2,hi\n" * 9_000).encode("cp1252")},
        "size",
        "size,n\nklein,1\ngroß,2\n",
    ),
    Case(
        "UTF-8 with one broken byte far behind",
        {
            "t.csv": ("size,n,y\n" + "größe,1,lo\nköln,2,hi\n" * 9_000).encode()
            + b"gr\xf6\xdf,3,lo\n"
        },
        "size",
    ),
    Case(
        "Polish text in Windows-1250",
        {
            "t.csv": csv_of("v,n,y", cycle("żółw", "załoga", "małpa"), NUMBERS, CLASSES).encode(
                "cp1250"
            )
        },
        "v",
    ),
    Case(
        "Japanese text in Shift-JIS",
        {
            "t.csv": csv_of("v,n,y", cycle("東京", "大阪", "カタカナ"), NUMBERS, CLASSES).encode(
                "shift_jis"
            )
        },
        "v",
    ),
    Case(
        "UTF-16 with a `sep=` line, as Excel writes it",
        {
            "t.csv": ("sep=;\n" + csv_of("v,n,y", NUMBERS, NUMBERS, CLASSES, separator=";")).encode(
                "utf-16"
            )
        },
        "v",
        "v,n\n1,1\n",
    ),
    Case(
        "parts without endings, the first without rows, the last in another order",
        {
            "part-0": "v,n,y\n",
            "part-1": csv_of("v,n,y", NUMBERS, NUMBERS[::-1], CLASSES),
            "part-2": csv_of("y,n,v", CLASSES, NUMBERS[::-1], NUMBERS),
        },
        "v",
        "v,n\n1,2\n",
    ),
    Case(
        "a header cell with a line break",
        {"t.csv": csv_of('"Unit\nprice",y', NUMBERS, CLASSES)},
        "y",
    ),
    Case("a workbook", {"t.xlsx": b"PK"}, "v"),
    Case(
        "a JSON array of objects",
        {"t.json": json.dumps(RECORDS, indent=0)},
        "v",
        "v,n\n7,1\n,2\n",
    ),
    Case(
        "JSON Lines compressed with gzip",
        {"t.jsonl.gz": gzip.compress("\n".join(map(json.dumps, RECORDS)).encode(), mtime=0)},
        "v",
        "v,n\n7,1\n,2\n",
    ),
    Case("a JSON array of lists", {"t.json": json.dumps([[1, "lo"], [2, "hi"]])}, "v"),
    Case(
        "a JSON array with a nested value",
        {"t.json": json.dumps([{**RECORDS[0], "v": {"a": 1}}, *RECORDS[1:]])},
        "v",
    ),
    Case("a JSON array that is cut off", {"t.json": json.dumps(RECORDS)[:-20]}, "v"),
    Case(
        "a JSON array of arrays over several lines",
        {"t.json": json.dumps([[1, "lo"]], indent=1)},
        "v",
    ),
    Case("a JSON array of values", {"t.json": "[\n1,\n2\n]\n"}, "v"),
    Case("one JSON object over several lines", {"t.json": json.dumps(RECORDS[0], indent=1)}, "v"),
    Case(
        "JSON objects over several lines each",
        {"t.jsonl": "\n".join(json.dumps(record, indent=1) for record in RECORDS)},
        "v",
    ),
    Case("a JSON object that wraps the rows", {"t.json": json.dumps({"data": RECORDS})}, "v"),
    Case(
        "a JSON object that wraps the rows, over several lines",
        {"t.json": json.dumps({"status": "ok", "data": RECORDS}, indent=2)},
        "v",
    ),
    Case(
        "a JSON object of columns, over several lines",
        {"t.json": pd.DataFrame(RECORDS).to_json(indent=1)},
        "v",
    ),
    Case(
        "JSON with a byte order mark",
        {"t.json": b"\xef\xbb\xbf" + json.dumps(RECORDS).encode()},
        "v",
        "v,n\n7,1\n,2\n",
    ),
    Case("JSON in UTF-16", {"t.json": json.dumps(RECORDS).encode("utf-16")}, "v"),
    Case(
        "NaN in JSON Lines, as Python writes it",
        {"t.jsonl": lines({**RECORDS[0], "v": float("nan")}, *RECORDS[1:])},
        "v",
    ),
    Case(
        "NaN in a JSON array",
        {"t.json": json.dumps([{**RECORDS[0], "v": float("nan")}, *RECORDS[1:]])},
        "v",
    ),
    Case(
        "a comma behind the last value of a JSON object",
        {"t.jsonl": '{"v": 1.5, "n": 0, "y": "lo",}\n' + lines(*RECORDS)},
        "v",
    ),
    Case(
        "a comma behind the last object of a JSON array",
        {"t.json": json.dumps(RECORDS)[:-1] + ",]"},
        "v",
    ),
    Case("JSON with single quotes", {"t.jsonl": "\n".join(map(str, RECORDS))}, "v"),
    Case("JSON Lines that are cut off", {"t.jsonl": lines(*RECORDS)[:-9]}, "v"),
    Case("a JSON object of columns", {"t.json": json.dumps({"v": {"0": 1}, "y": {"0": 1}})}, "v"),
    Case(
        "a title above the header",
        {"t.csv": "Sales of 2020\n\n" + csv_of("v,y", NUMBERS, CLASSES)},
        "v",
    ),
    Case(
        "a title that a spreadsheet padded",
        {"t.csv": "Sales of 2020,,\n,,\n" + csv_of("v,n,y", NUMBERS, NUMBERS, CLASSES)},
        "v",
    ),
    Case(
        "a title above semicolons",
        {"t.csv": "Sales of 2020\n" + csv_of("v,n,y", NUMBERS, NUMBERS, CLASSES, separator=";")},
        "v",
    ),
    Case("a workbook named as CSV", {"t.csv": workbook_bytes()}, "v"),
    Case("an archive named as CSV", {"t.csv": b"PK\x03\x04\x14\x00\x06\x00" * 8}, "v"),
    Case("a PDF named as CSV", {"t.csv": b"%PDF-1.7\n1 0 obj\n"}, "v"),
    Case("Parquet named as CSV", {"t.csv": parquet_of(pa.array(cycle(1.5, 2)))}, "v"),
    Case(
        "gzip without its ending",
        {"t.csv": gzip.compress(csv_of("v,n,y", NUMBERS, NUMBERS, CLASSES).encode(), mtime=0)},
        "v",
    ),
    Case(
        "gzip's ending without gzip",
        {"t.csv.gz": csv_of("v,n,y", NUMBERS, NUMBERS, CLASSES)},
        "v",
    ),
    Case("JSON named as CSV", {"t.csv": json.dumps(RECORDS)}, "v"),
    Case("CSV named as JSON", {"t.json": csv_of("v,n,y", NUMBERS, NUMBERS, CLASSES)}, "v"),
    Case(
        "a label with `NA` in some rows",
        {"t.csv": csv_of("v,y", NUMBERS, cycle("lo", "hi", "NA"))},
        "y",
    ),
    Case(
        "a regression's label with a word in row 31",
        {"t.csv": csv_of("v,y", NUMBERS, [*range(30), "?", *range(31, 40)])},
        "y",
        problem_type="regression",
    ),
    Case(
        "the same without a problem type",
        {"t.csv": csv_of("v,y", NUMBERS, [*range(30), "?", *range(31, 40)])},
        "y",
    ),
    Case(
        "a label of currency",
        {"t.csv": csv_of("v,y", NUMBERS, [f"€ {at}" for at in range(ROWS)])},
        "y",
    ),
    Case(
        "a label of percent signs as classes",
        {"t.csv": csv_of("v,y", NUMBERS, cycle("5 %", "10 %"))},
        "y",
        problem_type="binary",
    ),
    Case(
        "a label with commas that may be thousands or thousandths",
        {"t.csv": csv_of("v,y", NUMBERS, [f'"{at + 1},{at + 100}"' for at in range(ROWS)])},
        "y",
    ),
    Case(
        "a class with one row",
        {"t.csv": csv_of("v,y", NUMBERS, ["rare", *CLASSES[1:]])},
        "y",
    ),
    Case(
        "a header in the middle, as joined files have it",
        {
            "t.csv": csv_of(
                "v,y", [*NUMBERS[:20], "v", *NUMBERS[21:]], [*CLASSES[:20], "y", *CLASSES[21:]]
            )
        },
        "y",
    ),
    Case(
        "dates with a year of two digits",
        {"t.csv": csv_of("day,n,y", cycle("01/31/16", "12/25/15"), NUMBERS, CLASSES)},
        "day",
        "day,n\n01/31/16,1\n",
    ),
    Case(
        "a date that means never, beyond what 64 bits hold",
        {"t.csv": csv_of("day,n,y", cycle("2016-01-31", "9999-12-31"), NUMBERS, CLASSES)},
        "day",
        "day,n\n2016-01-31,1\n",
    ),
    Case(
        "a day that no calendar has among dates",
        {
            "t.csv": csv_of(
                "day,n,y", cycle("2016-01-31", "2016-02-30", "2016-03-01"), NUMBERS, CLASSES
            )
        },
        "day",
        "day,n\n2016-01-31,1\n",
    ),
    Case(
        "ranges of numbers",
        {"t.csv": csv_of("v,n,y", cycle("10-20", "20-30"), NUMBERS, CLASSES)},
        "v",
        "v,n\n10-20,1\n",
    ),
    Case(
        "a category that training did not see",
        {"t.csv": csv_of("v,n,y", cycle("a", "b", "c"), NUMBERS, CLASSES)},
        "v",
        "v,n\nMars,1\nNA,2\nb,3\n",
    ),
    Case(
        "categories that differ in case or spaces",
        {"t.csv": csv_of("v,n,y", cycle("Yes", "yes ", "no"), NUMBERS, CLASSES)},
        "v",
        "v,n\nYes,1\nYES,2\n",
    ),
    Case(
        "whole numbers beyond 64 bits",
        {"t.csv": csv_of("v,n,y", cycle(2**64 - 1, 5), NUMBERS, CLASSES)},
        "v",
        "v,n\n5,1\n",
    ),
    Case(
        "the same in Parquet, which has 64 bits without a sign",
        {"t.parquet": parquet_of(pa.array(cycle(2**64 - 1, 5), pa.uint64()))},
        "v",
        "v,n\n5,1\n",
    ),
    Case(
        "infinity among numbers",
        {"t.csv": csv_of("v,n,y", cycle(1.5, "inf", 3), NUMBERS, CLASSES)},
        "v",
    ),
    Case(
        "infinity in Parquet",
        {"t.parquet": parquet_of(pa.array(cycle(1.5, float("inf"), 3)))},
        "v",
    ),
    Case(
        "a number that no 64-bit float holds",
        {"t.csv": csv_of("v,n,y", cycle(1.5, "1e400", 3), NUMBERS, CLASSES)},
        "v",
    ),
    Case(
        "dictionaries and decimals in Parquet",
        {
            "t.parquet": parquet_of(
                pa.array(cycle("a", "b")).dictionary_encode(),
                price=pa.array(cycle(Decimal("1.25"), Decimal("2.50")), pa.decimal128(10, 2)),
            )
        },
        "v",
        "v,price,n\na,1.25,1\n",
    ),
    Case(
        "moments with a time zone in Parquet",
        {
            "t.parquet": parquet_of(
                pa.array(cycle(1454227200, 1456000000), pa.timestamp("s", "+09:00"))
            )
        },
        "v",
        "v,n\n2018-01-02T09:00:00+09:00,1\n",
    ),
    Case(
        "times of day in Parquet",
        {"t.parquet": parquet_of(pa.array([time(9, 30)] * ROWS))},
        "v",
    ),
    Case(
        "bytes in Parquet",
        {"t.parquet": parquet_of(pa.array([b"a", b"b"] * (ROWS // 2)))},
        "v",
    ),
    Case(
        "an index that pandas stored in Parquet",
        {"t.parquet": frame_parquet(pd.DataFrame({"v": NUMBERS, "y": CLASSES}, index=NUMBERS))},
        "v",
        "v\n7\n",
    ),
    Case(
        "a label of numbers that Parquet stores as texts",
        {"t.parquet": parquet_of(pa.array(list(map(str, NUMBERS))))},
        "v",
        label="v",
        problem_type="regression",
    ),
    Case(
        "nested columns in Parquet",
        {"t.parquet": parquet_of(pa.array([{"a": 1, "b": "x"}] * ROWS))},
        "v",
    ),
    Case(
        "lists in Parquet",
        {"t.parquet": parquet_of(pa.array([[1, 2]] * ROWS))},
        "v",
    ),
    Case(
        "a page of the web that was saved as CSV",
        {"t.csv": "<!DOCTYPE html>\n<html><body>Not found, sorry</body></html>\n"},
        "v",
    ),
    Case(
        "the names of columns of answers",
        {"t.csv": csv_of("row_error,lo_proba,y", cycle(1.5, 2, 3), NUMBERS, CLASSES)},
        "row_error",
        "row_error,lo_proba\n1.5,1\n",
    ),
]
