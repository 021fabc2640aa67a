"""A line of the tables that prove what the register says of an operation."""

from __future__ import annotations

from typing import Any, NamedTuple

ACCOUNT = "123456789012"


class Shown(NamedTuple):
    """A write and the read that shows it.

    A text that begins with "!" must be absent, and the read may then be refused. `{Name}` takes a
    value of an earlier answer of the same service.
    """

    write: str
    written: dict[str, Any]
    read: str
    asked: dict[str, Any]
    text: str
