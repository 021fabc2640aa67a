"""Spaces that look like others, or like nothing, are told apart in messages."""

from __future__ import annotations

import sys
import unicodedata

from autogluon_contracts.odd_spaces import visible

INVISIBLE = "\u200b\u2060\ufeff"


def test_every_space_but_the_usual_one_is_shown() -> None:
    spaces = {chr(code) for code in range(sys.maxunicode + 1)
              if unicodedata.category(chr(code)) == "Zs"}  # fmt: skip

    for space in (spaces - {" "}) | set(INVISIBLE):
        assert visible(f"unit{space}price") == f"unit\\u{ord(space):04x}price"
    assert visible("unit price") == "unit price"
