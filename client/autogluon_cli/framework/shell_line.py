"""Write commands that can be pasted into a shell, and read before that."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

# What a shell replaces between double quotes.
_SPECIAL = frozenset('"$`\\!')


def shell_line(words: Iterable[str]) -> str:
    """Return the words as one line for bash, zsh and fish.

    Example:
        >>> shell_line(["agcdk", "init", "a.csv", "--label", "'vote'"])
        'agcdk init a.csv --label "\\'vote\\'"'
    """
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    if "'" in word and not _SPECIAL & set(word):
        return f'"{word}"'
    return shlex.quote(word)
