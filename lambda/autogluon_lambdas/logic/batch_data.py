"""The files of a batch: layout and rows of each."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from autogluon_lambdas.logic.batch_layout import BatchLayout, csv_layout, named_layout
from autogluon_lambdas.logic.data.csv_head import check_header, read_csv_head
from autogluon_lambdas.logic.data.files import DataFiles, find_data_files, readable
from autogluon_lambdas.logic.data.json_lines import read_first_records
from autogluon_lambdas.logic.data.parquet_footer import read_parquet_footer
from autogluon_lambdas.logic.data.row_count import count_csv_records, count_lines
from autogluon_lambdas.logic.ports import ObjectStore
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.models.feature_schema import FeatureSchema
from autogluon_lambdas.models.inputs import BatchInput
from autogluon_lambdas.models.location import S3Object

# Each thread holds a few chunks of 4 MiB; more threads do not read faster on one vCPU.
_THREADS = 8


@dataclass(frozen=True)
class BatchFile:
    """One file: how to read it, its rows, and whether it may be cut at line ends."""

    entry: S3Object
    layout: BatchLayout
    rows: int
    splittable: bool


@dataclass(frozen=True)
class BatchData:
    """The files of a batch, all of one layout."""

    files: DataFiles
    inspected: tuple[BatchFile, ...]

    @property
    def layout(self) -> BatchLayout:
        """The layout that all files share."""
        return self.inspected[0].layout

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(file.rows for file in self.inspected)


def inspect_batch_data(store: ObjectStore, asked: BatchInput, schema: FeatureSchema) -> BatchData:
    """Find the batch's files, hold each against the schema, and count its rows.

    Raises InvalidDataError or InvalidInputError naming the file and what is wrong.
    """
    files = find_data_files(store, "input.data", asked.data)
    inspect = _INSPECTIONS[files.format]
    with readable(files.key), ThreadPoolExecutor(_THREADS) as threads:
        inspected = tuple(
            threads.map(lambda entry: inspect(store, entry, asked, schema), files.objects)
        )
    first = inspected[0]
    for file in inspected:
        if file.rows == 0:
            raise InvalidDataError(f"{_where(file.entry)} has a header but no rows")
        if file.layout != first.layout:
            raise InvalidDataError(
                f"{_where(file.entry)} has another header or column order than "
                f"{first.entry.location.uri}; a batch's CSV files need the same one"
            )
    return BatchData(files, inspected)


def _where(entry: S3Object) -> str:
    return f"input.data: {entry.location.uri}"


def _csv(
    store: ObjectStore, entry: S3Object, asked: BatchInput, schema: FeatureSchema
) -> BatchFile:
    head = read_csv_head(store, "input.data", entry)
    layout = csv_layout(_where(entry), head.fields, schema, asked)
    count = count_csv_records(_where(entry), store.stream(entry.location))
    rows = count.records - int(layout.has_header)
    return BatchFile(entry, layout, rows, splittable=not count.spans_lines)


def _jsonl(
    store: ObjectStore, entry: S3Object, asked: BatchInput, schema: FeatureSchema
) -> BatchFile:
    names = tuple(read_first_records(store, "input.data", entry)[0])
    layout = named_layout(_where(entry), names, schema, asked)
    count = count_lines(_where(entry), store.stream(entry.location))
    return BatchFile(entry, layout, count.records, splittable=True)


def _parquet(
    store: ObjectStore, entry: S3Object, asked: BatchInput, schema: FeatureSchema
) -> BatchFile:
    footer = read_parquet_footer(store, "input.data", entry)
    check_header(_where(entry), footer.columns)
    layout = named_layout(_where(entry), footer.columns, schema, asked)
    return BatchFile(entry, layout, footer.rows, splittable=False)


_INSPECTIONS: dict[str, Callable[[ObjectStore, S3Object, BatchInput, FeatureSchema], BatchFile]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
}
