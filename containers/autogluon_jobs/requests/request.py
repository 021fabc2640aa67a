"""Define a parsed request, which every wire format turns into and prediction starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autogluon_jobs.formats.size_limits import REAL_TIME, require_rows_within
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.schema.feature_schema import Feature
from autogluon_jobs.schema.feature_table import FeatureTable


@dataclass(frozen=True)
class Request:
    """Rows to predict.

    `given` has the schema's features in their order: a `FeatureTable`, or the pandas frame that one
    makes. `ids` are the values of a batch's id column, one per row. `options` are the inference
    arguments that the format carried.
    """

    given: FeatureTable | Any
    ids: list[Any] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.given)

    @property
    def features(self) -> Any:
        """Return the rows as the pandas frame that AutoGluon takes, made anew at each call."""
        if not isinstance(self.given, FeatureTable):
            return self.given
        from autogluon_jobs.schema.frames import frame_of  # pandas costs a cold start

        return frame_of(self.given)

    def table(self, features: Sequence[Feature]) -> FeatureTable:
        """Return the rows as a table of the schema's `features`."""
        if isinstance(self.given, FeatureTable):
            return self.given
        from autogluon_jobs.schema.frames import (
            table_of,
        )  # a caller with a frame has imported pandas

        return table_of(features, self.given)


def require_rows(count: int) -> None:
    """Refuse a request without rows, or with more than an endpoint takes.

    Raises:
        InputError: `count` is zero, or too large.
    """
    if count == 0:
        raise InputError("The request holds no rows.", advice="Send at least one.")
    require_rows_within(count, REAL_TIME)
