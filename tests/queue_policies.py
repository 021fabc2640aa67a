"""Policies of queues that tests subscribe to topics."""

from __future__ import annotations

import json


def admit_topic(queue_arn: str, topic_arn: str) -> str:
    """Return a queue policy that lets one topic send; SNS drops messages without it."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
