"""AWS::EC2::RouteTable, Route and SubnetRouteTableAssociation."""

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
)

_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock")
_TARGETS = ("GatewayId", "NatGatewayId")


class RouteTable(ResourceHandler):
    """A table of routes of a VPC."""

    type_name = "AWS::EC2::RouteTable"
    required = frozenset({"VpcId"})
    supported = frozenset({"Tags", "VpcId"})
    replaced_by = frozenset({"VpcId"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        request = {
            "VpcId": properties["VpcId"],
            "TagSpecifications": tag_specifications("route-table", properties),
        }
        answer = call_api(context.client("ec2"), "CreateRouteTable", request)
        table_id = context.register(answer["RouteTable"]["RouteTableId"])
        return Provisioned(table_id, {"RouteTableId": table_id})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        change_tags(context.client("ec2"), physical_id, old, new)
        return Provisioned(physical_id, {"RouteTableId": physical_id})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("ec2").delete_route_table(RouteTableId=physical_id)


class Route(ResourceHandler):
    """Where a table sends a range of addresses."""

    type_name = "AWS::EC2::Route"
    required = frozenset({"RouteTableId"})
    supported = frozenset({"RouteTableId", *_DESTINATIONS, *_TARGETS})
    replaced_by = frozenset({"RouteTableId", *_DESTINATIONS})

    def check(self, properties: Properties) -> None:
        super().check(properties)
        for names in (_DESTINATIONS, _TARGETS):
            if len([name for name in names if name in properties]) != 1:
                raise ResourceError(f"A route needs exactly one of {', '.join(names)}.")

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        call_api(context.client("ec2"), "CreateRoute", properties)
        return _route(context, properties)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        del physical_id, old
        call_api(context.client("ec2"), "ReplaceRoute", new)
        return _route(context, new)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del physical_id
        request = {name: properties.get(name) for name in ("RouteTableId", *_DESTINATIONS)}
        call_api(context.client("ec2"), "DeleteRoute", request)


def _route(context: ResourceContext, properties: Properties) -> Provisioned:
    block = next(properties[name] for name in _DESTINATIONS if name in properties)
    route_id = context.register(f"{properties['RouteTableId']}|{block}")
    return Provisioned(route_id, {"CidrBlock": block})


class SubnetRouteTableAssociation(ResourceHandler):
    """Which table a subnet uses."""

    type_name = "AWS::EC2::SubnetRouteTableAssociation"
    required = frozenset({"RouteTableId", "SubnetId"})
    supported = frozenset({"RouteTableId", "SubnetId"})
    replaced_by = frozenset({"RouteTableId", "SubnetId"})

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        answer: dict[str, Any] = call_api(context.client("ec2"), "AssociateRouteTable", properties)
        association_id = context.register(answer["AssociationId"])
        return Provisioned(association_id, {"Id": association_id})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        del context, old, new  # every property needs a new association
        return Provisioned(physical_id, {"Id": physical_id})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("ec2").disassociate_route_table(AssociationId=physical_id)


HANDLERS = (RouteTable, Route, SubnetRouteTableAssociation)
