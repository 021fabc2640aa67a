"""Find categories that differ in case or spaces alone."""

from __future__ import annotations

from collections.abc import Iterable

FIX_OF_ALIKE = "write them alike if they mean the same"
"""What to do about them, to go on a sentence."""


def alike_texts(texts: Iterable[str], *, shortest: int = 2) -> tuple[str, str] | None:
    """Return the first two texts, in their order, that differ in case or spaces alone.

    Texts of fewer than `shortest` characters are told apart: "a" and "A" may be grades or genes.

    Example:
        >>> alike_texts(["no", "Yes", "yes ", "maybe"])
        ('Yes', 'yes ')
    """
    seen: dict[str, str] = {}
    for text in sorted(texts):
        words = " ".join(text.casefold().split())
        other = seen.setdefault(words, text)
        if other != text and len(words) >= shortest:
            return other, text
    return None
