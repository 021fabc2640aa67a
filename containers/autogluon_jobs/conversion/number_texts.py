"""Bring numbers in disguise to plain ones, and find the form of a training column."""

from __future__ import annotations

import re
from typing import Any

import pyarrow.compute as pc

from autogluon_contracts.data.number_forms import NumberForm, find_form, may_be_number
from autogluon_jobs.formats import text_columns
from autogluon_jobs.formats.cell_rules import NUMBER

_is_number = re.compile(NUMBER).fullmatch
_FIRST = 100


def plain_cells(cells: Any, form: NumberForm) -> Any:
    """Return the texts with numbers in plain form and missing ones null.

    What the form does not read stays, but for a plain number that the form would have written in
    another way: it becomes a text that is not a number.
    """
    different = pc.unique(cells.drop_null())
    texts = [_plain(text, form) for text in different.to_pylist()]
    plain = pc.take(text_columns.as_text(texts), pc.index_in(cells, value_set=different))
    return text_columns.empty_to_missing(plain)


def _plain(text: str, form: NumberForm) -> str:
    plain = form.plain(text)
    if plain is None:
        return f'"{text}"' if _is_number(text) else text
    return plain


def form_of(cells: Any) -> NumberForm | None:
    """Return the form in which all cells of a column are numbers, or None."""
    if not all(may_be_number(text) for text in cells[:_FIRST].drop_null().to_pylist()):
        return None
    return find_form(pc.unique(cells.drop_null()).to_pylist())
