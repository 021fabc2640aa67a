"""Match the principal of a request against a policy's `Principal` element."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from embedded_aws.iam.policy.conditions import PolicySyntaxError

_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")


@dataclass(frozen=True)
class Principal:
    """A user, a role's session, an AWS service or the bearer of an identity token.

    Attributes:
        arn: as error messages show it; the session's ARN for an assumed role.
        role_arn: the assumed role, for a session.
        service: such as `lambda.amazonaws.com`, for a service.
        federated: the ARN of the identity provider, for the bearer of its token.
    """

    arn: str
    account: str | None = None
    role_arn: str | None = None
    service: str | None = None
    federated: str | None = None


class PrincipalMatch(enum.IntEnum):
    """The precision with which an element names a principal, which decides what else must agree."""

    NONE = 0
    ACCOUNT = 1  # its account: delegates to the account's own identity policies
    ROLE = 2  # its role: as good as an identity policy, bounded like one
    DIRECT = 3  # itself, or everyone


@dataclass(frozen=True)
class PrincipalElement:
    """A statement's `Principal` or `NotPrincipal`.

    `CanonicalUser` matches no principal: the embedded AWS has none.
    """

    everyone: bool
    aws: frozenset[str]
    services: frozenset[str]
    federated: frozenset[str]
    inverted: bool

    def match(self, principal: Principal) -> PrincipalMatch:
        """Return how precisely this element names `principal`."""
        found = self._find(principal)
        if not self.inverted:
            return found
        exempt = found in {PrincipalMatch.ROLE, PrincipalMatch.DIRECT}
        return PrincipalMatch.NONE if exempt else PrincipalMatch.DIRECT

    def _find(self, principal: Principal) -> PrincipalMatch:
        if self.everyone:
            return PrincipalMatch.DIRECT
        if principal.service is not None:
            named = principal.service in self.services
            return PrincipalMatch.DIRECT if named else PrincipalMatch.NONE
        if principal.federated is not None:
            named = principal.federated in self.federated
            return PrincipalMatch.DIRECT if named else PrincipalMatch.NONE
        if principal.arn in self.aws:
            return PrincipalMatch.DIRECT
        if principal.role_arn in self.aws:
            return PrincipalMatch.ROLE
        if principal.account in self.aws:
            return PrincipalMatch.ACCOUNT
        return PrincipalMatch.NONE


def compile_principal(element: Any, *, inverted: bool, where: str) -> PrincipalElement:
    """Compile a `Principal` element; account ARNs are reduced to the account's id.

    Raises:
        PolicySyntaxError: the element is neither "*" nor a map of known kinds.
    """
    if element == "*":
        return PrincipalElement(True, frozenset(), frozenset(), frozenset(), inverted)
    if not isinstance(element, Mapping) or not element or set(element) - set(_KINDS):
        raise PolicySyntaxError(
            f'{where}.Principal must be "*" or an object with keys of {", ".join(_KINDS)}, '
            f"got {element!r}"
        )
    aws = {_account_or_arn(name) for name in _names(element.get("AWS", []))}
    if partial := sorted(name for name in aws if "*" in name and name != "*"):
        raise PolicySyntaxError(
            f"{where}.Principal: {partial[0]} has a wildcard; name whole ARNs, or "
            '"*" with a condition on aws:PrincipalArn'
        )
    services = frozenset(_names(element.get("Service", [])))
    federated = frozenset(_names(element.get("Federated", [])))
    return PrincipalElement("*" in aws, frozenset(aws), services, federated, inverted)


def _names(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def _account_or_arn(name: str) -> str:
    return name.split(":")[4] if name.startswith("arn:") and name.endswith(":root") else name
