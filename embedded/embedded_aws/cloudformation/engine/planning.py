"""Compute the changes of a deployment: the content of a change set."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from embedded_aws.cloudformation.engine.references import LiveReferences
from embedded_aws.cloudformation.engine.stack import StackResource
from embedded_aws.cloudformation.resources.handler import ResourceHandler, changed_properties
from embedded_aws.cloudformation.resources.registry import Registry
from embedded_aws.cloudformation.resources.stack_tags import with_stack_tags
from embedded_aws.cloudformation.template.desired_state import DesiredState
from embedded_aws.cloudformation.template.intrinsics import UNKNOWN, contains_unknown
from embedded_aws.cloudformation.template.template import ResourceDefinition

_KNOWN_AFTER_APPLY = "{{changeSet:KNOWN_AFTER_APPLY}}"


@dataclass(frozen=True)
class ResourceChange:
    """One line of a change set."""

    action: str  # Add, Modify, Remove, Import
    logical_id: str
    physical_id: str
    type: str
    replacement: str | None = None  # True, False, Conditional; None unless Modify
    scope: tuple[str, ...] = ()
    details: tuple[dict[str, Any], ...] = ()
    policy_action: str | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None

    def describe(self, *, with_values: bool, secrets: frozenset[str]) -> dict[str, Any]:
        """Return the change as DescribeChangeSet lists it."""
        change = {
            "Action": self.action,
            "LogicalResourceId": self.logical_id,
            "PhysicalResourceId": self.physical_id or None,
            "ResourceType": self.type,
            "Replacement": self.replacement,
            "PolicyAction": self.policy_action,
            "Scope": list(self.scope),
            "Details": list(self.details),
        }
        if with_values:
            change["BeforeContext"] = _context(self.before, secrets)
            change["AfterContext"] = _context(self.after, secrets)
        shown = {key: value for key, value in change.items() if value is not None}
        return {"Type": "Resource", "ResourceChange": shown}


class _PlannedReferences(LiveReferences):
    """Live values, but UNKNOWN where the plan is going to change them."""

    def __init__(self, live: LiveReferences) -> None:
        self.__dict__.update(live.__dict__)
        self.unknown: set[str] = set()
        self.unknown_attributes: dict[str, frozenset[str]] = {}

    def ref(self, logical_id: str) -> Any:
        return UNKNOWN if logical_id in self.unknown else super().ref(logical_id)

    def attribute(self, logical_id: str, name: str) -> Any:
        volatile = self.unknown_attributes.get(logical_id, frozenset())
        if logical_id in self.unknown or name in volatile or "*" in volatile:
            return UNKNOWN
        return super().attribute(logical_id, name)


def plan_changes(
    current: Mapping[str, StackResource],
    target: DesiredState,
    registry: Registry,
    live: LiveReferences,
    tags: Mapping[str, str],
) -> list[ResourceChange]:
    """Return the differences between `current` and `target`, in order of execution.

    Args:
        current: the stack's resources.
        tags: the stack's tags after the change.

    Raises:
        ApiError: a value cannot be resolved.
    """
    references = _PlannedReferences(live)
    resolver = target.resolver(references)
    changes = []
    for logical_id in TopologicalSorter(target.dependencies).static_order():
        definition = target.resources[logical_id]
        handler = registry.handler(definition.type)
        properties = with_stack_tags(handler, resolver.resolve(definition.properties), tags)
        old = current.get(logical_id)
        if old is None or old.status == "CREATE_FAILED":  # as Deployment treats them
            change: ResourceChange | None = ResourceChange(
                "Add", logical_id, "", definition.type, after=_after(definition, properties)
            )
        else:
            change = _modification(old.before_failure or old, definition, properties, handler)
        if change is None:
            continue
        changes.append(change)
        if change.action == "Add" or change.replacement in ("True", "Conditional"):
            references.unknown.add(logical_id)
        else:
            references.unknown_attributes[logical_id] = handler.volatile_attributes
    removed = [item for name, item in current.items() if name not in target.resources]
    return changes + [_removal(item) for item in removed]


def _modification(
    old: StackResource,
    definition: ResourceDefinition,
    properties: dict[str, Any],
    handler: ResourceHandler,
) -> ResourceChange | None:
    changed = changed_properties(old.properties, properties)
    recreating = set(handler.needs_replacement(old.properties, properties))
    scope = [
        name
        for name, differs in (
            ("Properties", bool(changed)),
            ("Metadata", old.metadata != definition.metadata),
            ("DeletionPolicy", old.deletion_policy != definition.deletion_policy),
            ("UpdateReplacePolicy", old.update_replace_policy != definition.update_replace_policy),
        )
        if differs
    ]
    if not scope:
        return None
    certain = any(not contains_unknown(properties.get(name)) for name in recreating)
    replacement = "True" if certain else "Conditional" if recreating else "False"
    details = [_detail(name, properties.get(name), name in recreating) for name in changed]
    details += [_attribute_detail(name) for name in scope if name != "Properties"]
    retained = definition.update_replace_policy == "Retain"
    return ResourceChange(
        "Modify",
        old.logical_id,
        old.physical_id,
        old.type,
        replacement,
        tuple(scope),
        tuple(details),
        policy_action=None
        if replacement == "False"
        else ("ReplaceAndRetain" if retained else "ReplaceAndDelete"),
        before={"Properties": old.properties, "Metadata": old.metadata},
        after=_after(definition, properties),
    )


def _detail(name: str, value: Any, recreates: bool) -> dict[str, Any]:
    dynamic = contains_unknown(value)
    recreation = "Conditionally" if dynamic else "Always"
    return {
        "Target": {
            "Attribute": "Properties",
            "Name": name,
            "RequiresRecreation": recreation if recreates else "Never",
        },
        "Evaluation": "Dynamic" if dynamic else "Static",
        "ChangeSource": "ResourceReference" if dynamic else "DirectModification",
    }


def _attribute_detail(name: str) -> dict[str, Any]:
    return {
        "Target": {"Attribute": name, "RequiresRecreation": "Never"},
        "Evaluation": "Static",
        "ChangeSource": "DirectModification",
    }


def _removal(old: StackResource) -> ResourceChange:
    return ResourceChange(
        "Remove",
        old.logical_id,
        old.physical_id,
        old.type,
        policy_action="Delete" if old.deletion_policy == "Delete" else "Retain",
        before={"Properties": old.properties, "Metadata": old.metadata},
    )


def _after(definition: ResourceDefinition, properties: dict[str, Any]) -> dict[str, Any]:
    return {"Properties": properties, "Metadata": definition.metadata}


def _context(value: Mapping[str, Any] | None, secrets: frozenset[str]) -> str | None:
    if value is None:
        return None
    present = {key: item for key, item in value.items() if item is not None}
    text = json.dumps(present, default=lambda _: _KNOWN_AFTER_APPLY, sort_keys=True)
    for secret in secrets:
        text = text.replace(json.dumps(secret)[1:-1], "****")
    return text
