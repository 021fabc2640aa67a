"""AWS::EC2::VPC, Subnet, InternetGateway, VPCGatewayAttachment, EIP and NatGateway."""

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

# Property -> its value where the template does not set it.
_DNS = {"EnableDnsSupport": True, "EnableDnsHostnames": False}
_DEFAULT_TENANCY = "default"


class Vpc(ResourceHandler):
    """A network of its own, with a default security group and network ACL."""

    type_name = "AWS::EC2::VPC"
    supported = frozenset({"CidrBlock", "InstanceTenancy", "Tags", *_DNS})
    replaced_by = frozenset({"CidrBlock", "InstanceTenancy"})
    stack_tags = "list"

    def check(self, properties: Properties) -> None:
        super().check(properties)
        if "CidrBlock" not in properties:
            raise ResourceError("Either CIDR Block or IPv4 IPAM Pool must be provided")

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        ec2 = context.client("ec2")
        request = {
            "CidrBlock": properties["CidrBlock"],
            "InstanceTenancy": properties.get("InstanceTenancy", _DEFAULT_TENANCY),
            "TagSpecifications": tag_specifications("vpc", properties),
        }
        vpc_id = context.register(call_api(ec2, "CreateVpc", request)["Vpc"]["VpcId"])
        _set_dns(ec2, vpc_id, [name for name in _DNS if name in properties], properties)
        return _vpc(ec2, vpc_id)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        ec2 = context.client("ec2")
        changed = changed_properties(old, new)
        _set_dns(ec2, physical_id, [name for name in _DNS if name in changed], new)
        change_tags(ec2, physical_id, old, new)
        return _vpc(ec2, physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("ec2").delete_vpc(VpcId=physical_id)


def _set_dns(ec2: Any, vpc_id: str, names: list[str], properties: Properties) -> None:
    for name in names:  # one attribute a call, as the API demands
        value = properties.get(name, _DNS[name])
        call_api(ec2, "ModifyVpcAttribute", {"VpcId": vpc_id, name: {"Value": value}})


def _vpc(ec2: Any, vpc_id: str) -> Provisioned:
    vpc = ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"][0]
    of_vpc = [{"Name": "vpc-id", "Values": [vpc_id]}]
    default = [*of_vpc, {"Name": "group-name", "Values": ["default"]}]
    groups = ec2.describe_security_groups(Filters=default)["SecurityGroups"]
    default = [*of_vpc, {"Name": "default", "Values": ["true"]}]
    lists = ec2.describe_network_acls(Filters=default)["NetworkAcls"]
    blocks = [item["AssociationId"] for item in vpc.get("CidrBlockAssociationSet", [])]
    return Provisioned(
        vpc_id,
        {
            "VpcId": vpc_id,
            "CidrBlock": vpc["CidrBlock"],
            "CidrBlockAssociations": blocks,
            "DefaultSecurityGroup": groups[0]["GroupId"] if groups else "",
            "DefaultNetworkAcl": lists[0]["NetworkAclId"] if lists else "",
            "Ipv6CidrBlocks": [],
        },
    )


class Subnet(ResourceHandler):
    """A part of a VPC in one availability zone."""

    type_name = "AWS::EC2::Subnet"
    required = frozenset({"VpcId"})
    supported = frozenset(
        {
            "AvailabilityZone",
            "AvailabilityZoneId",
            "CidrBlock",
            "MapPublicIpOnLaunch",
            "Tags",
            "VpcId",
        }
    )
    replaced_by = frozenset({"AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "VpcId"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        ec2 = context.client("ec2")
        request = {
            name: properties.get(name)
            for name in ("AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "VpcId")
        }
        request["TagSpecifications"] = tag_specifications("subnet", properties)
        found = call_api(ec2, "CreateSubnet", request)["Subnet"]
        subnet_id = context.register(found["SubnetId"])
        if "MapPublicIpOnLaunch" in properties:
            _set_public(ec2, subnet_id, properties)
        return _subnet(ec2, subnet_id)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        ec2 = context.client("ec2")
        if "MapPublicIpOnLaunch" in changed_properties(old, new):
            _set_public(ec2, physical_id, new)
        change_tags(ec2, physical_id, old, new)
        return _subnet(ec2, physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("ec2").delete_subnet(SubnetId=physical_id)


def _set_public(ec2: Any, subnet_id: str, properties: Properties) -> None:
    value = {"Value": properties.get("MapPublicIpOnLaunch", False)}
    call_api(ec2, "ModifySubnetAttribute", {"SubnetId": subnet_id, "MapPublicIpOnLaunch": value})


def _subnet(ec2: Any, subnet_id: str) -> Provisioned:
    subnet = ec2.describe_subnets(SubnetIds=[subnet_id])["Subnets"][0]
    of_subnet = [{"Name": "association.subnet-id", "Values": [subnet_id]}]
    associations = [
        item["NetworkAclAssociationId"]
        for found in ec2.describe_network_acls(Filters=of_subnet)["NetworkAcls"]
        for item in found["Associations"]
        if item["SubnetId"] == subnet_id
    ]
    return Provisioned(
        subnet_id,
        {
            "SubnetId": subnet_id,
            "VpcId": subnet["VpcId"],
            "AvailabilityZone": subnet["AvailabilityZone"],
            "AvailabilityZoneId": subnet.get("AvailabilityZoneId", ""),
            "CidrBlock": subnet["CidrBlock"],
            "Ipv6CidrBlocks": [],
            "NetworkAclAssociationId": associations[0] if associations else "",
        },
    )


class InternetGateway(ResourceHandler):
    """A way from a VPC to the internet."""

    type_name = "AWS::EC2::InternetGateway"
    supported = frozenset({"Tags"})
    stack_tags = "list"

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        request = {"TagSpecifications": tag_specifications("internet-gateway", properties)}
        answer = call_api(context.client("ec2"), "CreateInternetGateway", request)
        gateway_id = context.register(answer["InternetGateway"]["InternetGatewayId"])
        return Provisioned(gateway_id, {"InternetGatewayId": gateway_id})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        change_tags(context.client("ec2"), physical_id, old, new)
        return Provisioned(physical_id, {"InternetGatewayId": physical_id})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("ec2").delete_internet_gateway(InternetGatewayId=physical_id)


class VpcGatewayAttachment(ResourceHandler):
    """The connection of an internet gateway and a VPC."""

    type_name = "AWS::EC2::VPCGatewayAttachment"
    required = frozenset({"VpcId"})
    supported = frozenset({"InternetGatewayId", "VpcId"})
    replaced_by = frozenset({"VpcId"})

    def check(self, properties: Properties) -> None:
        super().check(properties)
        if "InternetGatewayId" not in properties:
            raise ResourceError("InternetGatewayId has to be given.")

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        _attach(context, properties)
        return Provisioned(
            context.register(f"IGW|{properties['VpcId']}"), {"AttachmentType": "IGW"}
        )

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        if old["InternetGatewayId"] != new["InternetGatewayId"]:
            self.delete(context, physical_id, old)
            _attach(context, new)
        return Provisioned(physical_id, {"AttachmentType": "IGW"})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del physical_id
        context.client("ec2").detach_internet_gateway(
            InternetGatewayId=properties["InternetGatewayId"], VpcId=properties["VpcId"]
        )


def _attach(context: ResourceContext, properties: Properties) -> None:
    context.client("ec2").attach_internet_gateway(
        InternetGatewayId=properties["InternetGatewayId"], VpcId=properties["VpcId"]
    )


class ElasticAddress(ResourceHandler):
    """A public address that stays."""

    type_name = "AWS::EC2::EIP"
    supported = frozenset({"Domain", "Tags"})
    stack_tags = "list"

    def check(self, properties: Properties) -> None:
        super().check(properties)
        if properties.get("Domain", "vpc") != "vpc":
            raise ResourceError(f"Domain is {properties['Domain']!r}; allowed: vpc.")

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        request = {
            "Domain": "vpc",
            "TagSpecifications": tag_specifications("elastic-ip", properties),
        }
        answer = call_api(context.client("ec2"), "AllocateAddress", request)
        context.register(answer["PublicIp"])
        return _address(answer)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        ec2 = context.client("ec2")
        found = ec2.describe_addresses(PublicIps=[physical_id])["Addresses"][0]
        change_tags(ec2, found["AllocationId"], old, new)
        return _address(found)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        ec2 = context.client("ec2")
        found = ec2.describe_addresses(PublicIps=[physical_id])["Addresses"][0]
        ec2.release_address(AllocationId=found["AllocationId"])


def _address(found: dict[str, Any]) -> Provisioned:
    attributes = {"AllocationId": found["AllocationId"], "PublicIp": found["PublicIp"]}
    return Provisioned(found["PublicIp"], attributes)


class NatGateway(ResourceHandler):
    """A way from private subnets to the internet."""

    type_name = "AWS::EC2::NatGateway"
    supported = frozenset({"AllocationId", "ConnectivityType", "SubnetId", "Tags"})
    replaced_by = frozenset({"AllocationId", "ConnectivityType", "SubnetId"})
    stack_tags = "list"

    def check(self, properties: Properties) -> None:
        super().check(properties)
        if "SubnetId" not in properties:
            raise ResourceError("SubnetId has to be given; regional NAT gateways are unsupported.")
        is_public = properties.get("ConnectivityType", "public") == "public"
        if is_public and "AllocationId" not in properties:
            raise ResourceError("A public NAT gateway needs the AllocationId of an address.")

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        request = {
            name: properties.get(name) for name in ("AllocationId", "ConnectivityType", "SubnetId")
        }
        request["TagSpecifications"] = tag_specifications("natgateway", properties)
        answer = call_api(context.client("ec2"), "CreateNatGateway", request)
        gateway_id = context.register(answer["NatGateway"]["NatGatewayId"])
        return Provisioned(gateway_id, {"NatGatewayId": gateway_id})

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        change_tags(context.client("ec2"), physical_id, old, new)
        return Provisioned(physical_id, {"NatGatewayId": physical_id})

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("ec2").delete_nat_gateway(NatGatewayId=physical_id)


HANDLERS = (Vpc, Subnet, InternetGateway, VpcGatewayAttachment, ElasticAddress, NatGateway)
