"""Name the columns of an answer and keep their names distinct."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from autogluon_contracts.answers import probability_column
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import listed

Columns = Mapping[str, Any]
"""Columns by name: NumPy arrays, or lists of labels, all of one length."""


def probability_columns(classes: Sequence[Any]) -> list[str]:
    """Return `<class>_proba` for each class."""
    return [probability_column(item) for item in classes]


def require_distinct(names: Sequence[str], advice: str) -> None:
    """Refuse columns of an answer of which one would take another one's place.

    Args:
        names: of all its columns.
        advice: how to avoid it.

    Raises:
        InputError: naming the columns.
    """
    doubled = [name for name, count in Counter(names).items() if count > 1]
    if doubled:
        raise InputError(
            f"The answer would have several columns named {listed(doubled)}.", advice=advice
        )
