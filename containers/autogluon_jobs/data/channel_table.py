"""Read all files of a channel into one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from autogluon_contracts.data.column_names import ADVICE as NAME_ADVICE
from autogluon_contracts.data.column_names import broken_name, only_in
from autogluon_contracts.data.files.csv_dialect import USUAL, detect_dialect
from autogluon_contracts.data.index_column import counts_rows, has_unnamed_first, names_rows
from autogluon_contracts.suggestions import did_you_mean
from autogluon_jobs.data.data_files import content_of, list_files, read_file
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.row_names import RowName, row_of_files
from autogluon_jobs.messages.wording import listed

Index = Literal["counts", "names", "other"]


@dataclass(frozen=True)
class ChannelTable:
    """The rows of a channel.

    `index` is the first column where it is unnamed: `counts` where every file counts its rows,
    `names` where every file names them, `other` where it holds something else; None where the files
    have no such column.

    `notes` say how files were read that are not comma-separated UTF-8.

    `typed` is false for CSV, whose cells are all texts. `row_name` names a row with its file.
    """

    channel: str
    table: Any
    typed: bool
    row_name: RowName
    index: Index | None = None
    notes: tuple[str, ...] = ()

    @cached_property
    def columns(self) -> list[str]:
        """Return the column names, in the order of the first file."""
        return list(self.table.column_names)

    @property
    def rows(self) -> int:
        """Return how many rows there are."""
        return int(self.table.num_rows)


def load_channels(folders: Mapping[str, Path]) -> dict[str, ChannelTable]:
    """Read every file of all channels, as `load_channel` reads those of one."""
    return {channel: load_channel(channel, folder) for channel, folder in folders.items()}


def load_channel(channel: str, folder: Path) -> ChannelTable:
    """Read every file of a channel.

    Raises:
        InputError: no files, files of different formats or columns, or a file that cannot be read;
            by the file's name.
    """
    files = list_files(folder)
    if not files:
        raise InputError(f'Channel "{channel}" holds no files.', advice="Check its S3 location.")
    tables, kinds, notes = [], [], []
    for path in files:
        content = content_of(path)
        kinds.append(content.format)
        if kinds[-1] != kinds[0]:
            raise InputError(
                f'Channel "{channel}" mixes formats: {files[0].name} is {kinds[0]}, '
                f"{path.name} is {kinds[-1]}.",
                advice="Use one format.",
            )
        tables.append(read_file(path, content.data, content.format))
        notes += _note(path, content.data, content.format)
        _require_same_columns(files[0].name, tables[0].column_names, path.name, tables[-1])
    broken = broken_name(tables[0].column_names)
    if broken is not None:
        raise InputError(
            f"{files[0].name}: the column name {broken!r} holds a line break or a tab.",
            advice=NAME_ADVICE,
        )
    if not any(table.num_rows for table in tables):
        raise InputError(f"{files[0].name}: it has columns but no rows.")
    names = [path.relative_to(folder).as_posix() for path in files]
    return ChannelTable(
        channel=channel,
        table=_joined(tables, names),
        typed=kinds[0] != "csv",
        row_name=row_of_files(names, [table.num_rows for table in tables]),
        index=_index([table for table in tables if table.num_rows]),
        notes=tuple(notes),
    )


def _note(path: Path, data: bytes, kind: str) -> list[str]:
    dialect = detect_dialect(data) if kind == "csv" else USUAL
    return [] if dialect.is_usual else [f"{path.name} was read as {dialect}."]


def _index(tables: list[Any]) -> Index | None:
    if not has_unnamed_first(tables[0].column_names):
        return None
    cells = [table.column(0).to_pylist() for table in tables]
    if all(counts_rows(column, later_file=at > 0) for at, column in enumerate(cells)):
        return "counts"
    return "names" if all(map(names_rows, cells)) else "other"


def _require_same_columns(first: str, expected: Sequence[str], name: str, table: Any) -> None:
    missing, extra = only_in(expected, table.column_names), only_in(table.column_names, expected)
    if not missing and not extra:
        return
    parts = [f"lacks {listed(missing)}"] if missing else []
    if extra:
        parts.append(
            "has also " + ", ".join(f'"{item}"{did_you_mean(item, missing)}' for item in extra)
        )
    raise InputError(
        f"{name} {' and '.join(parts)}, compared with {first}.",
        advice="Give all files of a channel the same columns.",
    )


def _joined(tables: list[Any], names: list[str]) -> Any:
    order = tables[0].column_names
    try:
        return pa.concat_tables(
            [table.select(order).replace_schema_metadata(None) for table in tables],
            promote_options="permissive",
        )
    except pa.ArrowException as error:
        raise InputError(
            f"The files {listed(names)} give a column different types ({error}).",
            advice="Give the column one type.",
        ) from error
