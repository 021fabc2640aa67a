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


def corrected(words: Sequence[str], changes: Mapping[str, str]) -> list[str]:
    """Return the words of a command with these values of options, which come last.

    Changes of other words take their place.

    Example:
        >>> corrected(["init", "b.csv", "--label=Y", "--yes"], {"--label": "y", "b.csv": "a.csv"})
        ['init', 'a.csv', '--yes', '--label', 'y']
    """
    kept: list[str] = []
    is_value = False
    for word in words:
        if not is_value and not (word.startswith("-") and word.partition("=")[0] in changes):
            kept.append(changes.get(word, word))
        is_value = word.startswith("-") and word in changes
    options = [part for change in changes.items() if change[0].startswith("-") for part in change]
    return [*kept, *options]


def renamed(words: Sequence[str], name: str, meant: str) -> list[str]:
    """Return the words with another name of a command or option.

    Example:
        >>> renamed(["runs", "--limt=3"], "--limt", "--limit")
        ['runs', '--limit=3']
    """
    return [
        meant + word.removeprefix(name) if word.partition("=")[0] == name else word
        for word in words
    ]


def _quoted(word: str) -> str:
    if "'" in word and not _SPECIAL & set(word):
        return f'"{word}"'
    return shlex.quote(word)
