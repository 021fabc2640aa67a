"""JSON as the standard has it: no NaN, no Infinity, no key twice."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from autogluon_jobs.errors import InputError


def parse(text: str | bytes, what: str) -> Any:
    """The value that `text` holds.

    Args:
        text: JSON.
        what: names the text in the sentence: `The body`, `Line 3`.

    Raises:
        InputError: no JSON; NaN or Infinity; a key that stands twice in one object.
    """

    def refuse_constant(name: str) -> NoReturn:
        raise InputError(f"{what} holds {name}, which is no JSON; send null for a missing value.")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        if len(record) < len(pairs):
            seen: set[str] = set()
            doubled = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise InputError(f'{what} holds the key "{doubled}" twice in one record; keep one.')
        return record

    try:
        return json.loads(text, parse_constant=refuse_constant, object_pairs_hook=unique)
    except InputError:
        raise
    except UnicodeDecodeError as error:
        raise InputError(f"{what} is not UTF-8; encode it so.") from error
    except RecursionError as error:
        raise InputError(f"{what} is nested too deeply; send flat records.") from error
    except json.JSONDecodeError as error:
        raise InputError(
            f"{what} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    except ValueError as error:  # Python refuses whole numbers of thousands of digits.
        raise InputError(f"{what} holds a number that is too long.") from error
