"""Name what typed columns hold that no predictor takes, and what to do about it."""

from __future__ import annotations

from typing import Literal

Unread = Literal["structs, lists or maps", "times of day", "durations", "bytes"]
"""Completes `column "v" holds ..., which no predictor takes`."""

_AS_NUMBERS = "Leave it out, or make numbers of it, such as seconds."

ADVICE_OF_UNREAD: dict[Unread, str] = {
    "structs, lists or maps": "Leave it out, or give its parts columns of their own.",
    "times of day": _AS_NUMBERS,
    "durations": _AS_NUMBERS,
    "bytes": "Leave it out, or store texts in UTF-8.",
}
"""What a column holds -> what to do."""
