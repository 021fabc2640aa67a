"""The iam:PassRole permission for every role that a request hands to a service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from embedded_aws.gateway import ApiCall
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.requirements.actions import action_prefix
from embedded_aws.iam.requirements.arns import arn
from embedded_aws.iam.requirements.model import Requirement

# IAM and STS speak about roles without passing them on.
_NOT_PASSING = frozenset({"iam", "sts", "kms", "cloudtrail"})
_READ_ONLY = ("Describe", "List", "Get", "Search", "Head", "Invoke")
# Names under which requests carry a role that the service will assume.
_ROLE_PARAMETERS = frozenset(
    {
        "role",
        "rolearn",
        "executionrolearn",
        "servicerolearn",
        "taskrolearn",
        "servicerole",
        "iamrolearn",
        "deliverlogspermissionarn",
    }
)
_SERVICE_PRINCIPALS = {
    "ecs": "ecs-tasks.amazonaws.com",
    "ec2": "ec2.amazonaws.com",
}


def passed_roles(call: ApiCall, state: MotoState) -> list[Requirement]:
    """Return one iam:PassRole for every role in the request."""
    prefix = action_prefix(call.service)
    if call.operation == "AddRoleToInstanceProfile":
        name = str(call.params.get("RoleName"))
        role = state.entity_arn("role", name) or arn(call, "iam", f"role/{name}", regional=False)
        return [_pass(role, "ec2.amazonaws.com")]
    if prefix in _NOT_PASSING or call.operation.startswith(_READ_ONLY):
        return []
    service = _SERVICE_PRINCIPALS.get(prefix, f"{prefix}.amazonaws.com")
    roles = dict.fromkeys(_roles_in(call.params))
    return [_pass(role, service) for role in roles]


def _pass(role_arn: str, service: str) -> Requirement:
    return Requirement("iam:PassRole", role_arn, {"iam:PassedToService": service})


def _roles_in(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if isinstance(inner, str) and _is_role(name, inner):
                yield inner
            else:
                yield from _roles_in(inner)
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for inner in value:
            yield from _roles_in(inner)


def _is_role(name: str, value: str) -> bool:
    return str(name).lower() in _ROLE_PARAMETERS and ":role/" in value
