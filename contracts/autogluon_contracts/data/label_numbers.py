"""Find what is not a plain number in a label that is one of quantities."""

from __future__ import annotations

import re

from autogluon_contracts.data.cell_rules import MISSING_MARKS, NUMBER
from autogluon_contracts.data.number_forms import may_be_number, number_in_disguise

MOST_NUMERIC_CLASSES = 20
"""Different numbers; more are quantities, fewer may be classes."""
MOST_STRAY_WORDS = 3
"""Different words among quantities that are taken for mistakes; more are classes."""

PLAIN_ADVICE = (
    "Write its numbers plain, such as 1234.5, or set problem_type if they are names of classes."
)
CATEGORIES_ADVICE = "Store it as numbers (pandas: astype(float))."
"""What to do about a label of numbers whose type in the file is categories."""

_ENOUGH_CELLS = 1_000
_MOST_TEXTS = 1_000
_is_number = re.compile(NUMBER).match
_MARKS = frozenset(("", *MISSING_MARKS))


class LabelNumbers:
    """Look at a label's cells one by one."""

    def __init__(self) -> None:
        self._numbers: set[str] = set()
        self._words: dict[str, int] = {}
        self._texts: dict[str, int] = {}
        self._may_be_numbers = True
        self._seen = 0

    def add(self, row: int, text: str) -> None:
        """Look at the cell of a row."""
        self._seen += 1
        text = text.strip()
        if text in _MARKS:
            return
        if len(self._texts) < _MOST_TEXTS:
            self._texts.setdefault(text, row)
        if _is_number(text):
            if len(self._numbers) <= MOST_NUMERIC_CLASSES:
                self._numbers.add(text)
            return
        self._may_be_numbers = self._may_be_numbers and may_be_number(text)
        if len(self._words) <= MOST_STRAY_WORDS:
            self._words.setdefault(text, row)

    @property
    def is_settled(self) -> bool:
        """Return whether the label is one of classes, so that further cells need no look."""
        if self._words and self._may_be_numbers:
            return False
        many = self._seen >= _ENOUGH_CELLS and len(self._numbers) <= MOST_NUMERIC_CLASSES
        return many or len(self._words) > MOST_STRAY_WORDS

    @property
    def disguised(self) -> tuple[int, str] | None:
        """Return row and text of the first number that is not plain, where all are numbers."""
        text = number_in_disguise(self._texts) if self._may_be_numbers else None
        return None if text is None else (self._texts[text], text)

    @property
    def stray(self) -> tuple[int, str] | None:
        """Return row and text of the first word among quantities; None where there is none."""
        quantities = len(self._numbers) > MOST_NUMERIC_CLASSES
        if not quantities or not 0 < len(self._words) <= MOST_STRAY_WORDS:
            return None
        text, row = next(iter(self._words.items()))
        return row, text
