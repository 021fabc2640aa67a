"""A parsed request: what every wire format turns into, and what prediction starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from autogluon_jobs.errors import InputError

NO_ROWS = "The request holds no rows; send at least one."


@dataclass(frozen=True)
class Request:
    """Rows to predict.

    `features` has the schema's columns, order and dtypes. `ids` are the values of a batch's id
    column, one per row. `options` are the inference arguments that the format carried.
    """

    features: pd.DataFrame
    ids: list[Any] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.features)


def require_rows(count: int) -> None:
    """Refuse a request without rows.

    Raises:
        InputError: `count` is zero.
    """
    if count == 0:
        raise InputError(NO_ROWS)
