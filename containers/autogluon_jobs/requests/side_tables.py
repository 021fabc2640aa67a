"""State what joins the tables that AutoGluon Cloud's client sends beside the rows of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class SideTables(Protocol):
    """The tables beside the rows that a model takes; its predictor type makes it."""

    @property
    def keys(self) -> Sequence[str]:
        """Return the keys of the document that hold them, as base64 of Parquet."""

    @property
    def column_arguments(self) -> Mapping[str, str]:
        """Return inference arguments that name columns -> the column that the model has."""

    def joined(self, data: bytes, beside: Mapping[str, bytes]) -> Any:
        """Return the rows of `data` with the tables joined, as an Arrow table.

        Args:
            data: the rows, as Parquet.
            beside: some of `keys` -> table, as Parquet.

        Raises:
            InputError: a table that is not Parquet, or does not fit the rows or the model.
        """
