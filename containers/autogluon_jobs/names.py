"""Which known name a mistyped one was probably meant to be."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

_NOISE = re.compile(r"[\s_\-.\ufeff\"']+")
_LISTED = 30


def simplified(name: str) -> str:
    """`name` without case, spaces, quotes, dashes, underscores and dots."""
    return _NOISE.sub("", name).casefold()


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `name` most resembles, or None where none comes close."""
    pool = list(candidates)
    wanted = simplified(name)
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


def listed(names: Sequence[str]) -> str:
    """Names in quotes, comma separated; a long list is cut and says how many more there are."""
    shown = ", ".join(f'"{name}"' for name in names[:_LISTED])
    more = len(names) - _LISTED
    return f"{shown} and {more} more" if more > 0 else shown


def shown(value: object, limit: int = 80) -> str:
    """A value as a sentence quotes it, cut to `limit` characters."""
    text = value if isinstance(value, str) else repr(value)
    text = text if len(text) <= limit else text[: limit - 3] + "..."
    return f'"{text}"'
