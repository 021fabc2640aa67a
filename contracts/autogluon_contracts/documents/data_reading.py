"""Define how the cells of training data are read where they do not say so themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autogluon_contracts.data.dates import DateOrder
from autogluon_contracts.document import key


@dataclass(frozen=True, kw_only=True)
class DataReading:
    """What a predictor's settings say about its data files; `cell_rules` has the rules."""

    keep_na: tuple[str, ...] = key(
        "columns in which `NA`, `None`, `null` and the like are values; elsewhere they are missing",
        default=(),
    )
    date_order: Mapping[str, DateOrder] = key(
        "column of dates -> the order of their parts, where the cells do not decide it",
        factory=dict,
    )
