"""Sizes and numbers of policies that IAM allows.

Source: IAM user guide, "IAM and AWS STS quotas". Sizes leave out white space; the inline policies
of one user, group or role count together.
"""

from __future__ import annotations

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.documents.identity import size_of
from embedded_aws.iam.moto_state import MotoState

_INLINE = {"user": 2_048, "group": 5_120, "role": 10_240}
_MANAGED = 6_144
_TRUST = 2_048
_ATTACHED = 10
_HOLDERS = {"user": "UserName", "group": "GroupName", "role": "RoleName"}


def refuse_over_quota(call: ApiCall, state: MotoState) -> None:
    """Raise ApiError when a call would store more or longer policies than IAM allows."""
    params = call.params
    match call.operation:
        case "PutUserPolicy" | "PutGroupPolicy" | "PutRolePolicy":
            _check_inline(call, state, call.operation[len("Put") : -len("Policy")].lower())
        case "AttachUserPolicy" | "AttachGroupPolicy" | "AttachRolePolicy":
            _check_attached(call, state, call.operation[len("Attach") : -len("Policy")].lower())
        case "CreatePolicy" | "CreatePolicyVersion":
            if size_of(str(params.get("PolicyDocument", ""))) > _MANAGED:
                raise _exceeded("PolicySize", _MANAGED)
        case "CreateRole" | "UpdateAssumeRolePolicy":
            text = params.get("AssumeRolePolicyDocument", params.get("PolicyDocument", ""))
            if size_of(str(text)) > _TRUST:
                raise _exceeded("ACLSizePerRole", _TRUST)
            arns = params.get("ManagedPolicyArns", ())
            if len(arns) > _ATTACHED:
                raise _exceeded("PoliciesPerRole", _ATTACHED)


def _check_inline(call: ApiCall, state: MotoState, kind: str) -> None:
    name = str(call.params.get(_HOLDERS[kind]))
    documents = dict(state.inline_policies(kind, name))
    documents[str(call.params.get("PolicyName"))] = str(call.params.get("PolicyDocument"))
    if sum(size_of(text) for text in documents.values()) > _INLINE[kind]:
        raise ApiError(
            "LimitExceeded",
            f"Maximum policy size of {_INLINE[kind]} bytes exceeded for {kind} {name}",
            status=409,
        )


def _check_attached(call: ApiCall, state: MotoState, kind: str) -> None:
    attached = state.attached_policies(kind, str(call.params.get(_HOLDERS[kind])))
    if len(attached) >= _ATTACHED and call.params.get("PolicyArn") not in attached:
        raise _exceeded(f"PoliciesPer{kind.capitalize()}", _ATTACHED)


def _exceeded(quota: str, limit: int) -> ApiError:
    return ApiError("LimitExceeded", f"Cannot exceed quota for {quota}: {limit}", status=409)
