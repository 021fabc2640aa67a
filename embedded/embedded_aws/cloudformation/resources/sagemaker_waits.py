"""Wait for endpoints and inference components, which SageMaker changes in the background."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from embedded_aws.cloudformation.api_errors import is_not_found
from embedded_aws.cloudformation.resources.handler import ResourceContext

Describe = Callable[[], Mapping[str, Any]]

_IN_PROGRESS = {"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"}
# AWS publishes no limit for these types: the longest MaximumExecutionTimeoutInSeconds.
_TIMEOUT_SECONDS = 8 * 3600.0


def settled(
    context: ResourceContext, describe: Describe, status_member: str, what: str
) -> dict[str, Any]:
    """Return a resource's description once no change is in progress."""
    found: dict[str, Any] = {}

    def is_settled() -> bool:
        found.clear()
        found.update(describe())
        return found[status_member] not in _IN_PROGRESS

    context.wait_until(is_settled, timeout_seconds=_TIMEOUT_SECONDS, what=what)
    return found


def wait_until_gone(context: ResourceContext, describe: Describe, what: str) -> None:
    """Return once the resource does not exist any more."""

    def is_gone() -> bool:
        try:
            describe()
        except Exception as error:
            if is_not_found(error):
                return True
            raise
        return False

    context.wait_until(is_gone, timeout_seconds=_TIMEOUT_SECONDS, what=f"Deletion of {what}")
