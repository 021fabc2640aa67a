"""AWS::EC2::VPCEndpoint and FlowLog."""

from __future__ import annotations

from typing import Any

from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import as_text, call_api
from embedded_aws.cloudformation.resources.ec2.tagging import change_tags, tag_specifications
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
    changed_properties,
)

_MEMBERS = ("RouteTableIds", "SecurityGroupIds", "SubnetIds")
# The members of ModifyVpcEndpoint that moto carries out.
_MODIFIED = ("AddSubnetIds", "PolicyDocument")
_TYPES = ("Gateway", "Interface")  # the first is the default


class VpcEndpoint(ResourceHandler):
    """A private way from a VPC to a service."""

    type_name = "AWS::EC2::VPCEndpoint"
    required = frozenset({"VpcId"})
    supported = frozenset(
        {
            "PolicyDocument",
            "PrivateDnsEnabled",
            "ServiceName",
            "Tags",
            "VpcEndpointType",
            "VpcId",
            *_MEMBERS,
        }
    )
    replaced_by = frozenset({"ServiceName", "VpcEndpointType", "VpcId"})
    stack_tags = "list"

    def check(self, properties: Properties) -> None:
        super().check(properties)
        if "ServiceName" not in properties:
            raise ResourceError("ServiceName has to be given.")
        kind = properties.get("VpcEndpointType", _TYPES[0])
        if kind not in _TYPES:
            raise ResourceError(f"VpcEndpointType is {kind!r}; allowed: {', '.join(_TYPES)}.")

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        ec2 = context.client("ec2")
        request = {name: value for name, value in properties.items() if name != "Tags"}
        request.setdefault("VpcEndpointType", _TYPES[0])
        request["TagSpecifications"] = tag_specifications("vpc-endpoint", properties)
        answer = call_api(ec2, "CreateVpcEndpoint", request)
        return _endpoint(ec2, context.register(answer["VpcEndpoint"]["VpcEndpointId"]))

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        ec2 = context.client("ec2")
        request = _modification(old, new)
        if request:
            call_api(ec2, "ModifyVpcEndpoint", {**request, "VpcEndpointId": physical_id})
        change_tags(ec2, physical_id, old, new)
        return _endpoint(ec2, physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[physical_id])


def _modification(old: Properties, new: Properties) -> dict[str, Any]:
    """Return the members of ModifyVpcEndpoint. Raises ResourceError for what would be ignored."""
    request: dict[str, Any] = {}
    for name in _MEMBERS:
        before, after = old.get(name) or [], new.get(name) or []
        added = [item for item in after if item not in before]
        removed = [item for item in before if item not in after]
        request |= {f"Add{name}": added} if added else {}
        request |= {f"Remove{name}": removed} if removed else {}
    changed = changed_properties(old, new)
    if "PolicyDocument" in changed:
        policy = new.get("PolicyDocument")
        request |= {"PolicyDocument": as_text(policy)} if policy else {"ResetPolicy": True}
    if "PrivateDnsEnabled" in changed:
        request["PrivateDnsEnabled"] = new.get("PrivateDnsEnabled", False)
    ignored = sorted(set(request) - set(_MODIFIED))
    if ignored:
        raise ResourceError(
            f"The embedded AWS does not support {', '.join(ignored)} of an existing endpoint."
        )
    return request


def _endpoint(ec2: Any, endpoint_id: str) -> Provisioned:
    found = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"][0]
    entries = [
        f"{item.get('HostedZoneId', '')}:{item['DnsName']}" for item in found.get("DnsEntries", [])
    ]
    return Provisioned(
        endpoint_id,
        {
            "Id": endpoint_id,
            "CreationTimestamp": str(found.get("CreationTimestamp", "")),
            "DnsEntries": entries,
            "NetworkInterfaceIds": found.get("NetworkInterfaceIds", []),
        },
    )


class FlowLog(ResourceHandler):
    """The record of a network's traffic. There is none here, so nothing is written."""

    type_name = "AWS::EC2::FlowLog"
    required = frozenset({"ResourceId", "ResourceType"})
    replaced_by = frozenset(
        {
            "DeliverLogsPermissionArn",
            "LogDestination",
            "LogDestinationType",
            "LogFormat",
            "LogGroupName",
            "MaxAggregationInterval",
            "ResourceId",
            "ResourceType",
            "TrafficType",
        }
    )
    supported = replaced_by | {"Tags"}
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        request = {
            name: value for name, value in properties.items() if name not in ("ResourceId", "Tags")
        }
        request["ResourceIds"] = [properties["ResourceId"]]
        request["TagSpecifications"] = tag_specifications("vpc-flow-log", properties)
        answer = call_api(context.client("ec2"), "CreateFlowLogs", request)
        if answer.get("Unsuccessful"):
            raise ResourceError(answer["Unsuccessful"][0]["Error"]["Message"])
        flow_id = context.register(answer["FlowLogIds"][0])
        return Provisioned(flow_id, {"Id": flow_id})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        change_tags(context.client("ec2"), physical_id, old, new)
        return Provisioned(physical_id, {"Id": physical_id})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("ec2").delete_flow_logs(FlowLogIds=[physical_id])


HANDLERS = (VpcEndpoint, FlowLog)
