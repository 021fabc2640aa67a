"""Read which packages a person's own code asks for, and which its wheels have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

REQUIREMENTS = "requirements.txt"
WHEEL_SUFFIX = ".whl"
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_SEPARATORS = re.compile(r"[-_.]+")


@dataclass(frozen=True)
class WheelName:
    """What the name of a wheel says: the package, and where it can be installed."""

    package: str
    pythons: frozenset[str]
    abis: frozenset[str]
    platforms: frozenset[str]

    @classmethod
    def parse(cls, file_name: str) -> WheelName | None:
        """Return what a file's name says; None of a name that wheels do not have.

        Source: the specification of the binary distribution format, section "File name convention".

        Example:
            >>> WheelName.parse("my_rules-1.0-py3-none-any.whl").package
            'my-rules'
        """
        parts = file_name.removesuffix(WHEEL_SUFFIX).split("-")
        if not file_name.endswith(WHEEL_SUFFIX) or len(parts) not in (5, 6):
            return None
        pythons, abis, platforms = (frozenset(part.split(".")) for part in parts[-3:])
        return cls(normalized(parts[0]), pythons, abis, platforms)


def normalized(package: str) -> str:
    """Return a package's name as registries compare it.

    Example:
        >>> normalized("My_Rules.Extra")
        'my-rules-extra'
    """
    return _SEPARATORS.sub("-", package).lower()


def requirement_lines(text: str) -> Iterator[str]:
    """Yield the lines of a `requirements.txt`, without comments."""
    for line in text.splitlines():
        found = re.sub(r"(^|\s)#.*", "", line).strip()
        if found:
            yield found


def without_wheel(text: str, wheels: Iterable[str]) -> list[str]:
    """Return the lines of a `requirements.txt` that no wheel of these file names is for.

    Example:
        >>> without_wheel("my-rules>=1\\nholidays # public\\n", ["my_rules-1.0-py3-none-any.whl"])
        ['holidays']
    """
    named = (WheelName.parse(name.rpartition("/")[2]) for name in wheels)
    there = {wheel.package for wheel in named if wheel is not None}
    return [line for line in requirement_lines(text) if _package_of(line) not in there]


def _package_of(line: str) -> str | None:
    """Return the package that a line names; None of an option, or of an address."""
    match = _NAME.match(line)
    return None if match is None or "://" in line else normalized(match[0])
