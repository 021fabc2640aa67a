"""What AWS services announce about their resources, for the rules of the default event bus."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ServiceEvent:
    """One event of a service, such as a job's change of status."""

    source: str  # "aws.sagemaker"
    detail_type: str  # "SageMaker Training Job State Change"
    region: str
    detail: Mapping[str, Any]  # JSON values only
    resources: tuple[str, ...] = ()


Listener = Callable[[ServiceEvent], None]


class ServiceEvents:
    """Passes each event to every listener; a listener takes no time and raises nothing."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> None:
        """Tell `listener` of every event from now on."""
        self._listeners.append(listener)

    def publish(self, event: ServiceEvent) -> None:
        """Announce an event; returns at once."""
        for listener in self._listeners:
            listener(event)
