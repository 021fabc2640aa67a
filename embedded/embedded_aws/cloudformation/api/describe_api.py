"""The operations that read stacks, their events, resources and exports."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from embedded_aws.cloudformation.engine.stack import Stack, StackEvent, StackResource
from embedded_aws.cloudformation.engine.stack_store import StackStore
from embedded_aws.cloudformation.errors import validation_error
from embedded_aws.gateway import ApiCall, Operation

_NOT_CHECKED = {"StackDriftStatus": "NOT_CHECKED"}
_RESOURCE_NOT_CHECKED = {"StackResourceDriftStatus": "NOT_CHECKED"}
# AWS answers events in pages (botocore's paginator of DescribeStackEvents), and documents no size:
# this one is chosen, small enough that readers of one page alone are found out.
_EVENTS_OF_A_PAGE = 100


class DescribeApi:
    """Read-only operations."""

    def __init__(self, store: StackStore) -> None:
        self._store = store

    def handlers(self) -> Mapping[str, Operation]:
        """Return the operations by name."""
        return {
            "DescribeStacks": self.describe_stacks,
            "ListStacks": self.list_stacks,
            "DescribeStackEvents": self.describe_stack_events,
            "DescribeEvents": self.describe_events,
            "DescribeStackResource": self.describe_stack_resource,
            "DescribeStackResources": self.describe_stack_resources,
            "ListStackResources": self.list_stack_resources,
            "ListExports": self.list_exports,
            "ListImports": self.list_imports,
        }

    def describe_stacks(self, call: ApiCall) -> dict[str, Any]:
        """Describe one stack, or every stack that is not deleted."""
        name = call.params.get("StackName")
        if not name:
            living = [
                item for item in self._store.all(call.region) if item.status != "DELETE_COMPLETE"
            ]
            return {"Stacks": [_describe_stack(stack) for stack in living]}
        stack = self._store.get(name, call.region, f"Stack with id {name} does not exist")
        return {"Stacks": [_describe_stack(stack)]}

    def list_stacks(self, call: ApiCall) -> dict[str, Any]:
        """List every stack, deleted ones included, optionally filtered by status."""
        wanted = set(call.params.get("StackStatusFilter") or [])
        stacks = [
            stack for stack in self._store.all(call.region) if not wanted or stack.status in wanted
        ]
        return {"StackSummaries": [_summarize_stack(stack) for stack in stacks]}

    def describe_stack_events(self, call: ApiCall) -> dict[str, Any]:
        """Return a page of a stack's events, newest first.

        A token counts from the oldest event, so that events that come meanwhile shift no page.
        """
        stack = self._store.get(call.params["StackName"], call.region)
        events = list(stack.events)
        token = call.params.get("NextToken") or str(len(events))
        if not token.isdecimal() or int(token) > len(events):
            raise validation_error("The next token is not valid.")
        end = int(token)
        start = max(0, end - _EVENTS_OF_A_PAGE)
        answer: dict[str, Any] = {
            "StackEvents": [_describe_event(stack, item) for item in events[start:end][::-1]]
        }
        return answer | ({"NextToken": str(start)} if start else {})

    def describe_events(self, call: ApiCall) -> dict[str, Any]:
        """Return a stack's events, optionally only failures; change sets have none here."""
        params = call.params
        if params.get("OperationId"):
            raise validation_error("The embedded AWS's stacks have no operation ids.")
        if params.get("ChangeSetName") or not params.get("StackName"):
            return {"OperationEvents": []}
        stack = self._store.get(params["StackName"], call.region)
        only_failures = (params.get("Filters") or {}).get("FailedEvents")
        events = [
            item
            for item in stack.events[::-1]
            if not only_failures or item.status.endswith("_FAILED")
        ]
        return {
            "OperationEvents": [
                _without_nothing(
                    {
                        "EventId": item.event_id,
                        "StackId": stack.stack_id,
                        "EventType": "PROVISIONING_ERROR"
                        if item.status.endswith("_FAILED")
                        else "STACK_EVENT",
                        "LogicalResourceId": item.logical_id,
                        "PhysicalResourceId": item.physical_id,
                        "ResourceType": item.type,
                        "Timestamp": item.timestamp,
                        "ResourceStatus": item.status,
                        "ResourceStatusReason": item.reason,
                        "ClientRequestToken": item.token,
                    }
                )
                for item in events
            ]
        }

    def describe_stack_resource(self, call: ApiCall) -> dict[str, Any]:
        """Describe one resource with its metadata."""
        stack = self._store.get(call.params["StackName"], call.region)
        resource = _resource(stack, call.params["LogicalResourceId"])
        detail = _describe_resource(stack, resource) | {
            "LastUpdatedTimestamp": resource.updated,
            "DriftInformation": _RESOURCE_NOT_CHECKED,
        }
        if resource.metadata is not None:
            detail["Metadata"] = json.dumps(resource.metadata)
        return {"StackResourceDetail": detail}

    def describe_stack_resources(self, call: ApiCall) -> dict[str, Any]:
        """Describe the resources of a stack, or of the stack that has a physical id."""
        params = call.params
        if params.get("StackName"):
            stack = self._store.get(params["StackName"], call.region)
        else:
            stack = self._owner(params.get("PhysicalResourceId"), call.region)
        wanted = params.get("LogicalResourceId")
        resources = [_resource(stack, wanted)] if wanted else list(stack.resources.values())
        return {
            "StackResources": [
                _describe_resource(stack, item)
                | {"Timestamp": item.updated, "DriftInformation": _RESOURCE_NOT_CHECKED}
                for item in resources
            ]
        }

    def list_stack_resources(self, call: ApiCall) -> dict[str, Any]:
        """List the summaries of a stack's resources."""
        stack = self._store.get(
            call.params["StackName"],
            call.region,
            f"Stack with id {call.params['StackName']} does not exist",
        )
        summaries = []
        for item in list(stack.resources.values()):
            summary = _describe_resource(stack, item)
            for redundant in ("StackName", "StackId"):
                del summary[redundant]
            summary["LastUpdatedTimestamp"] = item.updated
            summary["DriftInformation"] = _RESOURCE_NOT_CHECKED
            summaries.append(summary)
        return {"StackResourceSummaries": summaries}

    def list_exports(self, call: ApiCall) -> dict[str, Any]:
        """List every export of the region."""
        return {
            "Exports": [
                {"ExportingStackId": stack.stack_id, "Name": name, "Value": value}
                for stack, name, value in self._store.exports(call.region)
            ]
        }

    def list_imports(self, call: ApiCall) -> dict[str, Any]:
        """List the names of stacks that import an export."""
        name = call.params["ExportName"]
        users = self._store.importers(name, call.region)
        if not users:
            raise validation_error(f"Export '{name}' is not imported by any stack.")
        return {"Imports": [stack.name for stack in users]}

    def _owner(self, physical_id: str | None, region: str) -> Stack:
        for stack in self._store.all(region):
            if stack.status == "DELETE_COMPLETE":
                continue
            if physical_id in [item.physical_id for item in stack.resources.values()]:
                return stack
        raise validation_error(f"Stack for {physical_id} does not exist")


