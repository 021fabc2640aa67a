"""The faults on demand of resources: creations and updates that fail or take long."""

from __future__ import annotations

import threading
from collections.abc import Callable

from embedded_aws.cloudformation.errors import OperationCancelledError, ResourceError
from embedded_aws.cloudformation.resources.handler import Properties
from embedded_aws.faults.injector import Faults

_REASON = "Internal Failure"  # what AWS says where a resource's handler breaks


def disturb_with(faults: Faults) -> Callable[[str, Properties, threading.Event], None]:
    """Return what the engine calls before it creates or updates a resource.

    It raises ResourceError for a resource that fails, and OperationCancelledError where another
    one failed while it waits.
    """

    def disturb(resource_type: str, properties: Properties, cancelled: threading.Event) -> None:
        slow = faults.take(resource_type, properties, ("slow-resource",))
        if slow is not None and cancelled.wait(slow.seconds or 0):
            raise OperationCancelledError
        failing = faults.take(resource_type, properties, ("fail-resource",))
        if failing is not None:
            raise ResourceError(failing.message or _REASON)

    return disturb
