"""Files that commands are given, brought to the environment's data bucket."""

from __future__ import annotations

from pathlib import Path

from autogluon_cli.framework.errors import CommandError
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.framework.near_names import nearest_hint
from autogluon_cli.terminal.output import live_line


def upload(invocation: Invocation, predictor: str, argument: str, data: str) -> str:
    """The S3 URI of a file, a web address or an S3 URI; the same content is sent once.

    Raises:
        CommandError: there is no such file, or it is a folder.
    """
    from autogluon_client.data.uploads import Uploads, upload_folder

    require_data(data)
    folder = upload_folder(None, invocation.connection.deployment, predictor)
    with live_line(f"uploading {data}", quiet=invocation.as_json or data.startswith("s3://")):
        return Uploads(invocation.client("s3"), folder).for_training(argument, data)


def require_column(data: str, column: str, what: str) -> None:
    """Refuse a CSV file at once that lacks a column; the planner judges all other data.

    Raises:
        CommandError: its header has no such column.
    """
    path = Path(data)
    if path.suffix.lower() != ".csv" or not path.is_file():
        return
    import csv

    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        names = next(csv.reader(file), [])
    if column in names:
        return
    raise CommandError(
        f"{data} has no column {column!r} ({what}); its columns are {', '.join(names[:20])}"
        f"{nearest_hint(column, names)}.",
        next_command=f"head -1 {data}",
    )


def require_data(data: str) -> None:
    """Refuse the path of no file at once; addresses are looked at by whoever fetches them.

    Raises:
        CommandError: there is no such file, or it is a folder.
    """
    if "://" not in data:
        require_file(data)


def require_file(data: str) -> Path:
    """The file of that path; raises CommandError where there is none."""
    path = Path(data).expanduser()
    if path.is_dir():
        raise CommandError(
            f"{data} is a folder; this command sends single files.",
            next_command=f"aws s3 cp --recursive {data} s3://BUCKET/FOLDER/",
        )
    if not path.is_file():
        nearby = sorted(entry.name for entry in path.parent.glob(f"*{path.suffix}"))[:5]
        hint = f"; there are {', '.join(nearby)}" if nearby and path.suffix else ""
        raise CommandError(f"There is no file {data}{hint}.", next_command=f"ls {path.parent}")
    return path
