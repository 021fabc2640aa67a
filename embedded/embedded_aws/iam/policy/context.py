"""The condition context of one access: keys such as `aws:SourceIp` with the request's values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Self

Value = str | Iterable[str]
Tags = Mapping[str, str]


class Context:
    """Condition keys (case-insensitive) with their values.

    A key that maps to None is absent, as on AWS when the request does not carry it.

    Args:
        values: keys with one value or several.
        families: keys that share a prefix and cost something to find, such as
            `aws:ResourceTag/`: the function gives the names after the prefix with their values,
            and is only called when a policy asks for one.
    """

    def __init__(
        self,
        values: Mapping[str, Value | None],
        families: Mapping[str, Callable[[], Tags]] | None = None,
    ) -> None:
        self._values = {key.lower(): value for key, value in values.items() if value is not None}
        self._families = {key.lower(): find for key, find in (families or {}).items()}

    def get(self, key: str) -> tuple[str, ...] | None:
        """Return the values of `key`, or None when it is absent."""
        lowered = key.lower()
        value = self._values.get(lowered)
        if value is None:
            value = self._find_in_family(lowered)
        if value is None:
            return None
        return (value,) if isinstance(value, str) else tuple(value)

    def extended(
        self,
        values: Mapping[str, Value | None],
        families: Mapping[str, Callable[[], Tags]] | None = None,
    ) -> Self:
        """Return this context with more keys; a new key replaces one of the same name."""
        new = type(self)(values, families)
        new._values = self._values | new._values
        new._families = self._families | new._families
        return new

    def _find_in_family(self, lowered: str) -> str | None:
        for prefix, find in self._families.items():
            if lowered.startswith(prefix):
                name = lowered[len(prefix) :]
                return next((v for k, v in find().items() if k.lower() == name), None)
        return None


class TracedContext(Context):
    """A context that remembers what policies asked for.

    Attributes:
        read: the keys that were there, with their values.
        missing: the keys that were not.
    """

    def __init__(self, context: Context) -> None:
        super().__init__({})
        self._context = context
        self.read: dict[str, list[str]] = {}
        self.missing: set[str] = set()

    def get(self, key: str) -> tuple[str, ...] | None:
        """Return the values of `key`, or None when it is absent."""
        values = self._context.get(key)
        if values is None:
            self.missing.add(key)
        else:
            self.read[key] = list(values)
        return values
