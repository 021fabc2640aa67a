"""Check the column names of a file or request against the schema."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from autogluon_contracts.data.index_column import ADVICE_ON_LATER
from autogluon_contracts.documents.error_facts import ErrorFacts
from autogluon_contracts.suggestions import did_you_mean
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import MOST_HINTS, and_more, listed, plain, shown
from autogluon_jobs.schema.feature_schema import FeatureSchema

_MANY_CANDIDATES = 1_000


def check_header(
    schema: FeatureSchema, header: Sequence[str], extra_allowed: frozenset[str] = frozenset()
) -> None:
    """Refuse a header that does not name every feature once, or names unknown columns.

    Args:
        schema: what the predictor takes.
        header: column names.
        extra_allowed: further allowed names, such as a batch's id column.

    Raises:
        InputError: naming the columns, with the nearest known name.
    """
    _refuse_doubled(header)
    known = set(schema.names) | schema.accepted | extra_allowed
    given = set(header)
    missing = [name for name in schema.required(given) if name not in given]
    # An index comes first; a last column without a name is a comma too many.
    unknown = [
        name for at, name in enumerate(header) if name not in known or (at and not name.strip())
    ]
    if not missing and not unknown:
        return
    parts = []
    if unknown:
        parts.append(_unknown(unknown, missing or list(schema.names)))
    if missing:
        parts.append(f"lacks {listed(missing, MOST_HINTS)}")
    raise InputError(
        f"The header {' and '.join(parts)}.",
        advice=f"Name each feature exactly as in training: {listed(schema.names)}.",
        facts=columns_facts(schema, (unknown or missing)[0]),
    )


def columns_facts(schema: FeatureSchema, column: str, row: int | None = None) -> ErrorFacts:
    """Return the facts about a column or key that is unknown or missing."""
    return ErrorFacts(code="invalid_columns", column=plain(column), row=row, allowed=schema.names)


def unnamed_or_doubled(header: Sequence[str]) -> None:
    """Refuse column names from which no predictor can be trained; the first may be an index's.

    Raises:
        InputError: a name is empty or repeated.
    """
    for position, name in enumerate(header, start=1):
        if not name.strip() and (position > 1 or name):
            raise InputError(f"Column {position} has no name.", advice=ADVICE_ON_LATER)
    _refuse_doubled(header)


def _refuse_doubled(header: Sequence[str]) -> None:
    doubled = [name for name, count in Counter(header).items() if count > 1]
    if doubled:
        raise InputError(
            f"The header names {listed(doubled, MOST_HINTS)} more than once.",
            advice="Keep one of each.",
        )


def _unknown(names: Sequence[str], candidates: Sequence[str]) -> str:
    named = [name for name in names if name.strip()]
    parts = []
    if len(named) < len(names):
        parts.append('a column without a name (an index? write the file with "index=False")')
    if named:
        # Each name is compared with all candidates, which takes long for thousands of them.
        compared = MOST_HINTS if len(candidates) <= _MANY_CANDIDATES else 1
        few = [
            f"the unknown column {shown(name)}"
            f"{did_you_mean(name, candidates) if at < compared else ''}"
            for at, name in enumerate(named[:MOST_HINTS])
        ]
        parts.append(", ".join(few) + and_more(len(named) - len(few)))
    return "has " + ", ".join(parts)
