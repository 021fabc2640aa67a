"""Read the state of CloudFormation stacks."""

from typing import Any

from botocore.exceptions import ClientError

from autogluon_lambdas.ports import StackState


class CloudFormationStacks:
    """A `Stacks` over boto3."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def state(self, stack_name: str) -> StackState | None:
        """Return the stack's status and parameters, or None when it does not exist."""
        try:
            stack = self._client.describe_stacks(StackName=stack_name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in error.response["Error"]["Message"]:
                return None
            raise
        parameters = stack.get("Parameters", [])
        resolved = {
            parameter["ParameterValue"]: parameter["ResolvedValue"]
            for parameter in parameters
            if "ResolvedValue" in parameter
        }
        plain = {
            parameter["ParameterKey"]: parameter["ParameterValue"]
            for parameter in parameters
            if "ResolvedValue" not in parameter
        }
        return StackState(stack["StackStatus"], resolved, plain)

    def first_failure(self, stack_name: str, client_request_token: str) -> str | None:
        """Return what failed first in the update of this token, as `<logical id>: <reason>`.

        Events come newest first, and are kept for 90 days: those before the update are not read.
        """
        found: str | None = None
        has_begun = False
        pages = self._client.get_paginator("describe_stack_events").paginate(StackName=stack_name)
        for event in (event for page in pages for event in page["StackEvents"]):
            if event.get("ClientRequestToken") != client_request_token:
                if has_begun:
                    break
                continue
            has_begun = True
            if "FAILED" in event["ResourceStatus"] and "ResourceStatusReason" in event:
                found = f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
        return found
