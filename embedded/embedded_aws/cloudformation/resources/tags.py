"""Convert tags between the forms of templates and APIs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def tag_map(tags: Any) -> dict[str, str]:
    """Convert `[{"Key", "Value"}]` (or a map) to a map."""
    if isinstance(tags, Mapping):
        return {str(key): str(value) for key, value in tags.items()}
    return {str(tag["Key"]): str(tag["Value"]) for tag in tags or []}


def tag_list(tags: Any, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Convert tags to a list of pairs with the API's own member names."""
    return [{key: name, value: text} for name, text in tag_map(tags).items()]


def tag_changes(old: Any, new: Any) -> tuple[dict[str, str], Sequence[str]]:
    """Return the tags to set and the tag keys to remove."""
    before, after = tag_map(old), tag_map(new)
    changed = {key: text for key, text in after.items() if before.get(key) != text}
    return changed, [key for key in before if key not in after]
