"""The functions that Step Functions adds to JSONata."""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from collections.abc import Callable, Mapping
from typing import Any

_HASHES = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}
_RANGE_LIMIT = 1000


def partition(array: Any, size: Any) -> list[list[Any]]:
    """Split an array: `$partition([1,2,3], 2)` is `[[1,2],[3]]`."""
    values = array if isinstance(array, list) else [array]
    step = _whole_number("$partition", "chunk size", size)
    if step < 1:
        raise ValueError(f"$partition: the chunk size must be positive, got {size}")
    return [list(values[start : start + step]) for start in range(0, len(values), step)]


def range_(first: Any, last: Any, step: Any) -> list[int]:
    """Return a sequence: `$range(0, 10, 5)` is `[0,5,10]`; at most 1000 values."""
    start, stop, delta = (
        _whole_number("$range", name, value)
        for name, value in (("first value", first), ("last value", last), ("step", step))
    )
    if delta == 0:
        raise ValueError("$range: the step must not be zero")
    values = range(start, stop + (1 if delta > 0 else -1), delta)
    if len(values) > _RANGE_LIMIT:
        raise ValueError(f"$range: at most {_RANGE_LIMIT} values, got {len(values)}")
    return list(values)


def hash_(value: Any, algorithm: Any) -> str:
    """Hash a value: `$hash("text", "SHA-256")` in hexadecimal; non-strings are hashed as JSON."""
    if algorithm not in _HASHES:
        raise ValueError(f"$hash: unknown algorithm '{algorithm}'; allowed: {', '.join(_HASHES)}")
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return hashlib.new(_HASHES[algorithm], text.encode(), usedforsecurity=False).hexdigest()


def random_(seed: Any = None) -> float:
    """Return `$random()`, or the same number for the same seed with `$random(42)`."""
    if seed is None:
        return random.random()  # noqa: S311 - not for secrets
    return random.Random(seed).random()  # noqa: S311


def uuid_() -> str:
    """Return a version 4 UUID."""
    return str(uuid.uuid4())


def parse(text: Any) -> Any:
    """Parse a JSON text: `$parse("{\\"a\\": 1}")`."""
    if not isinstance(text, str):
        raise ValueError("$parse: the argument must be a JSON string")
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"$parse: the argument is not valid JSON: {error}") from error


def eval_(*_arguments: Any) -> Any:
    """Refuse `$eval`, which does not exist in Step Functions."""
    raise ValueError("$eval is not supported by Step Functions; use $parse to read JSON")


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "partition": partition,
    "range": range_,
    "hash": hash_,
    "random": random_,
    "uuid": uuid_,
    "parse": parse,
    "eval": eval_,
}


def _whole_number(function: str, name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise ValueError(f"{function}: the {name} must be a whole number, got {json.dumps(value)}")
    return int(value)
