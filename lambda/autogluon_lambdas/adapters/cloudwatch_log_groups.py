"""Create and change log groups."""

import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from autogluon_lambdas.ports import KeyRefusedError, LogGroup

# SageMaker may create the same group at the same moment.
_PAUSES_SECONDS = (0.5, 1, 2, 4)


class CloudWatchLogGroups:
    """A `LogGroups` over boto3.

    Args:
        wait: waits for so many seconds.
    """

    def __init__(self, client: Any, wait: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._wait = wait

    def below(self, prefix: str) -> dict[str, LogGroup]:
        """Return the log groups whose names begin so, by their names."""
        pages = self._client.get_paginator("describe_log_groups").paginate(
            logGroupNamePrefix=prefix
        )
        return {
            found["logGroupName"]: LogGroup(found.get("retentionInDays"), found.get("kmsKeyId"))
            for page in pages
            for found in page["logGroups"]
        }

    def create(self, name: str, key_arn: str | None) -> bool:
        """Create a log group; return False where it exists, which stays as it is."""
        key = {} if key_arn is None else {"kmsKeyId": key_arn}
        try:
            self._when_free(lambda: self._client.create_log_group(logGroupName=name, **key))
        except ClientError as error:
            _explain_key(error, name, key_arn)
            if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                raise
            return False
        return True

    def keep(self, name: str, days: int) -> None:
        """Delete a log group's lines after so many days."""
        self._when_free(
            lambda: self._client.put_retention_policy(logGroupName=name, retentionInDays=days)
        )

    def encrypt(self, name: str, key_arn: str) -> None:
        """Put new lines under a key."""
        try:
            self._when_free(
                lambda: self._client.associate_kms_key(logGroupName=name, kmsKeyId=key_arn)
            )
        except ClientError as error:
            _explain_key(error, name, key_arn)
            raise

    def release(self, name: str) -> None:
        """Put new lines under the key of CloudWatch Logs."""
        self._when_free(lambda: self._client.disassociate_kms_key(logGroupName=name))

    def delete(self, name: str) -> None:
        """Delete a log group; an absent one is fine."""
        try:
            self._when_free(lambda: self._client.delete_log_group(logGroupName=name))
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise

    def _when_free(self, change: Callable[[], Any]) -> None:
        for pause in _PAUSES_SECONDS:
            try:
                change()
            except ClientError as error:
                if error.response["Error"]["Code"] != "OperationAbortedException":
                    raise
                self._wait(pause)
            else:
                return
        change()


def _explain_key(error: ClientError, name: str, key_arn: str | None) -> None:
    """Raise KeyRefusedError where an error is about the key."""
    answer = error.response["Error"]
    if key_arn is not None and answer["Code"] == "InvalidParameterException":
        raise KeyRefusedError(
            f"CloudWatch Logs cannot put {name} under {key_arn}: {answer['Message'].rstrip('.')}.",
            advice="Let the key's policy admit this log group, as docs/how-to/guardrails.md shows, "
            "or set encryption.log_groups: false.",
        ) from error
