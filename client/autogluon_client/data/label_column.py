"""Read one column of labelled data: the true values to compare answers with."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autogluon_client.data.frames import is_frame
from autogluon_client.data.storage import local_copy
from autogluon_client.data.stored_files import read_stored
from autogluon_client.data.uploads import local_file
from autogluon_client.errors import InvalidDataError
from autogluon_client.optional_packages import pandas, pyarrow_parquet
from autogluon_contracts.data.files.csv_dialect import detect_dialect
from autogluon_contracts.data.files.json_array import is_array
from autogluon_contracts.suggestions import did_you_mean

if TYPE_CHECKING:
    import pandas as pd


def label_column(s3: Any, data: Any, label: str) -> pd.Series:
    """Return the label's values, one per row; CSV cells are texts.

    Args:
        s3: boto3's client of S3, for an s3:// address.
        data: a DataFrame, or the path, s3:// or https:// address of a CSV file with a header, a
            JSON or a Parquet file.

    Raises:
        InvalidDataError: the data has no such column, or cannot be read.
    """
    if is_frame(data):
        return _column(data, label, list(data.columns), "The DataFrame")
    with (
        local_copy(s3, data) if str(data).startswith("s3://") else local_file("data", data)
    ) as path:
        return _of_file(path, label)


def _of_file(path: Path, label: str) -> pd.Series:
    stored = read_stored(path)
    if stored.format == "parquet":
        table = pyarrow_parquet().ParquetFile(path)
        columns = list(table.schema_arrow.names)
        found = table.read([label]).to_pandas() if label in columns else None
        return _column(found, label, columns, path.name)
    if stored.format == "jsonl":
        records = _records(path, stored.content)
        columns = list(records[0]) if records and isinstance(records[0], dict) else []
        found = (
            pandas().DataFrame({label: [row.get(label) for row in records]}) if columns else None
        )
        return _column(found if label in columns else None, label, columns, path.name)
    try:
        dialect = detect_dialect(stored.content)
        text, separator = dialect.text_of(stored.content), dialect.delimiter
        header = pandas().read_csv(io.StringIO(text), nrows=0, sep=separator)
        columns = [str(name) for name in header.columns]
        found = (
            pandas().read_csv(
                io.StringIO(text), usecols=[label], dtype=str, keep_default_na=False, sep=separator
            )
            if label in columns
            else None
        )
    except (ValueError, UnicodeDecodeError) as error:  # pandas' parser errors are ValueErrors
        raise InvalidDataError(
            f"{path.name} cannot be read as CSV ({error}).",
            advice="Write it with a header, and as many cells in each row.",
        ) from error
    return _column(found, label, columns, path.name)


def _records(path: Path, content: bytes) -> list[Any]:
    try:
        if is_array(content):
            records: list[Any] = json.loads(content)
            return records
        # Not str.splitlines, which would also cut at separators inside texts.
        return [json.loads(line) for line in content.split(b"\n") if line.strip()]
    except ValueError as error:
        raise InvalidDataError(
            f"{path.name} is not valid JSON ({error}).",
            advice="Write one object per line, or one array of objects.",
        ) from error


def _column(table: Any, label: str, columns: list[str], name: str) -> Any:
    if table is None or label not in table.columns:
        raise InvalidDataError(
            f'{name} has no column "{label}"{did_you_mean(label, columns)}.',
            advice="To evaluate, give rows with the column that the model predicts.",
        )
    return table[label].reset_index(drop=True)
