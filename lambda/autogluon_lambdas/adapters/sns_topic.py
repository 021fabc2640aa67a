"""Publish messages to one SNS topic."""

from typing import Any


class SnsTopic:
    """A `Topic` over boto3."""

    def __init__(self, client: Any, arn: str) -> None:
        self._client = client
        self._arn = arn

    def publish(self, *, subject: str, message: str) -> None:
        """Send one message to all subscribers; `subject` has at most 100 ASCII characters."""
        self._client.publish(TopicArn=self._arn, Subject=subject, Message=message)
