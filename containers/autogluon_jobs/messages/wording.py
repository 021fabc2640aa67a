"""Quote values and list names in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from autogluon_contracts.odd_spaces import visible

_LISTED = 30
_QUOTED = 80

MOST_HINTS = 5
"""How many wrong names a sentence spells out; finding what was meant costs time for each."""


def listed(names: Sequence[str], most: int = _LISTED) -> str:
    """Return names in quotes, comma separated; beyond `most`, how many more there are."""
    return ", ".join(shown(name) for name in names[:most]) + and_more(len(names) - most)


def and_more(count: int) -> str:
    """Return ` and 3 more`, or an empty string."""
    return f" and {count} more" if count > 0 else ""


def shown(value: object, limit: int = _QUOTED) -> str:
    """Quote a value: cut to `limit` characters, halves of characters and odd spaces escaped.

    A no-break space in a column's name would look like the name with a space.
    """
    return f'"{visible(plain(value, limit))}"'


def plain(value: object, limit: int = _QUOTED) -> str:
    """Return a value as text: cut to `limit` characters, halves of characters escaped."""
    text = value if isinstance(value, str) else _represented(value)
    text = text if len(text) <= limit else text[: limit - 3] + "..."
    return text.encode("utf-8", "backslashreplace").decode()


def _represented(value: object) -> str:
    try:
        return repr(value)
    except RecursionError:
        return "a deeply nested value"
