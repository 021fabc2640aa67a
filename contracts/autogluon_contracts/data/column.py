"""Describe a column of texts by the rules of the training job, without pandas."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from autogluon_contracts.data.cell_kinds import (
    DISTINCT_SHARE_OF_TEXT,
    WORDS_OF_TEXT,
    are_beyond_64_bits,
    date_orders,
    is_infinite,
    is_number,
    present_values,
)
from autogluon_contracts.data.dates import DateOrder
from autogluon_contracts.data.number_forms import NumberForm, find_form


@dataclass(frozen=True)
class Column:
    """One column of the rows that were read, as texts.

    `are_categories` says that the file's type of the column is categories, as Parquet has it of
    pandas' categoricals: its values are never numbers then, whatever they spell.
    """

    name: str
    values: list[str]
    are_categories: bool = False

    @cached_property
    def present(self) -> list[str]:
        """Return the values that are not missing."""
        return present_values(self.values)

    @cached_property
    def distinct(self) -> set[str]:
        """Return the distinct values that are not missing."""
        return set(self.present)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Return how often each value occurs, trimmed and not missing."""
        return Counter(value.strip() for value in self.present)

    @cached_property
    def numbers(self) -> list[float] | None:
        """Return the present values as numbers; None if one is not a number."""
        if not self.present or self.are_categories:
            return None
        if all(map(is_number, self.distinct)):
            return [float(value) for value in self.present]
        form = self.number_form
        if form is None:
            return None
        plain = (form.plain(value.strip()) for value in self.present)
        return [float(number) for number in plain if number]

    @cached_property
    def number_form(self) -> NumberForm | None:
        """Return how the values are numbers in disguise; None where they are not."""
        if self.are_categories:
            return None
        return find_form({value.strip() for value in self.distinct})

    @cached_property
    def infinite(self) -> str | None:
        """Return a value of a column of numbers that no 64-bit float holds, if there is one."""
        if self.numbers is not None:
            found = (math.isinf(number) for number in self.numbers)
            return next((text for text, no in zip(self.present, found, strict=False) if no), None)
        if self.are_categories:
            return None
        words = [value for value in self.present if is_infinite(value)]
        others = self.distinct.difference(words)
        return words[0] if words and all(map(is_number, others)) else None

    @cached_property
    def is_whole(self) -> bool:
        """Tell whether all values are whole numbers."""
        return self.numbers is not None and all(number.is_integer() for number in self.numbers)

    @cached_property
    def kind(self) -> str:
        """Return `empty`, `whole number`, `number`, `date`, `text` or `category`."""
        if not self.present:
            return "empty"
        if self.numbers is not None:
            if are_beyond_64_bits(self.distinct):
                return "category"
            return "whole number" if self.is_whole else "number"
        if self.date_orders is None or len(self.date_orders) == 1:
            return "date"
        return "text" if self._reads_as_text else "category"

    @cached_property
    def date_orders(self) -> tuple[DateOrder, ...] | None:
        """Return the orders in which all values are dates; None where they are in ISO 8601."""
        return date_orders(self.distinct)

    @property
    def _reads_as_text(self) -> bool:
        if len(self.distinct) <= DISTINCT_SHARE_OF_TEXT * len(self.values):
            return False
        words = sum(len(value.split()) for value in self.distinct)
        return words >= WORDS_OF_TEXT * len(self.distinct)