def _resource(stack: Stack, logical_id: str) -> StackResource:
    if logical_id not in stack.resources:
        raise validation_error(f"Resource {logical_id} does not exist for stack {stack.name}")
    return stack.resources[logical_id]


def _describe_stack(stack: Stack) -> dict[str, Any]:
    parameters = stack.state.parameters.values() if stack.state else []
    return _without_nothing(
        {
            "StackId": stack.stack_id,
            "StackName": stack.name,
            "ChangeSetId": stack.change_set_id,
            "Description": stack.state.template.description if stack.state else None,
            "Parameters": [item.describe() for item in parameters],
            "CreationTime": stack.created,
            "DeletionTime": stack.deleted,
            "LastUpdatedTime": stack.updated,
            "RollbackConfiguration": {},
            "StackStatus": stack.status,
            "StackStatusReason": stack.status_reason,
            "DisableRollback": stack.disable_rollback,
            "NotificationARNs": [],
            "Capabilities": stack.capabilities,
            "Outputs": list(stack.outputs),
            "RoleARN": stack.role_arn,
            "Tags": [{"Key": key, "Value": value} for key, value in stack.tags.items()],
            "EnableTerminationProtection": stack.termination_protection,
            "DriftInformation": _NOT_CHECKED,
        }
    )


def _summarize_stack(stack: Stack) -> dict[str, Any]:
    return _without_nothing(
        {
            "StackId": stack.stack_id,
            "StackName": stack.name,
            "TemplateDescription": stack.state.template.description if stack.state else None,
            "CreationTime": stack.created,
            "LastUpdatedTime": stack.updated,
            "DeletionTime": stack.deleted,
            "StackStatus": stack.status,
            "StackStatusReason": stack.status_reason,
            "DriftInformation": _NOT_CHECKED,
        }
    )


def _describe_event(stack: Stack, event: StackEvent) -> dict[str, Any]:
    return _without_nothing(
        {
            "StackId": stack.stack_id,
            "EventId": event.event_id,
            "StackName": stack.name,
            "LogicalResourceId": event.logical_id,
            "PhysicalResourceId": event.physical_id,
            "ResourceType": event.type,
            "Timestamp": event.timestamp,
            "ResourceStatus": event.status,
            "ResourceStatusReason": event.reason,
            "ClientRequestToken": event.token,
        }
    )


def _describe_resource(stack: Stack, resource: StackResource) -> dict[str, Any]:
    return _without_nothing(
        {
            "StackName": stack.name,
            "StackId": stack.stack_id,
            "LogicalResourceId": resource.logical_id,
            "PhysicalResourceId": resource.physical_id,
            "ResourceType": resource.type,
            "ResourceStatus": resource.status,
            "ResourceStatusReason": resource.status_reason,
        }
    )


def _without_nothing(members: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in members.items() if value is not None}
