"""One view of a data file's head, whatever its format."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from autogluon_lambdas.logic.data.csv_head import check_header, read_csv_head
from autogluon_lambdas.logic.data.files import DataFiles, readable
from autogluon_lambdas.logic.data.json_lines import columns_of, read_first_records
from autogluon_lambdas.logic.data.parquet_footer import read_parquet_footer
from autogluon_lambdas.logic.ports import ObjectStore
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.models.location import S3Location, S3Object

# A bound on the requests of one inspection; the container reads every file anyway.
MOST_HEADS = 256
_THREADS = 16


@dataclass(frozen=True)
class Head:
    """Column names and whether there is at least one row."""

    location: S3Location
    columns: tuple[str, ...]
    has_rows: bool


def read_heads(store: ObjectStore, files: DataFiles) -> list[Head]:
    """The heads of the first 256 files.

    Raises InvalidDataError for a file that cannot be read or has bad column names.
    """
    read = _READERS[files.format]
    with readable(files.key), ThreadPoolExecutor(_THREADS) as threads:
        return list(
            threads.map(lambda entry: read(store, files.key, entry), files.objects[:MOST_HEADS])
        )


def common_columns(files: DataFiles, heads: list[Head]) -> tuple[str, ...]:
    """The columns of files that belong together.

    JSON Lines may leave keys out, so there it is their union. Raises InvalidDataError when CSV or
    Parquet files have different columns.
    """
    first = heads[0]
    if files.format == "jsonl":
        return tuple(dict.fromkeys(name for head in heads for name in head.columns))
    for head in heads[1:]:
        missing = [name for name in first.columns if name not in set(head.columns)]
        added = [name for name in head.columns if name not in set(first.columns)]
        if missing or added:
            raise InvalidDataError(
                f"{files.key}: {head.location.uri} has other columns than {first.location.uri}: "
                f"missing {', '.join(missing) or 'none'}; added {', '.join(added) or 'none'}"
            )
    return first.columns


def _csv(store: ObjectStore, key: str, entry: S3Object) -> Head:
    head = read_csv_head(store, key, entry)
    check_header(f"{key}: {entry.location.uri}", head.fields)
    return Head(entry.location, head.fields, head.more)


def _jsonl(store: ObjectStore, key: str, entry: S3Object) -> Head:
    return Head(entry.location, columns_of(read_first_records(store, key, entry)), True)


def _parquet(store: ObjectStore, key: str, entry: S3Object) -> Head:
    footer = read_parquet_footer(store, key, entry)
    check_header(f"{key}: {entry.location.uri}", footer.columns)
    return Head(entry.location, footer.columns, footer.rows > 0)


_READERS: dict[str, Callable[[ObjectStore, str, S3Object], Head]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
}
