"""The record of an operation's changes to resources, from which a rollback undoes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from embedded_aws.cloudformation.engine.stack import StackResource


@dataclass(frozen=True)
class JournalEntry:
    """One resource touched by an operation.

    created: `after` is new. replaced: `after` is a new physical resource beside `before`.
    updated: `before` was, or may have been, changed in place towards `after`.
    """

    kind: Literal["created", "replaced", "updated"]
    before: StackResource | None
    after: StackResource
