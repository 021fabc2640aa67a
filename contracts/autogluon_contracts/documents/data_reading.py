"""Define how the cells of training data are read where they do not say so themselves."""

from __future__ import annotations

from dataclasses import dataclass

from autogluon_contracts.document import key


@dataclass(frozen=True, kw_only=True)
class DataReading:
    """What a predictor's settings say about its data files; `cell_rules` has the rules."""

    keep_na: tuple[str, ...] = key(
        "columns in which `NA`, `None`, `null` and the like are values; elsewhere they are missing",
        default=(),
    )
