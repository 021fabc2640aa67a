"""Deliver the messages of moto's SNS topics to functions that run here.

The one place where Lambda changes moto: `moto.sns.models.Subscription.publish`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from moto.sns.models import Subscription

from embedded_aws.runtime import Runtime

_SNS = "sns.amazonaws.com"
_moto_publish: Callable[..., None] = Subscription.publish
_current: list[Runtime] = []  # moto's state is one per process, and so is the runtime


def deliver_to_functions(runtime: Runtime) -> None:
    """Deliver to functions of `runtime` from now on."""
    _current[:] = [runtime]
    Subscription.publish = _publish


def _publish(
    self: Any,
    message: str,
    message_id: str,
    subject: str | None = None,
    message_attributes: dict[str, Any] | None = None,
    group_id: str | None = None,
    deduplication_id: str | None = None,
    message_structure: str | None = None,
) -> None:
    """Publish as moto does, but invoke a function that admits SNS with the real message."""
    if self.protocol != "lambda":
        _moto_publish(
            self,
            message,
            message_id,
            subject,
            message_attributes,
            group_id,
            deduplication_id,
            message_structure,
        )
        return
    matcher = self._filter_policy_matcher
    if matcher is not None and not matcher.matches(message_attributes, message):
        return
    if message_structure == "json":
        message = self._parse_message_structure(message, self.protocol)
    notification = self.get_post_data(message, message_id, subject, message_attributes)
    _invoke(_current[0], self, notification)


def _invoke(runtime: Runtime, subscription: Any, notification: dict[str, Any]) -> None:
    function_arn, topic_arn = subscription.endpoint, subscription.topic.arn
    if runtime.iam is not None and not runtime.iam.service_may_invoke(
        _SNS, function_arn, topic_arn
    ):
        runtime.log.event("sns", f"{function_arn} does not let {topic_arn} invoke it")
        return
    for name in ("SigningCert", "Unsubscribe"):  # spelled differently in events and in messages
        notification[f"{name}Url"] = notification.pop(f"{name}URL")
    notification.setdefault("Subject", None)
    notification.setdefault("MessageAttributes", {})
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription.arn,
        "Sns": notification,
    }
    region = function_arn.split(":")[3]
    try:
        runtime.client("lambda", region=region).invoke(
            FunctionName=function_arn,
            InvocationType="Event",
            Payload=json.dumps({"Records": [record]}),
        )
    except ClientError as error:  # the publisher's call succeeds all the same, as on AWS
        runtime.log.event("sns", f"{topic_arn} could not reach {function_arn}: {error}")
