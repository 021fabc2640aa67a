"""Read the table of static features: a row for each series, a column for each feature."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd

from autogluon_contracts.documents.data_reading import DataReading
from autogluon_contracts.suggestions import did_you_mean
from autogluon_jobs.conversion.conversion import convert_columns
from autogluon_jobs.data.channel_table import ChannelTable
from autogluon_jobs.data.index_column import without_index
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed, shown
from autogluon_jobs.schema.feature_schema import Feature
from autogluon_jobs.timeseries.data.series_columns import covariate, id_feature, require_free_name

CHANNEL = "static"
_WHERE = f'Channel "{CHANNEL}"'


@dataclass(frozen=True)
class StaticTable:
    """The features of each series: described as columns are, and as values by the series' name."""

    features: tuple[Feature, ...]
    values: pd.DataFrame

    def of_series(self, names: Any, channel: str) -> pd.DataFrame:
        """Return the features of some series.

        Args:
            names: of the series.
            channel: that they are in, for the sentence.

        Raises:
            InputError: a series has no row.
        """
        missing = pd.Index(names).difference(self.values.index, sort=False)
        if len(missing):
            raise InputError(
                f'{_WHERE}: series {shown(str(missing[0]))} of channel "{channel}" has no row'
                f"{did_you_mean(str(missing[0]), list(map(str, self.values.index[:1000])))}.",
                advice="Give each series a row, with empty cells where a feature is not known.",
            )
        return self.values.loc[list(names)]

    def unused(self, names: Collection[Any]) -> str | None:
        """Return a sentence about rows without a series; None where each has one."""
        extra = self.values.index.difference(pd.Index(list(names)), sort=False)
        if not len(extra):
            return None
        return (
            f"Static features of series without rows in the data were left out ({len(extra)}; the "
            f"first is {shown(str(extra[0]))})."
        )


def read_static(
    table: ChannelTable, id_column: str, taken: Collection[str], warnings: list[str]
) -> StaticTable:
    """Check and convert the rows of the channel.

    Args:
        table: the channel.
        id_column: names the series, as in the long table.
        taken: the long table's columns.
        warnings: sentences on how columns were read are added here.

    Raises:
        InputError: a column or row that cannot be used, by name.
    """
    cut, notes = without_index({"train": table}, "the static features")
    warnings += notes
    table = cut["train"]
    warnings += table.notes
    if id_column not in table.columns:
        raise InputError(
            f'{_WHERE}: id column "{id_column}" not found{did_you_mean(id_column, table.columns)}.',
            advice=f"Its columns are {listed(table.columns)}.",
        )
    names = [name for name in table.columns if name != id_column]
    if not names:
        raise InputError(
            f'{_WHERE} has no column besides the id column "{id_column}".',
            advice="Give it a column for each feature.",
        )
    for name in names:
        require_free_name(name, "a static feature")
        if name in taken:
            raise InputError(
                f'{_WHERE}: column "{name}" is a column of the training data, too.',
                advice="Rename one of them, or leave it out.",
            )
    tables, reading = {CHANNEL: table}, DataReading()
    features = (
        id_feature(id_column, tables),
        *(covariate(name, tables, reading, warnings, "a static feature") for name in names),
    )
    cells: dict[str, Any] = dict(zip(table.columns, table.table.columns, strict=True))
    frame = convert_columns(features, cells, table.row_name)
    repeated = frame[id_column].duplicated()
    if repeated.any():
        row = int(repeated.to_numpy().argmax())
        raise InputError(
            f"{_WHERE}, {table.row_name(row)}: series {shown(str(frame[id_column][row]))} has a "
            "row already.",
            advice="Keep one row for each series.",
        )
    return StaticTable(features[1:], frame.set_index(id_column))
