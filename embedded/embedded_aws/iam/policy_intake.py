"""Check policy documents when they are stored, so that none is accepted and then ignored."""

from __future__ import annotations

from typing import Any

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.documents.bucket import check_bucket_policy, is_public
from embedded_aws.iam.documents.identity import check_identity_policy, check_trust_policy
from embedded_aws.iam.documents.of_service import (
    check_key_policy,
    check_key_stays_changeable,
    check_queue_policy,
    check_topic_policy,
)
from embedded_aws.iam.documents.quotas import refuse_over_quota
from embedded_aws.iam.documents.statements import DocumentError
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.policy.conditions import PolicySyntaxError
from embedded_aws.iam.policy.document import Policy, compile_policy

# (service, operation) -> (parameter with the document, code of the error)
_DOCUMENTS = {
    ("iam", "PutRolePolicy"): ("PolicyDocument", "MalformedPolicyDocument"),
    ("iam", "PutUserPolicy"): ("PolicyDocument", "MalformedPolicyDocument"),
    ("iam", "PutGroupPolicy"): ("PolicyDocument", "MalformedPolicyDocument"),
    ("iam", "CreatePolicy"): ("PolicyDocument", "MalformedPolicyDocument"),
    ("iam", "CreatePolicyVersion"): ("PolicyDocument", "MalformedPolicyDocument"),
    ("iam", "CreateRole"): ("AssumeRolePolicyDocument", "MalformedPolicyDocument"),
    ("iam", "UpdateAssumeRolePolicy"): ("PolicyDocument", "MalformedPolicyDocument"),
    ("sts", "AssumeRole"): ("Policy", "MalformedPolicyDocument"),
    ("sts", "AssumeRoleWithWebIdentity"): ("Policy", "MalformedPolicyDocument"),
    ("s3", "PutBucketPolicy"): ("Policy", "MalformedPolicy"),
    ("kms", "CreateKey"): ("Policy", "MalformedPolicyDocumentException"),
    ("kms", "PutKeyPolicy"): ("Policy", "MalformedPolicyDocumentException"),
    ("sns", "CreateTopic"): ("Attributes.Policy", "InvalidParameter"),
    ("sns", "SetTopicAttributes"): ("AttributeValue", "InvalidParameter"),
    ("sqs", "CreateQueue"): ("Attributes.Policy", "InvalidAttributeValue"),
    ("sqs", "SetQueueAttributes"): ("Attributes.Policy", "InvalidAttributeValue"),
    # Below: policies that are stored, but never evaluated here (see resource_policies.py).
    ("ecr", "SetRepositoryPolicy"): ("policyText", "InvalidParameterException"),
    ("secretsmanager", "PutResourcePolicy"): ("ResourcePolicy", "MalformedPolicyDocumentException"),
    ("logs", "PutResourcePolicy"): ("policyDocument", "InvalidParameterException"),
}
_NOT_EVALUATED = frozenset({"ecr", "secretsmanager", "logs"})
# botocore's documentation of PutResourcePolicy; its model takes more for policies of one log group,
# which are refused here.
_LONGEST_LOG_POLICY = 5_120
_TRUST = frozenset({"CreateRole", "UpdateAssumeRolePolicy"})


def refuse_malformed_policy(call: ApiCall, state: MotoState) -> None:
    """Raise ApiError when the call carries a policy that its service would not store."""
    if call.service == "iam":
        _refuse_user_boundary(call)
        refuse_over_quota(call, state)
    parameter, code = _DOCUMENTS.get((call.service, call.operation), ("", ""))
    if call.operation == "SetTopicAttributes" and call.params.get("AttributeName") != "Policy":
        return
    document = _member(call.params, parameter) if parameter else None
    if not document:
        # An empty attribute takes a topic's or a queue's policy off; a log policy is its document.
        if call.service != "logs" or not parameter:
            return
        document = ""
    text = document.decode() if isinstance(document, bytes) else str(document)
    if call.service == "logs" and len(text) > _LONGEST_LOG_POLICY:
        raise ApiError("LimitExceededException", "Resource limit exceeded.", status=400)
    try:
        _check(call, text, state)
    except DocumentError as error:
        raise ApiError(code, _worded(call, str(error)), status=400) from None
    try:
        problem = _problem(call, compile_policy(text))
    except PolicySyntaxError as error:
        problem = str(error)
    if problem:
        raise ApiError(code, f"{call.operation} {parameter}: {problem}.", status=400)


def _check(call: ApiCall, text: str, state: MotoState) -> None:
    account = call.account_id
    match call.service:
        case "iam" if call.operation in _TRUST:
            check_trust_policy(text, state, account)
        case "iam" | "sts":
            check_identity_policy(text)
        case "s3":
            bucket = str(call.params.get("Bucket"))
            check_bucket_policy(text, bucket, state, account)
            if state.blocks_public_policies(bucket) and is_public(text):
                raise ApiError(
                    "AccessDenied",
                    "Access denied: the policy is public, and public policies are prevented by the "
                    "BlockPublicPolicy setting in S3 Block Public Access.",
                    status=403,
                )
        case "kms":
            check_key_policy(text, state, account)
            if not call.params.get("BypassPolicyLockoutSafetyCheck"):
                check_key_stays_changeable(text)
        case "sns":
            check_topic_policy(text, state, account)
        case "sqs":
            check_queue_policy(text, state, account)


def _worded(call: ApiCall, problem: str) -> str:
    if call.service == "sns":
        return f"Invalid parameter: {problem}"
    if call.service == "sqs":
        return f"Invalid value for the parameter Policy. Reason: {problem}."
    return problem


def _problem(call: ApiCall, policy: Policy) -> str | None:
    if policy.denies_something and call.service in _NOT_EVALUATED:
        return (
            f"the embedded AWS does not evaluate {call.service} resource policies, so it takes "
            "no Deny statement in them; deny in identity policies instead"
        )
    return None


def _refuse_user_boundary(call: ApiCall) -> None:
    if call.operation == "CreateUser" and call.params.get("PermissionsBoundary"):
        raise ApiError(
            "InvalidInput",
            "The embedded AWS does not support PermissionsBoundary of users; use a role.",
            status=400,
        )


def _member(params: dict[str, Any], path: str) -> Any:
    outer, _, inner = path.partition(".")
    return (params.get(outer) or {}).get(inner) if inner else params.get(outer)
