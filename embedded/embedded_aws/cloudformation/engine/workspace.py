"""The stack, clients and stores that one operation works with."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from embedded_aws.cloudformation.api_errors import failure_reason
from embedded_aws.cloudformation.engine.references import LiveReferences
from embedded_aws.cloudformation.engine.stack import Stack, StackResource
from embedded_aws.cloudformation.engine.stack_store import StackStore
from embedded_aws.cloudformation.errors import validation_error
from embedded_aws.cloudformation.resources.handler import ResourceContext
from embedded_aws.cloudformation.resources.registry import Registry


@dataclass
class Workspace:
    """One operation's stack, its API clients and the way to stop it.

    `client(service)` is a boto3 client with the credentials the operation runs with, `own(service)`
    one of CloudFormation itself, which no policy binds.
    """

    stack: Stack
    store: StackStore
    registry: Registry
    client: Callable[[str], Any]
    own: Callable[[str], Any]
    account_id: str
    cancelled: threading.Event = field(default_factory=threading.Event)

    def context(self, resource: StackResource) -> ResourceContext:
        """Return the context for the resource's handler."""
        return ResourceContext(
            stack_name=self.stack.name,
            stack_id=self.stack.stack_id,
            logical_id=resource.logical_id,
            type=resource.type,
            region=self.stack.region,
            account_id=self.account_id,
            client=self.client,
            cancelled=self.cancelled,
        )

    def references(self) -> LiveReferences:
        """Return access to the stack's current values."""
        return LiveReferences(self.stack.resources, self._read_export, self._read_ssm_parameter)

    def _read_export(self, name: str) -> str:
        for _, export, value in self.store.exports(self.stack.region):
            if export == name:
                return value
        raise validation_error(f"No export named {name} found.")

    def _read_ssm_parameter(self, name: str) -> str:
        try:
            answer = self.client("ssm").get_parameter(Name=name)
        except ClientError as error:
            raise validation_error(
                f"Could not resolve {{{{resolve:ssm:{name}}}}}: {failure_reason(error)}"
            ) from error
        return str(answer["Parameter"]["Value"])
