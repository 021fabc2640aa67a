"""Texts in the formats whose columns have types."""

from __future__ import annotations

import json

import pyarrow as pa

from tests.unit.data_rules.made_data import CLASSES, NUMBERS, cycle, parquet_of
from tests.unit.data_rules.outcomes import Case

RECORDS = [
    {"v": v, "n": n, "y": y} for v, n, y in zip(cycle(1.5, None, 3), NUMBERS, CLASSES, strict=True)
]


def lines(*records: dict[str, object]) -> str:
    return "\n".join(map(json.dumps, records))


TYPED_CASES = [
    Case(
        "numbers that Parquet stores as texts",
        {"t.parquet": parquet_of(pa.array(cycle("7", "8.5", None)))},
        "v",
        "v,n\n7,1\n,2\n",
    ),
    Case(
        "prices and dashes that Parquet stores as texts",
        {"t.parquet": parquet_of(pa.array(cycle("$1,200", "-", "$5")))},
        "v",
        'v,n\n"$1,300",1\n-,2\n7,3\n',
    ),
    Case(
        "numbers that Parquet stores as categories, as pandas' categoricals",
        {"t.parquet": parquet_of(pa.array(cycle("7", "8", "9")).dictionary_encode())},
        "v",
        "v,n\n7,1\n8,2\n",
    ),
    Case(
        "whole numbers in quotes in JSON",
        {"t.jsonl": lines(*({**one, "v": str(at)} for at, one in enumerate(RECORDS)))},
        "v",
        "v,n\n36,1\n7,2\n",
    ),
    Case(
        "numbers and a text in one column of JSON",
        {"t.jsonl": lines({**RECORDS[0], "v": "unknown"}, *RECORDS[1:])},
        "v",
        "v,n\n1.5,1\nunknown,2\n",
    ),
    Case(
        "a label of numbers in quotes in JSON",
        {"t.jsonl": lines(*({**one, "y": f"{at}.5"} for at, one in enumerate(RECORDS)))},
        "y",
        problem_type="regression",
    ),
]
