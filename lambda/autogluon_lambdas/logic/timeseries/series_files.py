"""Check that each file of a batch has whole series: a file is forecast without the others."""

from concurrent.futures import ThreadPoolExecutor

from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.predictor_types.timeseries.series import SeriesFacts
from autogluon_contracts.s3_location import S3Object
from autogluon_lambdas.logic.data.csv_head import dialect_for
from autogluon_lambdas.logic.data.locations import DataFiles, readable
from autogluon_lambdas.logic.timeseries.series_sample import first_rows
from autogluon_lambdas.models.errors import InvalidDataError
from autogluon_lambdas.ports import ObjectStore

_THREADS = 8
_SHOWN = 80


def check_whole_series(
    store: ObjectStore,
    files: DataFiles,
    schema: FeatureSchemaHeader,
    headerless: tuple[str, ...] | None,
) -> None:
    """Raise InvalidDataError naming a series that begins in two files.

    Looks at the head of each file, up to 1,000 rows; Parquet shows no cells. `headerless` names the
    columns of CSV files without a header.
    """
    if len(files.objects) == 1:
        return

    facts = SeriesFacts.of(schema.details)
    wanted = (facts.id_column, facts.timestamp_column)
    dialect_of = dialect_for(schema.feature_names)

    def series_of(entry: S3Object) -> set[str]:
        rows = first_rows(store, files, entry, wanted, dialect_of=dialect_of, headerless=headerless)
        return {item for item, _ in rows}

    with readable(files.key), ThreadPoolExecutor(_THREADS) as threads:
        found = list(threads.map(series_of, files.objects))
    first: dict[str, S3Object] = {}
    for entry, items in zip(files.objects, found, strict=True):
        for item in sorted(items):
            other = first.setdefault(item, entry)
            if other is not entry:
                raise InvalidDataError(
                    f'{files.key}: the series "{item[:_SHOWN]}" is in {other.location.uri} and '
                    f"{entry.location.uri}, and each file is forecast without the others.",
                    advice="Put all rows of a series into one file.",
                )
