"""Define `AUTOGLUON_BATCH`: how a transform job's container reads every piece of its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import ClassVar, Literal, Self

from autogluon_contracts.answers import BatchOnError
from autogluon_contracts.data.files.csv_dialect import Delimiter
from autogluon_contracts.document import Document, key

VARIABLE = "AUTOGLUON_BATCH"
PIECE_CHARACTERS = 10_000
"""Longer values are cut into `AUTOGLUON_BATCH_0`, `_1`, ...: SageMaker's limit is 10,240."""
MOST_PIECES = 15
"""SageMaker admits 16 variables; one is the server's timeout."""


@dataclass(frozen=True, kw_only=True)
class TransformBatch(Document):
    """The layout of a batch's files and of its answer; part of the job's environment.

    The code inside a model's artifact reads it, which may be of an earlier release: keys that
    release 0.1 does not know are written only where they differ from their defaults.
    """

    NAME: ClassVar[str] = VARIABLE
    ADVICE: ClassVar[str] = "Deploy the Workflows stack again."

    columns: tuple[str, ...] | None = key("columns of the files in file order; null: by name")
    delimiter: Delimiter = key("between the cells of CSV", default=",", omit_default=True)
    has_header: bool = key("whether the files have a header")
    id_column: str | None = key("the column that identifies rows", default=None)
    output: Literal["both", "labels", "probabilities"] = key("what is asked for")
    output_format: Literal["csv", "jsonl"] = key("the format of the answer")
    on_error: BatchOnError = key(
        "what a bad row costs: the batch, or itself", default="batch", omit_default=True
    )

    contributions: bool = key(
        "whether features' contributions are written", default=False, omit_default=True
    )
    artifact_model: str | None = key(
        "the artifact's model that predicts; null: its best", default=None, omit_default=True
    )

    @property
    def later_keys(self) -> tuple[str, ...]:
        """Return the written keys that code of release 0.1 refuses."""
        written = self.to_json()
        later = (item.name for item in fields(self) if item.metadata["omit_default"])
        return tuple(name for name in later if name in written)

    @property
    def extra_allowed(self) -> frozenset[str]:
        """Return the names that the files may have beside the predictor's."""
        return frozenset(() if self.id_column is None else (self.id_column,))

    def inconsistencies(self) -> Sequence[str]:
        """Return a sentence where a header is announced without its columns."""
        if self.has_header and self.columns is None:
            return ["has_header: needs columns, to recognize the header in each piece"]
        return ()

    def to_environment(self) -> dict[str, str]:
        """Return the variables, numbered where the value is longer than 10,000 characters.

        More than `MOST_PIECES` do not fit into a transform job.
        """
        text = self.to_text()
        if len(text) <= PIECE_CHARACTERS:
            return {VARIABLE: text}
        starts = range(0, len(text), PIECE_CHARACTERS)
        return {
            f"{VARIABLE}_{number}": text[start : start + PIECE_CHARACTERS]
            for number, start in enumerate(starts)
        }

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self | None:
        """Read the variables; None where there are none, at an endpoint."""
        if VARIABLE in environ:
            return cls.from_text(environ[VARIABLE])
        pieces: list[str] = []
        while (name := f"{VARIABLE}_{len(pieces)}") in environ:
            pieces.append(environ[name])
        return cls.from_text("".join(pieces)) if pieces else None
