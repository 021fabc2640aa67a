"""Find categories that differ in case or spaces alone, and classes not meant as their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from autogluon_contracts.data.cell_kinds import is_boolean, is_number
from autogluon_contracts.data.number_forms import MISSING_SIGNS

FIX_OF_ALIKE = "write them alike if they mean the same"
"""What to do about them, to go on a sentence."""

_SHOWN = 80
_PLUS = "+"  # beside it a minus is the other class


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


def odd_classes(counts: Mapping[str, int]) -> str:
    """Return what is odd about the classes, as a sentence without its end; empty for nothing.

    Args:
        counts: how many rows each class has, without rows that lack a label.

    Example:
        >>> odd_classes({"yes": 9, "no": 8, "Yes ": 1})
        '"Yes " and "yes" are two classes; write them alike if they mean the same'
        >>> odd_classes({"1": 9, "0": 8, "?": 2})
        '"?" is a class, of 2 rows; leave such cells empty if their label is not known'
    """
    signs = [text for text in counts if text.strip() in MISSING_SIGNS]
    if signs and len(signs) < len(counts) and _PLUS not in counts:
        rows = sum(counts[text] for text in signs)
        noun = "row" if rows == 1 else "rows"
        return (
            f'"{signs[0]}" is a class, of {rows:,} {noun}; leave such cells empty if their label '
            "is not known"
        )
    if all(map(is_number, counts)) or all(map(is_boolean, counts)):
        return ""  # 1 and " 1" are one number, as True and true are one
    alike = alike_texts(counts, shortest=1)
    if alike is None:
        return ""
    one, other = (text[:_SHOWN] for text in alike)
    return f'"{one}" and "{other}" are two classes; {FIX_OF_ALIKE}'
