"""Check that the label has at least two values, and numbers where they are required."""

import re
from collections.abc import Callable, Collection, Iterator
from typing import NoReturn

from autogluon_contracts.data.cell_rules import MISSING_MARKS, NUMBER
from autogluon_contracts.data.label_numbers import PLAIN_ADVICE, LabelNumbers
from autogluon_contracts.s3_location import S3Object
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.byte_stream import ReadBudget
from autogluon_lambdas.logic.data.file_rows import csv_rows, json_rows, text_of
from autogluon_lambdas.logic.data.locations import DataFiles, readable
from autogluon_lambdas.logic.data.parquet_footer import read_parquet_footer
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

_is_number = re.compile(NUMBER).match
_SHOWN = 80
_ENOUGH = 3
_INFINITE = frozenset(("inf", "-inf"))
_CLASSES = "Correct the row, leave its label empty, or set problem_type to multiclass."


def check_label_varies(
    store: ObjectStore,
    files: DataFiles,
    label: str,
    budget: ReadBudget,
    *,
    numbers: bool | None,
    missing: Collection[str],
    noun: str = "label",
    needs_numbers: str = "regression",
    advice: str = _CLASSES,
) -> None:
    """Raise InvalidDataError when the label is missing in every row or has one value only.

    With `numbers` every value must be a number, too; with None, each of a label of quantities.
    `missing` are the texts that are not values; `noun` is what sentences call the column, and
    `needs_numbers` and `advice` complete the one about a value that is not a number. Reads until
    the second value, all rows where numbers matter, or until the budget is spent; then the training
    job decides.
    """
    looks_at_all = numbers is not False and files.format in _SHOWS_VALUES
    if numbers:
        missing = {"", *MISSING_MARKS}
    column = f'{noun} "{label}"'
    scan = _SCANS[files.format]
    seen: set[str] = set()
    with readable(files.key):
        for entry in files.objects:
            found = LabelNumbers()
            for row, value in scan(store, files.key, entry, label, budget):
                text = value.strip() if numbers else value
                if text in missing:
                    continue
                if numbers and files.format in _SHOWS_VALUES:
                    where = f"{files.key}: {entry.location.uri}"
                    if not _is_number(text):
                        _refuse(text, where, column, row, f"{needs_numbers} needs numbers", advice)
                if len(seen) < _ENOUGH:
                    seen.add(text)
                found.add(row, text)
                if len(seen) > 1 and not (looks_at_all and (numbers or not found.is_settled)):
                    return
            if numbers is None and looks_at_all:
                _require_plain(found, f"{files.key}: {entry.location.uri}", column, advice)
            if budget.spent:
                return
    if len(seen) > 1:
        return
    where = f"{files.key}: {files.prefix.uri}"
    if not seen:
        raise InvalidDataError(f"{where}: {column} is missing in every row.")
    raise InvalidDataError(
        f"{where}: {column} has the same value in every row.",
        advice="A predictor needs at least two values.",
    )


def require_parquet_values(
    store: ObjectStore, files: DataFiles, label: str, of_numbers: str | None
) -> None:
    """Raise InvalidDataError where the statistics of Parquet show what a training job refuses.

    That is an infinite number in any column, and a word in a label of numbers. Looks at the first
    file; `of_numbers` is the problem type that needs numbers, if it does.
    """
    if files.format != "parquet":
        return
    with readable(files.key):
        footer = read_parquet_footer(store, files.key, files.objects[0])
    where = f"{files.key}: {files.objects[0].location.uri}"
    for name, found in footer.statistics.items():
        infinite = _INFINITE & found.extremes
        if infinite:
            raise InvalidDataError(
                f'{where}: column "{name}" holds "{min(infinite)}", which is not a finite 64-bit '
                "float.",
                advice="Give a number, or leave the cell empty.",
            )
    if of_numbers is None or label not in footer.texts or label not in footer.statistics:
        return
    for shown in sorted(footer.statistics[label].extremes):
        text = shown[1:-1].strip()
        if text and text not in MISSING_MARKS and not _is_number(text):
            raise InvalidDataError(
                f'{where}: label "{label}" has the value "{text[:_SHOWN]}", and {of_numbers} needs '
                "numbers.",
                advice=_CLASSES,
            )


def _require_plain(found: LabelNumbers, where: str, column: str, advice: str) -> None:
    if found.stray is not None:
        row, value = found.stray
        _refuse(value, where, column, row, "the other values are numbers", advice)
    if found.disguised is not None:
        row, value = found.disguised
        raise InvalidDataError(
            f'{where}, row {row}: {column} is "{value[:_SHOWN]}", which is not a plain number.',
            advice=PLAIN_ADVICE,
        )


def _refuse(value: str, where: str, column: str, row: int, why: str, advice: str) -> NoReturn:
    raise InvalidDataError(
        f'{where}, row {row}: {column} is "{value[:_SHOWN]}", and {why}.',
        advice=advice,
    )


def _csv(
    store: ObjectStore, key: str, entry: S3Object, label: str, budget: ReadBudget
) -> Iterator[tuple[int, str]]:
    rows = csv_rows(store, key, entry, budget)
    header = next(rows, [])
    if label not in header:
        raise InvalidDataError(
            f'{key}: column "{label}" not found in {entry.location.uri}.',
            advice=f"Columns found: {listed(header)}.",
        )
    position = header.index(label)
    for row, record in enumerate(rows, start=1):
        if len(record) > position:
            yield row, record[position]


def _jsonl(
    store: ObjectStore, key: str, entry: S3Object, label: str, budget: ReadBudget
) -> Iterator[tuple[int, str]]:
    for row, record in enumerate(json_rows(store, key, entry, budget), start=1):
        value = record.get(label)
        if value is not None:
            yield row, text_of(value)


def _parquet(
    store: ObjectStore, key: str, entry: S3Object, label: str, _budget: ReadBudget
) -> Iterator[tuple[int, str]]:
    statistics = read_parquet_footer(store, key, entry).statistics.get(label)
    if statistics is None:
        # Without statistics nothing is known: two made-up values mean "may vary".
        yield from enumerate(("unknown", "also unknown"))
        return
    yield from enumerate(statistics.extremes)


def label_cells(
    store: ObjectStore, files: DataFiles, label: str, budget: ReadBudget
) -> Iterator[tuple[S3Object, int, str]]:
    """Yield file, row and text of each cell of a label, where the format shows its values.

    Raises InvalidDataError at a row that cannot be read.
    """
    if files.format not in _SHOWS_VALUES:
        return
    with readable(files.key):
        for entry in files.objects:
            for row, text in _SCANS[files.format](store, files.key, entry, label, budget):
                yield entry, row, text
            if budget.spent:
                return


_Scan = Callable[[ObjectStore, str, S3Object, str, ReadBudget], Iterator[tuple[int, str]]]
_SHOWS_VALUES = ("csv", "jsonl")  # of Parquet only the column's extremes are looked at
_SCANS: dict[str, _Scan] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
}
