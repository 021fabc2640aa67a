"""Say in plain words why a JSON file does not hold rows, or why a text is not valid JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ROWS_ADVICE = "Write one JSON object per line, or an array of them."
"""What to do about a JSON file of anything else."""
NESTED_ADVICE = 'Write an array of flat records (pandas: to_json(..., orient="records")).'
"""What to do about a JSON file that holds another kind of document."""
NULL_ADVICE = "Write null for a missing value."
"""What to do about NaN and Infinity, which Python writes and JSON does not have."""
WHOLE_ADVICE = "Write it again, whole."

_SPACE = " \t\r\n"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_decode = json.JSONDecoder().raw_decode
_wrapped = re.compile(r'"([^"\\\n]*)"\s*:\s*\[\s*\{').search
_of_columns = re.compile(r'\{\s*"[^"\\\n]*"\s*:\s*[{\[]').match
_foreign = re.compile(r"(True|False|None|undefined|nan|inf)\b").match
_REASONS = (
    ("Expecting ',' delimiter", "a comma is missing", ""),
    ("Expecting ':' delimiter", "a colon is missing", ""),
    ("Expecting property name", "a name has no double quotes", ""),
    ("Invalid control character", "a line break or tab in a text", "Write it as \\n or \\t."),
    ("Unterminated string", "a text has no closing quote", WHOLE_ADVICE),
    ("Extra data", "something follows it on its line", ROWS_ADVICE),
    ("Expecting value", "a value is missing", ""),
)


@dataclass(frozen=True)
class JsonFault:
    """What is wrong, and what to do about it; the latter may be empty."""

    what: str
    advice: str


def parse_fault(error: json.JSONDecodeError) -> JsonFault:
    """Return why a text is not JSON, in words that do not depend on the parser.

    Example:
        >>> try:
        ...     json.loads('{"a": 1,}')
        ... except json.JSONDecodeError as error:
        ...     parse_fault(error).what
        'a comma before }'
    """
    text = error.doc
    # From Python 3.13 on, the parser points at such a comma, before that behind it.
    rest = text[error.pos :].lstrip(_SPACE)
    after = rest.removeprefix(",").lstrip(_SPACE)
    if text[: error.pos + 1].rstrip(_SPACE + "}]").endswith(",") and after[:1] in ("}", "]"):
        return JsonFault(f"a comma before {after[0]}", "Leave it out.")
    if not rest:
        return JsonFault("it is cut off", WHOLE_ADVICE)
    if rest.startswith("'"):
        return JsonFault("single quotes, as Python prints them", "Write it with json.dump.")
    if rest.startswith(("//", "/*", "#")):
        return JsonFault("a comment", "Leave it out.")
    foreign = _foreign(rest)
    if foreign is not None:
        return JsonFault(
            f"{foreign[1]} is not a value of JSON", "Write true, false or null, or use json.dump."
        )
    for begins, what, advice in _REASONS:
        if error.msg.startswith(begins):
            return JsonFault(what, advice)
    return JsonFault(error.msg, "")


def other_document(head: bytes, *, is_whole: bool) -> JsonFault | None:
    """Return what a JSON file holds instead of rows; None where rows may well follow.

    Args:
        head: its first bytes, which do not begin an array of objects.
        is_whole: whether these are all.

    Example:
        >>> other_document(b'{"data": [{"a": 1}]}', is_whole=True).what
        'a JSON object that holds its rows in "data"'
        >>> other_document(b'{"a": 1}', is_whole=True) is None
        True
    """
    if head.startswith(_UTF_16):
        return JsonFault("encoded in UTF-16, not in UTF-8", "Save it in UTF-8.")
    text = head.decode("utf-8-sig", "replace").lstrip(_SPACE)
    if text.startswith("["):
        return _of_array(text)
    return _of_object(text, is_whole=is_whole) if text.startswith("{") else None


def _of_array(text: str) -> JsonFault | None:
    if text[1:].lstrip(_SPACE).startswith("["):
        return JsonFault("a JSON array of arrays", NESTED_ADVICE)
    # Lines of values, such as [1, "a"], are rows of requests.
    first, end, _ = text.partition("\n")
    if not end or _is_json(first):
        return None
    return JsonFault("a JSON array of values", NESTED_ADVICE)


def _of_object(text: str, *, is_whole: bool) -> JsonFault | None:
    first, end, later = text.partition("\n")
    try:
        document, stop = _decode(text)
    except RecursionError:
        return None
    except json.JSONDecodeError as error:
        if later:
            return _of_broken_object(text, first, later, error.pos)
        # Of a long line, the head ends within it.
        wrapper = None if is_whole else _wrapped(text)
        return None if wrapper is None else _wrapper(wrapper[1])
    rest = text[stop:].strip(_SPACE)
    is_long = bool(end) and stop > len(first)
    if not is_long and (rest or not is_whole):
        return None
    return _of_document(document) or (_over_lines(rest) if is_long else None)


def _of_document(document: Any) -> JsonFault | None:
    wrapper = rows_within(document)
    if wrapper is not None:
        return _wrapper(wrapper)
    if document and all(isinstance(value, dict | list) for value in document.values()):
        return JsonFault("a JSON object of columns", NESTED_ADVICE)
    return None


def _of_broken_object(text: str, first: str, later: str, position: int) -> JsonFault | None:
    """Judge lines whose first object goes on behind the head, or is invalid."""
    if position <= len(first) or _is_json(later.partition("\n")[0]):
        return None  # its first line is invalid, and the next one is a row
    wrapper = _wrapped(text)
    if wrapper is not None:
        return _wrapper(wrapper[1])
    if _of_columns(text) is not None:
        return JsonFault("a JSON object of columns", NESTED_ADVICE)
    return _over_lines("")


def rows_within(document: Mapping[str, Any], *, lists: bool = False) -> str | None:
    """Return the first key of an object whose value is an array of objects; None without one.

    Args:
        document: what JSON's parser made of the object.
        lists: whether an array of arrays will do, too.
    """
    kinds = (dict, list) if lists else (dict,)
    found = (
        name
        for name, value in document.items()
        if isinstance(value, list) and value and all(isinstance(row, kinds) for row in value)
    )
    return next(found, None)


def _wrapper(name: str) -> JsonFault:
    return JsonFault(
        f'a JSON object that holds its rows in "{name}"', f'Write the array of "{name}" alone.'
    )


def _over_lines(rest: str) -> JsonFault:
    what = "JSON whose objects take several lines" if rest else "a JSON object over several lines"
    return JsonFault(what, "Write each object on one line, or all in one array.")


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
