"""Give every role of an app what an organisation asks of roles: a boundary, a path, a name."""

import hashlib
import re
from dataclasses import dataclass
from typing import cast

import jsii
from aws_cdk import Aws, CfnResource, Fn, IAspect, Token
from constructs import IConstruct

_ROLE = "AWS::IAM::Role"
_LONGEST_NAME = 64  # of a role, in IAM
_PATH_DIGITS = 6
_STACK_DIGITS = 8


@dataclass(frozen=True, kw_only=True)
class RoleRules:
    """What every role has; `permissions_boundary` is the ARN of a managed policy or its name."""

    permissions_boundary: str | None
    path: str
    name_prefix: str | None

    @property
    def change_something(self) -> bool:
        """Tell whether roles differ from those that the constructs make."""
        return (self.permissions_boundary, self.path, self.name_prefix) != (None, "/", None)


@jsii.implements(IAspect)
class EveryRole:
    """Applies the rules to roles and managed policies, whichever construct made them."""

    def __init__(self, rules: RoleRules) -> None:
        self._rules = rules

    def visit(self, node: IConstruct) -> None:
        """Change one node of the construct tree, if it is a role or a managed policy."""
        if not CfnResource.is_cfn_resource(node):
            return
        resource = cast(CfnResource, node)
        if resource.cfn_resource_type not in (_ROLE, "AWS::IAM::ManagedPolicy"):
            return
        if self._rules.path != "/":
            resource.add_property_override("Path", self._rules.path)
        if resource.cfn_resource_type == _ROLE:
            self._bound_and_name(resource)

    def _bound_and_name(self, role: CfnResource) -> None:
        boundary, prefix = self._rules.permissions_boundary, self._rules.name_prefix
        if boundary is not None:
            role.add_property_override("PermissionsBoundary", _policy_arn(boundary))
        if prefix is not None and not _has_own_name(role):
            role.add_property_override("RoleName", self._name(role, prefix))

    def _name(self, role: CfnResource, prefix: str) -> str:
        # Another path replaces a role, and IAM admits no second one of the same name; the stack's
        # digits tell regions apart, in which an account has the same stacks.
        digest = hashlib.sha256(f"{self._rules.path}{role.node.path}".encode()).hexdigest()
        ending = f"-{digest[:_PATH_DIGITS]}-"
        room = _LONGEST_NAME - len(prefix) - len(ending) - _STACK_DIGITS
        readable = re.sub(r"[^\w-]", "-", role.node.path.removesuffix("/Resource"))
        stack_id = Fn.select(2, Fn.split("/", Aws.STACK_ID))
        return f"{prefix}{readable[:room]}{ending}{Fn.select(0, Fn.split('-', stack_id))}"


def _has_own_name(role: CfnResource) -> bool:
    """Tell whether a construct named the role, as CI's, whose workflows know the name."""
    name = getattr(role, "role_name", None)  # a token where CloudFormation is to name it
    return name is not None and not Token.is_unresolved(name)


def _policy_arn(policy: str) -> str:
    if policy.startswith("arn:"):
        return policy
    return f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}:policy/{policy.removeprefix('/')}"
