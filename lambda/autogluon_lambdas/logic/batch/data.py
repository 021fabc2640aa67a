"""Inspect the files of a batch: the layout and the rows of each."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain

from autogluon_contracts.data.files.json_array import is_array
from autogluon_contracts.documents.execution_inputs import BatchInput
from autogluon_contracts.s3_location import S3Object
from autogluon_lambdas.logic.batch.layout import BatchLayout, ModelColumns, csv_layout, named_layout
from autogluon_lambdas.logic.data.csv_head import check_header, dialect_for, read_csv_head
from autogluon_lambdas.logic.data.json_lines import array_lines, read_first_records
from autogluon_lambdas.logic.data.locations import DataFiles, readable
from autogluon_lambdas.logic.data.parquet_footer import read_parquet_footer
from autogluon_lambdas.logic.data.row_count import count_csv_records, count_lines
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

# Each thread holds a few chunks of 4 MiB; more threads do not read faster on one vCPU.
_THREADS = 8


@dataclass(frozen=True)
class BatchFile:
    """One file: how to read it, its rows, and whether it may be cut at line ends.

    `rows` is None, and `splittable` false, where the file was not read whole. `row_groups` are
    Parquet's. `parts` is into how many the bulk engine cuts it.
    """

    entry: S3Object
    layout: BatchLayout
    rows: int | None
    splittable: bool
    row_groups: int | None = None
    parts: int = 1


@dataclass(frozen=True)
class BatchData:
    """The files of a batch, all of one layout."""

    files: DataFiles
    inspected: tuple[BatchFile, ...]

    @property
    def layout(self) -> BatchLayout:
        """The layout that all files share."""
        return self.inspected[0].layout

    def part(self, indices: Sequence[int]) -> "BatchData":
        """Return some of the files; only all of them together are named by the prefix."""
        if len(indices) == len(self.inspected):
            return self
        inspected = tuple(self.inspected[index] for index in indices)
        objects = tuple(file.entry for file in inspected)
        return BatchData(replace(self.files, objects=objects, alone=False), inspected)

    @property
    def units(self) -> int:
        """Of how many files and parts an instance has at least one."""
        return sum(file.parts for file in self.inspected)

    @property
    def rows(self) -> int | None:
        """Rows of all files, None where a file's are not counted."""
        counted = [file.rows for file in self.inspected if file.rows is not None]
        return sum(counted) if len(counted) == len(self.inspected) else None


@dataclass(frozen=True)
class _Inspection:
    """What every file is checked against, and whether its rows are counted by reading it."""

    store: ObjectStore
    asked: BatchInput
    model: ModelColumns
    counts_rows: bool


def inspect_batch_data(
    store: ObjectStore,
    files: DataFiles,
    asked: BatchInput,
    model: ModelColumns,
    *,
    counts_rows: bool,
) -> BatchData:
    """Check each file of the batch against the model's columns, and count its rows.

    With `counts_rows` every file is read; without, only Parquet tells its rows. Raises
    InvalidDataError or InvalidInputError naming the file and what is wrong.
    """
    inspect = _INSPECTIONS[files.format]
    inspection = _Inspection(store, asked, model, counts_rows)
    with readable(files.key), ThreadPoolExecutor(_THREADS) as threads:
        found = threads.map(lambda entry: inspect(inspection, entry), files.objects)
        first = next(found)
        inspected = [first, *(_of_one_layout(file, first) for file in found)]
    for file in inspected:
        if file.rows == 0:
            raise InvalidDataError(f"{_where(file.entry)} has a header but no rows.")
    return BatchData(files, tuple(inspected))


def _of_one_layout(file: BatchFile, first: BatchFile) -> BatchFile:
    """Return the file sharing the first one's layout, so that thousands do not keep equal ones."""
    if file.layout != first.layout:
        raise InvalidDataError(
            f"{_where(file.entry)} has a different header, column order or delimiter "
            f"than {first.entry.location.uri}.",
            advice="Give all CSV files of a batch the same header.",
        )
    return replace(file, layout=first.layout)


def _where(entry: S3Object) -> str:
    return f"input.data: {entry.location.uri}"


def _csv(held: _Inspection, entry: S3Object) -> BatchFile:
    dialect_of = dialect_for(held.model.features)
    head = read_csv_head(held.store, "input.data", entry, dialect_of, gzip=False)
    layout = replace(
        csv_layout(_where(entry), head.fields, held.model, held.asked),
        delimiter=head.dialect.delimiter,
    )
    if not held.counts_rows:
        return BatchFile(entry, layout, None, splittable=False)
    count = count_csv_records(_where(entry), held.store.stream(entry.location), layout.delimiter)
    rows = count.records - int(layout.has_header)
    return BatchFile(entry, layout, rows, splittable=not count.spans_lines)


def _jsonl(held: _Inspection, entry: S3Object) -> BatchFile:
    names = tuple(read_first_records(held.store, "input.data", entry, gzip=False)[0])
    layout = named_layout(_where(entry), names, held.model, held.asked)
    if not held.counts_rows:
        return BatchFile(entry, layout, None, splittable=False)
    chunks = held.store.stream(entry.location)
    first = next(chunks, b"")
    chunks = chain([first], chunks)
    if is_array(first):
        rows = sum(1 for _ in array_lines(_where(entry), chunks))
        return BatchFile(entry, layout, rows, splittable=False)
    count = count_lines(_where(entry), chunks)
    return BatchFile(entry, layout, count.records, splittable=True)


def _parquet(held: _Inspection, entry: S3Object) -> BatchFile:
    footer = read_parquet_footer(held.store, "input.data", entry)
    check_header(_where(entry), footer.columns)
    layout = named_layout(_where(entry), footer.columns, held.model, held.asked)
    return BatchFile(entry, layout, footer.rows, splittable=False, row_groups=footer.row_groups)


_INSPECTIONS: dict[str, Callable[[_Inspection, S3Object], BatchFile]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
}
