"""Put the images that rows name into the rows or into a folder, as endpoints and jobs take them."""

from __future__ import annotations

import base64
import io
import os
import shutil
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

from autogluon_client.data.frames import is_frame
from autogluon_client.errors import InvalidDataError
from autogluon_client.optional_packages import pandas
from autogluon_contracts.data.files.csv_dialect import detect_dialect

_SCHEME = "s3://"


def with_images(data: Any, column: str | None) -> Any:
    """Return the rows with base64 in place of the paths of image files.

    An `s3://` address stays as it is: the server reads it, if its settings list the location.

    Args:
        data: a DataFrame, or the path of a CSV file, whose folder relative paths are below.
        column: that names the images; None: the data is sent as it is.

    Raises:
        InvalidDataError: the column or a file does not exist, or the data is of another kind.
    """
    if column is None:
        return data
    data, folder = _rows("test_data", data, column, "test_data_image_column")
    cells = [_encoded(folder, column, row, name) for row, name in enumerate(data[column])]
    return data.assign(**{column: cells})


def folder_of_addresses(tables: Mapping[str, Any], column: str) -> str | None:
    """Return the folder in S3 below which the images are that rows name by their addresses.

    Args:
        tables: `train_data` and others: DataFrames, or paths of CSV files.
        column: that names the images.

    Returns:
        The folder that all addresses share; None: the rows name files of this machine.

    Raises:
        InvalidDataError: the column does not exist, the data is of another kind, rows name files
            as well, or the addresses share no folder.

    Example:
        >>> import pandas
        >>> rows = pandas.DataFrame({"photo": ["s3://data/photos/1.jpg", "s3://data/photos/b/2.jpg"]})
        >>> folder_of_addresses({"train_data": rows}, "photo")
        's3://data/photos/'
    """
    cells = [
        (row, name)
        for key, data in tables.items()
        for row, name in enumerate(_rows(key, data, column, "image_column")[0][column])
        if isinstance(name, str) and name
    ]
    if not any(_is_address(name) for _, name in cells):
        return None
    for row, name in cells:
        if not _is_address(name):
            raise InvalidDataError(
                f'Column "{column}", row {row + 1}: "{name}" is not an S3 address, and other rows '
                "name images by theirs.",
                advice="Upload the file and give its address, or name files alone.",
            )
    folders = [name.removeprefix(_SCHEME).split("/")[:-1] for _, name in cells]
    alike = takewhile(lambda names: len(set(names)) == 1, zip(*folders, strict=False))
    shared = [names[0] for names in alike]
    if len(shared) < 2:  # a bucket alone, all of which the job would download
        raise InvalidDataError(
            f"image_column: the addresses of column {column!r} share no folder.",
            advice="Give images, the s3:// address of the folder to mount, or put them into one.",
        )
    return f"{_SCHEME}{'/'.join(shared)}/"


def collect_images(tables: Mapping[str, Any], column: str, target: Path) -> dict[str, Any]:
    """Copy the image files that rows name into a folder; return the rows with the names there.

    A file keeps its place below the folder that all of them share, so that the same rows name the
    same files.

    Args:
        tables: `train_data` and others: DataFrames, or paths of CSV files, whose folder relative
            paths are below.
        column: that names the images.
        target: the folder, empty.

    Raises:
        InvalidDataError: the column or a file does not exist, or the data is of another kind.
    """
    read = {key: _rows(key, data, column, "image_column") for key, data in tables.items()}
    files = {
        key: [_file(folder, column, row, name) for row, name in enumerate(rows[column])]
        for key, (rows, folder) in read.items()
    }
    every = sorted({file for named in files.values() for file in named if file is not None})
    if not every:
        raise InvalidDataError(
            f"image_column: column {column!r} names no file.", advice="Name another column."
        )
    shared = Path(os.path.commonpath([file.parent for file in every]))
    for file in every:
        copy = target / file.relative_to(shared)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    return {
        key: rows.assign(
            **{
                column: [
                    None if file is None else file.relative_to(shared).as_posix()
                    for file in files[key]
                ]
            }
        )
        for key, (rows, _) in read.items()
    }


def _rows(argument: str, data: Any, column: str, option: str) -> tuple[Any, Path]:
    """Return rows with a column of images, and the folder that relative paths are below."""
    folder = Path()
    if not is_frame(data):
        path = Path(str(data)).expanduser()
        if path.suffix.lower() != ".csv" or not path.is_file():
            raise InvalidDataError(
                f"{argument}: got {data!r} with {option}; allowed: a DataFrame or the path of a "
                "CSV file."
            )
        data, folder = _texts(path), path.parent
    if column not in data.columns:
        raise InvalidDataError(
            f"{option}: column {column!r} not found.",
            advice=f"The data have {', '.join(map(str, data.columns))}.",
        )
    return data, folder


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
    if _is_address(name):
        return str(name)
    path = _file(folder, column, row, name)
    return None if path is None else base64.b64encode(path.read_bytes()).decode()


def _is_address(name: Any) -> bool:
    return isinstance(name, str) and name.startswith(_SCHEME)


def _file(folder: Path, column: str, row: int, name: Any) -> Path | None:
    if name is None or name != name or name == "":
        return None
    path = folder / str(name)
    if not path.is_file():
        raise InvalidDataError(
            f'Column "{column}", row {row + 1}: file {path} not found.',
            advice="Correct the row, or leave its cell empty.",
        )
    return path.absolute()
