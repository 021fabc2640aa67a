"""Define the media types of requests and answers, and the file formats of batches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Format = Literal["csv", "jsonl", "parquet"]
"""The file format of a batch's files and results."""

CSV = "text/csv"
JSON = "application/json"
JSON_LINES = "application/jsonlines"
JSONL = "application/jsonl"
NDJSON = "application/x-ndjson"
PARQUET = "application/x-parquet"
APACHE_PARQUET = "application/vnd.apache.parquet"
"""The type that IANA has registered; AutoGluon Cloud sends the other one."""
AUTOGLUON = "application/x-autogluon"

REQUEST_TYPES = (CSV, JSON, JSON_LINES, JSONL, NDJSON, PARQUET, APACHE_PARQUET, AUTOGLUON)
"""What an endpoint reads."""
ANSWER_TYPES = (CSV, JSON, JSON_LINES, JSONL, NDJSON, PARQUET, APACHE_PARQUET)
"""What an endpoint writes, chosen by Accept."""

OF_FORMAT: Mapping[Format, str] = {"csv": CSV, "jsonl": JSON_LINES, "parquet": PARQUET}
"""File format of a batch -> the media type of its requests and answers."""

EXTENSIONS: Mapping[Format, tuple[str, ...]] = {
    "csv": (".csv",),
    "jsonl": (".jsonl", ".jsonlines", ".ndjson"),
    "parquet": (".parquet", ".pq"),
}
"""File format -> the endings of file names that mean it, the first for files that are written."""


def media_type(content_type: str) -> str:
    """Return the media type of a Content-Type or Accept header: lower case, no parameters.

    Example:
        >>> media_type("Text/CSV; charset=utf-8")
        'text/csv'
    """
    return content_type.split(",")[0].split(";")[0].strip().lower()
