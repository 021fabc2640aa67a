"""AWS::KMS::Key and AWS::KMS::Alias."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import as_text, call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
    changed_properties,
)
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_list

_FIXED = ("KeySpec", "KeyUsage")
_DEFAULT_PENDING_WINDOW_DAYS = 30


class Key(ResourceHandler):
    """A key. Deleting it schedules its deletion."""

    type_name = "AWS::KMS::Key"
    supported = frozenset(
        {
            "Description",
            "EnableKeyRotation",
            "Enabled",
            "KeyPolicy",
            "KeySpec",
            "KeyUsage",
            "PendingWindowInDays",
            "RotationPeriodInDays",
            "Tags",
        }
    )
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        kms = context.client("kms")
        tags = tag_list(properties.get("Tags"), "TagKey", "TagValue")
        answer = call_api(
            kms,
            "CreateKey",
            {
                "Policy": properties.get("KeyPolicy"),
                "Description": properties.get("Description"),
                "KeySpec": properties.get("KeySpec"),
                "KeyUsage": properties.get("KeyUsage"),
                "Tags": tags or None,
            },
        )
        key_id = context.register(answer["KeyMetadata"]["KeyId"])
        if _is_true(properties.get("EnableKeyRotation")):
            _set_rotation(kms, key_id, properties)
        if not _is_true(properties.get("Enabled", True)):
            kms.disable_key(KeyId=key_id)
        return self._provisioned(context, key_id)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        kms = context.client("kms")
        changed = changed_properties(old, new)
        fixed = [name for name in changed if name in _FIXED]
        if fixed:
            raise ResourceError(f"{', '.join(fixed)} of an existing key cannot be changed.")
        if "KeyPolicy" in changed and "KeyPolicy" in new:
            kms.put_key_policy(
                KeyId=physical_id, PolicyName="default", Policy=as_text(new["KeyPolicy"])
            )
        if "Description" in changed:
            kms.update_key_description(
                KeyId=physical_id, Description=str(new.get("Description", ""))
            )
        if "EnableKeyRotation" in changed or "RotationPeriodInDays" in changed:
            _set_rotation(kms, physical_id, new)
        if "Enabled" in changed:
            enabled = _is_true(new.get("Enabled", True))
            (kms.enable_key if enabled else kms.disable_key)(KeyId=physical_id)
        added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
        if added:
            kms.tag_resource(KeyId=physical_id, Tags=tag_list(added, "TagKey", "TagValue"))
        if removed:
            kms.untag_resource(KeyId=physical_id, TagKeys=list(removed))
        return self._provisioned(context, physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        days = int(properties.get("PendingWindowInDays", _DEFAULT_PENDING_WINDOW_DAYS))
        kms = context.client("kms")
        state = kms.describe_key(KeyId=physical_id)["KeyMetadata"]["KeyState"]
        if state != "PendingDeletion":
            kms.schedule_key_deletion(KeyId=physical_id, PendingWindowInDays=days)

    def _provisioned(self, context: ResourceContext, key_id: str) -> Provisioned:
        return Provisioned(key_id, {"Arn": context.arn("kms", f"key/{key_id}"), "KeyId": key_id})


class Alias(ResourceHandler):
    """Another name of a key."""

    type_name = "AWS::KMS::Alias"
    required = frozenset({"AliasName", "TargetKeyId"})
    supported = frozenset({"AliasName", "TargetKeyId"})
    replaced_by = frozenset({"AliasName"})

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        call_api(context.client("kms"), "CreateAlias", properties)
        return Provisioned(context.register(properties["AliasName"]))

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        del old
        context.client("kms").update_alias(AliasName=physical_id, TargetKeyId=new["TargetKeyId"])
        return Provisioned(physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("kms").delete_alias(AliasName=physical_id)


def _set_rotation(kms: Any, key_id: str, properties: Properties) -> None:
    if not _is_true(properties.get("EnableKeyRotation")):
        kms.disable_key_rotation(KeyId=key_id)
        return
    period = properties.get("RotationPeriodInDays")
    call_api(kms, "EnableKeyRotation", {"KeyId": key_id, "RotationPeriodInDays": period})
    try:
        rotating = kms.get_key_rotation_status(KeyId=key_id)["KeyRotationEnabled"]
    except ClientError:  # the stack's role may switch rotation on without being allowed to read it
        return
    if not rotating:
        raise ResourceError(f"Rotation of key {key_id} could not be enabled.")


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"


HANDLERS = (Key, Alias)
