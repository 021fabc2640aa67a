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
