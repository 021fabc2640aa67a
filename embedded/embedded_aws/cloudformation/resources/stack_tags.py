"""Add the stack's tags to every resource that can be tagged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from embedded_aws.cloudformation.resources.handler import ResourceHandler


def with_stack_tags(
    handler: ResourceHandler, properties: dict[str, Any], tags: Mapping[str, str]
) -> dict[str, Any]:
    """Return `properties` with the stack's tags added; the resource's own tags win."""
    if not tags or handler.stack_tags is None:
        return properties
    own = properties.get("Tags")
    if handler.stack_tags == "map":
        return properties | {"Tags": {**tags, **(own or {})}}
    own_list = own if isinstance(own, list) else []
    own_keys = {tag["Key"] for tag in own_list}
    added = [{"Key": key, "Value": value} for key, value in tags.items() if key not in own_keys]
    return properties | {"Tags": [*own_list, *added]}
