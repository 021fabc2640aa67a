"""Policies simulated by the engine that authorizes the calls.

SimulatePrincipalPolicy and SimulateCustomPolicy answer what would be decided;
GetContextKeysForPrincipalPolicy and GetContextKeysForCustomPolicy which condition keys matter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError, Operation
from embedded_aws.iam.callers import Caller, CallerDirectory
from embedded_aws.iam.policy.conditions import PolicySyntaxError
from embedded_aws.iam.policy.context import Context, TracedContext, Value
from embedded_aws.iam.policy.document import AccessRequest, Policy, compile_policy
from embedded_aws.iam.policy.evaluation import (
    Decision,
    PrincipalPolicies,
    ResourcePolicies,
    evaluate,
)
from embedded_aws.iam.policy.principals import Principal

_UNSUPPORTED = ("ResourceHandlingOption", "ResourceOwner")
_MOST_RESULTS = 100  # where MaxItems is not given, "the number of items defaults to 100"
_ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9]+")
_VARIABLE = re.compile(r"\$\{([^},]+)")


class PolicySimulator:
    """Evaluates policies as the authorizer does; of resources only the one that is given."""

    def __init__(self, callers: CallerDirectory) -> None:
        self._callers = callers

    def operations(self) -> Mapping[str, Operation]:
        """Return the operations by their API names."""
        return {
            "SimulatePrincipalPolicy": self.simulate_principal_policy,
            "SimulateCustomPolicy": self.simulate_custom_policy,
            "GetContextKeysForPrincipalPolicy": self.context_keys_for_principal_policy,
            "GetContextKeysForCustomPolicy": self.context_keys_for_custom_policy,
        }

    def simulate_principal_policy(self, call: ApiCall) -> dict[str, Any]:
        """Return one result per action and resource; `*` where no resource is named.

        Raises:
            ApiError: there is no such principal, a policy or context entry cannot be read, or a
                parameter is not supported.
        """
        params = call.params
        _refuse_unsupported(call)
        principal = self._principal(params["PolicySourceArn"])
        own = principal.policies
        more = _compiled(params, "PolicyInputList")
        policies = PrincipalPolicies(
            (*own.identity, *more), _boundary(params) or own.boundary, own.session
        )
        caller = self._caller(params, principal.principal)
        return _results(params, caller, policies, principal.context)

    def simulate_custom_policy(self, call: ApiCall) -> dict[str, Any]:
        """Return the same for policies that the call itself carries.

        Raises:
            ApiError: a policy cannot be read, or a parameter is not supported.
        """
        params = call.params
        _refuse_unsupported(call)
        policies = PrincipalPolicies(_compiled(params, "PolicyInputList"), _boundary(params))
        caller = self._caller(params, Principal(arn="custom", account=call.account_id))
        return _results(params, caller, policies, {})

    def context_keys_for_principal_policy(self, call: ApiCall) -> dict[str, Any]:
        """Return the condition keys in the policies of a principal and in those given."""
        principal = self._principal(call.params["PolicySourceArn"])
        more = _compiled(call.params, "PolicyInputList")
        return {"ContextKeyNames": _keys([*principal.policies.identity, *more])}

    def context_keys_for_custom_policy(self, call: ApiCall) -> dict[str, Any]:
        """Return the condition keys in the policies given."""
        return {"ContextKeyNames": _keys(_compiled(call.params, "PolicyInputList"))}

    def _principal(self, arn: str) -> Caller:
        principal = self._callers.of_arn(arn)
        if principal is None:
            raise ApiError(
                "NoSuchEntity",
                f"There is no role or user {arn}; a session's role has an ARN of its own, "
                "arn:aws:iam::<account>:role/<name>.",
                status=404,
            )
        return principal

    def _caller(self, params: Mapping[str, Any], default: Principal) -> Principal:
        """Return the principal that a resource's policy sees."""
        arn = params.get("CallerArn")
        if arn is None:
            if params.get("ResourcePolicy") and default.arn == "custom":
                raise ApiError("InvalidInput", "ResourcePolicy needs CallerArn.")
            return default
        return self._principal(arn).principal


def _refuse_unsupported(call: ApiCall) -> None:
    given = [name for name in _UNSUPPORTED if call.params.get(name)]
    if given:
        raise ApiError(
            "InvalidInput",
            f"The embedded AWS does not support {', '.join(given)} in {call.operation}; "
            "leave it out.",
        )
    for action in call.params.get("ActionNames") or ():
        if not _ACTION.fullmatch(action):
            raise ApiError("InvalidInput", f"Invalid Entity Action: {action}")


def _compiled(params: Mapping[str, Any], name: str) -> tuple[Policy, ...]:
    try:
        return tuple(compile_policy(document) for document in params.get(name) or ())
    except PolicySyntaxError as error:
        raise ApiError("InvalidInput", f"{name}: {error}") from error


def _boundary(params: Mapping[str, Any]) -> tuple[Policy, ...] | None:
    return _compiled(params, "PermissionsBoundaryPolicyInputList") or None


def _results(
    params: Mapping[str, Any],
    principal: Principal,
    policies: PrincipalPolicies,
    context: Mapping[str, Value | None],
) -> dict[str, Any]:
    entries = {
        entry["ContextKeyName"]: tuple(entry["ContextKeyValues"])
        for entry in params.get("ContextEntries") or ()
    }
    given = [params["ResourcePolicy"]] if params.get("ResourcePolicy") else []
    guards = ResourcePolicies(_compiled({"ResourcePolicy": given}, "ResourcePolicy"))
    complete = Context({**context, **entries})
    results = [
        _result(AccessRequest(principal, action, resource, complete), policies, guards)
        for action in params["ActionNames"]
        for resource in params.get("ResourceArns") or ("*",)
    ]
    marker = params.get("Marker") or "0"
    if not marker.isdecimal():
        raise ApiError("InvalidInput", f"Invalid Marker: {marker}")
    end = int(marker) + (params.get("MaxItems") or _MOST_RESULTS)
    more = {"IsTruncated": True, "Marker": str(end)} if end < len(results) else {}
    return {"EvaluationResults": results[int(marker) : end], "IsTruncated": False} | more


def _result(
    request: AccessRequest, policies: PrincipalPolicies, guards: ResourcePolicies
) -> Mapping[str, Any]:
    traced = TracedContext(request.context)
    asked = AccessRequest(request.principal, request.action, request.resource, traced)
    try:
        decision = evaluate(asked, policies, guards)
    except PolicySyntaxError:  # as the authorizer: what cannot be evaluated allows nothing
        decision = Decision(False)
    refusal = "explicitDeny" if decision.is_explicit_deny else "implicitDeny"
    return {
        "EvalActionName": request.action,
        "EvalResourceName": request.resource,
        "EvalDecision": "allowed" if decision.allowed else refusal,
        "MissingContextValues": sorted(traced.missing),
    }


def _keys(policies: Iterable[Policy]) -> list[str]:
    found = (key for policy in policies for key in _keys_in(json.loads(policy.text)))
    return list(dict.fromkeys(found))


def _keys_in(document: Mapping[str, Any]) -> Iterator[str]:
    """Give the keys of conditions and the policy variables of a document."""
    statements = document.get("Statement", [])
    for statement in [statements] if isinstance(statements, Mapping) else statements:
        for keys in (statement.get("Condition") or {}).values():
            yield from keys
        elements: Sequence[Any] = [
            statement.get("Resource"),
            statement.get("NotResource"),
            statement.get("Condition"),
        ]
        for name in _VARIABLE.findall(json.dumps(elements)):
            if name not in {"*", "?", "$"}:
                yield name.strip()
