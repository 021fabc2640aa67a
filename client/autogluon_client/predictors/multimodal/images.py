"""Put the images that rows name into the rows, as endpoints and batches take them."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

from autogluon_client.data.frames import is_frame
from autogluon_client.errors import InvalidDataError
from autogluon_client.optional_packages import pandas
from autogluon_contracts.data.csv_dialect import detect_dialect


def with_images(data: Any, column: str | None) -> Any:
    """Return the rows with base64 in place of the paths of image files.

    Args:
        data: a DataFrame, or the path of a CSV file, whose folder relative paths are below.
        column: that names the images; None: the data is sent as it is.

    Raises:
        InvalidDataError: the column or a file does not exist, or the data is of another kind.
    """
    if column is None:
        return data
    folder = Path()
    if not is_frame(data):
        path = Path(str(data)).expanduser()
        if path.suffix.lower() != ".csv" or not path.is_file():
            raise InvalidDataError(
                f"test_data: got {data!r} with test_data_image_column; allowed: a DataFrame or the "
                "path of a CSV file."
            )
        data, folder = _texts(path), path.parent
    if column not in data.columns:
        raise InvalidDataError(
            f"test_data_image_column: column {column!r} not found.",
            advice=f"The data have {', '.join(map(str, data.columns))}.",
        )
    cells = [_encoded(folder, column, row, name) for row, name in enumerate(data[column])]
    return data.assign(**{column: cells})


def _texts(path: Path) -> Any:
    """Read a CSV file's cells as they are written: the endpoint reads them by its schema."""
    content = path.read_bytes()
    dialect = detect_dialect(content)
    try:
        return pandas().read_csv(
            io.StringIO(dialect.text_of(content)),
            sep=dialect.delimiter,
            dtype=str,
            keep_default_na=False,
            na_values=[""],
        )
    except ValueError as error:  # so are pandas' errors
        raise InvalidDataError(
            f"test_data: {path.name} cannot be read as CSV ({error}).",
            advice="Write it with a header, and as many cells in each row.",
        ) from error


def _encoded(folder: Path, column: str, row: int, name: Any) -> str | None:
    if name is None or name != name or name == "":
        return None
    path = folder / str(name)
    if not path.is_file():
        raise InvalidDataError(
            f'Column "{column}", row {row + 1}: file {path} not found.',
            advice="Correct the row, or leave its cell empty.",
        )
    return base64.b64encode(path.read_bytes()).decode()
