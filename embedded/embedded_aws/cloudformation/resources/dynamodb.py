"""AWS::DynamoDB::Table."""

from __future__ import annotations

from typing import Any

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import call_api
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
    changed_properties,
)
from embedded_aws.cloudformation.resources.tags import tag_changes, tag_list

_AT_CREATION = (
    "AttributeDefinitions",
    "BillingMode",
    "DeletionProtectionEnabled",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "ProvisionedThroughput",
    "TableClass",
)
# Changed by an UpdateTable of their own, in this order.
_UPDATED = (
    ("BillingMode", "ProvisionedThroughput"),
    ("DeletionProtectionEnabled",),
    ("TableClass",),
)
_SETTLE_SECONDS = 60.0


class Table(ResourceHandler):
    """A table with its indexes."""

    type_name = "AWS::DynamoDB::Table"
    required = frozenset({"KeySchema"})
    supported = frozenset(
        {
            *_AT_CREATION,
            "PointInTimeRecoverySpecification",
            "StreamSpecification",
            "TableName",
            "Tags",
            "TimeToLiveSpecification",
        }
    )
    replaced_by = frozenset({"KeySchema", "TableName"})
    volatile_attributes = frozenset({"StreamArn"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        client = context.client("dynamodb")
        name = properties.get("TableName") or context.name(max_length=255, charset=r"\w.-")
        request = {key: properties[key] for key in _AT_CREATION if key in properties}
        request |= {
            "TableName": name,
            "StreamSpecification": _stream(properties),
            "Tags": tag_list(properties.get("Tags")) or None,
        }
        call_api(client, "CreateTable", request)
        context.register(name)
        _wait(context, client, name)
        for key in ("PointInTimeRecoverySpecification", "TimeToLiveSpecification"):
            if key in properties:
                _set(client, name, key, properties[key])
        return _table(client, name)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        client = context.client("dynamodb")
        changed = set(changed_properties(old, new))
        if "LocalSecondaryIndexes" in changed:
            raise ResourceError("LocalSecondaryIndexes of an existing table cannot be changed.")
        for names in _UPDATED:
            if changed & set(names):
                settings = {name: new.get(name, _unset(name)) for name in names}
                _update(context, client, physical_id, **settings)
        if "StreamSpecification" in changed:
            if _stream(old):
                _update(context, client, physical_id, StreamSpecification={"StreamEnabled": False})
            if _stream(new):
                _update(context, client, physical_id, StreamSpecification=_stream(new))
        if "GlobalSecondaryIndexes" in changed:
            for change in _index_changes(old, new):
                _update(
                    context,
                    client,
                    physical_id,
                    AttributeDefinitions=new.get("AttributeDefinitions"),
                    GlobalSecondaryIndexUpdates=[change],
                )
        for key in ("PointInTimeRecoverySpecification", "TimeToLiveSpecification"):
            if key in changed:
                _set(client, physical_id, key, new.get(key) or _off(key, old[key]))
        arn = context.arn("dynamodb", f"table/{physical_id}")
        added, removed = tag_changes(old.get("Tags"), new.get("Tags"))
        if added:
            client.tag_resource(ResourceArn=arn, Tags=tag_list(added))
        if removed:
            client.untag_resource(ResourceArn=arn, TagKeys=list(removed))
        return _table(client, physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("dynamodb").delete_table(TableName=physical_id)


def _unset(name: str) -> Any:
    return {
        "BillingMode": "PROVISIONED",
        "DeletionProtectionEnabled": False,
        "TableClass": "STANDARD",
    }.get(name)


def _stream(properties: Properties) -> dict[str, Any] | None:
    """Return the API's specification: in a template, a given one is always enabled."""
    given = properties.get("StreamSpecification")
    if given is None:
        return None
    unsupported = sorted(set(given) - {"StreamViewType"})
    if unsupported:
        raise ResourceError(f"StreamSpecification/{unsupported[0]} is not supported.")
    return {"StreamEnabled": True, **given}


def _set(client: Any, name: str, key: str, value: Any) -> None:
    if key == "TimeToLiveSpecification":
        call_api(client, "UpdateTimeToLive", {"TableName": name, key: value})
    else:
        call_api(client, "UpdateContinuousBackups", {"TableName": name, key: value})


def _off(key: str, old: Any) -> dict[str, Any]:
    if key == "TimeToLiveSpecification":
        return {**old, "Enabled": False}
    return {"PointInTimeRecoveryEnabled": False}


def _index_changes(old: Properties, new: Properties) -> list[dict[str, Any]]:
    """Return one update for each index that is new, gone or of another capacity."""
    before = {item["IndexName"]: item for item in old.get("GlobalSecondaryIndexes") or []}
    after = {item["IndexName"]: item for item in new.get("GlobalSecondaryIndexes") or []}
    changes: list[dict[str, Any]] = [
        {"Delete": {"IndexName": name}} for name in before if name not in after
    ]
    for name, index in after.items():
        if name not in before:
            changes.append({"Create": index})
        elif before[name] != index:
            differing = set(changed_properties(before[name], index))
            if differing != {"ProvisionedThroughput"}:
                raise ResourceError(f"Cannot update the index {name}; give it another name.")
            capacity = {name: index[name] for name in ("IndexName", "ProvisionedThroughput")}
            changes.append({"Update": capacity})
    return changes


def _update(context: ResourceContext, client: Any, name: str, **settings: Any) -> None:
    call_api(client, "UpdateTable", {"TableName": name, **settings})
    _wait(context, client, name)


def _wait(context: ResourceContext, client: Any, name: str) -> None:
    def active() -> bool:
        return bool(client.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE")

    context.wait_until(active, timeout_seconds=_SETTLE_SECONDS, what=f"Table {name}")


def _table(client: Any, name: str) -> Provisioned:
    table = client.describe_table(TableName=name)["Table"]
    attributes = {"Arn": table["TableArn"]}
    if table.get("LatestStreamArn"):
        attributes["StreamArn"] = table["LatestStreamArn"]
    return Provisioned(name, attributes)


HANDLERS = (Table,)
