"""Deliver the messages of moto's SNS topics as their subscribers' policies allow.

The one place that changes moto's SNS: `moto.sns.models.Subscription.publish`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.sns.models import Subscription

from embedded_aws.deliveries.targets import DeliveryError, Target, Targets
from embedded_aws.gateway.serving import serving_gateway
from embedded_aws.runtime import Runtime

_SNS = "sns.amazonaws.com"
# Addresses of people, to whom no message leaves this machine.
_PEOPLE = frozenset({"email", "email-json", "sms", "application"})
_moto_publish: Callable[..., None] = Subscription.publish
_runtimes: list[Runtime] = []  # of this process, the latest last


def deliver_topics(runtime: Runtime) -> None:
    """Deliver with the policies and functions of `runtime` from now on."""
    _runtimes.append(runtime)
    runtime.on_close.append(lambda: _runtimes.remove(runtime))
    Subscription.publish = _publish


def _runtime() -> Runtime | None:
    """Return the runtime whose gateway answers the call; None for one without notifications."""
    gateway = serving_gateway()
    if gateway is None:  # moto's own doing: the last that was made has it
        return _runtimes[-1] if _runtimes else None
    return next((found for found in _runtimes if found.gateway is gateway), None)


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
    """Deliver one message to one subscriber; the publisher's call succeeds in any case."""
    matcher = self._filter_policy_matcher
    if matcher is not None and not matcher.matches(message_attributes, message):
        return
    runtime = _runtime()
    whole = (
        *(message, message_id, subject, message_attributes),
        *(group_id, deduplication_id, message_structure),
    )
    if runtime is None:
        _moto_publish(self, *whole)
        return
    text = message
    if message_structure == "json":
        text = self._parse_message_structure(message, self.protocol)
    try:
        if self.protocol == "lambda":
            notification = self.get_post_data(text, message_id, subject, message_attributes)
            _invoke(runtime, self, notification)
        elif self.protocol in _PEOPLE:
            runtime.log.event("sns", f"{self.topic.arn}: nothing is sent to {self.endpoint}")
        else:
            if self.protocol == "sqs":
                _ask_queue(runtime, self.endpoint, self.topic.arn)
            # With the message as it came: moto chooses the protocol's text and filters again.
            _moto_publish(self, *whole)
    except Exception as error:  # noqa: BLE001 - moto's errors of missing queues are many
        runtime.log.event("sns", f"{self.topic.arn} could not reach {self.endpoint}: {error}")
        notification = self.get_post_data(text, message_id, subject, message_attributes)
        _bury(runtime, self, notification)


def _invoke(runtime: Runtime, subscription: Any, notification: dict[str, Any]) -> None:
    """Invoke a function with a message. Raises DeliveryError."""
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
    target = Target(subscription.endpoint, subscription.topic.arn)
    Targets(runtime, _SNS).deliver(target, json.dumps({"Records": [record]}))


def _ask_queue(runtime: Runtime, queue_arn: str, topic_arn: str) -> None:
    """Ask a queue's policy, and its key's. Raises DeliveryError."""
    iam = runtime.iam
    why = iam and iam.why_service_may_not(_SNS, "sqs:SendMessage", queue_arn, topic_arn)
    if why:
        raise DeliveryError("NO_PERMISSIONS", why)


def _bury(runtime: Runtime, subscription: Any, notification: dict[str, Any]) -> None:
    """Send a message that was not delivered to the subscription's dead-letter queue."""
    policy = subscription.attributes.get("RedrivePolicy")
    if not policy:
        return
    settings = json.loads(policy) if isinstance(policy, str) else policy
    queue = str(settings.get("deadLetterTargetArn", ""))
    try:
        target = Target(queue, subscription.topic.arn)
        Targets(runtime, _SNS).deliver(target, json.dumps(notification))
    except (DeliveryError, KeyError, IndexError) as error:
        runtime.log.event("sns", f"a message is lost, since {queue}: {error}")
