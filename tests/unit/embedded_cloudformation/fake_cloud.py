"""An account of imaginary things, run by the real engine: no HTTP, no moto, no waiting."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, ClassVar, cast

from embedded_aws.cloudformation.api.service import install_engine
from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
)
from embedded_aws.cloudformation.resources.registry import Registry
from embedded_aws.gateway import ApiCall, ApiError, Operation
from embedded_aws.kept_state import KeptState
from embedded_aws.runtime import Runtime
from tests.waiting import until

REGION = "us-east-1"


@dataclass
class World:
    """What exists, and everything that was done to it, in order."""

    things: dict[str, Properties] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    ssm: dict[str, str] = field(default_factory=dict)
    fail_deleting: set[str] = field(default_factory=set)  # logical ids
    fail_updating_to: set[str] = field(default_factory=set)  # values of Size
    roles: list[str] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))


class Thing(ResourceHandler):
    """`Name` and `Kind` need a new thing; `Size` does not. `Fail: create` fails halfway."""

    type_name = "Test::Thing"
    supported = frozenset({"Fail", "Hold", "Kind", "Link", "Name", "Size", "Tags"})
    replaced_by = frozenset({"Kind", "Name"})
    volatile_attributes = frozenset({"Size"})
    stack_tags = "list"
    identifier: ClassVar[str | None] = "Name"

    def __init__(self, world: World) -> None:
        self._world = world

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        context.client("things")
        name = properties.get("Name") or f"{context.logical_id}-{next(self._world.numbers)}"
        if name in self._world.things:
            raise ResourceError(f"{name} already exists")
        self._world.things[name] = properties
        context.register(name)
        self._world.history.append(f"create {context.logical_id}")
        if properties.get("Hold"):
            context.wait_until(self._world.gate.is_set, timeout_seconds=10, what=name)
        if properties.get("Fail") == "create":
            raise ResourceError("asked to fail")
        return self._provisioned(name)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        self._world.history.append(f"update {context.logical_id} to {new.get('Size')}")
        self._world.things[physical_id] = new
        if new.get("Size") in self._world.fail_updating_to:
            raise ResourceError(f"size {new['Size']} does not fit")
        return self._provisioned(physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        if context.logical_id in self._world.fail_deleting:
            raise ResourceError("still in use")
        self._world.history.append(f"delete {context.logical_id}")
        del self._world.things[physical_id]

    def adopt(self, context: ResourceContext, properties: Properties) -> Provisioned | None:
        name = properties.get("Name")
        return self._provisioned(str(name)) if name in self._world.things else None

    def take_over(
        self, context: ResourceContext, identifier: str, properties: Properties
    ) -> Provisioned:
        if identifier not in self._world.things:
            raise ResourceError(f"there is no thing {identifier}")
        self._world.history.append(f"import {context.logical_id}")
        return self._provisioned(identifier)

    def _provisioned(self, name: str) -> Provisioned:
        size = str(self._world.things[name].get("Size", ""))
        return Provisioned(name, {"Arn": f"arn:{name}", "Size": size})


class OtherThing(Thing):
    """The same under another type name."""

    type_name = "Test::Other"
    identifier = None


class FakeSsm:
    """Just the reads the engine does."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    def get_parameters(self, Names: list[str]) -> dict[str, Any]:  # noqa: N803 - boto3's spelling
        found = [
            {"Name": name, "Value": self._values[name]} for name in Names if name in self._values
        ]
        return {
            "Parameters": found,
            "InvalidParameters": [name for name in Names if name not in self._values],
        }

    def get_parameter(self, Name: str) -> dict[str, Any]:  # noqa: N803
        return {"Parameter": {"Name": Name, "Value": self._values[Name]}}


