"""The patterns of botocore's models, as Python matches them.

They are written for Java, whose `matches()` takes the whole text.
"""

from __future__ import annotations

import functools
import re

import regex

# Java's classes, and what Python may come to read as sets within sets.
_OTHER_IN_PYTHON = re.compile(r"\\p\{|\[\[|--|&&|\|\||~~")
# Java writes characters beyond the 16-bit plane as two, and reads "${" as an end and a brace.
_JAVA = {r"\uD800\uDC00-\uDBFF\uDFFF": "\U00010000-\U0010ffff", "${": "(?:$){"}


@functools.cache
def compile_pattern(pattern: str) -> re.Pattern[str] | regex.Pattern[str] | None:
    """Return a pattern of an API for `fullmatch`; None when it is not a regular expression."""
    for java, python in _JAVA.items():
        pattern = pattern.replace(java, python)
    if _OTHER_IN_PYTHON.search(pattern) is None:
        try:
            return re.compile(pattern)
        except re.error:
            pass
    try:  # slower
        return regex.compile(pattern, regex.VERSION0)
    except regex.error:
        return None
