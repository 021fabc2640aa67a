"""AWS::IAM::Policy and AWS::IAM::ManagedPolicy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from embedded_aws.cloudformation.api_errors import is_not_found
from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import as_text, call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
)

# Property -> the word IAM's operations use.
_PRINCIPALS = {"Roles": "role", "Users": "user", "Groups": "group"}
_MAX_VERSIONS = 5


class Policy(ResourceHandler):
    """An inline policy put into roles, users and groups."""

    type_name = "AWS::IAM::Policy"
    required = frozenset({"PolicyDocument", "PolicyName"})
    supported = frozenset({"PolicyDocument", "PolicyName", *_PRINCIPALS})

    def check(self, properties: Properties) -> None:
        super().check(properties)
        if not any(properties.get(name) for name in _PRINCIPALS):
            raise ResourceError("At least one of [Groups,Roles,Users] must be non-empty.")

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        policy_id = context.register(context.name(max_length=128))
        _put_inline(context.client("iam"), properties)
        return Provisioned(policy_id, {"Id": policy_id})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        iam = context.client("iam")
        _put_inline(iam, new)
        renamed = old["PolicyName"] != new["PolicyName"]
        kept = set() if renamed else set(_principals(new))
        _delete_inline(iam, old, kept)
        return Provisioned(physical_id, {"Id": physical_id})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del physical_id
        _delete_inline(context.client("iam"), properties, set())


class ManagedPolicy(ResourceHandler):
    """A policy with an ARN. A changed document becomes its new default version."""

    type_name = "AWS::IAM::ManagedPolicy"
    required = frozenset({"PolicyDocument"})
    supported = frozenset(
        {"Description", "ManagedPolicyName", "Path", "PolicyDocument", *_PRINCIPALS}
    )
    replaced_by = frozenset({"Description", "ManagedPolicyName", "Path"})

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        iam = context.client("iam")
        request = {
            "PolicyName": properties.get("ManagedPolicyName")
            or context.name(max_length=128, charset=r"\w+=,.@-"),
            "PolicyDocument": properties["PolicyDocument"],
            "Description": properties.get("Description"),
            "Path": properties.get("Path"),
        }
        policy = call_api(iam, "CreatePolicy", request)["Policy"]
        context.register(policy["Arn"])
        for principal in _principals(properties):
            _attach(iam, "attach", principal, policy["Arn"])
        return _provisioned(policy)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        iam = context.client("iam")
        if old["PolicyDocument"] != new["PolicyDocument"]:
            _make_room(iam, physical_id)
            iam.create_policy_version(
                PolicyArn=physical_id,
                PolicyDocument=as_text(new["PolicyDocument"]),
                SetAsDefault=True,
            )
        before, after = set(_principals(old)), set(_principals(new))
        for principal in sorted(after - before):
            _attach(iam, "attach", principal, physical_id)
        for principal in sorted(before - after):
            _attach(iam, "detach", principal, physical_id)
        return _provisioned(iam.get_policy(PolicyArn=physical_id)["Policy"])

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        iam = context.client("iam")
        for principal in _principals(properties):
            try:
                _attach(iam, "detach", principal, physical_id)
            except ClientError as error:  # a failed creation may not have attached it yet
                if not is_not_found(error):
                    raise
        for version in iam.list_policy_versions(PolicyArn=physical_id)["Versions"]:
            if not version["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=physical_id, VersionId=version["VersionId"])
        iam.delete_policy(PolicyArn=physical_id)


def _principals(properties: Properties) -> Iterator[tuple[str, str]]:
    """Yield ("role", name) and the like."""
    for name, kind in _PRINCIPALS.items():
        for principal in properties.get(name) or []:
            yield kind, principal


def _put_inline(iam: Any, properties: Properties) -> None:
    document = as_text(properties["PolicyDocument"])
    for kind, principal in _principals(properties):
        getattr(iam, f"put_{kind}_policy")(
            **{f"{kind.title()}Name": principal},
            PolicyName=properties["PolicyName"],
            PolicyDocument=document,
        )


def _delete_inline(iam: Any, properties: Properties, kept: set[tuple[str, str]]) -> None:
    for kind, principal in set(_principals(properties)) - kept:
        try:
            getattr(iam, f"delete_{kind}_policy")(
                **{f"{kind.title()}Name": principal}, PolicyName=properties["PolicyName"]
            )
        except ClientError as error:  # the principal is gone, and the policy with it
            if not is_not_found(error):
                raise


def _attach(iam: Any, verb: str, principal: tuple[str, str], arn: str) -> None:
    kind, name = principal
    getattr(iam, f"{verb}_{kind}_policy")(**{f"{kind.title()}Name": name}, PolicyArn=arn)


def _make_room(iam: Any, arn: str) -> None:
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    if len(versions) >= _MAX_VERSIONS:
        old = [version for version in versions if not version["IsDefaultVersion"]]
        oldest = min(old, key=lambda version: version["CreateDate"])
        iam.delete_policy_version(PolicyArn=arn, VersionId=oldest["VersionId"])


def _provisioned(policy: dict[str, Any]) -> Provisioned:
    return Provisioned(
        policy["Arn"], {"PolicyArn": policy["Arn"], "PolicyId": policy.get("PolicyId", "")}
    )


HANDLERS = (Policy, ManagedPolicy)
