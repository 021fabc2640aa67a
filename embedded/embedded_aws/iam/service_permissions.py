"""Judge what AWS services do to topics, queues, functions and log groups on a user's behalf."""

from __future__ import annotations

from embedded_aws.iam.authorizer import Authorizer
from embedded_aws.iam.moto_state import MotoState

# What a service needs on the key of an encrypted topic or queue: SNS guide, "Enable compatibility
# between event sources from AWS services and encrypted topics".
_KEY_ACTIONS = ("kms:GenerateDataKey", "kms:Decrypt")
# The default policy of a topic admits what its account's alarms send: by this key, which other
# services do not set.
_WITH_SOURCE_OWNER = frozenset({"cloudwatch.amazonaws.com"})
# The policies of AWS managed keys cannot be changed and name no service principal.
_MANAGED_KEY_PREFIX = "alias/aws/"


class ServicePermissions:
    """Asks the resource's policy, and the key's where the resource is encrypted."""

    def __init__(
        self, authorizer: Authorizer, state: MotoState, *, account_id: str, region: str
    ) -> None:
        self._authorizer = authorizer
        self._state = state
        self._account_id = account_id
        self._region = region

    def why_not(self, service: str, action: str, resource: str, source_arn: str) -> str | None:
        """Return why `service` may not act on `resource` for `source_arn`, or None if it may."""
        context = {"aws:SourceArn": source_arn, "aws:SourceAccount": self._account_id}
        if service in _WITH_SOURCE_OWNER:
            context["aws:SourceOwner"] = self._account_id
        if not self._authorizer.service_may(service, action, resource, context).allowed:
            return f"the policy of {resource} does not allow {service} to {action} for {source_arn}"
        key = self._key_of(resource)
        if key is None:
            return None
        if key.startswith(_MANAGED_KEY_PREFIX) or f":{_MANAGED_KEY_PREFIX}" in key:
            return f"{resource} is encrypted by {key}, whose policy cannot name {service}"
        found = self._state.key(key, self._region)
        if found is None:
            return f"{resource} is encrypted by {key}, which does not exist"
        for needed in _KEY_ACTIONS:
            if not self._authorizer.service_may(service, needed, found.arn, context).allowed:
                return (
                    f"the policy of {found.arn}, which encrypts {resource}, does not allow "
                    f"{service} to {needed}"
                )
        return None

    def _key_of(self, resource: str) -> str | None:
        if resource.startswith("arn:aws:sns:"):
            return self._state.topic_key(resource)
        if resource.startswith("arn:aws:sqs:"):
            return self._state.queue_key(resource)
        return None
