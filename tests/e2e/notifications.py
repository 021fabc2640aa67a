"""What the failure topic sends."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.support import Account
from tests.queue_policies import admit_topic


class Notifications:
    """A queue that is subscribed to the failure topic."""

    def __init__(self, account: Account, topic_arn: str) -> None:
        self._sqs = account.client("sqs")
        self._url = self._sqs.create_queue(QueueName="failures-of-tests")["QueueUrl"]
        found = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        arn = found["Attributes"]["QueueArn"]
        self._sqs.set_queue_attributes(
            QueueUrl=self._url, Attributes={"Policy": admit_topic(arn, topic_arn)}
        )
        account.client("sns").subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn)

    def take(self) -> list[dict[str, Any]]:
        """Messages since the last call."""
        taken: list[dict[str, Any]] = []
        while messages := self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                taken.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return taken
