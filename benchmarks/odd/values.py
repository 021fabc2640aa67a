"""What odd requests are made of: values that parsers stumble over, or quietly take for others."""

from __future__ import annotations

from typing import Any

ODD_CELLS = (
    "", " ", "NA", "nan", "NaN", "null", "None", "inf", "-inf", "Infinity", "1e309", "1e3", "-0",
    "-0.0", "+7", "007", "01001", "1,5", "1_000", "0x1F", "1e-320", "9223372036854775807",
    "9223372036854775808", "3.0", "3.5", "true", "TRUE", "yes", "\uff12", "\u00bd", "Bachelors ",
    "?", '"', '""', "'", "a,b", "a\nb", "a\r\nb", "\ufeff", "\x00", "\u202e", ";", "\t",
    "=1+1", "<=50K", "2026-11-20", "2026-13-45", "9" * 400, "x" * 5000,
)  # fmt: skip
ODD_BY_KIND = {
    "int": ("1e3", "5.0", "-0", "+7", " 3 ", "9007199254740993", "-9223372036854775808", "1e20"),
    "float": ("1e39", "-1e39", "3.5e38", "9007199254740993", "1e22", "-0.0", ".5", "5.", "NaN"),
    "bool": ("TRUE", "False", " true", "1", "0", "fal\u017fe"),
    "datetime": ("2024-02-29", "2023-02-29", "1970-01-01", "1677-01-01", "2262-04-12", "9999-12-31",
                 "2024-01-01T10:00+0530", "2024-01-01 10:00:00.123456789", "NaT"),
}  # fmt: skip
ODD_JSON: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 1e308, 10**400, [], {}, [1], {"a": 1}, "", "NA", "\x00",
)  # fmt: skip
ODD_TYPES = (
    "text/csv; charset=utf-8", "Text/CSV", "application/x-www-form-urlencoded", "", "text/plain",
    "application/json;", "image/png", "application/x-npy", "text/csv, application/json",
    "application/jsonlines", "application/x-autogluon", "application/x-parquet", "*/*",
)  # fmt: skip
ODD_ATTRIBUTES = (
    "output=labels", "output=probabilities", "output=all", "output", "=", ";;;", "on_error=none",
    "contributions=maybe", "trace-0815", "output=labels;output=labels", "\u00e9=1",
)  # fmt: skip
ODD_BODIES = (
    b"", b" ", b"\n", b"{}", b"[]", b"[[]]", b"[{}]", b"null", b"NaN", b"1", b'"x"', b"[1,2",
    b'{"instances": {}}', b'{"instances": []}', b'{"instances": [[]]}', b"\xff\xfe", b"PAR1PAR1",
    b"\x00" * 64, b"[" * 5000, b'{"version": 1, "data": "???"}', b"," * 100, b'"' * 7, b"\r\r\r",
)  # fmt: skip
