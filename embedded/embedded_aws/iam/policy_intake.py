"""Check policy documents when they are stored, so that none is accepted and then ignored."""

from __future__ import annotations

from typing import Any

from embedded_aws.gateway import ApiCall, ApiError
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
_TRUST = frozenset({"CreateRole", "UpdateAssumeRolePolicy"})  # trust means its own role


def refuse_malformed_policy(call: ApiCall) -> None:
    """Raise ApiError when the call carries an invalid or unsupported policy."""
    if (call.service, call.operation) == ("iam", "CreateUser"):
        _refuse_user_boundary(call)
    parameter, code = _DOCUMENTS.get((call.service, call.operation), ("", ""))
    if call.operation == "SetTopicAttributes" and call.params.get("AttributeName") != "Policy":
        return
    document = _member(call.params, parameter) if parameter else None
    if not document:
        return
    text = document.decode() if isinstance(document, bytes) else str(document)
    try:
        problem = _problem(call, compile_policy(text))
    except PolicySyntaxError as error:
        problem = str(error)
    if problem:
        raise ApiError(code, f"{call.operation} {parameter}: {problem}.", status=400)


def _problem(call: ApiCall, policy: Policy) -> str | None:
    if policy.statements_without_resource and not (
        call.operation in _TRUST or call.service == "ecr"
    ):
        return f"Statement[{policy.statements_without_resource[0]}] needs Resource or NotResource"
    if policy.denies_something and call.service in _NOT_EVALUATED:
        return (
            f"the embedded AWS does not evaluate {call.service} resource policies, so it takes "
            "no Deny statement in them; deny in identity policies instead"
        )
    return None


def _refuse_user_boundary(call: ApiCall) -> None:
    if call.params.get("PermissionsBoundary"):
        raise ApiError(
            "InvalidInput",
            "The embedded AWS does not support PermissionsBoundary of users; use a role.",
            status=400,
        )


def _member(params: dict[str, Any], path: str) -> Any:
    outer, _, inner = path.partition(".")
    return (params.get(outer) or {}).get(inner) if inner else params.get(outer)
