"""Install IAM in front of every service of an embedded AWS."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from embedded_aws.credentials import SERVICES
from embedded_aws.iam.authorizer import Authorizer
from embedded_aws.iam.callers import CallerDirectory
from embedded_aws.iam.identity_token_endpoint import IDENTITY_TOKEN_PATH, serve_identity_tokens
from embedded_aws.iam.log_group_keys import LogGroupKeys
from embedded_aws.iam.moto_patches import (
    leave_bucket_policies_to_the_authorizer,
    let_owners_of_buckets_own_the_objects,
)
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.recording import RECORDING_VARIABLE, PermissionRecording
from embedded_aws.iam.resource_policies import FunctionPolicyReader, ResourcePolicyFinder
from embedded_aws.iam.resource_tags import ResourceTags
from embedded_aws.iam.service_permissions import ServicePermissions
from embedded_aws.iam.service_roles import ServiceRoles
from embedded_aws.iam.sessions import SessionStore
from embedded_aws.iam.simulation import PolicySimulator
from embedded_aws.iam.sts import SecurityTokenService
from embedded_aws.iam.usage import PermissionUse
from embedded_aws.iam.web_identity import IdentityTokens, WebIdentities
from embedded_aws.runtime import Runtime


@dataclass(frozen=True)
class Iam:
    """The questions that other services may ask IAM, as `runtime.iam`."""

    authorizer: Authorizer
    service_roles: ServiceRoles
    permission_use: PermissionUse
    sessions: SessionStore
    service_permissions: ServicePermissions
    callers: CallerDirectory

    def secret_of(self, access_key_id: str) -> str | None:
        """Return the secret of a key, or None for an unknown one."""
        return self.callers.secret_of(access_key_id)

    def service_may_invoke(self, service: str, function_arn: str, source_arn: str) -> bool:
        """Return whether a function's policy lets `service` invoke it for `source_arn`."""
        context = {"aws:SourceArn": source_arn, "aws:SourceAccount": source_arn.split(":")[4]}
        decision = self.authorizer.service_may(
            service, "lambda:InvokeFunction", function_arn, context
        )
        return decision.allowed

    def role_may(
        self, role_arn: str, action: str, resource: str, context: Mapping[str, str] | None = None
    ) -> bool:
        """Return whether a role's policies allow `action` on `resource`, with these keys."""
        return self.authorizer.role_may(role_arn, action, resource, context or {}).allowed

    def service_is_denied(self, service: str, action: str, resource: str) -> bool:
        """Return whether the resource's policy has a Deny that holds for `service`."""
        return self.authorizer.service_may(service, action, resource, {}).is_explicit_deny

    def why_service_may_not(
        self, service: str, action: str, resource: str, source_arn: str
    ) -> str | None:
        """Return why `service` may not act on a resource for `source_arn`, or None if it may."""
        return self.service_permissions.why_not(service, action, resource, source_arn)

    def service_may_publish(self, service: str, topic_arn: str, source_arn: str) -> bool:
        """Return whether a topic's policy lets `service` publish to it for `source_arn`."""
        context = {"aws:SourceArn": source_arn, "aws:SourceAccount": topic_arn.split(":")[4]}
        return self.authorizer.service_may(service, "sns:Publish", topic_arn, context).allowed


def install(runtime: Runtime) -> None:
    """Authorize every call, answer STS, and let services assume deployed roles."""
    leave_bucket_policies_to_the_authorizer()
    let_owners_of_buckets_own_the_objects()
    state = MotoState(runtime.account_id)
    sessions = SessionStore()
    callers = CallerDirectory(runtime.account_id, state, sessions)
    policies = ResourcePolicyFinder(state, runtime.default_region, _function_policies(runtime))
    use = PermissionUse()
    authorizer = Authorizer(
        callers=callers,
        state=state,
        resource_policies=policies,
        resource_tags=ResourceTags(
            state, lambda service, region: runtime.client(service, SERVICES, region)
        ),
        use=use,
        log=runtime.log,
        recording=_recording(runtime),
    )
    service_roles = ServiceRoles(
        account_id=runtime.account_id,
        state=state,
        sessions=sessions,
        resource_policies=policies,
        log=runtime.log,
    )
    runtime.gateway.authorize_with(authorizer.authorize)
    runtime.gateway.before_handler(LogGroupKeys(authorizer, state).check)
    tokens = IdentityTokens()
    runtime.gateway.register_path(IDENTITY_TOKEN_PATH, serve_identity_tokens(tokens))
    sts = SecurityTokenService(callers, state, sessions, WebIdentities(tokens, state, policies))
    runtime.gateway.register_service("sts", sts.operations())
    simulator = PolicySimulator(callers)
    for name, operation in simulator.operations().items():
        runtime.gateway.register("iam", name, operation)
    runtime.kept.keep("iam.sessions", sessions)
    runtime.assume_role_for_service = service_roles.assume
    permissions = ServicePermissions(
        authorizer, state, account_id=runtime.account_id, region=runtime.default_region
    )
    runtime.iam = Iam(authorizer, service_roles, use, sessions, permissions, callers)


def _recording(runtime: Runtime) -> PermissionRecording | None:
    """Return the recording that the environment asks for; it is written when the process ends."""
    folder = os.environ.get(RECORDING_VARIABLE)
    if not folder:
        return None
    recording = PermissionRecording(Path(folder))
    runtime.on_close.append(recording.write)
    return recording


def _function_policies(runtime: Runtime) -> FunctionPolicyReader:
    def read(function_arn: str) -> str | None:
        region = function_arn.split(":")[3]
        try:
            answer = runtime.client("lambda", SERVICES, region).get_policy(
                FunctionName=function_arn
            )
        except ClientError:  # no such function, or one without a policy
            return None
        return str(answer["Policy"])

    return read
