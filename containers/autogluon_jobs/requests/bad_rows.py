"""Answer `on_error=row`: unreadable rows get their error, the others are predicted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from autogluon_contracts.answers import ROW_ERROR
from autogluon_jobs.answers.answer_formats import plain_values
from autogluon_jobs.answers.columns import Columns
from autogluon_jobs.messages.errors import InputError, RowError
from autogluon_jobs.messages.row_names import RowName, row_of_request
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.row_ranges import Quick, RowSource
from autogluon_jobs.schema.feature_table import FeatureTable, joined

_FEW_ROWS = 64

T = TypeVar("T")


@dataclass(frozen=True)
class SortedRows:
    """A body's rows: those that can be predicted, and a sentence for each of the others.

    `request` is None where no row is good; `errors` are by position in the body.
    """

    count: int
    request: Request | None
    errors: Mapping[int, str]
    row_name: RowName = row_of_request


def sort_rows(
    label: str,
    source: RowSource,
    check_count: Callable[[int], None],
    row_name: RowName = row_of_request,
) -> SortedRows:
    """Read every row that can be read.

    A range with a bad row is halved until few rows are left, so that a few bad rows among many cost
    little more than none; those are looked at cell by cell, so that many bad ones do not cost a
    conversion of columns each.

    Args:
        label: of the predictor.
        source: the body's rows.
        check_count: refuses too many rows, or none, before they are read.
        row_name: names a row of the body in its sentence.

    Raises:
        InputError: what is wrong concerns the body as a whole.
    """
    if label == ROW_ERROR:
        raise InputError(
            f'The label is called "{ROW_ERROR}", as the column of errors would be.',
            advice="Leave out on_error=row.",
        )
    check_count(source.count)
    reading = _Reading(source, row_name)
    if source.count:
        reading.read(0, source.count)
    request = Request(joined(reading.good), options=source.options) if reading.good else None
    return SortedRows(source.count, request, reading.errors, row_name)


class _Reading:
    """The rows of a source so far: those that could be read, and the errors of the others."""

    def __init__(self, source: RowSource, row_name: RowName) -> None:
        self._source, self._row_name = source, row_name
        self.good: list[FeatureTable] = []
        self.errors: dict[int, str] = {}

    def read(self, start: int, end: int) -> None:
        source = self._source
        try:
            self.good.append(source.read(start, end, lambda at: self._row_name(start + at)))
        except InputError as error:
            if end - start == 1:
                self.errors[start] = str(error)
                return
            if source.quick is not None and end - start <= _FEW_ROWS:
                self._read_singly(source.quick, start, end)
                return
            middle = (start + end) // 2
            self.read(start, middle)
            self.read(middle, end)

    def _read_singly(self, quick: Quick, start: int, end: int) -> None:
        for position in range(start, end):
            found = quick(position, self._only(position))
            if isinstance(found, InputError):
                self.errors[position] = str(found)
            elif found is not None:
                self.good.append(found)
            else:
                self.read(position, position + 1)

    def _only(self, position: int) -> RowName:
        return lambda _: self._row_name(position)


def predict_good(rows: SortedRows, predict: Callable[[Request], T]) -> tuple[SortedRows, T | None]:
    """Return the rows without those that the model refuses, and the answers to the others."""
    while rows.request is not None:
        try:
            return rows, predict(rows.request)
        except RowError as error:
            rows = without_refused(rows, error)
    return rows, None


def without_refused(rows: SortedRows, error: RowError) -> SortedRows:
    """Return the rows without those that the model refused, each of which gets its error.

    Args:
        rows: what was to be predicted.
        error: what prediction said; its positions are among the rows of `rows.request`.
    """
    if rows.request is None:
        raise error
    read = [position for position in range(rows.count) if position not in rows.errors]
    refused = {read[at]: str(error.of_row(rows.row_name(read[at]))) for at in error.positions}
    left = rows.request.given.without(frozenset(error.positions))
    request = replace(rows.request, given=left) if len(left) else None
    return replace(rows, request=request, errors={**rows.errors, **refused})


def with_errors(rows: SortedRows, names: Sequence[str], answered: Columns | None) -> Columns:
    """Return the answer's columns for every row of the body, with the errors beside them.

    Args:
        rows: what `sort_rows` found.
        names: the answer's columns.
        answered: the good rows' answers; None where there are none.
    """
    good = [position for position in range(rows.count) if position not in rows.errors]
    table: dict[str, Any] = {}
    for name in names:
        cells: list[Any] = [None] * rows.count
        values = [] if answered is None else plain_values(answered[name])
        for position, value in zip(good, values, strict=True):
            cells[position] = value
        table[name] = cells
    table[ROW_ERROR] = [rows.errors.get(position) for position in range(rows.count)]
    return table
