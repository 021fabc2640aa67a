"""Assume deployed roles on behalf of AWS services."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta

from embedded_aws.activity_log import ActivityLog
from embedded_aws.credentials import Credentials
from embedded_aws.gateway import ApiError
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.policy.context import Context
from embedded_aws.iam.policy.document import AccessRequest
from embedded_aws.iam.policy.evaluation import PrincipalPolicies, evaluate
from embedded_aws.iam.policy.principals import Principal
from embedded_aws.iam.resource_policies import ResourcePolicyFinder
from embedded_aws.iam.sessions import RoleSession, SessionStore

# AWS renews the credentials of a running function or job; here they simply last longer.
_DURATION = timedelta(hours=12)
_RENEW_BEFORE = timedelta(hours=1)
_LAMBDA = "lambda.amazonaws.com"


class ServiceRoles:
    """Opens sessions for service principals that a role trusts."""

    def __init__(
        self,
        *,
        account_id: str,
        state: MotoState,
        sessions: SessionStore,
        resource_policies: ResourcePolicyFinder,
        log: ActivityLog,
    ) -> None:
        self._account_id = account_id
        self._state = state
        self._sessions = sessions
        self._resource_policies = resource_policies
        self._log = log
        self._open: dict[tuple[str, str, str], RoleSession] = {}
        self._lock = threading.Lock()

    def assume(
        self, role_arn: str, service: str, session_name: str, source_arn: str | None = None
    ) -> Credentials:
        """Return credentials of `role_arn` for the service principal `service`.

        Equal requests share one session while it lasts, so that clients can be kept; trust is
        judged every time.

        Args:
            source_arn: `aws:SourceArn`, the resource on whose behalf the service acts.

        Raises:
            ApiError: the role does not exist or does not trust the service.
        """
        role = self._state.role(role_arn)
        if role is None:
            raise self._refusal(role_arn, service, "the role does not exist")
        context = {
            "aws:SourceAccount": self._account_id,
            "aws:SourceArn": source_arn,
            "aws:PrincipalIsAWSService": "true",
        }
        principal = Principal(arn=service, service=service)
        request = AccessRequest(principal, "sts:AssumeRole", role_arn, Context(context))
        trust = self._resource_policies.find("sts:AssumeRole", role_arn)
        if not evaluate(request, PrincipalPolicies(), trust).allowed:
            raise self._refusal(role_arn, service, "its trust policy does not allow it")
        name = _session_name(session_name)
        with self._lock:
            session = self._open.get((role.id, service, name))
            if session is None or session.expires_at - datetime.now(UTC) < _RENEW_BEFORE:
                # Lambda guide, "Using source function ARN to control function access behavior".
                function = source_arn if service == _LAMBDA else None
                session = self._sessions.open(role, name, _DURATION, source_function_arn=function)
                self._open[role.id, service, name] = session
        return session.credentials

    def _refusal(self, role_arn: str, service: str, reason: str) -> ApiError:
        self._log.event("iam", f"denied: {service} may not assume {role_arn} ({reason})")
        return ApiError(
            "AccessDenied",
            f"{service} is not authorized to perform: sts:AssumeRole on resource: {role_arn} "
            f"because {reason}",
            status=403,
        )


def _session_name(wanted: str) -> str:
    """Return `wanted` as STS accepts it: other characters replaced, 2 to 64 characters long."""
    return re.sub(r"[^\w+=,.@-]", "-", wanted, flags=re.ASCII)[:64].ljust(2, "-")
