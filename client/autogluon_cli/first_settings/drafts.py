"""Hold what `agcdk init` is asked for, and the settings that a predictor type drafts of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autogluon_cli.first_settings.table import Table


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the options of `agcdk init` ask for.

    Attributes:
        given: the options that only some types take, such as `--known`, as far as they are given.
        confirm: asks a person a question; None without a terminal.
    """

    table: Table
    label: str
    given: Mapping[str, Any]
    time_limit_seconds: int
    with_endpoint: bool
    confirm: Callable[[str], bool] | None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Settings, and what is told about them.

    Attributes:
        settings: an entry of `predictors:`.
        label: the column to predict.
        why: for the comment in the settings file.
        document: further keys of the answer with `--json`.
        facts: for people, by their names.
        more: tells people the rest.
    """

    settings: dict[str, Any]
    label: str
    why: str
    document: Mapping[str, Any]
    facts: Mapping[str, str]
    more: Callable[[], None]
