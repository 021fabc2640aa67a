"""Define what an endpoint's refusal tells programs, beside the sentence for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from autogluon_contracts.document import key

ErrorCode = Literal[
    "invalid_request",
    "invalid_cell",
    "missing_cell",
    "value_not_allowed",
    "invalid_columns",
    "unsupported_type",
    "no_contributions",
    "unavailable",
]


@dataclass(frozen=True, kw_only=True)
class ErrorFacts:
    """Members of the answer `{"detail": "<sentence>", "code": ...}`; unknown ones are left out."""

    code: ErrorCode = key("what kind of refusal it is", default="invalid_request")
    column: str | None = key("the column concerned", default=None, omit_null=True)
    row: int | None = key("the row of the request, counted from 1", default=None, omit_null=True)
    value: str | None = key("the cell, as text, cut", default=None, omit_null=True)
    allowed: tuple[Any, ...] | None = key(
        "what may be given instead: values, columns, types or models", default=None, omit_null=True
    )
