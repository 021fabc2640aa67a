"""Suggest the known name that a mistyped one was probably meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from autogluon_contracts.odd_spaces import visible

# Below this, short names look alike that have nothing to do with each other.
_ALIKE = 0.7
_NOISE = re.compile(r"[\s_\-.\ufeff\"']+")


def simplified(name: str) -> str:
    """Return `name` without case, spaces, quotes, dashes, underscores and dots."""
    return _NOISE.sub("", name).casefold()


def nearest(name: object, known: Iterable[str]) -> str | None:
    """Return the known name that `name` was most likely meant to be, or None.

    A name that contains `name` as a whole word, as `roc_auc` contains `auc`, goes before one that
    merely looks alike, such as `pac`.

    Example:
        >>> nearest("time-limt", ["time_limit", "label"])
        'time_limit'
    """
    by_simplified: dict[str, str] = {}
    for candidate in known:
        by_simplified.setdefault(simplified(candidate), candidate)
    wanted = simplified(str(name))
    if wanted in by_simplified:
        return by_simplified[wanted]
    # A name much longer than all others resembles none of them, and would be slow to compare.
    if len(wanted) > 2 * max(map(len, by_simplified), default=0):
        return None
    words = _words(str(name))
    with_words = [entry for entry in by_simplified.values() if words and words <= _words(entry)]
    if with_words:
        return min(with_words, key=len)
    matches = get_close_matches(wanted, by_simplified, n=1, cutoff=_ALIKE)
    return by_simplified[matches[0]] if matches else None


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """Return a clause such as ` (did you mean "label"?)`, empty when no known name is near."""
    match = nearest(name, known)
    return meant_name(match) if match is not None and match != name else ""


def meant_name(name: str) -> str:
    """Return the clause that names what was meant: ` (did you mean "label"?)`."""
    return f' (did you mean "{visible(name)}"?)'


def meant_in(sentence: str) -> str | None:
    """Return the name that a sentence with such a clause suggests; None without one.

    Example:
        >>> meant_in('Unknown argument "time_limt" (did you mean "time_limit"?).')
        'time_limit'
    """
    match = re.search(r'\(did you mean "([^"]+)"', sentence)
    return None if match is None else match[1]


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in _NOISE.split(name.casefold()) if word)
