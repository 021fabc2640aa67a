"""Write commands that can be pasted into a shell, and read before that."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence

# What a shell replaces between double quotes.
_SPECIAL = frozenset('"$`\\!')


def shell_line(words: Iterable[str]) -> str:
    """Return the words as one line for bash, zsh and fish.

    Example:
        >>> shell_line(["agcdk", "init", "a.csv", "--label", "'vote'"])
        'agcdk init a.csv --label "\\'vote\\'"'
    """
    return " ".join(_quoted(word) for word in words)


def with_options(words: Sequence[str], options: Mapping[str, str]) -> list[str]:
    """Return the words of a command with these values of its options, which come last.

    Example:
        >>> with_options(["init", "a.csv", "--label=Y", "--yes"], {"--label": "y"})
        ['init', 'a.csv', '--yes', '--label', 'y']
    """
    kept: list[str] = []
    is_value = False
    for word in words:
        if not is_value and word.partition("=")[0] not in options:
            kept.append(word)
        is_value = word in options
    return [*kept, *(part for option in options.items() for part in option)]


def _quoted(word: str) -> str:
    if "'" in word and not _SPECIAL & set(word):
        return f'"{word}"'
    return shlex.quote(word)
