"""One stack on an embedded AWS, and the parts its resources are made of."""

from __future__ import annotations

import itertools
import json
from typing import Any

from embedded_aws.runtime import Runtime
from tests.stack_events import stack_events
from tests.waiting import until

_numbers = itertools.count(1)
Resource = dict[str, Any]


class Deployed:
    """One stack with the resource `R` (and others), deployed by an administrator."""

    def __init__(self, runtime: Runtime) -> None:
        self._cloudformation = runtime.client("cloudformation")
        self.client = runtime.client
        self.name = f"real-services-{next(_numbers)}"
        self._exists = False

    def deploy(self, **resources: Resource) -> dict[str, str]:
        """Logical id -> physical id."""
        operation = "update_stack" if self._exists else "create_stack"
        outputs = {f"{name}Ref": {"Value": {"Ref": name}} for name in resources}
        getattr(self._cloudformation, operation)(
            StackName=self.name,
            TemplateBody=json.dumps({"Resources": resources, "Outputs": outputs}),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        self._exists = True
        assert self.settled() in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), self.failures()
        found = self._cloudformation.list_stack_resources(StackName=self.name)
        return {
            item["LogicalResourceId"]: item["PhysicalResourceId"]
            for item in found["StackResourceSummaries"]
        }

    def delete(self) -> None:
        stack_id = self._describe(self.name)["StackId"]
        self._cloudformation.delete_stack(StackName=self.name)
        self.name = stack_id
        assert self.settled() == "DELETE_COMPLETE", self.failures()

    @property
    def system_tags(self) -> dict[str, str]:
        """The tags that CloudFormation gives the resource `R` of its own accord."""
        return {
            "aws:cloudformation:stack-name": self.name,
            "aws:cloudformation:stack-id": self._describe(self.name)["StackId"],
            "aws:cloudformation:logical-id": "R",
        }

    def failures(self) -> list[str]:
        events = stack_events(self._cloudformation, self.name)
        return [
            f"{item['LogicalResourceId']}: {item.get('ResourceStatusReason')}"
            for item in events
            if item["ResourceStatus"].endswith("FAILED")
        ]

    def settled(self) -> str:
        def status() -> str:
            found = str(self._describe(self.name)["StackStatus"])
            return "" if found.endswith("_IN_PROGRESS") else found

        return until(status, 60, f"{self.name} is settled")

    def _describe(self, name: str) -> Any:
        return self._cloudformation.describe_stacks(StackName=name)["Stacks"][0]


def tags(**pairs: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def as_map(found: Any) -> dict[str, str]:
    return {item["Key"]: item["Value"] for item in found}


def document(action: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def trust(service: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def role(service: str, **properties: Any) -> Resource:
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": trust(service), **properties},
    }
