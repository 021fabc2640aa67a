"""Which known name a mistyped one was probably meant to be."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

_NOISE = re.compile(r"[\s_\-.\ufeff\"']+")
_LISTED = 30
_QUOTED = 80

MOST_HINTS = 5
"""How many wrong names a sentence spells out; finding what was meant costs time for each."""


def simplified(name: str) -> str:
    """`name` without case, spaces, quotes, dashes, underscores and dots."""
    return _NOISE.sub("", name).casefold()


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `name` most resembles, or None where none comes close."""
    pool = list(candidates)
    wanted = simplified(name)
    if len(wanted) > 2 * max(map(len, pool), default=0):
        return None  # too long to be like any of them, and slow to compare
    for candidate in pool:
        if simplified(candidate) == wanted:
            return candidate
    by_simplified = {simplified(candidate): candidate for candidate in pool}
    found = difflib.get_close_matches(wanted, list(by_simplified), n=1, cutoff=0.75)
    return by_simplified[found[0]] if found else None


def hint(name: str, candidates: Iterable[str]) -> str:
    """` (did you mean "x"?)`, or an empty string."""
    found = nearest(name, candidates)
    return f' (did you mean "{found}"?)' if found is not None and found != name else ""


def listed(names: Sequence[str], most: int = _LISTED) -> str:
    """Names in quotes, comma separated; beyond `most` the list says how many more there are."""
    return ", ".join(shown(name) for name in names[:most]) + and_more(len(names) - most)


def and_more(count: int) -> str:
    """` and 3 more`, or an empty string."""
    return f" and {count} more" if count > 0 else ""


def shown(value: object, limit: int = _QUOTED) -> str:
    """A value as a sentence quotes it: cut to `limit` characters, halves of characters escaped."""
    text = value if isinstance(value, str) else _represented(value)
    text = text if len(text) <= limit else text[: limit - 3] + "..."
    return f'"{text.encode("utf-8", "backslashreplace").decode()}"'


def _represented(value: object) -> str:
    try:
        return repr(value)
    except RecursionError:
        return "a deeply nested value"
