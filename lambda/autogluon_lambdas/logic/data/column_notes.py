"""Find suspicious columns in a sample of training data, as `agcdk init` does in a file."""

import csv
from collections.abc import Collection
from itertools import islice

from autogluon_contracts.data.column import Column
from autogluon_contracts.data.index_column import counts_rows, has_unnamed_first, names_rows
from autogluon_contracts.data.label_numbers import MOST_NUMERIC_CLASSES
from autogluon_contracts.data.suspicions import find_suspicions
from autogluon_contracts.documents.data_reading import DataReading
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.byte_stream import ReadBudget
from autogluon_lambdas.logic.data.file_rows import WrongTextError, csv_rows, json_rows, text_of
from autogluon_lambdas.logic.data.locations import DataFiles, readable
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

_MOST_CELLS = 200_000
_MOST_NOTES = 20
# What a sample may show although the whole data do not: sorted files begin with one value.
_OF_WHOLE_DATA = frozenset(("constant", "id", "leak", "missing", "high-cardinality"))


def column_notes(
    store: ObjectStore,
    files: DataFiles,
    label: str,
    budget: ReadBudget,
    *,
    problem_type: str | None,
    ignored: Collection[str],
    reading: DataReading,
) -> list[str]:
    """Return a sentence for each column that is probably not read as it is meant, 20 at most.

    Looks at the first file's first 200,000 cells; of Parquet, whose columns have types, at none.

    Args:
        store: where the files are.
        files: those of the training data.
        label: the column to predict.
        budget: what the look may cost.
        problem_type: of the settings; None where AutoGluon infers it.
        ignored: columns that are not learned from.
        reading: what the settings say about the cells already.

    Raises:
        InvalidDataError: a column of numbers holds one that is not finite, a row has more or fewer
            cells than the header, no feature varies, or the file is not text of one encoding.
    """
    if files.format == "parquet":
        return []
    with readable(files.key):
        columns, rows, whole = _sample(store, files, budget)
    truth = next((column for column in columns if column.name == label), None)
    if truth is None:
        return []
    _require_finite(f"{files.key}: {files.objects[0].location.uri}", columns)
    if whole:
        features = [item for item in columns if item.name != label and item.name not in ignored]
        _require_varying(f"{files.key}: {files.objects[0].location.uri}", features, rows)
    found = find_suspicions(columns, rows, label, problem_type or _inferred(truth))
    settled = {*ignored, *reading.keep_na, *reading.date_order}
    where = "" if whole else f" (first {rows:,} rows)"
    notes = [
        f'Column "{item.column}"{where}: {item.sentence}.'
        for item in found
        if item.column not in settled and (whole or item.kind not in _OF_WHOLE_DATA)
    ]
    more = len(notes) - _MOST_NOTES
    return [*notes[:_MOST_NOTES], *([f"{more:,} more columns look odd."] if more > 0 else [])]


def _require_finite(where: str, columns: list[Column]) -> None:
    for column in columns:
        text = column.infinite
        if text is not None:
            raise InvalidDataError(
                f'{where}, row {column.values.index(text) + 1}: column "{column.name}" holds '
                f'"{text}", which is not a finite 64-bit float.',
                advice="Give a number, or leave the cell empty.",
            )


def _require_varying(where: str, features: list[Column], rows: int) -> None:
    if not features or any(len(set(item.values)) > 1 for item in features):
        return
    names = listed([item.name for item in features], 5)
    raise InvalidDataError(
        f"{where}: no feature varies: {names} have the same value in all {rows:,} rows.",
        advice="Add a column that differs between the rows.",
    )


def _require_width(where: str, rows: list[list[str]], width: int) -> None:
    """Refuse a row of more or fewer cells than the header, as an unclosed quote makes one."""
    wrong = next((at for at, row in enumerate(rows) if len(row) != width), None)
    if wrong is None:
        return
    count = len(rows[wrong])
    # R's write.table leaves the row names' column without a name of its own.
    all_alike = all(len(row) == width + 1 for row in rows)
    raise InvalidDataError(
        f"{where}, row {wrong + 1} has {count} {'cell' if count == 1 else 'cells'}, but the header "
        f"has {width}.",
        advice="Name each column; in R, write the file with row.names=FALSE."
        if all_alike
        else "Give every row a cell for each column, and close its quotes.",
    )


def _inferred(truth: Column) -> str:
    """Return `regression` where AutoGluon would: for numbers that are not whole, or many."""
    many = len(truth.distinct) > MOST_NUMERIC_CLASSES
    return "regression" if truth.numbers and (many or not truth.is_whole) else "multiclass"


def _sample(
    store: ObjectStore, files: DataFiles, budget: ReadBudget
) -> tuple[list[Column], int, bool]:
    """Return columns, their number of rows, and whether those are all of the data."""
    entry, key = files.objects[0], files.key
    if files.format == "csv":
        lines = csv_rows(store, key, entry, budget)
        header = next(lines, [])
    else:
        records = json_rows(store, key, entry, budget)
        first = next(records, {})
        header = list(first)
        lines = (
            [text_of(record.get(name)) for name in header]
            for record in (record for part in ([first], records) for record in part)
        )
    most = max(1, _MOST_CELLS // max(1, len(header)))
    try:
        rows = list(islice(lines, most))
        whole = next(lines, None) is None and not budget.spent and len(files.objects) == 1
    except WrongTextError:
        raise
    except (InvalidDataError, csv.Error):
        return [], 0, False  # the rows were read for the label, or are the training job's to refuse
    if budget.spent:
        del rows[-1:]  # perhaps cut off
    _require_width(f"{key}: {entry.location.uri}", rows, len(header))
    cells = [list(column) for column in zip(*rows, strict=True)]
    columns = [Column(name, values) for name, values in zip(header, cells, strict=False)]
    if columns and has_unnamed_first(header):
        first_cells = columns[0].values
        if counts_rows(first_cells) or names_rows(first_cells):
            del columns[0]
    return columns, len(rows), whole
