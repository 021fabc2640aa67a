"""Store the training series in the artifact, and read those that a request names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from autogluon.timeseries import TimeSeriesDataFrame

from autogluon_contracts.predictor_types.timeseries.series import (
    MOST_STORED_ROWS,
    SeriesColumns,
    SeriesFacts,
)
from autogluon_jobs.schema.feature_schema import FeatureSchema

FILE_NAME = "stored_series.parquet"
_ROWS_PER_GROUP = 65_536
"""A request reads the groups that its series are in."""


def store_series(
    series: TimeSeriesDataFrame,
    columns: SeriesColumns,
    folder: Path,
    most_rows: int = MOST_STORED_ROWS,
) -> str | None:
    """Write series and their static features; of more than `most_rows`, the last of each series.

    Returns:
        A sentence where rows are left out.
    """
    item, time = columns.id_column, columns.timestamp_column
    table = pd.DataFrame(series).reset_index(names=[item, time])
    told = None
    if len(table) > most_rows:
        kept = max(1, most_rows // series.num_items)
        table = table.groupby(item, sort=False).tail(kept)
        told = (
            f"The artifact stores the last {kept} rows of each series, because it stores at most "
            f"{most_rows:,} rows: a forecast of a series that a request only names starts from "
            "these."
        )
    static = series.static_features
    if static is not None:
        table = table.join(static, on=item)
    table = table.sort_values(item, kind="stable", ignore_index=True)
    pq.write_table(
        pa.Table.from_pandas(table, preserve_index=False),
        folder / FILE_NAME,
        row_group_size=_ROWS_PER_GROUP,
    )
    return told


@dataclass(frozen=True)
class StoredSeries:
    """The series of an artifact; each call reads the file anew, so that none is kept in memory."""

    path: Path
    schema: FeatureSchema
    facts: SeriesFacts

    @classmethod
    def of(cls, artifact: Path, schema: FeatureSchema, facts: SeriesFacts) -> StoredSeries | None:
        """Return the series that are stored, by the schema; None if none are."""
        return cls(artifact / FILE_NAME, schema, facts) if facts.stored_history else None

    def rows(self, names: Collection[str]) -> pd.DataFrame:
        """Return all rows of those series among `names` that are stored, without static features.

        Times are in order within each series; columns have the dtypes of a request's.
        """
        static = self.facts.static_features
        return self._read(names, [name for name in self.schema.names if name not in static])

    def static(self, names: Collection[str]) -> pd.DataFrame:
        """Return the static features of those series among `names` that are stored, by name."""
        item = self.facts.id_column
        frame = self._read(names, [item, *self.facts.static_features])
        return frame.drop_duplicates(item).set_index(item)

    def _read(self, names: Collection[str], columns: Sequence[str]) -> pd.DataFrame:
        table = pq.read_table(
            self.path,
            columns=list(columns),
            filters=[(self.facts.id_column, "in", list(names))],
            use_threads=False,
        )
        frame: pd.DataFrame = table.to_pandas()
        for name in columns:
            feature = self.schema.by_name[name]
            if feature.kind == "category":
                categories = list(feature.categories or ())
                frame[name] = pd.Categorical(frame[name], categories=categories)
        return frame
