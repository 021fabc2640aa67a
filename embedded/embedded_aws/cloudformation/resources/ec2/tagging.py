"""Tags of EC2 resources, which one pair of operations sets for every type."""

from __future__ import annotations

from typing import Any

from embedded_aws.cloudformation.resources.handler import Properties
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_list


def tag_specifications(kind: str, properties: Properties) -> list[dict[str, Any]] | None:
    """Return the TagSpecifications of a new resource; None without tags."""
    tags = tag_list(properties.get("Tags"))
    return [{"ResourceType": kind, "Tags": tags}] if tags else None


def change_tags(ec2: Any, resource_id: str, old: Properties, new: Properties) -> None:
    """Set the tags that differ and remove those that are gone."""
    added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
    if added:
        ec2.create_tags(Resources=[resource_id], Tags=tag_list(added))
    if removed:
        ec2.delete_tags(Resources=[resource_id], Tags=[{"Key": key} for key in removed])
