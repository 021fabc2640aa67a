"""Draft the settings of a predictor by its type: each module here drafts those of one.

A module is named as its type and defines `DRAFT`, a `TypeDraft`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from typing import Protocol

from autogluon_cli.first_settings.drafts import Draft, Wishes


class TypeDraft(Protocol):
    """Drafts the settings of predictors of one type."""

    @property
    def options(self) -> Sequence[str]:
        """Return the options that it takes of those that only some types take."""

    @property
    def order(self) -> int:
        """Return when it is tried, the smallest first, where no option asks for a type."""

    def draft(self, wishes: Wishes, *, wanted: bool) -> Draft | None:
        """Return settings for the data; None where it is not for the type, and not wanted.

        Raises:
            CommandError: the type is wanted, and the data is not for it.
        """


def known_types() -> tuple[str, ...]:
    """Return the names of the types that can be drafted, sorted."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__)))


def drafts() -> dict[str, TypeDraft]:
    """Return what drafts each type, by its name, in the order in which they are tried."""
    modules = {name: importlib.import_module(f"{__name__}.{name}") for name in known_types()}
    found: dict[str, TypeDraft] = {name: module.DRAFT for name, module in modules.items()}
    return dict(sorted(found.items(), key=lambda item: item[1].order))
