"""Write tables as the algorithm reads them: CSV of numbers, without a header.

The algorithm knows columns by their places: in training the label first, then the features in the
order that the schema has; in requests the features alone. (Source: SageMaker's developer guide,
"Common data formats for training" and "for inference".) An empty cell is missing, which only some
take. (XGBoost does: `data_utils.py` and `encoder.py` of aws/sagemaker-xgboost-container, and
dmlc-core's CSV parser.)
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from autogluon_contracts.content_types import CSV
from autogluon_contracts.data.cell_rules import MISSING_MARKS, NUMBER
from autogluon_contracts.s3_location import S3Location, S3Object
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

_ROWS_AT_ONCE = 5_000
_CELL = NUMBER.removeprefix("^").removesuffix("$")
_is_number = re.compile(NUMBER).match
_is_plain = re.compile(f"(?:{_CELL})?(?:,(?:{_CELL})?)*").fullmatch
_MARKS = frozenset(MISSING_MARKS)
_SHOWN = 40
_ENCODE = "Encode it as a number, or leave the column out"

LabelProblem = Callable[[str], str | None]
"""From a label's text to why it cannot be learnt; None: it can."""


@dataclass(frozen=True)
class Columns:
    """What the cells of a row are.

    Attributes:
        names: the columns, in the cells' order.
        takes_missing: whether a cell may be empty.
        label_problem: judges the first column, which is the label's; None: no column is.
    """

    names: Sequence[str]
    takes_missing: bool
    label_problem: LabelProblem | None = None


@dataclass(frozen=True)
class Written:
    """What was written: its size and the rows in it."""

    entry: S3Object
    rows: int


def write_plain_rows(
    store: ObjectStore,
    target: S3Location,
    where: str,
    rows: Iterable[Sequence[str]],
    columns: Columns,
) -> Written:
    """Write rows whose cells are in the columns' order.

    Raises InvalidDataError, and writes nothing, at the first row with another cell than a number,
    or with a missing one that the algorithm does not take.
    """
    size = count = 0
    with store.writer(target, CSV) as writer:
        for part in _parts(rows):
            lines = [
                _line(where, number, row, columns)
                for number, row in enumerate(part, start=count + 1)
            ]
            data = ("\n".join(lines) + "\n").encode()
            writer.write(data)
            size, count = size + len(data), count + len(lines)
        if count == 0:
            raise InvalidDataError(f"{where} has a header but no rows.")
    return Written(S3Object(target, size), count)


def picked(
    where: str, header: Sequence[str], records: Iterable[Sequence[str]], columns: Sequence[str]
) -> Iterator[list[str]]:
    """Yield the cells of the columns of each record below a header, in the columns' order.

    Raises InvalidDataError at a record of another length than the header's.
    """
    places = [header.index(name) for name in columns]
    for number, record in enumerate(records, start=1):
        if len(record) != len(header):
            raise InvalidDataError(
                f"{where}, row {number} has {len(record)} cells, and the header {len(header)}."
            )
        yield [record[place] for place in places]


def _parts(rows: Iterable[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    part: list[Sequence[str]] = []
    for row in rows:
        part.append(row)
        if len(part) == _ROWS_AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _line(where: str, number: int, row: Sequence[str], columns: Columns) -> str:
    names = columns.names
    line = ",".join(row)
    if not _is_plain(line):
        row = [
            _number(where, number, cell, name, columns)
            for cell, name in zip(row, names, strict=True)
        ]
        line = ",".join(row)
    judge = columns.label_problem
    problem = None if judge is None else judge(row[0])
    if problem is not None:
        raise InvalidDataError(
            f'{where}, row {number}: label "{names[0]}" is "{row[0][:_SHOWN]}", and {problem}.',
            advice="Encode the label as such a number, or leave the row out.",
        )
    if not columns.takes_missing and "" in row:
        raise InvalidDataError(
            f'{where}, row {number}: column "{names[row.index("")]}" is empty, and the algorithm '
            "takes no missing values.",
            advice="Fill the cell in, or leave the row or the column out.",
        )
    return line


def _number(where: str, number: int, cell: str, column: str, columns: Columns) -> str:
    text = cell.strip()
    missing = "; an empty cell is missing" if columns.takes_missing else ""
    if text in _MARKS:
        return ""
    if text and not _is_number(text):
        raise InvalidDataError(
            f'{where}, row {number}: column "{column}" is "{cell[:_SHOWN]}", and the algorithm '
            "takes numbers alone.",
            advice=f"{_ENCODE}{missing}.",
        )
    return text
