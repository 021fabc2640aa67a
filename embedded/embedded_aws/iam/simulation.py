"""SimulatePrincipalPolicy, answered by the engine that authorizes the calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.callers import Caller, CallerDirectory
from embedded_aws.iam.policy.conditions import PolicySyntaxError
from embedded_aws.iam.policy.context import Context, Value
from embedded_aws.iam.policy.document import AccessRequest, Policy, compile_policy
from embedded_aws.iam.policy.evaluation import (
    Decision,
    PrincipalPolicies,
    ResourcePolicies,
    evaluate,
)

_UNSUPPORTED = (
    "CallerArn",
    "Marker",
    "MaxItems",
    "PermissionsBoundaryPolicyInputList",
    "ResourceHandlingOption",
    "ResourceOwner",
    "ResourcePolicy",
)


class PolicySimulator:
    """Evaluates a role's or user's own policies, without those of resources, as AWS does."""

    def __init__(self, callers: CallerDirectory) -> None:
        self._callers = callers

    def simulate_principal_policy(self, call: ApiCall) -> dict[str, Any]:
        """Return one result per action and resource; `*` where no resource is named.

        Raises:
            ApiError: there is no such principal, a policy or context entry cannot be read, or a
                parameter is not supported.
        """
        params = call.params
        given = [name for name in _UNSUPPORTED if params.get(name)]
        if given:
            raise ApiError(
                "InvalidInput",
                f"The embedded AWS does not support {', '.join(given)} in SimulatePrincipalPolicy; "
                "leave it out.",
            )
        source = params["PolicySourceArn"]
        principal = self._callers.of_arn(source)
        if principal is None:
            raise ApiError(
                "NoSuchEntity",
                f"There is no role or user {source}; a session's role has an ARN of its own, "
                "arn:aws:iam::<account>:role/<name>.",
                status=404,
            )
        policies = _with_more(principal.policies, params.get("PolicyInputList") or ())
        context = Context(principal.context | _entries(params.get("ContextEntries") or ()))
        results = [
            _result(principal, policies, action, resource, context)
            for action in params["ActionNames"]
            for resource in params.get("ResourceArns") or ("*",)
        ]
        return {"EvaluationResults": results, "IsTruncated": False}


def _with_more(policies: PrincipalPolicies, documents: Any) -> PrincipalPolicies:
    try:
        more: tuple[Policy, ...] = tuple(compile_policy(document) for document in documents)
    except PolicySyntaxError as error:
        raise ApiError("InvalidInput", f"PolicyInputList: {error}") from error
    return PrincipalPolicies((*policies.identity, *more), policies.boundary, policies.session)


def _entries(entries: Any) -> dict[str, Value | None]:
    return {entry["ContextKeyName"]: tuple(entry["ContextKeyValues"]) for entry in entries}


def _result(
    principal: Caller, policies: PrincipalPolicies, action: str, resource: str, context: Context
) -> Mapping[str, Any]:
    request = AccessRequest(principal.principal, action, resource, context)
    try:
        decision = evaluate(request, policies, ResourcePolicies())
    except PolicySyntaxError:  # as the authorizer: what cannot be evaluated allows nothing
        decision = Decision(False)
    refusal = "explicitDeny" if decision.is_explicit_deny else "implicitDeny"
    return {
        "EvalActionName": action,
        "EvalResourceName": resource,
        "EvalDecision": "allowed" if decision.allowed else refusal,
    }
