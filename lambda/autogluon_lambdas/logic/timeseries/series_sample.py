"""Look at the first rows of a long table: its series are named, and its times can be read."""

from collections.abc import Iterator

from autogluon_contracts.data.dates import is_iso_date, iso_date, possible_orders
from autogluon_contracts.documents.data_reading import DataReading
from autogluon_contracts.predictor_types.timeseries.series import SeriesColumns
from autogluon_contracts.s3_location import S3Object
from autogluon_lambdas.logic.data.csv_head import DialectOf, any_dialect, read_csv_head
from autogluon_lambdas.logic.data.json_lines import read_first_records
from autogluon_lambdas.logic.data.locations import DataFiles, readable
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

_SHOWN = 80


def check_series_sample(
    store: ObjectStore, files: DataFiles, columns: SeriesColumns, reading: DataReading
) -> None:
    """Raise InvalidDataError naming the first row that is not a step of a series.

    Looks at the head of the first file, up to 1,000 rows; Parquet shows no cells. The training job
    reads all rows.
    """
    entry = files.objects[0]
    where = f"{files.key}: {entry.location.uri}"
    with readable(files.key):
        wanted = (columns.id_column, columns.timestamp_column)
        rows = list(first_rows(store, files, entry, wanted))
    order = reading.date_order.get(columns.timestamp_column)
    texts = [text for _, text in rows if text and not is_iso_date(text)]
    orders = possible_orders(texts) if order is None else (order,)
    seen: dict[tuple[str, str], int] = {}
    for number, (item, text) in enumerate(rows, start=1):
        if not item:
            raise InvalidDataError(
                f'{where}, row {number}: the id column "{columns.id_column}" is empty.',
                advice="Name the series of every row.",
            )
        if not (is_iso_date(text) or any(iso_date(text, each) for each in orders)):
            raise InvalidDataError(
                f'{where}, row {number}: the timestamp column "{columns.timestamp_column}" is '
                f'"{text[:_SHOWN]}", which is not a date.',
                advice="Write times as 2026-01-31 or 2026-01-31T13:00:00.",
            )
        first = seen.setdefault((item, text), number)
        if first != number:
            raise InvalidDataError(
                f'{where}: rows {first} and {number} both are "{item[:_SHOWN]}" at {text}.',
                advice="Keep one row for each series and time.",
            )


def first_rows(
    store: ObjectStore,
    files: DataFiles,
    entry: S3Object,
    wanted: tuple[str, str],
    *,
    dialect_of: DialectOf = any_dialect,
    headerless: tuple[str, ...] | None = None,
) -> Iterator[tuple[str, str]]:
    """Yield id and time of a file's first rows, as texts without spaces around them.

    Args:
        wanted: the names of the columns of ids and times; a file may lack that of times.
        dialect_of: finds how CSV is written.
        headerless: the columns of CSV without a header; None: its first line names them.
    """
    if files.format == "csv":
        head = read_csv_head(store, files.key, entry, dialect_of)
        names, rows = head.fields, head.rows
        if headerless is not None:
            names, rows = headerless, (head.fields, *head.rows)
        positions = [names.index(name) for name in wanted if name in names]
        for row in rows:
            if len(row) > max(positions):
                item, text = (*(row[position].strip() for position in positions), "")[:2]
                yield item, text
    elif files.format == "jsonl":
        for record in read_first_records(store, files.key, entry):
            item, text = (_text(record.get(name)) for name in wanted)
            yield item, text


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
