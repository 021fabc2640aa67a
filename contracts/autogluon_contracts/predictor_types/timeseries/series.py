"""Name the columns of long tables, and describe what a trained model forecasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autogluon_contracts.document import DocumentError, key, read_part, written

COLUMN_ARGUMENTS = ("id_column", "timestamp_column")
"""Arguments of ours among `init_args` that name columns."""

STORED_HISTORY = "stored_history"
"""Another one: whether the artifact stores the training series, as it does unless told not to."""

OWN_ARGUMENTS = (*COLUMN_ARGUMENTS, STORED_HISTORY)
"""All of ours: AutoGluon's constructor does not take them."""

MOST_STORED_ROWS = 5_000_000
"""Rows of training series that an artifact stores: the last ones of each series where there are
more. As Parquet, a row with a few columns takes 5 to 20 bytes."""

MEAN = "mean"
"""The answer's column of the expected value, as AutoGluon names it."""


@dataclass(frozen=True)
class SeriesColumns:
    """The columns of a long table that have a role; all others are past covariates."""

    target: str = "target"
    id_column: str = "item_id"
    timestamp_column: str = "timestamp"
    known_covariates: tuple[str, ...] = ()

    @classmethod
    def of(cls, init_args: Mapping[str, Any]) -> SeriesColumns:
        """Return the columns that valid arguments name, with the defaults of those they do not.

        Example:
            >>> SeriesColumns.of({"target": "sales"}).id_column
            'item_id'
        """
        names = ("target", *COLUMN_ARGUMENTS)
        given = {name: init_args[name] for name in names if init_args.get(name) is not None}
        known = init_args.get("known_covariates_names") or ()
        return cls(**given, known_covariates=(known,) if isinstance(known, str) else tuple(known))

    @property
    def required(self) -> dict[str, str]:
        """Return each column that training data must have, with the argument that names it."""
        return {
            self.id_column: "id_column",
            self.timestamp_column: "timestamp_column",
            self.target: "target",
            **dict.fromkeys(self.known_covariates, "known_covariates_names"),
        }


def constructor_args(init_args: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that AutoGluon's constructor takes."""
    return {name: value for name, value in init_args.items() if name not in OWN_ARGUMENTS}


def stores_history(init_args: Mapping[str, Any]) -> bool:
    """Return whether a predictor with these arguments stores its training series."""
    return init_args.get(STORED_HISTORY) is not False


@dataclass(frozen=True, kw_only=True)
class SeriesFacts:
    """What a model forecasts: `details` of its feature schema."""

    id_column: str = key("the column that names the series")
    timestamp_column: str = key("the column of times")
    prediction_length: int = key("how many steps a forecast has", minimum=1)
    freq: str = key("the time between two steps, as pandas names it")
    known_covariates: tuple[str, ...] = key("columns that a request gives for future steps")
    resampled: bool = key(
        "whether rows are brought to `freq`, because it was given: gaps are then allowed",
        default=False,
    )
    # Absent in artifacts of earlier releases.
    static_features: tuple[str, ...] = key(
        "columns with one value for each series", default=(), omit_default=True
    )
    stored_history: bool = key(
        "whether the artifact stores the training series, so that a request may only name them",
        default=False,
        omit_default=True,
    )

    @classmethod
    def of(cls, details: Mapping[str, Any] | None) -> SeriesFacts:
        """Read a feature schema's `details`.

        Raises:
            DocumentError: they are missing, or not those of a time series model.
        """
        problems: list[str] = []
        found: SeriesFacts | None = read_part(cls, details or {}, "", problems)
        if found is None or problems:
            raise DocumentError("The details of a time series model", problems)
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the facts as `details` holds them."""
        return written(self)

    def answer_columns(self, quantile_levels: Sequence[float], output: str) -> tuple[str, ...]:
        """Return the columns of a forecast; there are none of probabilities."""
        if output == "probabilities":
            return ()
        return (self.id_column, self.timestamp_column, MEAN, *map(str, quantile_levels))
