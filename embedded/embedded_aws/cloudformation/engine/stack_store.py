"""The store of all stacks, found by name, id or export."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator

from embedded_aws.cloudformation.engine.stack import Stack
from embedded_aws.cloudformation.errors import validation_error


class StackStore:
    """Stacks by region. A deleted stack stays, reachable by its id."""

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id
        self._stacks: list[Stack] = []
        # Held while an operation is accepted, so that two callers cannot both start one.
        self.lock = threading.RLock()

    def new(self, name: str, region: str) -> Stack:
        """Create a stack in REVIEW_IN_PROGRESS that is invisible until it is added."""
        stack_id = f"arn:aws:cloudformation:{region}:{self._account_id}:stack/{name}/{uuid.uuid4()}"
        return Stack(name=name, stack_id=stack_id, region=region)

    def add(self, stack: Stack) -> None:
        """Make a stack visible."""
        self._stacks.append(stack)

    def find(self, name_or_id: str, region: str) -> Stack | None:
        """Return an active stack by name, or any stack by id."""
        for stack in reversed(self._stacks):
            if stack.stack_id == name_or_id:
                return stack
            alive = stack.status != "DELETE_COMPLETE"
            if alive and stack.name == name_or_id and stack.region == region:
                return stack
        return None

    def get(self, name_or_id: str, region: str, message: str | None = None) -> Stack:
        """Return a stack as `find` does. Raises ApiError (ValidationError) when there is none."""
        stack = self.find(name_or_id, region)
        if stack is None:
            raise validation_error(message or f"Stack [{name_or_id}] does not exist")
        return stack

    def all(self, region: str) -> list[Stack]:
        """Return every stack of a region, newest first, deleted ones included."""
        return [stack for stack in reversed(self._stacks) if stack.region == region]

    def in_progress(self) -> list[Stack]:
        """Return the stacks of all regions that an operation is changing."""
        return [stack for stack in list(self._stacks) if stack.in_progress]

    def exports(self, region: str) -> Iterator[tuple[Stack, str, str]]:
        """Yield (stack, export name, value) of every export."""
        for stack in self.all(region):
            for name, value in stack.exports.items():
                yield stack, name, value

    def importers(self, name: str, region: str) -> list[Stack]:
        """Return the active stacks that import an export."""
        return [
            stack
            for stack in self.all(region)
            if name in stack.imports and stack.status != "DELETE_COMPLETE"
        ]
