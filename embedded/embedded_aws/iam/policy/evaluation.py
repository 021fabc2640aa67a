"""The decision: explicit denies first, then resource, identity, boundary and session policies.

Source: IAM user guide, "Policy evaluation logic" (requests within one account).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from embedded_aws.iam.policy.document import AccessRequest, Policy, Statement
from embedded_aws.iam.policy.principals import PrincipalMatch


@dataclass(frozen=True)
class PrincipalPolicies:
    """The policies of a principal. `None` means that there is no such limit."""

    identity: tuple[Policy, ...] = ()
    boundary: tuple[Policy, ...] | None = None
    session: tuple[Policy, ...] | None = None


@dataclass(frozen=True)
class ResourcePolicies:
    """The policies of a resource.

    Attributes:
        decisive: without an Allow here no principal has access, whatever identity policies say,
            as for KMS keys and for a role's trust.
        name: for messages.
    """

    policies: tuple[Policy, ...] = ()
    decisive: bool = False
    name: str = "resource-based policy"


@dataclass(frozen=True)
class Decision:
    """`reason` ends the sentence "User: ... is not authorized to perform: ... on resource: ..."."""

    allowed: bool
    reason: str = ""
    is_explicit_deny: bool = False


_ALLOWED = Decision(True)


def evaluate(
    request: AccessRequest, principal: PrincipalPolicies, resource: ResourcePolicies
) -> Decision:
    """Decide on one action on one resource."""
    grants = [
        _judge(principal.identity, request, "an identity-based policy"),
        _judge(principal.boundary, request, "a permissions boundary"),
        _judge(principal.session, request, "a session policy"),
    ]
    match, resource_denial = _judge_resource(resource, request)
    for denial in (grants[0][1], resource_denial, grants[1][1], grants[2][1]):
        if denial is not None:
            return Decision(False, f"with an explicit deny in {denial}", is_explicit_deny=True)
    if match is PrincipalMatch.DIRECT:
        return _ALLOWED
    (identity_allows, _), (boundary_allows, _), (session_allows, _) = grants
    if resource.decisive and match is PrincipalMatch.NONE:
        return _missing(resource.name, request)
    if not identity_allows and match is not PrincipalMatch.ROLE:
        named = "resource-based" if request.principal.service else "identity-based"
        return _missing(f"{named} policy", request)
    if not boundary_allows:
        return _missing("permissions boundary", request)
    if not session_allows:
        return _missing("session policy", request)
    return _ALLOWED


def _judge(
    policies: Sequence[Policy] | None, request: AccessRequest, name: str
) -> tuple[bool, str | None]:
    """Return (allows, name of the policy kind when it denies)."""
    if policies is None:
        return True, None
    allows = False
    for statement in _applying(policies, request):
        if statement.denies:
            return False, name
        allows = True
    return allows, None


def _judge_resource(
    resource: ResourcePolicies, request: AccessRequest
) -> tuple[PrincipalMatch, str | None]:
    best = PrincipalMatch.NONE
    for policy in resource.policies:
        for statement in policy.statements_for(request.action):
            if statement.principal is None:
                continue
            match = statement.principal.match(request.principal)
            if match is PrincipalMatch.NONE or not statement.applies_to(request):
                continue
            if statement.denies:
                return PrincipalMatch.NONE, f"a {resource.name}"
            best = max(best, match)
    return best, None


def _applying(policies: Iterable[Policy], request: AccessRequest) -> Iterable[Statement]:
    for policy in policies:
        for statement in policy.statements_for(request.action):
            if statement.applies_to(request):
                yield statement


def _missing(kind: str, request: AccessRequest) -> Decision:
    return Decision(False, f"because no {kind} allows the {request.action} action")
