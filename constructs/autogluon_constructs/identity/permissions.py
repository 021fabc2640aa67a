"""Define permissions as data: actions, exact resources, and a bound for every wildcard."""

import functools
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from autogluon_constructs.identity.acknowledgments import acknowledge_all, wildcard_findings
from autogluon_contracts.policies.client_policy import READ_OBJECTS as READ_OBJECTS
from autogluon_contracts.policies.client_policy import USE_KEY as USE_KEY
from autogluon_contracts.policies.client_policy import WRITE_OBJECTS as WRITE_OBJECTS

LIST_BUCKET = ("s3:ListBucket",)
PUT_OBJECTS = ("s3:PutObject",)
USE_KEY_FOR_VOLUMES = ("kms:CreateGrant",)
DESCRIBE_KEY = ("kms:DescribeKey",)
# SageMaker asks it of the role of a job that names a key for its output.
ENCRYPT_OUTPUT = ("kms:Encrypt",)
READ_PARAMETERS = ("ssm:GetParameter", "ssm:GetParametersByPath")
PULL_IMAGE = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
)
WRITE_LOGS = (
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
)
FOLLOW_EVENTS = ("events:DescribeRule", "events:PutRule", "events:PutTargets")
# Each question to the CDK goes to another process and back, and ARNs are made by the hundred.
_PLACES: MutableMapping[IConstruct, tuple[str, str]] = WeakKeyDictionary()


Conditions = Mapping[str, Mapping[str, str | Sequence[str]]]


@dataclass(frozen=True, kw_only=True)
class Permission:
    """One Allow statement. `bound` says what limits a wildcard in `resources`."""

    actions: Sequence[str]
    resources: Sequence[str]
    conditions: Conditions = field(default_factory=dict)
    bound: str | None = None


LIST_LOG_GROUPS = Permission(
    actions=("logs:DescribeLogGroups",),
    resources=("*",),
    bound="CloudWatch Logs knows no resources for this list; it shows names and settings only",
)


def grant(role: iam.Role, *permissions: Permission) -> None:
    """Add `permissions` to the role's own policy.

    Raises:
        ValueError: an action has a wildcard, or a resource has one without a bound.
    """
    found = wildcard_findings(role, [permission.resources for permission in permissions])
    bounds: list[tuple[str, str]] = []
    for permission, wildcards in zip(permissions, found, strict=True):
        _check(role, permission, wildcards)
        role.add_to_policy(statement(permission))
        if permission.bound is not None:
            bounds += [(wildcard, permission.bound) for wildcard in wildcards]
    acknowledge_all(role, bounds)


def statement(permission: Permission) -> iam.PolicyStatement:
    """Return the permission as CDK knows it."""
    return iam.PolicyStatement(
        actions=list(permission.actions),
        resources=list(permission.resources),
        conditions=dict(permission.conditions) or None,
    )


def arn(
    scope: IConstruct,
    service: str,
    resource: str,
    *,
    region: bool = True,
    account: str | None = None,
) -> str:
    """Return the ARN of a resource in the partition, region and account of `scope`'s stack."""
    place = ":"
    if region:
        own_region, own_account = _place(scope)
        place = f"{own_region}:{account or own_account}"
    return f"arn:{_partition()}:{service}:{place}:{resource}"


def _place(scope: IConstruct) -> tuple[str, str]:
    """Return region and account of the construct's stack, which never change."""
    found = _PLACES.get(scope)
    if found is None:
        stack = Stack.of(scope)
        found = _PLACES[scope] = (stack.region, stack.account)
    return found


@functools.cache
def _partition() -> str:
    return str(Aws.PARTITION)


def pass_role(role_arn: str, *, to_service: str) -> Permission:
    """Return the permission to hand one role to one service, and to no other."""
    return Permission(
        actions=("iam:PassRole",),
        resources=(role_arn,),
        conditions={"StringEquals": {"iam:PassedToService": to_service}},
    )


def key_for_volumes(key_arn: str) -> Permission:
    """Return the permission to let an AWS service use the key for a volume."""
    return Permission(
        actions=USE_KEY_FOR_VOLUMES,
        resources=(key_arn,),
        conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
    )


def _check(role: iam.Role, permission: Permission, wildcards: Sequence[str]) -> None:
    wide = [action for action in permission.actions if "*" in action]
    if wide:
        raise ValueError(f"{role.node.path}: got action '{wide[0]}'; name each action")
    if permission.bound is None and wildcards:
        raise ValueError(
            f"{role.node.path}: {', '.join(permission.actions)} has a wildcard in its resources; "
            "say by `bound` what limits it"
        )
