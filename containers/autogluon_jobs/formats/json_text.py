"""Parse JSON strictly: no NaN, no Infinity, no repeated key."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, NoReturn

from autogluon_contracts.data.files.json_faults import parse_fault
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.messages.wording import shown


@dataclass(frozen=True)
class LongNumber:
    """A whole number with more digits than Python reads into an `int` (4,300), as its text.

    No feature holds one: it is refused where its column and row are known.
    """

    text: str

    def __repr__(self) -> str:
        return self.text


def parse_body(body: str | bytes) -> Any:
    """Parse a whole body, which may begin with a byte order mark.

    Raises:
        InputError: see `parse`.
    """
    # Of bytes, `json` leaves it out itself.
    return parse(body.removeprefix("\ufeff") if isinstance(body, str) else body, "The body")


def parse(text: str | bytes, what: str) -> Any:
    """Parse `text`.

    Args:
        text: JSON.
        what: names the text in the sentence: `The body`, `Line 3`.

    Raises:
        InputError: invalid JSON; NaN or Infinity; a key that occurs twice in one object.
            Whole numbers of thousands of digits become `LongNumber`.
    """

    def refuse_constant(name: str) -> NoReturn:
        raise InputError(
            f"{what} holds {name}, which is not valid JSON.",
            advice="Send null for a missing value.",
        )

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        if len(record) < len(pairs):
            seen: set[str] = set()
            doubled = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise InputError(
                f"{what} holds the key {shown(doubled)} twice in one record.", advice="Keep one."
            )
        return record

    def read(**hooks: Any) -> Any:
        return json.loads(text, parse_constant=refuse_constant, object_pairs_hook=unique, **hooks)

    try:
        try:
            return read()
        except (InputError, UnicodeDecodeError, json.JSONDecodeError):
            raise
        except ValueError:
            # A number is too long for `int`; a hook for every number would cost each request.
            return read(parse_int=_whole)
    except InputError:
        raise
    except UnicodeDecodeError as error:
        raise InputError(f"{what} is not valid UTF-8.", advice="Encode it in UTF-8.") from error
    except RecursionError as error:
        raise InputError(f"{what} is nested too deeply.", advice="Send flat records.") from error
    except json.JSONDecodeError as error:
        fault = parse_fault(error)
        raise InputError(
            f"{what} is not valid JSON: {fault.what} at line {error.lineno}, column {error.colno}.",
            advice=fault.advice,
        ) from error


def _whole(digits: str) -> int | LongNumber:
    try:
        return int(digits)
    except ValueError:
        return LongNumber(digits)


def is_encodable(text: str) -> bool:
    """Return whether UTF-8 can hold the text: JSON can spell half a character (`"\\ud800"`)."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def is_plain(value: Any) -> bool:
    """Return whether a value is not an object or list, and an answer can return it unchanged."""
    if isinstance(value, str):
        return is_encodable(value)
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, int)
