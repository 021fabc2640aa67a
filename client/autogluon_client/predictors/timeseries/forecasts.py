"""Turn a table of answers into a forecast as AutoGluon Cloud returns it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autogluon_client.optional_packages import pandas
from autogluon_contracts.predictor_types.timeseries.series import MEAN

if TYPE_CHECKING:
    import pandas as pd


def forecast(table: pd.DataFrame) -> pd.DataFrame:
    """Return `[<id>, <time>, mean, <level>, ...]` with texts as ids and dates as times."""
    item, time = table.columns[: list(table.columns).index(MEAN)]
    times = pandas().to_datetime(table[time])
    return table.assign(**{item: table[item].astype(str), time: times})
