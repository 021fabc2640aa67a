"""Roles assumed with the identity token of an OpenID Connect provider, as CI systems do.

The embedded AWS cannot ask GitHub or GitLab for their keys. It verifies tokens that it issued
itself, in a provider's name, to the administrator. Everything else of a token is judged as STS
judges it: the provider registered in IAM, audience, expiry, and the role's trust.

Sources: STS API reference, "AssumeRoleWithWebIdentity" (errors); IAM user guide, "Available keys
for AWS OIDC federation" (condition keys, and which claims of which provider have one).
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import RSAKey

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.moto_state import MotoState, RoleState
from embedded_aws.iam.policy.context import Context, Value
from embedded_aws.iam.policy.document import AccessRequest
from embedded_aws.iam.policy.evaluation import PrincipalPolicies, evaluate
from embedded_aws.iam.policy.principals import Principal
from embedded_aws.iam.resource_policies import ResourcePolicyFinder

ACTION = "sts:AssumeRoleWithWebIdentity"
_ALGORITHM = "RS256"
_KEY_BITS = 2048
_LIFETIME = timedelta(minutes=5)  # as GitHub's tokens
_EVERY_PROVIDERS_CLAIMS = frozenset({"aud", "sub", "amr"})
_FURTHER_CLAIMS = {
    "token.actions.githubusercontent.com": frozenset(
        {
            "actor",
            "actor_id",
            "enterprise_id",
            "environment",
            "job_workflow_ref",
            "ref",
            "repository",
            "repository_id",
            "workflow",
        }
    ),
}
_AT_ANY_TIME = jwt.JWTClaimsRegistry(leeway=sys.maxsize)  # judges the claims' forms alone
_NOW = jwt.JWTClaimsRegistry()
_SESSION_TAGS = "https://aws.amazon.com/tags"


class IdentityTokens:
    """Issues the tokens of any provider, under a key that this process makes when it is asked."""

    @cached_property
    def _key(self) -> RSAKey:
        return RSAKey.generate_key(_KEY_BITS, {"kid": secrets.token_hex(8)})

    def issue(self, issuer: str, claims: Mapping[str, Any]) -> str:
        """Return a signed JSON web token that expires after five minutes.

        Args:
            issuer: the provider's URL, such as `https://token.actions.githubusercontent.com`.
            claims: `aud`, `sub`, and what else the provider says; `exp` for another expiry.

        Raises:
            ClaimError: a registered claim has a wrong form, such as an `exp` that is not a number.
        """
        now = datetime.now(UTC)
        issued = {
            "jti": secrets.token_hex(16),
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + _LIFETIME).timestamp()),
        }
        header = {"alg": _ALGORITHM, "kid": self._key.kid}
        said = {**issued, **claims, "iss": issuer}
        _AT_ANY_TIME.validate(said)
        return jwt.encode(header, said, self._key)

    def claims_of(self, token: str) -> Mapping[str, Any]:
        """Return the claims of a token that this process issued.

        Raises:
            ApiError: it is not such a token, or it is not valid now.
        """
        try:
            claims = jwt.decode(token, self._key, algorithms=[_ALGORITHM]).claims
        except (JoseError, ValueError) as error:
            raise _invalid(
                "The token's signature could not be verified: the embedded AWS does not have the "
                "keys of identity providers; it takes tokens of its own, from POST "
                f"/_embedded/identity-token ({error})"
            ) from None
        try:
            _NOW.validate(claims)
        except ExpiredTokenError:
            raise ApiError(
                "ExpiredTokenException",
                f"Token expired: current date/time {_NOW.now} must be before the "
                f"expiration date/time {int(claims['exp'])}",
                status=400,
            ) from None
        except ClaimError as error:
            raise _invalid(error.description) from None
        return claims


@dataclass(frozen=True)
class WebIdentity:
    """A verified token whose bearer may assume the role."""

    role: RoleState
    subject: str
    audience: str
    provider_arn: str


class WebIdentities:
    """Decides which role the bearer of a token may assume."""

    def __init__(
        self, tokens: IdentityTokens, state: MotoState, policies: ResourcePolicyFinder
    ) -> None:
        self._tokens = tokens
        self._state = state
        self._policies = policies

    def judge(self, call: ApiCall) -> WebIdentity:
        """Return who asks for which role.

        Raises:
            ApiError: the token is invalid, its provider is not registered, or the role's trust
                policy does not allow it.
        """
        params = call.params
        if params.get("ProviderId"):
            raise ApiError(
                "ValidationError",
                "ProviderId is for OAuth 2.0 access tokens, which the embedded AWS does not "
                "support; leave it out for OpenID Connect tokens.",
            )
        claims = self._tokens.claims_of(str(params["WebIdentityToken"]))
        if claims.get(_SESSION_TAGS):
            raise _invalid("The embedded AWS does not support session tags in identity tokens")
        issuer = str(claims["iss"])
        provider = self._state.identity_provider(issuer)
        if provider is None:
            raise _invalid(f"No OpenIDConnect provider found in your account for {issuer}")
        audience = next((each for each in _audiences(claims) if each in provider.client_ids), None)
        if audience is None:
            raise _invalid("Incorrect token audience")
        role = self._state.role(str(params["RoleArn"]))
        if role is None or not self._trusts(role, provider.arn, _condition_keys(issuer, claims)):
            raise ApiError("AccessDenied", f"Not authorized to perform {ACTION}", status=403)
        return WebIdentity(role, str(claims.get("sub", "")), audience, provider.arn)

    def _trusts(self, role: RoleState, provider_arn: str, keys: Mapping[str, Value | None]) -> bool:
        principal = Principal(provider_arn, federated=provider_arn)
        request = AccessRequest(principal, ACTION, role.arn, Context(keys))
        trust = self._policies.find(ACTION, role.arn)
        return evaluate(request, PrincipalPolicies(), trust).allowed


def _condition_keys(issuer: str, claims: Mapping[str, Any]) -> dict[str, Value | None]:
    host = issuer.removeprefix("https://")
    known = _EVERY_PROVIDERS_CLAIMS | _FURTHER_CLAIMS.get(host, frozenset())
    return {
        f"{host}:{name}": [str(each) for each in value] if isinstance(value, list) else str(value)
        for name, value in claims.items()
        if name in known and value is not None
    }


def _audiences(claims: Mapping[str, Any]) -> list[str]:
    said = claims.get("aud", [])
    return said if isinstance(said, list) else [said]


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidIdentityToken", message, status=400)
