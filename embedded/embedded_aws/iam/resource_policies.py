"""Find the policies attached to the resource of an action.

Evaluated: bucket policies, KMS key policies and grants, SNS topic and SQS queue policies, roles'
trust policies, CloudWatch Logs' resource policies, and Lambda functions' policies for invocations.
No other kind is.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from embedded_aws.iam.moto_state import GrantState, KeyState, MotoState
from embedded_aws.iam.policy.document import Policy, compile_policy
from embedded_aws.iam.policy.evaluation import ResourcePolicies

# ARN of a function -> the text of its policy, or None.
FunctionPolicyReader = Callable[[str], str | None]

_TRUST_DECIDES = frozenset({"sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:TagSession"})
_NONE = ResourcePolicies()


class ResourcePolicyFinder:
    """Finds the policies that guard a resource."""

    def __init__(
        self, state: MotoState, region: str, function_policy: FunctionPolicyReader
    ) -> None:
        self._state = state
        self._default_region = region
        self._function_policy = function_policy

    def find(self, action: str, resource: str) -> ResourcePolicies:
        """Return the policies of `resource` that apply to `action`."""
        service = action.partition(":")[0]
        if service == "s3" and resource.startswith("arn:aws:s3:::"):
            bucket = resource[len("arn:aws:s3:::") :].partition("/")[0]
            return _guarded_by(self._state.bucket_policy(bucket))
        if service == "kms" and ":key/" in resource:
            return self._of_key(resource)
        if service == "sns" and resource.startswith("arn:aws:sns:"):
            return _guarded_by(self._state.topic_policy(resource))
        if service == "sqs" and resource.startswith("arn:aws:sqs:"):
            return _guarded_by(self._state.queue_policy(resource))
        if service == "logs" and resource.startswith("arn:aws:logs:"):
            documents = self._state.log_policies(resource.split(":")[3])
            return ResourcePolicies(tuple(compile_policy(document) for document in documents))
        if action in _TRUST_DECIDES:
            role = self._state.role(resource)
            policies = () if role is None else (compile_policy(role.trust_document),)
            return ResourcePolicies(policies, decisive=True, name="role trust policy")
        return _NONE

    def of_function(self, function_arn: str) -> ResourcePolicies:
        """Return a function's policy, read over HTTP only when identity policies do not allow."""
        return _guarded_by(self._function_policy(function_arn))

    def _of_key(self, key_arn: str) -> ResourcePolicies:
        key = self._state.key(key_arn, self._default_region)
        if key is None:
            return ResourcePolicies(decisive=True)
        grants = tuple(_grant_as_policy(grant) for grant in key.grants)
        return ResourcePolicies((compile_policy(_policy_text(key)), *grants), decisive=True)


def _policy_text(key: KeyState) -> str:
    text = key.policy_document
    return text if isinstance(text, str) else json.dumps(text)


def _guarded_by(document: str | None) -> ResourcePolicies:
    return ResourcePolicies((compile_policy(document),)) if document else _NONE


def _grant_as_policy(grant: GrantState) -> Policy:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": grant.grantee},
        "Action": [f"kms:{operation}" for operation in grant.operations],
        "Resource": "*",
        "Condition": {
            "StringEquals": {
                f"kms:EncryptionContext:{name}": value
                for name, value in grant.encryption_context.items()
            }
        },
    }
    return compile_policy(json.dumps({"Statement": statement}))
