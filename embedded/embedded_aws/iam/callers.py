"""Identify the caller of an access key, with their policies and condition keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from moto.core.utils import get_service_model

from embedded_aws.credentials import ADMIN, SERVICES
from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.moto_state import MotoState, RoleState, UserState
from embedded_aws.iam.policy.context import Value
from embedded_aws.iam.policy.document import Policy, compile_policy
from embedded_aws.iam.policy.evaluation import PrincipalPolicies
from embedded_aws.iam.policy.principals import Principal
from embedded_aws.iam.sessions import RoleSession, SessionStore

ADMIN_NAME = "embedded-admin"
_ALLOW_ALL = compile_policy(
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
)


@dataclass(frozen=True)
class Caller:
    """An identified principal.

    Attributes:
        secret: of the key that a call names; empty for a principal found by its ARN.
        is_above_policies: whether it is a service of this process that acts on its own behalf.
    """

    principal: Principal
    user_id: str
    policies: PrincipalPolicies
    context: dict[str, Value | None]
    secret: str = field(default="", repr=False)
    is_above_policies: bool = False
    is_session: bool = False

    @property
    def identity_arn(self) -> str:
        """Return the ARN that policies are attached to: the user, or the role behind a session."""
        return self.principal.role_arn or self.principal.arn


class CallerDirectory:
    """The administrator, IAM users' keys and role sessions."""

    def __init__(self, account_id: str, state: MotoState, sessions: SessionStore) -> None:
        self._account_id = account_id
        self._state = state
        self._sessions = sessions

    def identify(self, call: ApiCall) -> Caller:
        """Return the caller whose key a call names; its signature is verified elsewhere.

        Raises:
            ApiError: the key is unknown, its session is over, or its session token is wrong.
        """
        access_key_id = call.access_key_id or ""
        session = self._sessions.find(access_key_id)
        if session is not None:
            return self._from_session(call, session)
        if access_key_id == ADMIN.access_key_id:
            caller = self._administrator()
        elif access_key_id == SERVICES.access_key_id:
            caller = self._services()
        else:
            user = self._state.user_of_access_key(access_key_id)
            if user is None:
                raise _unknown_key(call)
            caller = self._from_user(user)
        if _token(call) is not None:
            raise _foreign_token(call)
        return caller

    def secret_of(self, access_key_id: str) -> str | None:
        """Return the secret of a key, or None for an unknown one."""
        session = self._sessions.find(access_key_id)
        if session is not None:
            return session.credentials.secret_access_key
        for own in (ADMIN, SERVICES):
            if access_key_id == own.access_key_id:
                return own.secret_access_key
        user = self._state.user_of_access_key(access_key_id)
        return None if user is None else user.secret

    def role_policies(self, role: RoleState) -> PrincipalPolicies:
        """Return the policies of a role, without the limits of any session."""
        boundary = None if role.boundary is None else _compile(role.boundary)
        return PrincipalPolicies(identity=_compile(role.documents), boundary=boundary)

    def of_arn(self, arn: str) -> Caller | None:
        """Return the administrator, a user or a role without a session, or None."""
        if arn == self._administrator_arn:
            return self._administrator()
        user = self._state.user(arn)
        if user is not None:
            return self._from_user(user)
        role = self._state.role(arn)
        if role is None:
            return None
        return Caller(
            principal=Principal(role.arn, self._account_id, role_arn=role.arn),
            user_id=role.id,
            policies=self.role_policies(role),
            context=self._context(role.arn, "AssumedRole", role.id)
            | {f"aws:PrincipalTag/{key}": value for key, value in role.tags.items()},
        )

    @property
    def _administrator_arn(self) -> str:
        return f"arn:aws:iam::{self._account_id}:user/{ADMIN_NAME}"

    def _administrator(self) -> Caller:
        arn = self._administrator_arn
        return Caller(
            principal=Principal(arn, self._account_id),
            user_id="AIDAEMBEDDEDADMIN001",
            policies=PrincipalPolicies(identity=(_ALLOW_ALL,)),
            context=self._context(arn, "User", "AIDAEMBEDDEDADMIN001")
            | {"aws:username": ADMIN_NAME},
            secret=ADMIN.secret_access_key,
        )

    def _services(self) -> Caller:
        return replace(
            self._administrator(), secret=SERVICES.secret_access_key, is_above_policies=True
        )

    def _from_user(self, user: UserState) -> Caller:
        context = self._context(user.arn, "User", user.id) | {"aws:username": user.name}
        return Caller(
            principal=Principal(user.arn, self._account_id),
            user_id=user.id,
            policies=PrincipalPolicies(_compile(user.documents)),
            context=context | {f"aws:PrincipalTag/{k}": v for k, v in user.tags.items()},
            secret=user.secret,
        )

    def _from_session(self, call: ApiCall, session: RoleSession) -> Caller:
        role = self._state.role(session.role_arn)
        if role is None or role.id != session.role_id:
            raise _unknown_key(call)
        if _token(call) != session.credentials.session_token:
            raise _foreign_token(call)
        if session.is_expired():
            raise _expired(call)
        policies = self.role_policies(role)
        limits = None if session.policy_documents is None else _compile(session.policy_documents)
        return Caller(
            principal=Principal(session.arn, self._account_id, role_arn=role.arn),
            user_id=session.user_id,
            policies=PrincipalPolicies(policies.identity, policies.boundary, limits),
            context=self._session_context(session, role),
            secret=session.credentials.secret_access_key,
            is_session=True,
        )

    def _session_context(self, session: RoleSession, role: RoleState) -> dict[str, Value | None]:
        tags = {**role.tags, **session.tags}
        return (
            self._context(role.arn, "AssumedRole", session.user_id)
            | {
                "aws:TokenIssueTime": session.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "aws:MultiFactorAuthPresent": "false",
                "lambda:SourceFunctionArn": session.source_function_arn,
            }
            | {f"aws:PrincipalTag/{key}": value for key, value in tags.items()}
        )

    def _context(self, arn: str, kind: str, user_id: str) -> dict[str, Value | None]:
        return {
            "aws:PrincipalArn": arn,
            "aws:PrincipalAccount": self._account_id,
            "aws:PrincipalType": kind,
            "aws:userid": user_id,
        }


