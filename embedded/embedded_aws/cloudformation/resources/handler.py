"""The base of all resource types: create, update and delete through the service's API."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from embedded_aws.cloudformation.errors import OperationCancelledError, ResourceError
from embedded_aws.cloudformation.resources.physical_names import physical_name

Properties = dict[str, Any]
_POLL_SECONDS = 0.15


@dataclass(frozen=True)
class Provisioned:
    """A resource as it exists: its `Ref` value and its `Fn::GetAtt` values."""

    physical_id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class ResourceContext:
    """What a handler may use while it works on one resource."""

    stack_name: str
    stack_id: str
    logical_id: str
    type: str
    region: str
    account_id: str
    client: Callable[[str], Any]  # boto3 client with the stack's own credentials
    cancelled: threading.Event = field(default_factory=threading.Event)
    existing_id: str | None = None

    def register(self, physical_id: str) -> str:
        """Record that the resource exists, so that a rollback deletes it."""
        self.existing_id = physical_id
        return physical_id

    def name(self, *, max_length: int, charset: str = "A-Za-z0-9-", lower: bool = False) -> str:
        """Return a unique physical name `<stack>-<logical id>-<random>` within a type's rules."""
        return physical_name(
            self.stack_name, self.logical_id, max_length=max_length, charset=charset, lower=lower
        )

    def arn(self, service: str, resource: str) -> str:
        """Return `arn:aws:<service>:<region>:<account>:<resource>`."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"

    def wait_until(self, done: Callable[[], bool], *, timeout_seconds: float, what: str) -> None:
        """Poll `done` until it holds.

        Raises:
            ResourceError: the time is over.
            OperationCancelledError: another resource of the stack failed.
        """
        deadline = time.monotonic() + timeout_seconds
        while not done():
            if self.cancelled.wait(_POLL_SECONDS):
                raise OperationCancelledError
            if time.monotonic() > deadline:
                raise ResourceError(f"{what} did not stabilize within {timeout_seconds:.0f} s.")


class ResourceHandler(ABC):
    """One resource type.

    Class attributes:
        type_name: `AWS::S3::Bucket`.
        required: properties that have to be given.
        supported: properties this handler honours; any other one fails the resource.
        replaced_by: properties whose change needs a new resource.
        volatile_attributes: attributes that an in-place update may change (`*`: any).
        stack_tags: form of the `Tags` property that stack-level tags are added to.
        identifier: the property that names an existing resource of the type for an import, the
            primary identifier of its schema in CloudFormation's registry; None: none is imported.
    """

    type_name: ClassVar[str]
    required: ClassVar[frozenset[str]] = frozenset()
    supported: ClassVar[frozenset[str]]
    replaced_by: ClassVar[frozenset[str]] = frozenset()
    volatile_attributes: ClassVar[frozenset[str]] = frozenset()
    stack_tags: ClassVar[Literal["list", "map"] | None] = None
    identifier: ClassVar[str | None] = None

    @abstractmethod
    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        """Create the resource; `context.register` its id once there is something to delete."""

    @abstractmethod
    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        """Change an existing resource from `old` to `new` properties.

        A different physical id in the answer means that the resource was replaced.
        """

    @abstractmethod
    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        """Delete the resource; one that is already gone may raise the API's not-found error."""

    def adopt(self, context: ResourceContext, properties: Properties) -> Provisioned | None:
        """Take over an existing resource that has the name given in the template.

        ImportExistingResources asks for it. None when there is no such resource or the type does
        not support it; `create` then reports the conflict.
        """
        del context, properties
        return None

    def take_over(
        self, context: ResourceContext, identifier: str, properties: Properties
    ) -> Provisioned:
        """Bring an existing resource under the stack as it is; only tags are added to it.

        Only types with an `identifier` are asked.

        Raises:
            ResourceError: it is not as the template describes it.
            Exception: as the service answers, where there is none.
        """
        raise NotImplementedError

    def check(self, properties: Properties) -> None:
        """Refuse, by name, properties that are missing or that this handler would ignore."""
        missing = sorted(self.required - set(properties))
        if missing:
            raise ResourceError(
                f"Missing required properties [{', '.join(missing)}] of {self.type_name}."
            )
        unsupported = sorted(set(properties) - self.supported)
        if unsupported:
            raise ResourceError(
                f"Encountered unsupported properties in {{/}}: [{', '.join(unsupported)}] of "
                f"{self.type_name}; the embedded AWS supports: {', '.join(sorted(self.supported))}."
            )

    def needs_replacement(self, old: Properties, new: Properties) -> list[str]:
        """Return the changed properties that need a new resource."""
        return [name for name in changed_properties(old, new) if name in self.replaced_by]


def changed_properties(old: Properties, new: Properties) -> list[str]:
    """Return the names of properties that differ, as CloudFormation compares: "1" equals 1."""
    return sorted(name for name in {*old, *new} if _normal(old.get(name)) != _normal(new.get(name)))


def _normal(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _normal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_normal(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None else str(value)
