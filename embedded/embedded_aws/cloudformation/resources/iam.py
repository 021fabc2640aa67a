"""AWS::IAM::Role and AWS::IAM::InstanceProfile."""

from __future__ import annotations

from typing import Any

from embedded_aws.cloudformation.resources.api_shapes import as_text, call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
    changed_properties,
)
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_list

_CHARSET = r"\w+=,.@-"
_DEFAULT_SESSION_SECONDS = 3600


class Role(ResourceHandler):
    """A role with its inline policies and attached managed policies."""

    type_name = "AWS::IAM::Role"
    required = frozenset({"AssumeRolePolicyDocument"})
    supported = frozenset(
        {
            "AssumeRolePolicyDocument",
            "Description",
            "ManagedPolicyArns",
            "MaxSessionDuration",
            "Path",
            "PermissionsBoundary",
            "Policies",
            "RoleName",
            "Tags",
        }
    )
    replaced_by = frozenset({"Path", "RoleName"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        iam = context.client("iam")
        name = properties.get("RoleName") or context.name(max_length=64, charset=_CHARSET)
        settings = {
            key: value
            for key, value in properties.items()
            if key not in ("ManagedPolicyArns", "Policies", "RoleName", "Tags")
        }
        tags = tag_list(properties.get("Tags")) or None
        answer = call_api(iam, "CreateRole", {**settings, "RoleName": name, "Tags": tags})
        context.register(name)
        _change_policies(iam, name, {}, properties)
        return _provisioned(answer["Role"])

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        iam = context.client("iam")
        changed = changed_properties(old, new)
        if "AssumeRolePolicyDocument" in changed:
            iam.update_assume_role_policy(
                RoleName=physical_id, PolicyDocument=as_text(new["AssumeRolePolicyDocument"])
            )
        if {"Description", "MaxSessionDuration"} & set(changed):
            iam.update_role(
                RoleName=physical_id,
                Description=str(new.get("Description", "")),
                MaxSessionDuration=int(new.get("MaxSessionDuration", _DEFAULT_SESSION_SECONDS)),
            )
        if "PermissionsBoundary" in changed:
            _set_boundary(iam, physical_id, new.get("PermissionsBoundary"))
        _change_policies(iam, physical_id, old, new)
        added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
        if added:
            iam.tag_role(RoleName=physical_id, Tags=tag_list(added))
        if removed:
            iam.untag_role(RoleName=physical_id, TagKeys=list(removed))
        return _provisioned(iam.get_role(RoleName=physical_id)["Role"])

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        iam = context.client("iam")
        # Only what the template names, and of that what exists: a failed creation may be
        # incomplete. Anything attached by others makes the deletion fail, as on AWS.
        attached = iam.list_attached_role_policies(RoleName=physical_id)["AttachedPolicies"]
        for policy in attached:
            if policy["PolicyArn"] in properties.get("ManagedPolicyArns", []):
                iam.detach_role_policy(RoleName=physical_id, PolicyArn=policy["PolicyArn"])
        inline = {policy["PolicyName"] for policy in properties.get("Policies", [])}
        for name in iam.list_role_policies(RoleName=physical_id)["PolicyNames"]:
            if name in inline:
                iam.delete_role_policy(RoleName=physical_id, PolicyName=name)
        iam.delete_role(RoleName=physical_id)


class InstanceProfile(ResourceHandler):
    """A container that hands a role to EC2 instances."""

    type_name = "AWS::IAM::InstanceProfile"
    required = frozenset({"Roles"})
    supported = frozenset({"InstanceProfileName", "Path", "Roles"})
    replaced_by = frozenset({"InstanceProfileName", "Path"})

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        iam = context.client("iam")
        name = properties.get("InstanceProfileName") or context.name(
            max_length=128, charset=_CHARSET
        )
        answer = call_api(
            iam,
            "CreateInstanceProfile",
            {"InstanceProfileName": name, "Path": properties.get("Path")},
        )
        context.register(name)
        for role in properties["Roles"]:
            iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)
        return Provisioned(name, {"Arn": answer["InstanceProfile"]["Arn"]})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        iam = context.client("iam")
        for role in set(old["Roles"]) - set(new["Roles"]):
            iam.remove_role_from_instance_profile(InstanceProfileName=physical_id, RoleName=role)
        for role in set(new["Roles"]) - set(old["Roles"]):
            iam.add_role_to_instance_profile(InstanceProfileName=physical_id, RoleName=role)
        profile = iam.get_instance_profile(InstanceProfileName=physical_id)["InstanceProfile"]
        return Provisioned(physical_id, {"Arn": profile["Arn"]})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        iam = context.client("iam")
        profile = iam.get_instance_profile(InstanceProfileName=physical_id)["InstanceProfile"]
        for role in profile["Roles"]:
            iam.remove_role_from_instance_profile(
                InstanceProfileName=physical_id, RoleName=role["RoleName"]
            )
        iam.delete_instance_profile(InstanceProfileName=physical_id)


def _change_policies(iam: Any, role: str, old: Properties, new: Properties) -> None:
    attached, wanted = old.get("ManagedPolicyArns", []), new.get("ManagedPolicyArns", [])
    for arn in wanted:
        if arn not in attached:
            iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    for arn in attached:
        if arn not in wanted:
            iam.detach_role_policy(RoleName=role, PolicyArn=arn)
    before = {item["PolicyName"]: item["PolicyDocument"] for item in old.get("Policies", [])}
    after = {item["PolicyName"]: item["PolicyDocument"] for item in new.get("Policies", [])}
    for name, document in after.items():
        if before.get(name) != document:
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=as_text(document))
    for name in before:
        if name not in after:
            iam.delete_role_policy(RoleName=role, PolicyName=name)


def _set_boundary(iam: Any, role: str, boundary: str | None) -> None:
    if boundary is None:
        iam.delete_role_permissions_boundary(RoleName=role)
    else:
        iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=boundary)


def _provisioned(role: dict[str, Any]) -> Provisioned:
    return Provisioned(role["RoleName"], {"Arn": role["Arn"], "RoleId": role["RoleId"]})


HANDLERS = (Role, InstanceProfile)
