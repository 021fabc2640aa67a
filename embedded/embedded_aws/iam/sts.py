"""STS: AssumeRole, AssumeRoleWithWebIdentity and GetCallerIdentity.

The authorizer decides who may assume what; a web identity is judged by its token.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError, Operation
from embedded_aws.iam.callers import CallerDirectory
from embedded_aws.iam.moto_state import MotoState, RoleState
from embedded_aws.iam.requirements.tags import request_tags
from embedded_aws.iam.sessions import RoleSession, SessionStore
from embedded_aws.iam.web_identity import WebIdentities

_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_SHORTEST_SECONDS = 900
_DEFAULT_SECONDS = 3600
_CHAINED_SECONDS = 3600  # of a role assumed with another role's credentials
_UNSUPPORTED = (
    "TransitiveTagKeys",
    "SourceIdentity",
    "SerialNumber",
    "TokenCode",
    "ProvidedContexts",
)


class SecurityTokenService:
    """Answers STS calls; other operations are refused by name."""

    def __init__(
        self,
        callers: CallerDirectory,
        state: MotoState,
        sessions: SessionStore,
        web_identities: WebIdentities,
    ) -> None:
        self._callers = callers
        self._state = state
        self._sessions = sessions
        self._web_identities = web_identities

    def operations(self) -> Mapping[str, Operation]:
        """Return the operations by their API names."""
        return {
            "AssumeRole": self.assume_role,
            "AssumeRoleWithWebIdentity": self.assume_role_with_web_identity,
            "GetCallerIdentity": self.get_caller_identity,
        }

    def get_caller_identity(self, call: ApiCall) -> dict[str, Any]:
        """Return the caller's account, ARN and id."""
        caller = self._callers.identify(call)
        return {
            "UserId": caller.user_id,
            "Account": caller.principal.account,
            "Arn": caller.principal.arn,
        }

    def assume_role(self, call: ApiCall) -> dict[str, Any]:
        """Return temporary credentials of a role; the authorizer has checked its trust already.

        Raises:
            ApiError: a parameter is out of bounds or not supported.
        """
        params = call.params
        _refuse_unsupported(params)
        name = _session_name(params)
        role = self._state.role(params["RoleArn"])
        if role is None:  # deleted since the call was authorised
            raise ApiError("AccessDenied", f"The role {params['RoleArn']} does not exist.")
        session = self._sessions.open(
            role,
            name,
            _duration(params, role, chained=self._callers.identify(call).is_session),
            policy_documents=self._session_policies(params),
            tags=request_tags(params),
        )
        return _answer(session)

    def assume_role_with_web_identity(self, call: ApiCall) -> dict[str, Any]:
        """Return temporary credentials of a role that trusts the bearer of an identity token.

        Raises:
            ApiError: a parameter is out of bounds, the token is invalid, or the role does not
                trust its bearer.
        """
        params = call.params
        name = _session_name(params)
        identity = self._web_identities.judge(call)
        session = self._sessions.open(
            identity.role,
            name,
            _duration(params, identity.role, chained=False),
            policy_documents=self._session_policies(params),
        )
        return _answer(session) | {
            "SubjectFromWebIdentityToken": identity.subject,
            "Audience": identity.audience,
            "Provider": identity.provider_arn,
        }

    def _session_policies(self, params: Mapping[str, Any]) -> tuple[str, ...] | None:
        documents = [str(params["Policy"])] if params.get("Policy") else []
        for item in params.get("PolicyArns") or []:
            document = self._state.managed_policy_document(item["arn"])
            if document is None:
                raise ApiError("MalformedPolicyDocument", f"No policy {item['arn']} exists.")
            documents.append(document)
        return tuple(documents) or None


def _session_name(params: Mapping[str, Any]) -> str:
    name = str(params.get("RoleSessionName", ""))
    if not _SESSION_NAME.fullmatch(name):
        raise ApiError(
            "ValidationError",
            f"RoleSessionName must have 2 to 64 characters of letters, digits and _+=,.@-, "
            f"got {name!r}.",
        )
    return name


def _duration(params: Mapping[str, Any], role: RoleState, *, chained: bool) -> timedelta:
    seconds = int(params.get("DurationSeconds", _DEFAULT_SECONDS))
    longest = _CHAINED_SECONDS if chained else role.max_session_seconds
    if not _SHORTEST_SECONDS <= seconds <= longest:
        limit = "for role chaining" if chained else f"MaxSessionDuration of {role.name}"
        raise ApiError(
            "ValidationError",
            f"DurationSeconds must be between {_SHORTEST_SECONDS} and {longest} ({limit}), "
            f"got {seconds}.",
        )
    return timedelta(seconds=seconds)


def _refuse_unsupported(params: Mapping[str, Any]) -> None:
    for name in _UNSUPPORTED:
        if params.get(name):
            raise ApiError(
                "ValidationError",
                f"The embedded AWS does not support {name} of AssumeRole; leave it out.",
            )


def _answer(session: RoleSession) -> dict[str, Any]:
    return {
        "Credentials": {
            "AccessKeyId": session.credentials.access_key_id,
            "SecretAccessKey": session.credentials.secret_access_key,
            "SessionToken": session.credentials.session_token,
            "Expiration": session.expires_at,
        },
        "AssumedRoleUser": {"AssumedRoleId": session.user_id, "Arn": session.arn},
    }
