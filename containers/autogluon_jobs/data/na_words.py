"""Say which words of the training data are read as missing, and how to keep them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from autogluon_jobs.formats.arrow_types import is_text, plain
from autogluon_jobs.formats.cell_rules import NA_WORDS
from autogluon_jobs.messages.wording import listed


def na_warning(name: str, column: Any) -> list[str]:
    """Return the sentence about a column of texts in which words are missing values, if any are."""
    counts = _counts(column)
    if not counts:
        return []
    return [
        f'Column "{name}": {sum(counts.values())} cells with {listed(list(counts))} are read as '
        f"missing. If they are values, list the column in the predictor's setting data.keep_na."
    ]


def _counts(column: Any) -> dict[str, int]:
    column = plain(column)
    if not is_text(column.type):
        return {}
    words = column.filter(pc.is_in(column, value_set=pa.array(NA_WORDS)))
    return {item["values"]: item["counts"] for item in pc.value_counts(words).to_pylist()}