class FakeCloud:
    """Calls API operations as a client would: `cloud("CreateStack", StackName=...)`."""

    def __init__(self) -> None:
        self.world = World()
        self.operations: dict[str, Operation] = {}
        self.close: list[Callable[[], None]] = []
        runtime = SimpleNamespace(
            account_id="123456789012",
            gateway=SimpleNamespace(
                register_service=lambda _, handlers: self.operations.update(handlers)
            ),
            log=SimpleNamespace(event=lambda *_: None),
            iam=None,
            on_close=self.close,
            kept=KeptState(),
            client=lambda service, *_: FakeSsm(self.world.ssm) if service == "ssm" else None,
            role_credentials=self._assume,
        )
        install_engine(
            cast(Runtime, runtime), Registry([Thing(self.world), OtherThing(self.world)])
        )

    def __call__(self, operation: str, **params: Any) -> Any:
        request = SimpleNamespace(headers={}, args={})
        call = ApiCall(
            service="cloudformation",
            operation=operation,
            params=params,
            access_key_id="AKIATEST",
            region=REGION,
            account_id="123456789012",
            request=cast(Any, request),
        )
        return self.operations[operation](call)

    def _assume(self, role_arn: str, *_: str) -> str:
        if "unknown" in role_arn:
            raise ApiError("AccessDenied", "no such role")
        self.world.roles.append(role_arn)
        return role_arn

    def create(self, name: str, resources: Any, *, wait: bool = True, **more: Any) -> str:
        """Create a stack; the status it ends in."""
        stack_id = self("CreateStack", StackName=name, **template(resources, more))["StackId"]
        # By its id: a stack that deletes itself may be gone by now, and its name with it.
        return self.settled(stack_id) if wait else str(self.stack(stack_id)["StackStatus"])

    def update(self, name: str, resources: Any, **more: Any) -> str:
        """Update a stack; the status it ends in."""
        self("UpdateStack", StackName=name, **template(resources, more))
        return self.settled(name)

    def delete(self, name: str, **more: Any) -> str:
        """Delete a stack; the status it ends in."""
        stack_id = self.stack(name)["StackId"]
        self("DeleteStack", StackName=name, **more)
        return self.settled(stack_id)

    def settled(self, name: str) -> str:
        """The stack's status once nothing is under way."""

        def status() -> str:
            found = str(self.stack(name)["StackStatus"])
            return "" if found.endswith("_IN_PROGRESS") else found

        return until(status, 10, f"{name} is settled")

    def stack(self, name: str) -> Any:
        """DescribeStacks' answer for one stack."""
        return self("DescribeStacks", StackName=name)["Stacks"][0]

    def outputs(self, name: str) -> dict[str, str]:
        """Outputs by key."""
        return {item["OutputKey"]: item["OutputValue"] for item in self.stack(name)["Outputs"]}

    def physical_ids(self, name: str) -> dict[str, str]:
        """Logical id -> physical id."""
        resources = self("ListStackResources", StackName=name)["StackResourceSummaries"]
        return {item["LogicalResourceId"]: item["PhysicalResourceId"] for item in resources}

    def events(self, name: str) -> list[tuple[str, str, str]]:
        """(logical id, status, reason), oldest first."""
        events: list[Any] = []
        token: dict[str, str] | None = {}
        while token is not None:
            page = self("DescribeStackEvents", StackName=name, **token)
            events = page["StackEvents"][::-1] + events
            token = {"NextToken": page["NextToken"]} if "NextToken" in page else None
        return [
            (
                item["LogicalResourceId"],
                item["ResourceStatus"],
                item.get("ResourceStatusReason", ""),
            )
            for item in events
        ]

    def change_set(self, stack: str, resources: Any, name: str = "changes", **more: Any) -> Any:
        """Create and describe a change set."""
        self("CreateChangeSet", StackName=stack, ChangeSetName=name, **template(resources, more))
        return self("DescribeChangeSet", StackName=stack, ChangeSetName=name)


def thing(**properties: Any) -> dict[str, Any]:
    """A resource; names of resource attributes go beside its properties."""
    attributes: dict[str, Any] = {
        key: properties.pop(key)
        for key in ("Condition", "DeletionPolicy", "DependsOn", "Metadata", "UpdateReplacePolicy")
        if key in properties
    }
    return {"Type": "Test::Thing", "Properties": properties, **attributes}


def template(resources: Any, more: dict[str, Any]) -> dict[str, Any]:
    """Request members: sections of the template are taken out of `more`."""
    sections = ("Conditions", "Description", "Mappings", "Outputs", "Rules")
    document = {key: more.pop(key) for key in sections if key in more}
    if "Declared" in more:
        document["Parameters"] = more.pop("Declared")
    return {"TemplateBody": json.dumps({"Resources": resources, **document}), **more}
