"""Describe the features that one member takes, for the functions that export members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One feature of a member, or one prediction of the models below it.

    Attributes:
        position: among the stack's predictions, followed by the encoded features.
        dtype: pandas', as AutoGluon hands the feature to its models.
        categories: how many there are; None where the feature is not a category.
    """

    position: int
    dtype: str
    categories: int | None


Sources = Mapping[str, Source]
"""By the names under which the member knows them, in its order."""
