"""CloudFormation stacks."""

from typing import Any

from botocore.exceptions import ClientError

from autogluon_lambdas.logic.ports import StackState


class CloudFormationStacks:
    """A `Stacks` over boto3."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def state(self, stack_name: str) -> StackState | None:
        """The stack's status and resolved SSM parameters, or None when it does not exist."""
        try:
            stack = self._client.describe_stacks(StackName=stack_name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in error.response["Error"]["Message"]:
                return None
            raise
        resolved = {
            parameter["ParameterValue"]: parameter["ResolvedValue"]
            for parameter in stack.get("Parameters", [])
            if "ResolvedValue" in parameter
        }
        return StackState(stack["StackStatus"], resolved)
