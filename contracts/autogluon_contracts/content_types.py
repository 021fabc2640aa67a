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
    "csv": (".csv", ".tsv", ".txt"),
    "jsonl": (".jsonl", ".jsonlines", ".ndjson", ".json"),
    "parquet": (".parquet", ".pq"),
}
"""File format -> the endings of file names that mean it, the first for files that are written.

JSON is one object per line or one array of objects, whatever its ending; see `data.json_array`.
"""

FORMAT_OF_ENDING: Mapping[str, Format] = {
    ending: file_format for file_format, endings in EXTENSIONS.items() for ending in endings
}
"""Ending of a file's name -> its format."""

ADVICE_OF_ENDING: Mapping[str, str] = {
    **dict.fromkeys(
        (".xlsx", ".xls", ".ods"),
        "Save the sheet as CSV (pandas: read_excel(...).to_csv(..., index=False)).",
    ),
    **dict.fromkeys(
        (".zip", ".bz2", ".xz", ".zst", ".tar", ".tgz", ".snappy"),
        "Unpack it, or compress with gzip.",
    ),
    **dict.fromkeys(
        (".feather", ".arrow", ".orc", ".avro", ".sav", ".dta", ".rds", ".rdata", ".pkl"),
        "Save it as Parquet or CSV.",
    ),
    **dict.fromkeys(
        (
            ".md",
            ".rst",
            ".html",
            ".htm",
            ".xml",
            ".pdf",
            ".docx",
            ".yaml",
            ".yml",
            ".ini",
            ".log",
            ".py",
            ".ipynb",
            ".r",
            ".sql",
            ".sh",
            ".png",
            ".jpg",
            ".jpeg",
            ".gif",
            ".svg",
        ),
        "Keep it out of the data's folder, or save its table as CSV.",
    ),
}
"""Ending of a file that is not read -> what to do."""


def media_type(content_type: str) -> str:
    """Return the media type of a Content-Type or Accept header: lower case, no parameters.

    Example:
        >>> media_type("Text/CSV; charset=utf-8")
        'text/csv'
    """
    return content_type.split(",")[0].split(";")[0].strip().lower()
