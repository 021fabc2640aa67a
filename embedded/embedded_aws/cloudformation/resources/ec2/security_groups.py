"""AWS::EC2::SecurityGroup, SecurityGroupIngress and SecurityGroupEgress."""

from __future__ import annotations

from typing import Any

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import call_api
from embedded_aws.cloudformation.resources.ec2.tagging import change_tags, tag_specifications
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
    changed_properties,
)

_PORTS = ("FromPort", "IpProtocol", "ToPort")
_BLOCKS = {"CidrIp": "IpRanges", "CidrIpv6": "Ipv6Ranges"}
# What a new group lets out as long as the template has no rules of its own for it.
_ALL_OUT = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}
_SIDES = {"SecurityGroupIngress": "Ingress", "SecurityGroupEgress": "Egress"}


class SecurityGroup(ResourceHandler):
    """A set of rules."""

    type_name = "AWS::EC2::SecurityGroup"
    required = frozenset({"GroupDescription"})
    supported = frozenset({"GroupDescription", "GroupName", "Tags", "VpcId", *_SIDES})
    replaced_by = frozenset({"GroupDescription", "GroupName", "VpcId"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        ec2 = context.client("ec2")
        request = {
            "Description": properties["GroupDescription"],
            "GroupName": properties.get("GroupName") or context.name(max_length=255),
            "VpcId": properties.get("VpcId"),
            "TagSpecifications": tag_specifications("security-group", properties),
        }
        group_id = context.register(call_api(ec2, "CreateSecurityGroup", request)["GroupId"])
        if properties.get("SecurityGroupEgress"):
            _revoke(ec2, group_id, "Egress", _ALL_OUT)
        for side, word in _SIDES.items():
            for rule in properties.get(side) or []:
                _authorize(ec2, group_id, word, rule)
        return _group(ec2, group_id)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        ec2 = context.client("ec2")
        changed = changed_properties(old, new)
        for side, word in _SIDES.items():
            if side not in changed:
                continue
            before, after = _rules(side, old), _rules(side, new)
            for rule in before:
                if rule not in after:
                    _revoke(ec2, physical_id, word, rule)
            for rule in after:
                if rule not in before:
                    _authorize(ec2, physical_id, word, rule)
        change_tags(ec2, physical_id, old, new)
        return _group(ec2, physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("ec2").delete_security_group(GroupId=physical_id)


class _Rule(ResourceHandler):
    """A rule of a group that is another resource."""

    side: str
    stack_tags = None

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        ec2 = context.client("ec2")
        rule_id = context.register(
            _authorize(ec2, _group_id(properties), self.side, _without_group(properties))
        )
        return Provisioned(rule_id, {"Id": rule_id})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        ec2 = context.client("ec2")
        _revoke(ec2, _group_id(old), self.side, _without_group(old))
        rule_id = _authorize(ec2, _group_id(new), self.side, _without_group(new))
        del physical_id
        return Provisioned(rule_id, {"Id": rule_id})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del physical_id
        ec2 = context.client("ec2")
        _revoke(ec2, _group_id(properties), self.side, _without_group(properties))


class SecurityGroupIngress(_Rule):
    """What may come in."""

    type_name = "AWS::EC2::SecurityGroupIngress"
    side = "Ingress"
    required = frozenset({"IpProtocol"})
    replaced_by = frozenset({"GroupId", "SourceSecurityGroupId", *_PORTS, *_BLOCKS})
    supported = replaced_by | {"Description"}


class SecurityGroupEgress(_Rule):
    """What may go out."""

    type_name = "AWS::EC2::SecurityGroupEgress"
    side = "Egress"
    required = frozenset({"GroupId", "IpProtocol"})
    replaced_by = frozenset({"DestinationSecurityGroupId", "GroupId", *_PORTS, *_BLOCKS})
    supported = replaced_by | {"Description"}


def _group_id(properties: Properties) -> str:
    if "GroupId" not in properties:
        raise ResourceError("GroupId has to be given.")
    return str(properties["GroupId"])


def _without_group(properties: Properties) -> Properties:
    return {name: value for name, value in properties.items() if name != "GroupId"}


def _rules(side: str, properties: Properties) -> list[Properties]:
    rules: list[Properties] = properties.get(side) or []
    return rules or ([_ALL_OUT] if side == "SecurityGroupEgress" else [])


def _permission(side: str, rule: Properties) -> dict[str, Any]:
    """Return a rule as the API takes it. Raises ResourceError for what it would ignore."""
    peer = "SourceSecurityGroupId" if side == "Ingress" else "DestinationSecurityGroupId"
    unsupported = sorted(set(rule) - {*_PORTS, *_BLOCKS, peer, "Description"})
    if unsupported:
        raise ResourceError(
            f"Encountered unsupported property {', '.join(unsupported)} in a rule; the embedded "
            f"AWS supports: {', '.join(sorted({*_PORTS, *_BLOCKS, peer, 'Description'}))}."
        )
    permission = {name: rule[name] for name in _PORTS if name in rule}
    note = {"Description": rule["Description"]} if rule.get("Description") else {}
    for name, member in _BLOCKS.items():
        if name in rule:
            permission[member] = [{name: rule[name], **note}]
    if peer in rule:
        permission["UserIdGroupPairs"] = [{"GroupId": rule[peer], **note}]
    return permission


def _authorize(ec2: Any, group_id: str, side: str, rule: Properties) -> str:
    request = {"GroupId": group_id, "IpPermissions": [_permission(side, rule)]}
    answer = call_api(ec2, f"AuthorizeSecurityGroup{side}", request)
    return str(answer["SecurityGroupRules"][0]["SecurityGroupRuleId"])


def _revoke(ec2: Any, group_id: str, side: str, rule: Properties) -> None:
    request = {"GroupId": group_id, "IpPermissions": [_permission(side, rule)]}
    call_api(ec2, f"RevokeSecurityGroup{side}", request)


def _group(ec2: Any, group_id: str) -> Provisioned:
    found = ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]
    attributes = {"GroupId": group_id, "Id": group_id, "VpcId": found.get("VpcId", "")}
    return Provisioned(group_id, attributes)


HANDLERS = (SecurityGroup, SecurityGroupIngress, SecurityGroupEgress)
