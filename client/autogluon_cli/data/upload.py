"""Check the data files that commands are given, and upload them to the data bucket."""

from __future__ import annotations

import zlib
from pathlib import Path

from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.terminal.output import live_line
from autogluon_contracts.content_types import EXTENSIONS
from autogluon_contracts.suggestions import did_you_mean, meant_name, nearest

_MOST_COLUMNS_LISTED = 20
_HEAD_BYTES = 1 << 16


def upload(invocation: Invocation, predictor: str, argument: str, data: str) -> str:
    """Return the S3 URI of a file or folder, a web address or an S3 URI.

    The same content is sent once.

    Raises:
        CommandError: it does not exist, or a file is not what its name says.
    """
    from autogluon_client.data.uploads import Uploads, upload_folder

    if "://" not in data:
        _require_kinds(data, require_path(data))
    folder = upload_folder(None, invocation.connection.deployment, predictor)
    with live_line(f"uploading {data}", quiet=invocation.as_json or data.startswith("s3://")):
        return Uploads(invocation.client("s3"), folder).for_training(argument, data)


def upload_tree(invocation: Invocation, predictor: str, argument: str, folder: str) -> str:
    """Return the S3 URI of a folder with all its files; the same content is sent once."""
    from autogluon_client.data.uploads import Uploads, upload_folder

    target = upload_folder(None, invocation.connection.deployment, predictor)
    with live_line(f"uploading {folder}", quiet=invocation.as_json or folder.startswith("s3://")):
        return Uploads(invocation.client("s3"), target).for_folder(argument, folder)


def require_column(data: str, column: str, *, what: str) -> None:
    """Refuse data whose first CSV or Parquet file lacks a column; the planner checks all other.

    Args:
        data: a file, a folder or an address.
        column: the column's name.
        what: what the column is for, such as `label`.

    Raises:
        CommandError: its header does not have the column.
    """
    file = _first_file(Path(data).expanduser())
    names = None if file is None else _names_in(file)
    if file is None or names is None or column in names:
        return
    is_text = file.suffix.lower() in EXTENSIONS["csv"]
    raise CommandError(
        f'{what.capitalize()} column "{column}" not found in {data}'
        f"{did_you_mean(column, names)}; columns: {', '.join(names[:_MOST_COLUMNS_LISTED])}.",
        next_command=f"head -1 {file}" if is_text else f"agcdk init {data}",
    )


def _first_file(path: Path) -> Path | None:
    from autogluon_client.data.folders import data_files

    if path.is_dir():
        return next(iter(data_files(path)), None)
    return path if path.is_file() else None


def _names_in(file: Path) -> list[str] | None:
    """Return the names of a file's columns; None where only the planner looks at them."""
    import csv
    import gzip
    import io

    from autogluon_contracts.data.files.csv_dialect import detect_dialect
    from autogluon_contracts.data.files.file_forms import FileForm, form_of_file

    form = form_of_file(file)
    if form == FileForm("parquet"):
        return _names_in_parquet(file)
    if not isinstance(form, FileForm) or form.format != "csv":
        return None
    try:
        with gzip.open(file) if form.gzipped else file.open("rb") as raw:
            dialect = detect_dialect(raw.read(_HEAD_BYTES), complete=False)
            raw.seek(0)
            with io.TextIOWrapper(raw, dialect.encoding, "replace", newline="") as text:
                text.read(dialect.skipped)
                return next(csv.reader(text, delimiter=dialect.delimiter), [])
    except (EOFError, zlib.error):
        return None


def _names_in_parquet(file: Path) -> list[str] | None:
    from autogluon_client.errors import MissingPackageError
    from autogluon_client.optional_packages import pyarrow_parquet
    from autogluon_contracts.data.index_column import stored_index

    try:
        schema = pyarrow_parquet().read_schema(file)
    except (MissingPackageError, OSError, ValueError):  # so are Arrow's errors
        return None
    index = stored_index((schema.metadata or {}).get(b"pandas"))
    return [name for name in schema.names if name not in index]


def _require_kinds(data: str, path: Path) -> None:
    """Refuse a file whose first bytes are not what its name says, before it is sent."""
    from autogluon_client.data.folders import data_files
    from autogluon_contracts.data.files.file_forms import form_of_file
    from autogluon_contracts.data.files.file_kinds import OtherKind

    for file in data_files(path) if path.is_dir() else [path]:
        form = form_of_file(file)
        if isinstance(form, OtherKind):
            name = data if file == path else file
            raise CommandError(f"{name} is {form.what}. {form.advice}", again={})


def require_data(data: str) -> None:
    """Refuse a path without a file at once; addresses are checked when they are read.

    Raises:
        CommandError: the file does not exist, or is a folder.
    """
    if "://" not in data:
        require_file(data)


def require_file(data: str) -> Path:
    """Return the path of a file; raises CommandError where it does not exist, or is a folder."""
    path = require_path(data)
    if not path.is_dir():
        return path
    first = _first_file(path)
    sentence = f"{data} is a folder, and this command reads single files."
    if first is None:
        raise CommandError(sentence, next_command=f"ls {data}")
    raise CommandError(sentence, again={data: str(first)})


def require_path(data: str) -> Path:
    """Return the path of a file or folder; raises CommandError where it does not exist."""
    path = Path(data).expanduser()
    if path.exists():
        return path
    siblings = [entry.name for entry in path.parent.glob(f"*{path.suffix}")]
    meant = nearest(path.name, siblings)
    if meant is None:
        raise CommandError(f"File {data} not found.", next_command=f"ls {path.parent}")
    raise CommandError(
        f"File {data} not found{meant_name(meant)}.", again={data: str(path.with_name(meant))}
    )
