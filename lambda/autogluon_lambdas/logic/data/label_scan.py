"""Check that the label has at least two values, and numbers where they are required."""

import csv
import io
import json
from collections.abc import Callable, Iterator

from autogluon_contracts.s3_location import S3Object
from autogluon_lambdas.logic.data.byte_stream import ByteStream, ReadBudget
from autogluon_lambdas.logic.data.json_lines import parse_lines
from autogluon_lambdas.logic.data.locations import DataFiles, readable
from autogluon_lambdas.logic.data.parquet_footer import read_parquet_footer
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore


def check_label_varies(
    store: ObjectStore,
    files: DataFiles,
    label: str,
    budget: ReadBudget,
    *,
    numbers: bool,
) -> None:
    """Raise InvalidDataError when the label is missing in every row or has one value only.

    With `numbers` its values must be numbers, too. Reads until the second value or until the
    budget is spent; then the training job decides.
    """
    scan = _SCANS[files.format]
    seen: set[str] = set()
    with readable(files.key):
        for entry in files.objects:
            for value in scan(store, files.key, entry, label, budget):
                if numbers and files.format in _SHOWS_VALUES:
                    _require_number(value, f"{files.key}: {entry.location.uri}", label)
                seen.add(value)
                if len(seen) > 1:
                    return
            if budget.spent:
                return
    where = f"{files.key}: {files.prefix.uri}"
    if not seen:
        raise InvalidDataError(f'{where}: label "{label}" is missing in every row.')
    raise InvalidDataError(
        f'{where}: label "{label}" has the same value in every row.',
        advice="A predictor needs at least two values.",
    )


def _require_number(value: str, where: str, label: str) -> None:
    try:
        float(value.strip('"'))  # a number in quotes, in JSON Lines
    except ValueError:
        raise InvalidDataError(
            f'{where}: label "{label}" has a value that is not a number, which regression needs.',
            advice="Name another label, or leave problem_type out.",
        ) from None


def _csv(
    store: ObjectStore, key: str, entry: S3Object, label: str, budget: ReadBudget
) -> Iterator[str]:
    chunks = budget.limited(store.stream(entry.location))
    raw = io.BufferedReader(ByteStream(chunks), buffer_size=1 << 20)
    # A character cut off where the budget ends must not look like bad data.
    text = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
    records = (record for record in csv.reader(text) if record)
    header = next(records, [])
    if label not in header:
        raise InvalidDataError(f'{key}: label column "{label}" not found in {entry.location.uri}.')
    position = header.index(label)
    for record in records:
        if len(record) > position and record[position] != "":
            yield record[position]


def _jsonl(
    store: ObjectStore, key: str, entry: S3Object, label: str, budget: ReadBudget
) -> Iterator[str]:
    lines = _whole_lines(budget.limited(store.stream(entry.location)), budget)
    for record in parse_lines(f"{key}: {entry.location.uri}", lines):
        if record.get(label) is not None:
            yield json.dumps(record[label])


def _whole_lines(chunks: Iterator[bytes], budget: ReadBudget) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if not budget.spent:
        yield rest


def _parquet(
    store: ObjectStore, key: str, entry: S3Object, label: str, _budget: ReadBudget
) -> Iterator[str]:
    statistics = read_parquet_footer(store, key, entry).statistics.get(label)
    if statistics is None:
        # Without statistics nothing is known: two made-up values mean "may vary".
        yield from ("unknown", "also unknown")
        return
    yield from statistics.extremes


_SHOWS_VALUES = ("csv", "jsonl")  # of Parquet only the column's extremes are looked at
_SCANS: dict[str, Callable[[ObjectStore, str, S3Object, str, ReadBudget], Iterator[str]]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
}
