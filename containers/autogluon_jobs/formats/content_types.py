"""Name the media types of requests and answers, and the file name endings of data formats."""

from __future__ import annotations

CSV = "text/csv"
JSON = "application/json"
JSON_LINES = "application/jsonlines"
JSONL = "application/jsonl"
PARQUET = "application/x-parquet"
AUTOGLUON = "application/x-autogluon"

EXTENSIONS = {
    "csv": (".csv",),
    "jsonl": (".jsonl", ".jsonlines", ".ndjson"),
    "parquet": (".parquet", ".pq"),
}
"""File format -> the endings of file names that mean it."""


def media_type(header: str) -> str:
    """Return the first media type of a Content-Type or Accept header: lower case, no parameters."""
    return header.split(",", 1)[0].split(";", 1)[0].strip().lower()
