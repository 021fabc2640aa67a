"""Policy documents are checked when they are stored, so that none is accepted and then ignored."""

from __future__ import annotations

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.policy.conditions import PolicySyntaxError
from embedded_aws.iam.policy.document import compile_policy

# (service, operation) -> (parameter with the document, error code)
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
}


def refuse_malformed_policy(call: ApiCall) -> None:
    """Raise ApiError when the call carries a policy document that cannot be evaluated."""
    parameter, code = _DOCUMENTS.get((call.service, call.operation), (None, ""))
    document = call.params.get(parameter) if parameter else None
    if document is None:
        return
    text = document.decode() if isinstance(document, bytes) else str(document)
    try:
        policy = compile_policy(text)
    except PolicySyntaxError as error:
        raise ApiError(code, f"{call.operation} {parameter}: {error}.", status=400) from None
    is_trust = call.operation in {"CreateRole", "UpdateAssumeRolePolicy"}
    if policy.statements_without_resource and not is_trust:
        where = f"Statement[{policy.statements_without_resource[0]}]"
        message = f"{call.operation} {parameter}: {where} needs Resource or NotResource."
        raise ApiError(code, message, status=400)
