"""Write DataFrames as JSON Lines or Parquet so that every value is read back exactly."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from autogluon_client.errors import InvalidDataError
from autogluon_client.optional_packages import pandas, pyarrow_parquet

if TYPE_CHECKING:
    import pandas as pd


def is_frame(value: object) -> bool:
    """Tell, without importing pandas, whether `value` is a DataFrame or of a subclass of it."""
    return any(
        kind.__name__ == "DataFrame" and kind.__module__.startswith("pandas.")
        for kind in type(value).__mro__
    )


def to_parquet(frame: pd.DataFrame) -> bytes:
    """Write the frame without its index.

    Raises:
        InvalidDataError: the frame has no rows, or columns that Parquet cannot store.
    """
    pyarrow_parquet()
    _check(frame)
    buffer = io.BytesIO()
    try:
        frame.to_parquet(buffer, index=False)
    except (ValueError, TypeError, OverflowError) as error:  # pyarrow's errors are ValueErrors
        text = "; ".join(str(part) for part in error.args)
        raise InvalidDataError(
            f"The DataFrame cannot be stored as Parquet ({text}).",
            advice="Convert each column to a single type.",
        ) from error
    return buffer.getvalue()


def to_json_lines(frame: pd.DataFrame) -> list[bytes]:
    """Write one line (with its line end) per row; missing values are null, dates ISO 8601.

    Raises:
        InvalidDataError: the frame has no rows, or a value that JSON cannot represent.
    """
    _check(frame)
    names = list(frame.columns)
    columns = [_plain_values(frame[name]) for name in names]
    lines = []
    for position, cells in enumerate(zip(*columns, strict=True)):
        record = dict(zip(names, cells, strict=True))
        try:
            text = json.dumps(record, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise InvalidDataError(
                f"Row {position} of the DataFrame cannot be sent ({error}); allowed: finite "
                "numbers, texts, booleans, dates and missing values."
            ) from error
        lines.append(f"{text}\n".encode())
    return lines


def index_to_parquet(index: pd.Index) -> bytes | None:
    """Write the index; None when it only counts the rows. Raises InvalidDataError."""
    pd = pandas()
    if isinstance(index, pd.RangeIndex) and index.equals(pd.RangeIndex(len(index))):
        return None
    frame = pd.DataFrame({"row": range(len(index))}, index=index)
    buffer = io.BytesIO()
    pyarrow_parquet()
    try:
        frame.to_parquet(buffer)
    except (ValueError, TypeError, OverflowError) as error:
        raise InvalidDataError(
            f"The DataFrame's index cannot be stored as Parquet ({error}).",
            advice="Call reset_index() first.",
        ) from error
    return buffer.getvalue()


def index_from_parquet(content: bytes) -> pd.Index:
    """Read the index that `index_to_parquet` wrote."""
    pyarrow_parquet()
    return pandas().read_parquet(io.BytesIO(content)).index


def _check(frame: pd.DataFrame) -> None:
    if not len(frame):
        raise InvalidDataError("The DataFrame has no rows.", advice="Pass at least one row.")
    wrong = [name for name in frame.columns if not isinstance(name, str)]
    if wrong:
        raise InvalidDataError(
            f"The DataFrame's column names must be texts, and one is {wrong[0]!r}.",
            advice="Convert them with `frame.columns = frame.columns.astype(str)`.",
        )
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise InvalidDataError(
            f"The DataFrame has the column {twice[0]!r} more than once.",
            advice="Keep one of them.",
        )


def _plain_values(column: pd.Series) -> list[Any]:
    missing = column.isna().to_list()
    return [
        None if absent else _plain(value)
        for absent, value in zip(missing, column.astype(object).to_list(), strict=True)
    ]


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value
