"""CloudFormation's stacks."""

# ruff: noqa: N803 - arguments are named as boto3's

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from autogluon_contracts import names
from tests.fakes.objects import FakeS3
from tests.fakes.pages import paginators
from tests.fakes.permissions import FakePermissions
from tests.fakes.refusals import refused

_ENDPOINT = re.compile(r"autogluon-(?P<environment>sandbox-2|sandbox)-(?P<predictor>.+)-endpoint")


@dataclass
class FakeStacks:
    """Stacks as DescribeStacks answers.

    Attributes:
        held: the reason for which a stack cannot be deleted, by its name.
        buckets: the buckets of a stack, which can be deleted when they are empty, by its name.
        attempts: the names of the stacks that were to be deleted, in order.
        deleted: the names of the deleted stacks, in order.
        updates: name and parameters of each update, in order.
        ends_in: the status in which the next update of a stack ends, if not UPDATE_COMPLETE.
        after_update: the parameters that a stack has after an update, as by another template.
        resource_types: those of a stack's resources, by its name.
        templates: of deployed stacks, by name.
    """

    permissions: FakePermissions
    s3: FakeS3 = field(default_factory=FakeS3)
    stacks: list[dict[str, Any]] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    buckets: dict[str, list[str]] = field(default_factory=dict)
    attempts: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    updates: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    ends_in: dict[str, str] = field(default_factory=dict)
    after_update: dict[str, dict[str, str]] = field(default_factory=dict)
    resource_types: dict[str, list[str]] = field(default_factory=dict)
    templates: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add_shared(
        self, name: str, status: str = "UPDATE_COMPLETE", environment: str = "sandbox"
    ) -> str:
        """Add the stack of a shared endpoint, with outputs if complete, and return its name."""
        stack = names.shared_endpoint_stack(environment, name)
        self.add(stack, status=status)
        self.stacks[-1]["Description"] = names.shared_endpoint_description(environment, name)
        if status.endswith("UPDATE_COMPLETE"):
            self.stacks[-1]["Outputs"] = [
                {"OutputKey": names.SHARED_ENDPOINT_OUTPUT, "OutputValue": name}
            ]
        return stack

    def add(
        self, name: str, parameters: dict[str, str] | None = None, status: str = "UPDATE_COMPLETE"
    ) -> None:
        """Add a stack; one of an endpoint names its live model's parameter."""
        values = dict(parameters or {})
        match = _ENDPOINT.fullmatch(name)
        if match:
            values["LiveModel"] = names.live_model_parameter(**match.groupdict())
        shown = [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]
        self.stacks.append({"StackName": name, "StackStatus": status, "Parameters": shown})

    def describe_stacks(self, StackName: str | None = None, **_: Any) -> dict[str, Any]:
        self.permissions.require("cloudformation:DescribeStacks")
        found = [entry for entry in self.stacks if StackName in (None, entry["StackName"])]
        if StackName is not None and not found:
            raise refused("ValidationError", f"Stack with id {StackName} does not exist")
        return {"Stacks": found}

    def update_stack(
        self, StackName: str, Parameters: list[dict[str, Any]], UsePreviousTemplate: bool, **_: Any
    ) -> None:
        """Write parameters, which must all be named, as with an unchanged template."""
        self.permissions.require("cloudformation:UpdateStack")
        assert UsePreviousTemplate
        [entry] = [entry for entry in self.stacks if entry["StackName"] == StackName]
        before = {each["ParameterKey"]: each["ParameterValue"] for each in entry["Parameters"]}
        after = {
            each["ParameterKey"]: before[each["ParameterKey"]]
            if each.get("UsePreviousValue")
            else each["ParameterValue"]
            for each in Parameters
        }
        assert set(after) == set(before)
        if after == before:
            raise refused("ValidationError", "No updates are to be performed.")
        self.updates.append((StackName, after))
        shown = self.after_update.get(StackName, after)
        entry["Parameters"] = [
            {"ParameterKey": key, "ParameterValue": value} for key, value in shown.items()
        ]
        entry["StackStatus"] = self.ends_in.pop(StackName, "UPDATE_COMPLETE")

    def delete_stack(self, StackName: str) -> None:
        self.permissions.require("cloudformation:DeleteStack")
        self.attempts.append(StackName)
        for entry in self.stacks:
            if entry["StackName"] == StackName:
                entry["StackStatus"] = "DELETE_FAILED"
        if StackName not in self.held and not self._full(StackName):
            self.stacks = [entry for entry in self.stacks if entry["StackName"] != StackName]
            self.deleted.append(StackName)

    def describe_stack_events(self, StackName: str, NextToken: str = "") -> dict[str, Any]:
        self.permissions.require("cloudformation:DescribeStackEvents")
        event = {
            "StackName": StackName,
            "LogicalResourceId": "Key",
            "ResourceType": "AWS::KMS::Key",
            "ResourceStatus": "DELETE_FAILED",
            "ResourceStatusReason": self.held.get(StackName),
        }
        full = [
            {**found, "StackName": StackName, "LogicalResourceId": "Bucket"}
            for found in self._full(StackName)
        ]
        if not NextToken:  # later ones of other resources fill the first page
            other = {**event, "ResourceStatus": "DELETE_COMPLETE", "LogicalResourceId": "Other"}
            return {"StackEvents": [other] * 100, "NextToken": "100"}
        return {"StackEvents": full or [event]}

    def _full(self, name: str) -> list[dict[str, Any]]:
        """Buckets that cannot be deleted, as CloudFormation shows them."""
        return [
            {
                "PhysicalResourceId": bucket,
                "ResourceType": "AWS::S3::Bucket",
                "ResourceStatus": "DELETE_FAILED",
                "ResourceStatusReason": "The bucket you tried to delete is not empty (Service: "
                "S3, Status Code: 409, Request ID: 1)",
            }
            for bucket in self.buckets.get(name, ())
            if self.s3.list_object_versions(Bucket=bucket)
        ]

    def get_template(self, StackName: str, TemplateStage: str) -> dict[str, Any]:
        self.permissions.require("cloudformation:GetTemplate")
        assert TemplateStage == "Original"
        if StackName not in self.templates:
            raise refused("ValidationError", f"Stack with id {StackName} does not exist")
        return {"TemplateBody": self.templates[StackName]}

    def describe_stack_resources(self, StackName: str) -> dict[str, Any]:
        self.permissions.require("cloudformation:DescribeStackResources")
        found = self.resource_types.get(StackName, [])
        shown: list[dict[str, Any]] = [
            {"ResourceType": each, "ResourceStatus": "UPDATE_COMPLETE"} for each in found
        ]
        return {"StackResources": [*shown, *self._full(StackName)]}

    @property
    def get_paginator(self) -> Any:
        return paginators(
            describe_stacks=self.describe_stacks, describe_stack_events=self.describe_stack_events
        )
