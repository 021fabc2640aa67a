"""AWS::CloudFormation::CustomResource and Custom::*, backed by a Lambda function."""

from __future__ import annotations

import json
import uuid
from typing import Any

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.custom_responses import CustomResponses
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
)
from embedded_aws.cloudformation.resources.registry import CUSTOM_RESOURCE

_DEFAULT_TIMEOUT_SECONDS = 3600.0


class CustomResource(ResourceHandler):
    """Sends Create, Update and Delete events to a function and waits for its answer.

    AWS invokes the function asynchronously, so a crash costs the whole timeout. The embedded AWS
    reports it at once.
    """

    type_name = CUSTOM_RESOURCE
    replaced_by = frozenset()
    volatile_attributes = frozenset({"*"})
    supported = frozenset()  # any property: they are the function's business

    def __init__(self, responses: CustomResponses) -> None:
        self._responses = responses

    def check(self, properties: Properties) -> None:
        token = str(properties.get("ServiceToken", ""))
        if ":lambda:" not in token:
            raise ResourceError(
                f"ServiceToken has to be a Lambda function's ARN, got {token!r}; the embedded AWS "
                "does not support other backends of custom resources."
            )

    def needs_replacement(self, old: Properties, new: Properties) -> list[str]:
        del old, new  # the function decides, by answering with another physical id
        return []

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        # The id a failed creation is deleted under, unless the function answers with its own.
        fallback = context.register(context.name(max_length=255))
        answer = self._send(context, "Create", properties, {})
        physical_id = context.register(str(answer.get("PhysicalResourceId") or fallback))
        return _provisioned(physical_id, answer)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        if old.get("ServiceToken") != new.get("ServiceToken"):
            raise ResourceError("Modifying service token is not allowed.")
        extra = {
            "PhysicalResourceId": physical_id,
            "OldResourceProperties": _texts(old),
        }
        answer = self._send(context, "Update", new, extra)
        return _provisioned(str(answer.get("PhysicalResourceId") or physical_id), answer)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        self._send(context, "Delete", properties, {"PhysicalResourceId": physical_id})

    def _send(
        self,
        context: ResourceContext,
        request_type: str,
        properties: Properties,
        extra: dict[str, Any],
    ) -> dict[str, Any]:
        with self._responses.expect() as pending:
            event = {
                "RequestType": request_type,
                "ServiceToken": properties["ServiceToken"],
                "ResponseURL": pending.url,
                "StackId": context.stack_id,
                "RequestId": str(uuid.uuid4()),
                "LogicalResourceId": context.logical_id,
                "ResourceType": context.type,
                "ResourceProperties": _texts(properties),
                **extra,
            }
            _invoke(context, properties["ServiceToken"], event)
            timeout = float(properties.get("ServiceTimeout", _DEFAULT_TIMEOUT_SECONDS))
            context.wait_until(
                pending.arrived.is_set,
                timeout_seconds=timeout,
                what=f"CloudFormation did not receive a response; {context.logical_id}",
            )
            answer = pending.answer
        if answer.get("Status") != "SUCCESS":
            if request_type == "Create" and answer.get("PhysicalResourceId"):
                context.register(str(answer["PhysicalResourceId"]))
            reason = answer.get("Reason") or "no reason given"
            raise ResourceError(f"Received response status [FAILED] from custom resource: {reason}")
        return answer


def _invoke(context: ResourceContext, token: str, event: dict[str, Any]) -> None:
    answer = context.client("lambda").invoke(FunctionName=token, Payload=json.dumps(event).encode())
    if answer.get("FunctionError"):
        detail = answer["Payload"].read().decode(errors="replace")
        raise ResourceError(f"The custom resource's function {token} failed: {detail}")


def _texts(value: Any) -> Any:
    """Convert every scalar to text, as AWS does for functions."""
    if isinstance(value, dict):
        return {key: _texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_texts(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None else str(value)


def _provisioned(physical_id: str, answer: dict[str, Any]) -> Provisioned:
    return Provisioned(physical_id, dict(answer.get("Data") or {}))
