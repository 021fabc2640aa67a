"""Check the table of static features: a row for each series, none of them twice."""

from collections.abc import Iterator, Mapping

from autogluon_contracts.data.dates import is_iso_date
from autogluon_contracts.predictor_types.timeseries.series import SeriesColumns
from autogluon_contracts.s3_location import S3Object
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed
from autogluon_lambdas.logic.data.csv_head import any_dialect, read_csv_head
from autogluon_lambdas.logic.data.file_head import FIRST_HEAD_BYTES
from autogluon_lambdas.logic.data.json_lines import HEAD_LINES, read_first_records
from autogluon_lambdas.logic.data.locations import DataFiles, readable
from autogluon_lambdas.logic.data.required_columns import require_column
from autogluon_lambdas.logic.timeseries.series_sample import first_rows
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

STATIC_FEATURES = "static_features"
"""The key of a training run's input."""
_RESERVED = ("item_id", "timestamp")
_SHOWN = 80


def check_static_features(
    store: ObjectStore,
    files: Mapping[str, DataFiles],
    columns: Mapping[str, tuple[str, ...]],
    roles: SeriesColumns,
) -> None:
    """Raise InvalidDataError naming the column or row that cannot be used.

    Looks at the head of the first file, up to 1,000 rows; Parquet shows no cells. Where that is the
    whole table, each series at the head of the training data has to have a row. The training job
    reads all rows.

    Args:
        files: by the input's key.
        columns: likewise.
        roles: of the long table's columns.
    """
    static, names = files[STATIC_FEATURES], columns[STATIC_FEATURES]
    require_column(static, names, roles.id_column, "id")
    _require_features(static, names, columns["train_data"], roles)
    entry = static.objects[0]
    with readable(static.key):
        rows = list(_first_rows(store, static, entry))
        found = _rows_by_series(f"{static.key}: {entry.location.uri}", rows, roles)
        if rows and _is_whole(static, entry, rows):
            _require_rows_of(store, files["train_data"], static, found, roles)


def _require_features(
    static: DataFiles, names: tuple[str, ...], train: tuple[str, ...], roles: SeriesColumns
) -> None:
    features = [name for name in names if name != roles.id_column]
    if not features:
        raise InvalidDataError(
            f'{static.key}: {static.prefix.uri} has no column besides the id column "'
            f'{roles.id_column}".',
            advice="Give it a column for each feature.",
        )
    for name in features:
        if name in train:
            raise InvalidDataError(
                f'{static.key}: column "{name}" is a column of the training data, too.',
                advice="Rename one of them, or leave it out.",
            )
        if name in _RESERVED:
            raise InvalidDataError(
                f'{static.key}: column "{name}" would be a static feature, and AutoGluon reserves '
                "this name.",
                advice="Rename the column.",
            )


def _first_rows(
    store: ObjectStore, files: DataFiles, entry: S3Object
) -> Iterator[Mapping[str, str]]:
    """Yield the first rows as texts by column."""
    if files.format == "csv":
        head = read_csv_head(store, files.key, entry, any_dialect)
        for row in head.rows:
            yield dict(zip(head.fields, (cell.strip() for cell in row), strict=False))
    elif files.format == "jsonl":
        for record in read_first_records(store, files.key, entry):
            yield {name: "" if cell is None else str(cell) for name, cell in record.items()}


def _rows_by_series(
    where: str, rows: list[Mapping[str, str]], roles: SeriesColumns
) -> dict[str, int]:
    """Return the number of each series' row."""
    found: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        item = row.get(roles.id_column, "")
        if not item:
            raise InvalidDataError(
                f'{where}, row {number}: the id column "{roles.id_column}" is empty.',
                advice="Name the series of every row.",
            )
        first = found.setdefault(item, number)
        if first != number:
            raise InvalidDataError(
                f'{where}: rows {first} and {number} both are "{item[:_SHOWN]}".',
                advice="Keep one row for each series.",
            )
    for name in rows[0] if rows else ():
        cells = [row.get(name, "") for row in rows]
        given = [cell for cell in cells if cell]
        if name != roles.id_column and given and all(map(is_iso_date, given)):
            raise InvalidDataError(
                f'{where}, row {cells.index(given[0]) + 1}: column "{name}" holds dates '
                f'("{given[0][:_SHOWN]}"), which cannot be a static feature.',
                advice="Leave it out, or write what matters of it as a number, such as the year.",
            )
    return found


def _is_whole(files: DataFiles, entry: S3Object, rows: list[Mapping[str, str]]) -> bool:
    one = len(files.objects) == 1
    return one and entry.size <= FIRST_HEAD_BYTES and len(rows) < HEAD_LINES


def _require_rows_of(
    store: ObjectStore,
    train: DataFiles,
    static: DataFiles,
    found: Mapping[str, int],
    roles: SeriesColumns,
) -> None:
    wanted = (roles.id_column, roles.timestamp_column)
    for number, (item, _) in enumerate(first_rows(store, train, train.objects[0], wanted), start=1):
        if item not in found:
            raise InvalidDataError(
                f'{static.key}: {static.prefix.uri} has no row of the series "{item[:_SHOWN]}", '
                f"which is in row {number} of {train.objects[0].location.uri}"
                f"{did_you_mean(item, found)}.",
                advice=f"Give each series a row; series found: {listed(list(found))}.",
            )
