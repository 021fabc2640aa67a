"""Read the columns of a data file, whatever its format."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from autogluon_contracts.data.column_names import ADVICE as NAME_ADVICE
from autogluon_contracts.data.column_names import broken_name, only_in
from autogluon_contracts.data.files.csv_dialect import TITLE_ADVICE
from autogluon_contracts.data.files.json_faults import NESTED_ADVICE
from autogluon_contracts.data.index_column import ADVICE as INDEX_ADVICE
from autogluon_contracts.data.index_column import counts_rows, has_unnamed_first, names_rows
from autogluon_contracts.data.unread_types import ADVICE_OF_UNREAD
from autogluon_contracts.s3_location import S3Location, S3Object
from autogluon_lambdas.logic.data.csv_head import (
    CsvHead,
    any_dialect,
    check_csv_header,
    check_header,
    read_csv_head,
)
from autogluon_lambdas.logic.data.json_lines import read_first_records
from autogluon_lambdas.logic.data.locations import DataFiles, readable
from autogluon_lambdas.logic.data.parquet_footer import read_parquet_footer
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

# A bound on the requests of one inspection; the container reads every file anyway.
MOST_HEADS = 256
_THREADS = 16
_TRAIN_DATA = "input.train_data"


@dataclass(frozen=True)
class Head:
    """Column names of one file, and whether rows were seen below them.

    `has_unnamed` says that a first column without a name, left out here, is in front of them.
    """

    location: S3Location
    columns: tuple[str, ...]
    has_rows: bool = True
    has_unnamed: bool = False


def read_heads(store: ObjectStore, files: DataFiles) -> list[Head]:
    """Return the heads of the first 256 files.

    Raises InvalidDataError for a file that cannot be read, has bad column names, or no rows.
    """
    read = _READERS[files.format]
    decides = files.objects[0] if files.key == _TRAIN_DATA else None
    with readable(files.key), ThreadPoolExecutor(_THREADS) as threads:
        heads = list(
            threads.map(
                lambda entry: read(store, files.key, entry, entry is decides),
                files.objects[:MOST_HEADS],
            )
        )
    broken = broken_name(heads[0].columns)
    if broken is not None:
        raise InvalidDataError(
            f"{files.key}: {heads[0].location.uri}: the column name {broken!r} holds a line break "
            "or a tab.",
            advice=NAME_ADVICE,
        )
    if not any(head.has_rows for head in heads):
        raise InvalidDataError(
            f"{files.key}: {heads[0].location.uri} has columns but no rows.",
            advice="Upload it again with its rows.",
        )
    return heads


def common_columns(files: DataFiles, heads: list[Head]) -> tuple[str, ...]:
    """Return the columns of files that belong together; raises InvalidDataError when they differ.

    Their order may differ, except in a batch's CSV files.
    """
    first = heads[0]
    for head in heads[1:]:
        missing = only_in(first.columns, head.columns)
        added = only_in(head.columns, first.columns)
        if missing or added:
            raise InvalidDataError(
                f"{files.key}: {head.location.uri} has different columns than "
                f"{first.location.uri}: missing {', '.join(missing) or 'none'}; added "
                f"{', '.join(added) or 'none'}."
            )
        if head.has_unnamed != first.has_unnamed:
            one, other = (head, first) if head.has_unnamed else (first, head)
            raise InvalidDataError(
                f"{files.key}: {one.location.uri} has a first column without a name, and "
                f"{other.location.uri} has none.",
                advice=INDEX_ADVICE,
            )
    return first.columns


def _csv(store: ObjectStore, key: str, entry: S3Object, decides: bool) -> Head:
    head = read_csv_head(store, key, entry, any_dialect)
    if head.title is not None:
        raise InvalidDataError(
            f'{key}: {entry.location.uri} begins with the line "{head.title}", and the rows below '
            "have more cells.",
            advice=TITLE_ADVICE,
        )
    check_csv_header(f"{key}: {entry.location.uri}", head.fields)
    columns = _without_index(f"{key}: {entry.location.uri}", head, decides)
    return Head(entry.location, columns, head.more, columns != head.fields)


def _without_index(where: str, head: CsvHead, decides: bool) -> tuple[str, ...]:
    """Return the names without the index's; the first training file has to show that it is one."""
    if not has_unnamed_first(head.fields):
        return head.fields
    cells = [row[0] for row in head.rows]
    has_name = bool(head.fields[0].strip())
    is_index = counts_rows(cells, later_file=not decides) or names_rows(cells)
    if not cells or is_index or not (has_name or decides):
        return head.fields[1:]
    if has_name:
        return head.fields
    raise InvalidDataError(
        f"{where} has a first column without a name that neither counts nor names the rows "
        f'("{cells[0]}", ...).',
        advice=INDEX_ADVICE,
    )


def _jsonl(store: ObjectStore, key: str, entry: S3Object, _decides: bool) -> Head:
    records = read_first_records(store, key, entry)
    for row, record in enumerate(records, start=1):
        nested = next((name for name in record if isinstance(record[name], dict | list)), None)
        if nested is not None:
            raise InvalidDataError(
                f'{key}: {entry.location.uri}, row {row}: column "{nested}" holds a nested value.',
                advice=NESTED_ADVICE,
            )
    return Head(entry.location, tuple(records[0]))


def _parquet(store: ObjectStore, key: str, entry: S3Object, _decides: bool) -> Head:
    footer = read_parquet_footer(store, key, entry)
    check_header(f"{key}: {entry.location.uri}", footer.columns)
    for name, what in footer.unread.items():
        raise InvalidDataError(
            f'{key}: {entry.location.uri}: column "{name}" holds {what}, which no predictor takes.',
            advice=ADVICE_OF_UNREAD[what],
        )
    unnamed = not footer.columns[0].strip()
    columns = footer.columns[1:] if unnamed else footer.columns
    return Head(entry.location, columns, footer.rows > 0, unnamed)


_READERS: dict[str, Callable[[ObjectStore, str, S3Object, bool], Head]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
}
