"""The entry for one action and resource that policies must allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from embedded_aws.iam.policy.context import Value


class UnknownActionError(Exception):
    """The published service reference has no IAM action for an operation."""


@dataclass(frozen=True)
class Requirement:
    """`action` on `resource`.

    Attributes:
        context: condition keys of this one requirement, beside those of the whole call.
        or_role: a role whose own permission will do instead of the caller's.
    """

    action: str
    resource: str
    context: Mapping[str, Value | None] = field(default_factory=dict, hash=False)
    or_role: str | None = None