def _compile(documents: Iterable[str]) -> tuple[Policy, ...]:
    return tuple(compile_policy(document) for document in documents)


def _token(call: ApiCall) -> str | None:
    arguments = call.request.args
    token = (
        call.request.headers.get("X-Amz-Security-Token")
        or arguments.get("X-Amz-Security-Token")
        or arguments.get("x-amz-security-token")  # in URLs of signature version 2
    )
    return None if token is None else str(token)


def _foreign_token(call: ApiCall) -> ApiError:
    """Return the refusal of a key without its own session token, or with one it does not have."""
    if call.service == "s3" and _token(call) is not None:
        message = "The provided token is malformed or otherwise invalid."
        return ApiError("InvalidToken", message, status=400)
    return _unknown_key(call)


def _unknown_key(call: ApiCall) -> ApiError:
    if call.service == "s3":
        message = "The AWS Access Key Id you provided does not exist in our records."
        return ApiError("InvalidAccessKeyId", message, status=403)
    code = "UnrecognizedClientException" if _speaks_json(call) else "InvalidClientTokenId"
    return ApiError(code, "The security token included in the request is invalid.", status=403)


def _expired(call: ApiCall) -> ApiError:
    code = "ExpiredTokenException" if _speaks_json(call) else "ExpiredToken"
    message = "The security token included in the request is expired."
    return ApiError(code, message, status=400 if call.service == "s3" else 403)


def _speaks_json(call: ApiCall) -> bool:
    return "json" in str(get_service_model(call.service).metadata["protocol"])
