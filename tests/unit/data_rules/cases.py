"""The kinds of data that people bring, each small and made up."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from autogluon_contracts.documents.data_reading import DataReading
from tests.unit.data_rules.outcomes import Case

_ROWS = 40


def _csv(header: str, *columns: list[object], separator: str = ",") -> str:
    rows = [separator.join(map(str, row)) for row in zip(*columns, strict=True)]
    return "\n".join([header.replace(",", separator), *rows]) + "\n"


def _parquet(column: pa.Array, **others: pa.Array) -> bytes:
    """The column `v` beside numbers and the label."""
    file = io.BytesIO()
    pq.write_table(
        pa.table({"v": column, **others, "n": pa.array(_NUMBERS), "y": pa.array(_CLASSES)}), file
    )
    return file.getvalue()


def _workbook() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
        archive.writestr(zipfile.ZipInfo("xl/workbook.xml"), "<workbook/>")
    return file.getvalue()


def _cycle(*values: object) -> list[object]:
    return [values[at % len(values)] for at in range(_ROWS)]


_NUMBERS: list[object] = [at * 37 % 101 for at in range(_ROWS)]
_CLASSES = _cycle("lo", "hi", "lo", "hi", "hi", "lo", "lo")

_BASEMENT = _csv("Basement,n,y", _cycle("NA", "Gd", "TA", "None"), _NUMBERS, _CLASSES)
_AMBIGUOUS = _csv("day,n,y", _cycle("04/01/2018", "12/03/2017", "6/7/2018"), _NUMBERS, _CLASSES)

_RECORDS = [
    {"v": v, "n": n, "y": y}
    for v, n, y in zip(_cycle(1.5, None, 3), _NUMBERS, _CLASSES, strict=True)
]

CASES = [
    Case(
        "`NA` and `None` among words",
        {"t.csv": _BASEMENT},
        "Basement",
        "Basement,n\nNA,1\nGd,2\n",
    ),
    Case(
        "the same with `data.keep_na: [Basement]`",
        {"t.csv": _BASEMENT},
        "Basement",
        "Basement,n\nGd,2\nTA,1\n",
        reading=DataReading(keep_na=("Basement",)),
    ),
    Case(
        "`NA` among numbers",
        {"t.csv": _csv("v,n,y", _cycle(1.5, "NA", 3), _NUMBERS, _CLASSES)},
        "v",
        "v,n\nNA,1\n2,2\n",
    ),
    Case(
        "dates with the month first",
        {
            "t.csv": _csv(
                "day,n,y", _cycle("04/01/2018", "12/31/2017", "6/7/2018"), _NUMBERS, _CLASSES
            )
        },
        "day",
        "day,n\n01/02/2018,1\n2018-01-02,2\n1/2/2018 3:04 PM,3\n",
    ),
    Case(
        "dates with the day first",
        {"t.csv": _csv("day,n,y", _cycle("31.01.2016", "1.2.2016", ""), _NUMBERS, _CLASSES)},
        "day",
        "day,n\n02.01.2018,1\nNA,2\n",
    ),
    Case(
        "years and months",
        {"t.csv": _csv("month,n,y", _cycle("2016-01", "2016-02", "2017-11"), _NUMBERS, _CLASSES)},
        "month",
        "month,n\n2018-01,1\n2018-02-03,2\n",
    ),
    Case(
        "dates with the month's name",
        {
            "t.csv": _csv(
                "day,n,y", _cycle("Jan-1-2016", "1 February 2016", "Mar 2016"), _NUMBERS, _CLASSES
            )
        },
        "day",
        "day,n\n02-JAN-2018,1\n2018-01-02,2\n",
    ),
    Case(
        "months in other languages",
        {
            "t.csv": _csv(
                "day,n,y",
                _cycle("1er mars 2016", "31. Dezember 2016", "3 de enero de 2017"),
                _NUMBERS,
                _CLASSES,
            )
        },
        "day",
        "day,n\n2 août 2018,1\nOct 2018,2\n",
    ),
    Case(
        "months in a language that is not known",
        {"t.csv": _csv("day,n,y", _cycle("31 stycznia 2016", "1 lutego 2016"), _NUMBERS, _CLASSES)},
        "day",
        "day,n\n1 lutego 2016,1\n",
    ),
    Case(
        "months without a year of four digits",
        {"t.csv": _csv("month,n,y", _cycle("Jan-16", "Feb-16"), _NUMBERS, _CLASSES)},
        "month",
        "month,n\nFeb-16,1\n",
    ),
    Case(
        "quarters",
        {"t.csv": _csv("quarter,n,y", _cycle("2016Q1", "2016-Q4", "Q2 2017"), _NUMBERS, _CLASSES)},
        "quarter",
        "quarter,n\n2018Q3,1\n2018-02-03,2\n",
    ),
    Case(
        "weeks",
        {"t.csv": _csv("week,n,y", _cycle("2016-W05", "2016-W06"), _NUMBERS, _CLASSES)},
        "week",
        "week,n\n2018-W02,1\n",
    ),
    Case(
        "seconds since 1970",
        {
            "t.csv": _csv(
                "seen_at,n,y", _cycle(1454227200, 1454313600, 1456000000), _NUMBERS, _CLASSES
            )
        },
        "seen_at",
        "seen_at,n\n1454227200,1\n",
    ),
    Case(
        "milliseconds since 1970, as pandas writes JSON",
        {
            "t.jsonl": "\n".join(
                json.dumps({"ts": 1454227200000 + at % 5, "n": n, "y": y})
                for at, (n, y) in enumerate(zip(_NUMBERS, _CLASSES, strict=True))
            )
        },
        "ts",
        "ts,n\n1454227200000,1\n",
    ),
    Case(
        "dates as one number",
        {
            "t.csv": _csv(
                "v,n,y",
                _cycle(20160131, 20160229, 20170301, 20170302, 20170331),
                _NUMBERS,
                _CLASSES,
            )
        },
        "v",
        "v,n\n20160131,1\n",
    ),
    Case(
        "dates whose order nothing decides",
        {"t.csv": _AMBIGUOUS},
        "day",
        "day,n\n04/01/2018,1\n12/03/2017,2\n",
    ),
    Case(
        "the same with `data.date_order: {day: day-month-year}`",
        {"t.csv": _AMBIGUOUS},
        "day",
        "day,n\n04/01/2018,1\n13/02/2018,2\n",
        reading=DataReading(date_order={"day": "day-month-year"}),
    ),
    Case(
        "a date that is not one of the order of training",
        {"t.csv": _csv("day,n,y", _cycle("04/01/2018", "12/31/2017"), _NUMBERS, _CLASSES)},
        "day",
        "day,n\n31/01/2018,1\n",
    ),
    Case(
        "dashes and question marks among numbers",
        {"t.csv": _csv("v,n,y", _cycle("-", 32, 25, "?", 7.5), _NUMBERS, _CLASSES)},
        "v",
        "v,n\n-,1\n3,2\n",
    ),
    Case(
        "thousands separators and a currency",
        {"t.csv": _csv("v,n,y", _cycle('"$1,234.50"', "$950", ""), _NUMBERS, _CLASSES)},
        "v",
        'v,n\n"$2,000",1\n7,2\n',
    ),
    Case(
        "decimal commas",
        {"t.csv": _csv("v,n,y", _cycle('"3,14"', '"2,5"', "7"), _NUMBERS, _CLASSES)},
        "v",
        'v,n\n"1,25",1\n8,2\n',
    ),
    Case(
        "percent signs",
        {"t.csv": _csv("v,n,y", _cycle("12%", "3.5%", "0%"), _NUMBERS, _CLASSES)},
        "v",
        "v,n\n25%,1\n4%,2\n",
    ),
    Case(
        "negative numbers in brackets, as accounts have them",
        {"t.csv": _csv("v,n,y", _cycle("(5.00)", '"1,234.50"', "3.00"), _NUMBERS, _CLASSES)},
        "v",
        "v,n\n(7.50),1\n-3,2\n",
    ),
    Case(
        "the minus of print",
        {"t.csv": _csv("v,n,y", _cycle("\u22125", "3", "\u2014"), _NUMBERS, _CLASSES)},
        "v",
        "v,n\n\u22127,1\n-3,2\n",
    ),
    Case(
        "a unit behind each number",
        {"t.csv": _csv("v,n,y", _cycle("12 kg", "7.5kg", ""), _NUMBERS, _CLASSES)},
        "v",
        "v,n\n3 kg,1\n4,2\n",
    ),
    Case(
        "a number in another unit than training had",
        {"t.csv": _csv("v,n,y", _cycle("12 kg", "7.5kg", ""), _NUMBERS, _CLASSES)},
        "v",
        "v,n\n3 lb,1\n",
    ),
    Case(
        "several units",
        {"t.csv": _csv("v,n,y", _cycle("12 kg", "30 lb"), _NUMBERS, _CLASSES)},
        "v",
        "v,n\n30 lb,1\n",
    ),
    Case(
        "apostrophes between thousands",
        {"t.csv": _csv("v,n,y", _cycle("1'234.5", "1\u2019234", "17"), _NUMBERS, _CLASSES)},
        "v",
        "v,n\n2'000,1\n3,2\n",
    ),
    Case(
        "no-break spaces between thousands",
        {"t.csv": _csv("v,n,y", _cycle("1\u00a0234", "1\u202f234", "17"), _NUMBERS, _CLASSES)},
        "v",
        "v,n\n2 000,1\n3,2\n",
    ),
    Case(
        "a word among prices",
        {"t.csv": _csv("v,n,y", _cycle("$950", '"$1,200"', "$7", "tbd"), _NUMBERS, _CLASSES)},
        "v",
        "v,n\ntbd,1\n",
    ),
    Case(
        "a number that stands for a missing one",
        {"t.csv": _csv("v,n,y", _cycle(-999, 12, 13.5, 20), _NUMBERS, _CLASSES)},
        "v",
        "v,n\n-999,1\n",
    ),
    Case(
        "dates in other ways of writing",
        {
            "t.csv": _csv(
                "day,n,y", _cycle("31JAN2016:10:00:00", "01FEB2016:11:30:00"), _NUMBERS, _CLASSES
            )
        },
        "day",
        "day,n\n01FEB2016:11:30:00,1\n",
    ),
    Case(
        "commas that may be thousands or thousandths",
        {"t.csv": _csv("v,n,y", _cycle('"1,234"', '"5,678"', '"9,012"'), _NUMBERS, _CLASSES)},
        "v",
        'v,n\n"1,234",1\n"5,678",2\n',
    ),
    Case(
        "words among numbers",
        {"t.csv": _csv("v,n,y", _cycle(1.5, "unknown", 3, 4, 5), _NUMBERS, _CLASSES)},
        "v",
        "v,n\nunknown,1\n3,2\n",
    ),
    Case(
        "an unnamed first column that counts",
        {"t.csv": _csv(",v,y", list(range(_ROWS)), _NUMBERS, _CLASSES)},
        "v",
        ",v\n7,1\n3,2\n",
    ),
    Case(
        "a request with an index that the training data did not have",
        {"t.csv": _csv("v,n,y", _NUMBERS, _NUMBERS[::-1], _CLASSES)},
        "v",
        ",v,n\n17,1,5\n3,2,6\n",
    ),
    Case(
        "a separator at the end of each line",
        {"t.csv": _csv("v,n,y,", _NUMBERS, _NUMBERS[::-1], _CLASSES, _cycle(""))},
        "v",
    ),
    Case(
        "a name with a no-break space, asked with a space",
        {"t.csv": _csv("unit\u00a0price,n,y", _NUMBERS, _NUMBERS[::-1], _CLASSES)},
        "unit\u00a0price",
        "unit price,n\n1,5\n",
    ),
    Case(
        "an unnamed first column of names, as R writes them",
        {"t.csv": _csv(",v,y", [f"Mazda {at}" for at in range(_ROWS)], _NUMBERS, _CLASSES)},
        "v",
        ",v\nFiat 1,1\nFiat 2,2\n",
    ),
    Case(
        "the row numbers of a subset",
        {"t.csv": _csv(",v,y", [at * 3 + at % 2 for at in range(_ROWS)], _NUMBERS, _CLASSES)},
        "v",
        ",v\n12,1\n500,2\n",
    ),
    Case(
        "an unnamed first column whose names repeat",
        {"t.csv": _csv(",v,y", _cycle("north", "south"), _NUMBERS, _CLASSES)},
        "v",
    ),
    Case(
        "an unnamed first column of decimal numbers",
        {"t.csv": _csv(",v,y", [at + 0.5 for at in range(_ROWS)], _NUMBERS, _CLASSES)},
        "v",
    ),
    Case(
        "an unnamed first column of years",
        {"t.csv": _csv(",v,y", list(range(1950, 1950 + _ROWS)), _NUMBERS, _CLASSES)},
        "v",
    ),
    Case(
        "semicolons and decimal commas",
        {"t.csv": _csv("v,n,y", _cycle("3,5", "2,25"), _NUMBERS, _CLASSES, separator=";")},
        "v",
        "v;n\n1,5;1\n2;2\n",
    ),
    Case(
        "Windows-1252 text with tabs",
        {
            "t.tsv": _csv(
                "größe,n,y", _cycle("klein", "groß"), _NUMBERS, _CLASSES, separator="\t"
            ).encode("cp1252")
        },
        "größe",
        "größe\tn\nklein\t1\ngroß\t2\n",
    ),
    Case(
        "UTF-16 with a `sep=` line, as Excel writes it",
        {
            "t.csv": (
                "sep=;\n" + _csv("v,n,y", _NUMBERS, _NUMBERS, _CLASSES, separator=";")
            ).encode("utf-16")
        },
        "v",
        "v,n\n1,1\n",
    ),
    Case(
        "parts without endings, the first without rows, the last in another order",
        {
            "part-0": "v,n,y\n",
            "part-1": _csv("v,n,y", _NUMBERS, _NUMBERS[::-1], _CLASSES),
            "part-2": _csv("y,n,v", _CLASSES, _NUMBERS[::-1], _NUMBERS),
        },
        "v",
        "v,n\n1,2\n",
    ),
    Case(
        "a header cell with a line break",
        {"t.csv": _csv('"Unit\nprice",y', _NUMBERS, _CLASSES)},
        "y",
    ),
    Case("a workbook", {"t.xlsx": b"PK"}, "v"),
    Case(
        "a JSON array of objects",
        {"t.json": json.dumps(_RECORDS, indent=0)},
        "v",
        "v,n\n7,1\n,2\n",
    ),
    Case(
        "JSON Lines compressed with gzip",
        {"t.jsonl.gz": gzip.compress("\n".join(map(json.dumps, _RECORDS)).encode(), mtime=0)},
        "v",
        "v,n\n7,1\n,2\n",
    ),
    Case("a JSON array of lists", {"t.json": json.dumps([[1, "lo"], [2, "hi"]])}, "v"),
    Case(
        "a JSON array with a nested value",
        {"t.json": json.dumps([{**_RECORDS[0], "v": {"a": 1}}, *_RECORDS[1:]])},
        "v",
    ),
    Case("a JSON array that is cut off", {"t.json": json.dumps(_RECORDS)[:-20]}, "v"),
    Case("a JSON object of columns", {"t.json": json.dumps({"v": {"0": 1}, "y": {"0": 1}})}, "v"),
    Case(
        "a title above the header",
        {"t.csv": "Sales of 2020\n\n" + _csv("v,y", _NUMBERS, _CLASSES)},
        "v",
    ),
    Case(
        "a title that a spreadsheet padded",
        {"t.csv": "Sales of 2020,,\n,,\n" + _csv("v,n,y", _NUMBERS, _NUMBERS, _CLASSES)},
        "v",
    ),
    Case(
        "a title above semicolons",
        {"t.csv": "Sales of 2020\n" + _csv("v,n,y", _NUMBERS, _NUMBERS, _CLASSES, separator=";")},
        "v",
    ),
    Case("a workbook named as CSV", {"t.csv": _workbook()}, "v"),
    Case("an archive named as CSV", {"t.csv": b"PK\x03\x04\x14\x00\x06\x00" * 8}, "v"),
    Case("a PDF named as CSV", {"t.csv": b"%PDF-1.7\n1 0 obj\n"}, "v"),
    Case("Parquet named as CSV", {"t.csv": _parquet(pa.array(_cycle(1.5, 2)))}, "v"),
    Case(
        "gzip without its ending",
        {"t.csv": gzip.compress(_csv("v,n,y", _NUMBERS, _NUMBERS, _CLASSES).encode(), mtime=0)},
        "v",
    ),
    Case(
        "gzip's ending without gzip",
        {"t.csv.gz": _csv("v,n,y", _NUMBERS, _NUMBERS, _CLASSES)},
        "v",
    ),
    Case("JSON named as CSV", {"t.csv": json.dumps(_RECORDS)}, "v"),
    Case("CSV named as JSON", {"t.json": _csv("v,n,y", _NUMBERS, _NUMBERS, _CLASSES)}, "v"),
    Case(
        "a label with `NA` in some rows",
        {"t.csv": _csv("v,y", _NUMBERS, _cycle("lo", "hi", "NA"))},
        "y",
    ),
    Case(
        "a regression's label with a word in row 31",
        {"t.csv": _csv("v,y", _NUMBERS, [*range(30), "?", *range(31, 40)])},
        "y",
        problem_type="regression",
    ),
    Case(
        "the same without a problem type",
        {"t.csv": _csv("v,y", _NUMBERS, [*range(30), "?", *range(31, 40)])},
        "y",
    ),
    Case(
        "a label of currency",
        {"t.csv": _csv("v,y", _NUMBERS, [f"€ {at}" for at in range(_ROWS)])},
        "y",
    ),
    Case(
        "a label of percent signs as classes",
        {"t.csv": _csv("v,y", _NUMBERS, _cycle("5 %", "10 %"))},
        "y",
        problem_type="binary",
    ),
    Case(
        "a label with commas that may be thousands or thousandths",
        {"t.csv": _csv("v,y", _NUMBERS, [f'"{at + 1},{at + 100}"' for at in range(_ROWS)])},
        "y",
    ),
    Case(
        "a class with one row",
        {"t.csv": _csv("v,y", _NUMBERS, ["rare", *_CLASSES[1:]])},
        "y",
    ),
    Case(
        "a header in the middle, as joined files have it",
        {
            "t.csv": _csv(
                "v,y", [*_NUMBERS[:20], "v", *_NUMBERS[21:]], [*_CLASSES[:20], "y", *_CLASSES[21:]]
            )
        },
        "y",
    ),
    Case(
        "dates with a year of two digits",
        {"t.csv": _csv("day,n,y", _cycle("01/31/16", "12/25/15"), _NUMBERS, _CLASSES)},
        "day",
        "day,n\n01/31/16,1\n",
    ),
    Case(
        "a date that means never, beyond what 64 bits hold",
        {"t.csv": _csv("day,n,y", _cycle("2016-01-31", "9999-12-31"), _NUMBERS, _CLASSES)},
        "day",
        "day,n\n2016-01-31,1\n",
    ),
    Case(
        "a day that no calendar has among dates",
        {
            "t.csv": _csv(
                "day,n,y", _cycle("2016-01-31", "2016-02-30", "2016-03-01"), _NUMBERS, _CLASSES
            )
        },
        "day",
        "day,n\n2016-01-31,1\n",
    ),
    Case(
        "ranges of numbers",
        {"t.csv": _csv("v,n,y", _cycle("10-20", "20-30"), _NUMBERS, _CLASSES)},
        "v",
        "v,n\n10-20,1\n",
    ),
    Case(
        "a category that training did not see",
        {"t.csv": _csv("v,n,y", _cycle("a", "b", "c"), _NUMBERS, _CLASSES)},
        "v",
        "v,n\nMars,1\nNA,2\nb,3\n",
    ),
    Case(
        "categories that differ in case or spaces",
        {"t.csv": _csv("v,n,y", _cycle("Yes", "yes ", "no"), _NUMBERS, _CLASSES)},
        "v",
        "v,n\nYes,1\nYES,2\n",
    ),
    Case(
        "whole numbers beyond 64 bits",
        {"t.csv": _csv("v,n,y", _cycle(2**64 - 1, 5), _NUMBERS, _CLASSES)},
        "v",
        "v,n\n5,1\n",
    ),
    Case(
        "the same in Parquet, which has 64 bits without a sign",
        {"t.parquet": _parquet(pa.array(_cycle(2**64 - 1, 5), pa.uint64()))},
        "v",
        "v,n\n5,1\n",
    ),
    Case(
        "infinity among numbers",
        {"t.csv": _csv("v,n,y", _cycle(1.5, "inf", 3), _NUMBERS, _CLASSES)},
        "v",
    ),
    Case(
        "infinity in Parquet",
        {"t.parquet": _parquet(pa.array(_cycle(1.5, float("inf"), 3)))},
        "v",
    ),
    Case(
        "a number that no 64-bit float holds",
        {"t.csv": _csv("v,n,y", _cycle(1.5, "1e400", 3), _NUMBERS, _CLASSES)},
        "v",
    ),
    Case(
        "dictionaries and decimals in Parquet",
        {
            "t.parquet": _parquet(
                pa.array(_cycle("a", "b")).dictionary_encode(),
                price=pa.array(_cycle(Decimal("1.25"), Decimal("2.50")), pa.decimal128(10, 2)),
            )
        },
        "v",
        "v,price,n\na,1.25,1\n",
    ),
    Case(
        "nested columns in Parquet",
        {"t.parquet": _parquet(pa.array([{"a": 1, "b": "x"}] * _ROWS))},
        "v",
    ),
    Case(
        "lists in Parquet",
        {"t.parquet": _parquet(pa.array([[1, 2]] * _ROWS))},
        "v",
    ),
    Case(
        "a page of the web that was saved as CSV",
        {"t.csv": "<!DOCTYPE html>\n<html><body>Not found, sorry</body></html>\n"},
        "v",
    ),
    Case(
        "the names of columns of answers",
        {"t.csv": _csv("row_error,lo_proba,y", _cycle(1.5, 2, 3), _NUMBERS, _CLASSES)},
        "row_error",
        "row_error,lo_proba\n1.5,1\n",
    ),
]
