"""Define `baseline.json`: what training data and held-out answers looked like, to compare with.

It holds counts, no rows. A numeric column is counted in cells around edges that other rows gave,
so that the counted rows and later ones are comparable: were they alike, each would be as likely in
any cell as the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from autogluon_contracts.document import Document, key

FILE_NAME = "baseline.json"

Comparison = Literal["numbers", "lengths", "values", "nothing"]


@dataclass(frozen=True, kw_only=True)
class ColumnBaseline:
    """One column's counts.

    Of `numbers` and `lengths` (characters of a text), cell 2i+1 holds what equals edge i, and the
    cells around it what lies between its neighbours. Of `values`, each value has a cell of its own.
    """

    name: str = key("the column's name", non_empty=True)
    comparison: Comparison = key(
        "what is compared beside missing values: `numbers`, `lengths` of texts, `values`, `nothing`"
    )
    present: int = key("rows with a value", minimum=0)
    missing: int = key("rows without one", minimum=0)
    edges: tuple[float, ...] = key("of `numbers` and `lengths`, ascending", default=())
    values: tuple[str, ...] = key("of `values`: each as text", default=())
    counts: tuple[int, ...] = key("rows in each cell", default=(), minimum=0)
    note: str | None = key(
        "why nothing is compared; null: values are", default=None, omit_null=True
    )

    @property
    def counted(self) -> int:
        """Return the rows that are in cells."""
        return sum(self.counts)


@dataclass(frozen=True, kw_only=True)
class QualityBaseline:
    """How wrong the answers to held-out rows were."""

    measure: Literal["wrong answers", "absolute error"] = key("what is measured of each row")
    value: float = key("the share of wrong answers, or the mean absolute error")
    column: ColumnBaseline = key(
        "of wrong answers the values `right` and `wrong`, of errors `numbers`"
    )


@dataclass(frozen=True, kw_only=True)
class DriftBaseline(Document):
    """The baseline of a model version, written by its training job."""

    NAME: ClassVar[str] = FILE_NAME
    UNKNOWN_KEYS: ClassVar[Literal["refused", "ignored"]] = "ignored"

    predictor: str = key("the predictor's name")
    run: str = key("the training job's name")
    features: tuple[ColumnBaseline, ...] = key("counts of training rows, in training order")
    answers: tuple[ColumnBaseline, ...] = key(
        "counts of the model's answers to held-out rows; empty without such rows"
    )
    quality: QualityBaseline | None = key("of the same rows; null without them")
    held_out: int = key("how many rows were held out", minimum=0)
    note: str | None = key(
        "what limits the comparison, such as a model without test data; null: nothing",
        default=None,
        omit_null=True,
    )

    def inconsistencies(self) -> Sequence[str]:
        """Return a sentence for each column whose counts do not fit its cells."""
        quality = () if self.quality is None else (self.quality.column,)
        return [
            f"{column.name}: {len(column.counts)} counts for {_cells(column)} cells"
            for column in (*self.features, *self.answers, *quality)
            if len(column.counts) != _cells(column)
        ]


def _cells(column: ColumnBaseline) -> int:
    if column.comparison == "values":
        return len(column.values)
    if column.comparison == "nothing":
        return 0
    return 2 * len(column.edges) + 1
