"""Authorize every call by the policies of its caller before it is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from embedded_aws.activity_log import ActivityLog
from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.access_lists import refuse_access_lists
from embedded_aws.iam.callers import Caller, CallerDirectory
from embedded_aws.iam.denials import access_denied
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.policy.conditions import PolicySyntaxError
from embedded_aws.iam.policy.context import Context, Tags
from embedded_aws.iam.policy.document import AccessRequest
from embedded_aws.iam.policy.evaluation import (
    Decision,
    PrincipalPolicies,
    ResourcePolicies,
    evaluate,
)
from embedded_aws.iam.policy.principals import Principal
from embedded_aws.iam.policy_intake import refuse_malformed_policy
from embedded_aws.iam.principal_intake import refuse_unknown_principal
from embedded_aws.iam.recording import PermissionRecording
from embedded_aws.iam.requirements.actions import action_prefix
from embedded_aws.iam.requirements.context_keys import request_context
from embedded_aws.iam.requirements.model import Requirement, UnknownActionError
from embedded_aws.iam.requirements.of_call import requirements_of
from embedded_aws.iam.resource_policies import ResourcePolicyFinder
from embedded_aws.iam.resource_tags import ResourceTags
from embedded_aws.iam.signatures import verify_signature
from embedded_aws.iam.usage import PermissionUse
from embedded_aws.rules import refuse_invalid, refuse_reserved

# Every caller may ask for its own identity, whatever policies say.
_FREE = frozenset({("sts", "GetCallerIdentity")})
# Their requests are not signed; the proof that they carry is judged where they are answered.
_UNSIGNED = frozenset({("sts", "AssumeRoleWithWebIdentity")})
_INVOKE = "lambda:InvokeFunction"


class Authorizer:
    """The gateway's authorizer; it also judges AWS services that act on resources by themselves."""

    def __init__(
        self,
        *,
        callers: CallerDirectory,
        state: MotoState,
        resource_policies: ResourcePolicyFinder,
        resource_tags: ResourceTags,
        use: PermissionUse,
        log: ActivityLog,
        recording: PermissionRecording | None = None,
    ) -> None:
        self._callers = callers
        self._state = state
        self._resource_policies = resource_policies
        self._resource_tags = resource_tags
        self._use = use
        self._log = log
        self._recording = recording

    def authorize(self, call: ApiCall) -> None:
        """Let the call pass, or raise.

        Raises:
            ApiError: the caller is unknown or may not do this.
        """
        if (call.service, call.operation) in _UNSIGNED:
            refuse_malformed_policy(call, self._state)
            refuse_invalid(call)
            return
        caller = self._callers.identify(call)
        verify_signature(call, caller.secret)
        refuse_malformed_policy(call, self._state)
        refuse_unknown_principal(call, self._state)
        refuse_access_lists(call, self._state)
        if (call.service, call.operation) in _FREE:
            return
        # Only a role's trust policy binds a service of this process that acts on its own behalf.
        if caller.is_above_policies and (call.service, call.operation) != ("sts", "AssumeRole"):
            refuse_invalid(call)
            return
        refuse_reserved(call)
        context = Context(request_context(call, self._state) | caller.context)
        requirements, unknown = self._requirements(call)
        for needed in requirements:
            try:
                decision = self._judge(caller, needed, context)
            except PolicySyntaxError as error:  # stored past policy_intake, as topic policies are
                decision = Decision(False, f"because a policy cannot be evaluated: {error}")
            self._use.record(
                caller.identity_arn, needed.action, needed.resource, allowed=decision.allowed
            )
            if not decision.allowed:
                reason = unknown or decision.reason
                raise self._denied(call, caller, needed.action, needed.resource, reason)
        refuse_invalid(call)

    def service_may(
        self, service: str, action: str, resource: str, context: Mapping[str, str]
    ) -> Decision:
        """Return the decision of a resource's policy on an AWS service that acts on it.

        Args:
            service: such as `events.amazonaws.com`.
            context: `aws:SourceArn` and `aws:SourceAccount`.
        """
        principal = Principal(arn=service, service=service)
        keys = dict(context) | {
            "aws:PrincipalIsAWSService": "true",
            "aws:PrincipalServiceName": service,
        }
        request = AccessRequest(principal, action, resource, Context(keys))
        policies = (
            self._resource_policies.of_function(resource)
            if action == _INVOKE
            else self._resource_policies.find(action, resource)
        )
        return evaluate(request, PrincipalPolicies(), policies)

    def role_may(
        self, role_arn: str, action: str, resource: str, context: Mapping[str, str]
    ) -> Decision:
        """Return the decision of a deployed role's own policies on a resource."""
        role = self._state.role(role_arn)
        if role is None:
            return Decision(False, f"because the role {role_arn} does not exist")
        principal = Principal(role.arn, role.arn.split(":")[4], role_arn=role.arn)
        request = AccessRequest(principal, action, resource, Context(dict(context)))
        policies = self._callers.role_policies(role)
        decision = evaluate(request, policies, ResourcePolicies())
        self._use.record(role.arn, action, resource, allowed=decision.allowed)
        if decision.allowed:
            self._record(role.arn, policies, request, ResourcePolicies())
        if not decision.allowed:
            name = role.arn.rpartition("/")[2]
            self._log.event("iam", f"denied: {name} may not {action} on {resource}")
        return decision

    def _requirements(self, call: ApiCall) -> tuple[list[Requirement], str]:
        """Return what a call needs, and why a denial may have another cause than a policy."""
        try:
            return requirements_of(call, self._state), ""
        except UnknownActionError:
            # Policies with wildcards cover also what the reference does not know.
            action = f"{action_prefix(call.service)}:{call.operation}"
            reason = "because the service authorization reference has no such action"
            return [Requirement(action, "*")], reason

    def _judge(self, caller: Caller, needed: Requirement, context: Context) -> Decision:
        complete = context.extended(needed.context, self._tag_families(needed))
        request = AccessRequest(caller.principal, needed.action, needed.resource, complete)
        guards = self._resource_policies.find(needed.action, needed.resource)
        decision = evaluate(request, caller.policies, guards)
        if not decision.allowed and needed.action == _INVOKE:
            guards = self._resource_policies.of_function(needed.resource)
            decision = evaluate(request, caller.policies, guards)
        if not decision.allowed and needed.or_role is not None:
            return self._judge_role(needed, complete) or decision
        if decision.allowed:
            self._record(caller.principal.role_arn, caller.policies, request, guards)
        return decision

    def _tag_families(self, needed: Requirement) -> dict[str, Callable[[], Tags]]:
        def find() -> Tags:
            return self._resource_tags.of(needed.resource)

        # Most services also know the key under their own prefix: ssm:resourceTag/...
        service = needed.action.partition(":")[0]
        return {"aws:ResourceTag/": find, f"{service}:ResourceTag/": find}

    def _judge_role(self, needed: Requirement, context: Context) -> Decision | None:
        """Return an Allow for the role that may replace the caller's, or None."""
        role = self._state.role(needed.or_role or "")
        if role is None:
            return None
        principal = Principal(role.arn, role.arn.split(":")[4], role_arn=role.arn)
        request = AccessRequest(principal, needed.action, needed.resource, context)
        guards = self._resource_policies.find(needed.action, needed.resource)
        policies = self._callers.role_policies(role)
        decision = evaluate(request, policies, guards)
        if not decision.allowed:
            return None
        self._record(role.arn, policies, request, guards)
        return decision

    def _record(
        self,
        role_arn: str | None,
        policies: PrincipalPolicies,
        request: AccessRequest,
        guards: ResourcePolicies,
    ) -> None:
        if self._recording is not None and role_arn is not None:
            self._recording.record(role_arn, policies.identity, request, guards)

    def _denied(
        self, call: ApiCall, caller: Caller, action: str, resource: str, reason: str
    ) -> ApiError:
        who = caller.identity_arn.rpartition("/")[2]
        self._log.event("iam", f"denied: {who} may not {action} on {resource} ({reason})")
        return access_denied(call, caller.principal.arn, action, resource, reason)
