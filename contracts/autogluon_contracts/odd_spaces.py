"""Show spaces that look like others."""

from __future__ import annotations

import re

_ODD_SPACES = re.compile("[\\u00a0\\u1680\\u2000-\\u200b\\u202f\\u205f\\u2060\\u3000\\ufeff]")


def visible(text: str) -> str:
    """Return a text whose no-break and other odd spaces can be told from spaces.

    Example:
        >>> visible("unit\\u00a0price")
        'unit\\\\u00a0price'
    """
    return _ODD_SPACES.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
