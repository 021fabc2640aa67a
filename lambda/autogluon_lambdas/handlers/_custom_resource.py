"""Answer the event of a custom resource, whatever happens."""

from collections.abc import Callable
from typing import Any

from autogluon_lambdas.adapters.cloudformation_response import send_response


def answer(event: dict[str, Any], act: Callable[[], str]) -> None:
    """Act on a custom resource event, and send the outcome to its ResponseURL.

    CloudFormation waits an hour for an answer that never comes, so every failure is sent as one.

    Args:
        event: as CloudFormation sends it.
        act: returns the physical id.
    """
    before = event.get("PhysicalResourceId")
    physical_id = str(before or f"{event['LogicalResourceId']}-{event['RequestId']}")
    failure: str | None = None
    try:
        physical_id = act()
    except Exception as error:  # noqa: BLE001  (the answer carries it; see above)
        failure = f"{type(error).__name__}: {error}"
    send_response(event, physical_id=physical_id, failure=failure)
