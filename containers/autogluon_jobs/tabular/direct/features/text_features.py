"""Make AutoGluon's features of texts: counts of n-grams, and statistics in bins.

Two kinds of rules, for `encoding`:

- `term`: how often the n-gram number `term` of the vocabulary occurs, modulo 256 as AutoGluon's
  8-bit counts have it; `term` null asks how many n-grams occur at all. The first rule of a `text`
  holds the `vocabulary` itself: its texts (`sources`), joined by ". ", `terms`, and how
  scikit-learn's CountVectorizer cuts texts up.
- `statistic`: the bin of a number of the text, such as `word_count`.

A missing text is the empty one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

TEXT_RULES = ("term", "statistic")

Rules = Sequence[tuple[int, Mapping[str, Any]]]
"""Columns of the matrix, and their rules."""
Texts = Callable[[str], Sequence[str | None]]
"""All rows' texts of a source."""

_CLASSES = {
    "capital_ratio": "[A-Z]", "lower_ratio": "[a-z]", "digit_ratio": "[0-9]",
    "special_ratio": r"[^\w]",
}  # fmt: skip


class TextFeatures:
    """Fills the columns that come from texts."""

    def __init__(self, rules: Rules) -> None:
        self.columns = [column for column, _ in rules]
        terms: dict[int, list[tuple[int, Mapping[str, Any]]]] = {}
        for column, rule in rules:
            if rule["op"] == "term":
                terms.setdefault(rule["text"], []).append((column, rule))
        self._vocabularies = [_Vocabulary(of_text) for of_text in terms.values()]
        self._statistics = [
            (column, rule["source"], _statistic(rule), rule["bins"])
            for column, rule in rules
            if rule["op"] == "statistic"
        ]

    def fill(self, matrix: Any, texts: Texts) -> None:
        """Write the columns of all rows."""
        for vocabulary in self._vocabularies:
            vocabulary.fill(matrix, texts)
        for column, source, statistic, bins in self._statistics:
            for row, text in enumerate(texts(source)):
                # AutoGluon compares 32-bit shares with its 64-bit bins; counts are exact in both.
                matrix[row, column] = bisect_left(bins, float(np.float32(statistic(text or ""))))


class _Vocabulary:
    """The n-grams of one or several texts."""

    def __init__(self, rules: Rules) -> None:
        spec = rules[0][1]["vocabulary"]
        self._sources: list[str] = spec["sources"]
        self._places = {term: place for place, term in enumerate(spec["terms"])}
        self._columns = {rule["term"]: column for column, rule in rules}
        self._lowercase: bool = spec["lowercase"]
        self._tokens = re.compile(spec["token_pattern"]).findall
        self._stop_words = frozenset(spec["stop_words"])
        self._lengths = range(spec["shortest"], spec["longest"] + 1)
        self._binary: bool = spec["binary"]

    def fill(self, matrix: Any, texts: Texts) -> None:
        matrix[:, list(self._columns.values())] = 0
        rows, columns, values = [], [], []
        parts = [texts(source) for source in self._sources]
        for row, cells in enumerate(zip(*parts, strict=True)):
            counts = self._counts(". ".join(cell or "" for cell in cells))
            for place, count in counts.items():
                column = self._columns.get(place)
                if column is not None:
                    rows.append(row)
                    columns.append(column)
                    values.append(count)
        matrix[rows, columns] = values

    def _counts(self, text: str) -> dict[int | None, int]:
        """Count n-grams by number; their own number is under None."""
        found: dict[int | None, int] = {}
        for term in self._terms(text):
            place = self._places.get(term)
            if place is not None:
                found[place] = 1 if self._binary else found.get(place, 0) + 1
        counts = {place: count % 256 for place, count in found.items() if count % 256}
        return counts | {None: len(counts) % 65536}

    def _terms(self, text: str) -> Iterator[str]:
        tokens = self._tokens(text.lower() if self._lowercase else text)
        if self._stop_words:
            tokens = [token for token in tokens if token not in self._stop_words]
        for length in self._lengths:
            if length == 1:
                yield from tokens
            else:
                for at in range(len(tokens) - length + 1):
                    yield " ".join(tokens[at : at + length])


def _statistic(rule: Mapping[str, Any]) -> Callable[[str], float]:
    name: str = rule["statistic"]
    symbol: str = rule.get("symbol", "")
    if name == "char_count":
        return len
    if name == "word_count":
        return lambda text: len(text.split())
    if name == "symbol_count":
        return lambda text: text.count(symbol)
    if name == "symbol_ratio":
        return lambda text: _share(text.count(symbol), len(text))
    found = re.compile(_CLASSES[name]).findall

    def share_of_class(text: str) -> float:
        dense = text.replace(" ", "")
        return _share(len(found(dense)), len(dense))

    return share_of_class


def _share(count: int, length: int) -> float:
    return count / length if length else 0.0
