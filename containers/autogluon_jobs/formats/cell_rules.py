"""Re-export the rules for the text of one cell, which the command line reads too."""

from __future__ import annotations

from autogluon_contracts.data.cell_rules import (
    BOOLEAN,
    DATETIME,
    INFINITE,
    LARGEST_EXACT,
    MISSING_MARKS,
    NA_WORDS,
    NUMBER,
    WHOLE_NUMBER,
)

__all__ = [
    "BOOLEAN",
    "DATETIME",
    "INFINITE",
    "LARGEST_EXACT",
    "MISSING_MARKS",
    "NA_WORDS",
    "NUMBER",
    "WHOLE_NUMBER",
]
