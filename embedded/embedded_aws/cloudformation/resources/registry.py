"""The registry of resource types."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from embedded_aws.cloudformation.errors import validation_error
from embedded_aws.cloudformation.resources.handler import Properties, ResourceHandler
from embedded_aws.cloudformation.template.template import Template

_CUSTOM_PREFIX = "Custom::"
CUSTOM_RESOURCE = "AWS::CloudFormation::CustomResource"


# Called before a resource is created or updated; raises ResourceError or waits.
Disturbance = Callable[[str, Properties, threading.Event], None]


def _leave_alone(_type: str, _properties: Properties, _cancelled: threading.Event) -> None:
    """Let the resource succeed."""


class Registry:
    """Handlers by resource type; every `Custom::...` type has the custom resource's handler."""

    def __init__(
        self, handlers: Iterable[ResourceHandler], disturb: Disturbance = _leave_alone
    ) -> None:
        self.disturb = disturb
        self._handlers = {handler.type_name: handler for handler in handlers}

    @property
    def types(self) -> list[str]:
        """Return the names of all known types."""
        return sorted(self._handlers)

    def knows(self, resource_type: str) -> bool:
        """Return whether there is a handler of the type."""
        return resource_type in self._handlers

    def handler(self, resource_type: str) -> ResourceHandler:
        """Return the handler of a type. Raises ApiError (ValidationError) when it is unknown."""
        name = CUSTOM_RESOURCE if resource_type.startswith(_CUSTOM_PREFIX) else resource_type
        handler = self._handlers.get(name)
        if handler is None:
            raise _unrecognized([resource_type])
        return handler

    def check(self, template: Template) -> None:
        """Refuse a template with unknown types, naming all of them."""
        unknown = [
            item.type
            for item in template.resources.values()
            if not item.type.startswith(_CUSTOM_PREFIX) and item.type not in self._handlers
        ]
        if unknown:
            raise _unrecognized(unknown)


def _unrecognized(types: list[str]) -> Exception:
    return validation_error(
        f"Template format error: Unrecognized resource types: [{', '.join(sorted(set(types)))}]; "
        "the embedded AWS does not support them."
    )
