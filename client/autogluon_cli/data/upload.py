"""Check the data files that commands are given, and upload them to the data bucket."""

from __future__ import annotations

from pathlib import Path

from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.terminal.output import live_line
from autogluon_contracts.suggestions import did_you_mean, meant_name, nearest

_MOST_COLUMNS_LISTED = 20
_HEAD_BYTES = 1 << 16


def upload(invocation: Invocation, predictor: str, argument: str, data: str) -> str:
    """Return the S3 URI of a file, a web address or an S3 URI; the same content is sent once.

    Raises:
        CommandError: the file does not exist, or is a folder.
    """
    from autogluon_client.data.uploads import Uploads, upload_folder

    require_data(data)
    _require_kind(data)
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
    """Refuse a CSV file that lacks a column at once; the planner checks all other data.

    Args:
        what: what the column is for, such as `label`.

    Raises:
        CommandError: its header does not have the column.
    """
    path = Path(data)
    if path.suffix.lower() != ".csv" or not path.is_file():
        return
    import csv

    from autogluon_contracts.data.csv_dialect import detect_dialect

    with path.open("rb") as raw:
        dialect = detect_dialect(raw.read(_HEAD_BYTES), complete=False)
    with path.open(encoding=dialect.encoding, errors="replace", newline="") as file:
        file.read(dialect.skipped)
        names = next(csv.reader(file, delimiter=dialect.delimiter), [])
    if column in names:
        return
    raise CommandError(
        f'{what.capitalize()} column "{column}" not found in {data}'
        f"{did_you_mean(column, names)}; columns: {', '.join(names[:_MOST_COLUMNS_LISTED])}.",
        next_command=f"head -1 {data}",
    )


def _require_kind(data: str) -> None:
    """Refuse a file whose first bytes are not what its name says, before it is sent."""
    if "://" in data:
        return
    from autogluon_contracts.data.file_kinds import kind_of_file

    other = kind_of_file(Path(data).expanduser())
    if other is not None:
        raise CommandError(f"{data} is {other.what}. {other.advice}", again={})


def require_data(data: str) -> None:
    """Refuse a path without a file at once; addresses are checked when they are read.

    Raises:
        CommandError: the file does not exist, or is a folder.
    """
    if "://" not in data:
        require_file(data)


def require_file(data: str) -> Path:
    """Return the path of a file; raises CommandError where it does not exist."""
    path = Path(data).expanduser()
    if path.is_dir():
        raise CommandError(
            f"{data} is a folder, and this command uploads single files.",
            next_command=f"aws s3 cp --recursive {data} s3://BUCKET/FOLDER/",
        )
    if not path.is_file():
        siblings = [entry.name for entry in path.parent.glob(f"*{path.suffix}")]
        meant = nearest(path.name, siblings)
        if meant is None:
            raise CommandError(f"File {data} not found.", next_command=f"ls {path.parent}")
        raise CommandError(
            f"File {data} not found{meant_name(meant)}.", again={data: str(path.with_name(meant))}
        )
    return path
