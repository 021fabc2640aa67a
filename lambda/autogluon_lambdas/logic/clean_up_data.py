"""What `removal: destroy` means: with the stack, its data goes too."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Buckets(Protocol):
    """S3 buckets."""

    def empty(self, bucket: str) -> None:
        """Delete everything in it."""


class ModelGroups(Protocol):
    """Model package groups."""

    def remove(self, group: str) -> None:
        """Delete it and its versions."""


@dataclass(frozen=True)
class DataCleaner:
    """Deletes data when its stack is deleted; creating and updating change nothing."""

    buckets: Buckets
    groups: ModelGroups

    def clean(self, event: Mapping[str, Any]) -> None:
        """Act on a custom resource event; raises ValueError for wrong properties."""
        properties = event["ResourceProperties"]
        buckets = _names(properties, "Buckets")
        groups = _names(properties, "ModelPackageGroups")
        if event["RequestType"] != "Delete":
            return
        _each(groups, self.groups.remove)
        _each(buckets, self.buckets.empty)


def _each(names: list[str], act: Callable[[str], None]) -> None:
    for name in names:
        act(name)


def _names(properties: Mapping[str, Any], key: str) -> list[str]:
    names = properties.get(key)
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise ValueError(f"ResourceProperties.{key}: got {names!r}; allowed: a list of names")
    return names
