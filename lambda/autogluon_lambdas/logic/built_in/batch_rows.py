"""Write the files of a batch as the algorithm reads them, into the batch's own folder."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

from autogluon_lambdas.logic.built_in.plain_rows import Columns, picked, write_plain_rows
from autogluon_lambdas.logic.data.byte_stream import ByteStream
from autogluon_lambdas.logic.data.file_rows import text_of
from autogluon_lambdas.logic.data.json_lines import parse_records
from autogluon_lambdas.logic.data.locations import readable
from autogluon_lambdas.logic.programs.program import BatchCopies, BatchRequest, BatchSource
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

MOST_MEGABYTES = 2_000


def write_batch_rows(
    store: ObjectStore, asked: BatchRequest, *, takes_missing: bool
) -> BatchCopies:
    """Return the prepared files, each under the name that the user's has.

    Raises InvalidDataError for data that the algorithm cannot take.
    """
    files = asked.files
    size = sum(source.entry.size for source in asked.sources)
    if size > MOST_MEGABYTES * 1_000_000:
        raise InvalidDataError(
            f"{files.key}: the batch has {size / 1_000_000:,.0f} MB; allowed: at most "
            f"{MOST_MEGABYTES:,} MB, which the planner writes as the algorithm reads them.",
            advice="Start several batches.",
        )
    columns = Columns(asked.features, takes_missing)
    written = []
    with readable(files.key):
        for source in asked.sources:
            location = source.entry.location
            target = asked.folder.child(files.relative_name(location))
            rows = _rows(store, asked, source)
            where = f"{files.key}: {location.uri}"
            written.append(write_plain_rows(store, target, where, rows, columns))
    objects = tuple(each.entry for each in written)
    copies = replace(files, prefix=asked.folder, objects=objects, format="csv", alone=True)
    return BatchCopies(copies, [each.rows for each in written])


def _rows(store: ObjectStore, asked: BatchRequest, source: BatchSource) -> Iterator[list[str]]:
    where = f"{asked.files.key}: {source.entry.location.uri}"
    chunks = store.stream(source.entry.location)
    if asked.files.format == "jsonl":
        for record in parse_records(where, chunks, lambda: True):
            yield [text_of(record.get(name)) for name in asked.features]
        return
    raw = io.BufferedReader(ByteStream(chunks), buffer_size=1 << 20)
    text = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
    records = (record for record in csv.reader(text, delimiter=source.delimiter) if record)
    if source.has_header:
        next(records)
    yield from picked(where, source.columns or (), records, asked.features)
