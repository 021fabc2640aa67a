"""Classify and describe the errors that boto3 raises."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.gateway import ApiError

_NOT_FOUND_CODES = {
    "404",
    "NoSuchBucket",
    "NoSuchBucketPolicy",
    "NoSuchEntity",
    "ParameterNotFound",
    "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
    "StateMachineDoesNotExist",
}


def is_not_found(error: Exception) -> bool:
    """Return whether an API call failed because the resource does not exist."""
    if not isinstance(error, ClientError):
        return False
    code, message = _code(error), str(error.response["Error"].get("Message", ""))
    # SageMaker has no error code of its own for it.
    if code == "ValidationException":
        return message.startswith(("Could not find", "Cannot find"))
    return code in _NOT_FOUND_CODES or "NotFound" in code


def failure_reason(error: Exception) -> str:
    """Return one sentence for a resource's status reason."""
    if isinstance(error, ClientError):
        return (
            f"{error.response['Error'].get('Message') or 'no message'} "
            f"({error.operation_name}: {_code(error)})"
        )
    if isinstance(error, ApiError):
        return str(error.message)
    if isinstance(error, BotoCoreError):
        return " ".join(str(error).split())
    return str(error) or type(error).__name__


def _code(error: ClientError) -> str:
    return str(error.response["Error"].get("Code", ""))
