"""EC2's networks: what the resource types of CloudFormation, jobs and lookups of the CDK use."""

from __future__ import annotations

from tests.unit.embedded_core.register.line import ACCOUNT, Shown

_VPC = {"VpcId": "{VpcId}"}
_SUBNET = {"SubnetId": "{SubnetId}"}
_GATEWAY = {"InternetGatewayId": "{InternetGatewayId}"}
_TABLE = {"RouteTableId": "{RouteTableId}"}
_GROUP = {"GroupId": "{GroupId}"}
_OPEN = {
    "IpPermissions": [
        {
            "IpProtocol": "tcp",
            "FromPort": 443,
            "ToPort": 443,
            "IpRanges": [{"CidrIp": "10.9.1.0/24"}],
        }
    ]
}
_OUT = {
    "IpPermissions": [
        {
            "IpProtocol": "tcp",
            "FromPort": 5432,
            "ToPort": 5432,
            "IpRanges": [{"CidrIp": "10.9.2.0/24"}],
        }
    ]
}

SHOWN_NETWORKS = [
    Shown("CreateVpc", {"CidrBlock": "10.9.0.0/16"}, "DescribeVpcs", {}, "10.9.0.0/16"),
    Shown(
        "ModifyVpcAttribute",
        _VPC | {"EnableDnsHostnames": {"Value": True}},
        "DescribeVpcAttribute",
        _VPC | {"Attribute": "enableDnsHostnames"},
        "<value>true",
    ),
    Shown(
        "CreateSubnet",
        _VPC | {"CidrBlock": "10.9.1.0/24"},
        "DescribeSubnets",
        {},
        "10.9.1.0/24",
    ),
    Shown(
        "ModifySubnetAttribute",
        _SUBNET | {"MapPublicIpOnLaunch": {"Value": True}},
        "DescribeSubnets",
        {"SubnetIds": ["{SubnetId}"]},
        "<mapPublicIpOnLaunch>true",
    ),
    Shown(
        "CreateTags",
        {"Resources": ["{SubnetId}"], "Tags": [{"Key": "team", "Value": "growth"}]},
        "DescribeTags",
        {},
        "growth",
    ),
    Shown(
        "DeleteTags",
        {"Resources": ["{SubnetId}"], "Tags": [{"Key": "team"}]},
        "DescribeTags",
        {},
        "!growth",
    ),
    Shown("CreateInternetGateway", {}, "DescribeInternetGateways", {}, "igw-"),
    Shown(
        "AttachInternetGateway",
        _GATEWAY | _VPC,
        "DescribeInternetGateways",
        {"InternetGatewayIds": ["{InternetGatewayId}"]},
        "{VpcId}",
    ),
    Shown("CreateRouteTable", _VPC, "DescribeRouteTables", {}, "{RouteTableId}"),
    Shown(
        "CreateRoute",
        _TABLE | {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "{InternetGatewayId}"},
        "DescribeRouteTables",
        {"RouteTableIds": ["{RouteTableId}"]},
        "0.0.0.0/0",
    ),
    Shown(
        "AssociateRouteTable",
        _TABLE | _SUBNET,
        "DescribeRouteTables",
        {"RouteTableIds": ["{RouteTableId}"]},
        "{AssociationId}",
    ),
    Shown(
        "DisassociateRouteTable",
        {"AssociationId": "{AssociationId}"},
        "DescribeRouteTables",
        {"RouteTableIds": ["{RouteTableId}"]},
        "!{AssociationId}",
    ),
    Shown("AllocateAddress", {"Domain": "vpc"}, "DescribeAddresses", {}, "{AllocationId}"),
    Shown(
        "CreateNatGateway",
        _SUBNET | {"AllocationId": "{AllocationId}"},
        "DescribeNatGateways",
        {},
        "{NatGatewayId}",
    ),
    Shown(
        "ReplaceRoute",
        _TABLE | {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "{NatGatewayId}"},
        "DescribeRouteTables",
        {"RouteTableIds": ["{RouteTableId}"]},
        "{NatGatewayId}",
    ),
    Shown(
        "DeleteRoute",
        _TABLE | {"DestinationCidrBlock": "0.0.0.0/0"},
        "DescribeRouteTables",
        {"RouteTableIds": ["{RouteTableId}"]},
        "!0.0.0.0/0",
    ),
    Shown(
        "DeleteNatGateway",
        {"NatGatewayId": "{NatGatewayId}"},
        "DescribeNatGateways",
        {"NatGatewayIds": ["{NatGatewayId}"]},
        "!<state>available",
    ),
    Shown(
        "ReleaseAddress",
        {"AllocationId": "{AllocationId}"},
        "DescribeAddresses",
        {},
        "!{AllocationId}",
    ),
    Shown(
        "CreateSecurityGroup",
        _VPC | {"GroupName": "of-jobs", "Description": "of jobs"},
        "DescribeSecurityGroups",
        {},
        "of-jobs",
    ),
    Shown(
        "AuthorizeSecurityGroupIngress",
        _GROUP | _OPEN,
        "DescribeSecurityGroups",
        {"GroupIds": ["{GroupId}"]},
        "<fromPort>443",
    ),
    Shown(
        "AuthorizeSecurityGroupEgress",
        _GROUP | _OUT,
        "DescribeSecurityGroupRules",
        {},
        "<fromPort>5432",
    ),
    Shown(
        "RevokeSecurityGroupIngress",
        _GROUP | _OPEN,
        "DescribeSecurityGroups",
        {"GroupIds": ["{GroupId}"]},
        "!<fromPort>443",
    ),
    Shown(
        "RevokeSecurityGroupEgress",
        _GROUP | _OUT,
        "DescribeSecurityGroups",
        {"GroupIds": ["{GroupId}"]},
        "!<fromPort>5432",
    ),
    Shown("DeleteSecurityGroup", _GROUP, "DescribeSecurityGroups", {}, "!of-jobs"),
    Shown(
        "CreateNetworkInterface",
        _SUBNET | {"Description": "of a job"},
        "DescribeNetworkInterfaces",
        {},
        "of a job",
    ),
    Shown(
        "DeleteNetworkInterface",
        {"NetworkInterfaceId": "{NetworkInterfaceId}"},
        "DescribeNetworkInterfaces",
        {},
        "!of a job",
    ),
    Shown(
        "CreateVpcEndpoint",
        _VPC | {"ServiceName": "com.amazonaws.us-east-1.s3", "VpcEndpointType": "Gateway"},
        "DescribeVpcEndpoints",
        {},
        "{VpcEndpointId}",
    ),
    Shown(
        "ModifyVpcEndpoint",
        {"VpcEndpointId": "{VpcEndpointId}", "PolicyDocument": '{"Statement": ["changed"]}'},
        "DescribeVpcEndpoints",
        {},
        "changed",
    ),
    Shown(
        "DeleteVpcEndpoints",
        {"VpcEndpointIds": ["{VpcEndpointId}"]},
        "DescribeVpcEndpoints",
        # Those of other tests are in the same process.
        {"VpcEndpointIds": ["{VpcEndpointId}"]},
        "!<state>available",
    ),
    Shown(
        "CreateFlowLogs",
        {
            "ResourceIds": ["{VpcId}"],
            "ResourceType": "VPC",
            "TrafficType": "REJECT",
            "LogGroupName": "of-flows",
            "DeliverLogsPermissionArn": f"arn:aws:iam::{ACCOUNT}:role/of-flows",
        },
        "DescribeFlowLogs",
        {},
        "of-flows",
    ),
    Shown("DeleteFlowLogs", {"FlowLogIds": "{FlowLogIds}"}, "DescribeFlowLogs", {}, "!of-flows"),
    Shown("DeleteRouteTable", _TABLE, "DescribeRouteTables", {}, "!{RouteTableId}"),
    Shown("DeleteSubnet", _SUBNET, "DescribeSubnets", {}, "!10.9.1.0/24"),
    Shown(
        "DetachInternetGateway",
        _GATEWAY | _VPC,
        "DescribeInternetGateways",
        {"InternetGatewayIds": ["{InternetGatewayId}"]},
        "!{VpcId}",
    ),
    Shown(
        "DeleteInternetGateway", _GATEWAY, "DescribeInternetGateways", {}, "!{InternetGatewayId}"
    ),
    Shown("DeleteVpc", _VPC, "DescribeVpcs", {}, "!10.9.0.0/16"),
]
