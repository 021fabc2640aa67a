"""Read the columns of a data file, whatever its format."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from autogluon_contracts.s3_location import S3Location, S3Object
from autogluon_lambdas.logic.data.csv_head import check_csv_header, check_header, read_csv_head
from autogluon_lambdas.logic.data.json_lines import read_first_records
from autogluon_lambdas.logic.data.locations import DataFiles, readable
from autogluon_lambdas.logic.data.parquet_footer import read_parquet_footer
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

# A bound on the requests of one inspection; the container reads every file anyway.
MOST_HEADS = 256
_THREADS = 16


@dataclass(frozen=True)
class Head:
    """Column names of one file."""

    location: S3Location
    columns: tuple[str, ...]


def read_heads(store: ObjectStore, files: DataFiles) -> list[Head]:
    """Return the heads of the first 256 files.

    Raises InvalidDataError for a file that cannot be read, has bad column names, or no rows.
    """
    read = _READERS[files.format]
    with readable(files.key), ThreadPoolExecutor(_THREADS) as threads:
        return list(
            threads.map(lambda entry: read(store, files.key, entry), files.objects[:MOST_HEADS])
        )


def common_columns(files: DataFiles, heads: list[Head]) -> tuple[str, ...]:
    """Return the columns of files that belong together; raises InvalidDataError when they differ.

    Their order may differ, except in a batch's CSV files.
    """
    first = heads[0]
    for head in heads[1:]:
        missing = [name for name in first.columns if name not in set(head.columns)]
        added = [name for name in head.columns if name not in set(first.columns)]
        if missing or added:
            raise InvalidDataError(
                f"{files.key}: {head.location.uri} has different columns than "
                f"{first.location.uri}: missing {', '.join(missing) or 'none'}; added "
                f"{', '.join(added) or 'none'}."
            )
    return first.columns


def _csv(store: ObjectStore, key: str, entry: S3Object) -> Head:
    head = read_csv_head(store, key, entry)
    check_csv_header(f"{key}: {entry.location.uri}", head.fields)
    if not head.more:
        raise InvalidDataError(f"{key}: {entry.location.uri} has a header but no rows.")
    return Head(entry.location, head.fields)


def _jsonl(store: ObjectStore, key: str, entry: S3Object) -> Head:
    return Head(entry.location, tuple(read_first_records(store, key, entry)[0]))


def _parquet(store: ObjectStore, key: str, entry: S3Object) -> Head:
    footer = read_parquet_footer(store, key, entry)
    check_header(f"{key}: {entry.location.uri}", footer.columns)
    if footer.rows == 0:
        raise InvalidDataError(f"{key}: {entry.location.uri} has columns but no rows.")
    return Head(entry.location, footer.columns)


_READERS: dict[str, Callable[[ObjectStore, str, S3Object], Head]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
}
