"""Resource settings that each need an API call of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from embedded_aws.cloudformation.resources.handler import Properties, changed_properties


@dataclass(frozen=True)
class Aspect:
    """One property: `put(client, id, value)` sets it, `remove(client, id)` unsets it."""

    name: str
    put: Callable[[Any, str, Any], None]
    remove: Callable[[Any, str], None]


def put_aspects(
    aspects: tuple[Aspect, ...],
    client: Any,
    physical_id: str,
    properties: Properties,
) -> None:
    """Set every given property of a new resource, in the order of `aspects`."""
    for aspect in aspects:
        if aspect.name in properties:
            aspect.put(client, physical_id, properties[aspect.name])


def change_aspects(
    aspects: tuple[Aspect, ...],
    client: Any,
    physical_id: str,
    old: Properties,
    new: Properties,
) -> None:
    """Set the properties that changed and unset those that are gone."""
    changed = changed_properties(old, new)
    for aspect in aspects:
        if aspect.name not in changed:
            continue
        if aspect.name in new:
            aspect.put(client, physical_id, new[aspect.name])
        else:
            aspect.remove(client, physical_id)
