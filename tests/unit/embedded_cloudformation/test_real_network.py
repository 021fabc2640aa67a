"""EC2's network types against moto's EC2: what the template says is there, and goes again."""

from __future__ import annotations

from typing import Any

from tests.unit.embedded_cloudformation.real_stack import Deployed, as_map, tags


def network(*, public: bool = True, port: int = 443) -> dict[str, Any]:
    """A VPC with a public and a private subnet, as the CDK makes them."""
    return {
        "Vpc": {
            "Type": "AWS::EC2::VPC",
            "Properties": {
                "CidrBlock": "10.9.0.0/16",
                "EnableDnsHostnames": "true",
                "Tags": tags(Name="net"),
            },
        },
        "Open": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {
                "VpcId": {"Ref": "Vpc"},
                "CidrBlock": "10.9.0.0/24",
                "AvailabilityZone": {"Fn::Select": [0, {"Fn::GetAZs": ""}]},
                "MapPublicIpOnLaunch": public,
            },
        },
        "Closed": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.9.1.0/24"},
        },
        "Gateway": {"Type": "AWS::EC2::InternetGateway"},
        "Attached": {
            "Type": "AWS::EC2::VPCGatewayAttachment",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "Gateway"}},
        },
        "Routes": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}},
        "Out": {
            "Type": "AWS::EC2::Route",
            "DependsOn": "Attached",
            "Properties": {
                "RouteTableId": {"Ref": "Routes"},
                "DestinationCidrBlock": "0.0.0.0/0",
                "GatewayId": {"Ref": "Gateway"},
            },
        },
        "Uses": {
            "Type": "AWS::EC2::SubnetRouteTableAssociation",
            "Properties": {"RouteTableId": {"Ref": "Routes"}, "SubnetId": {"Ref": "Open"}},
        },
        "Address": {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}},
        "Nat": {
            "Type": "AWS::EC2::NatGateway",
            "Properties": {
                "SubnetId": {"Ref": "Open"},
                "AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]},
            },
        },
        "Group": {
            "Type": "AWS::EC2::SecurityGroup",
            "Properties": {
                "GroupDescription": "endpoints",
                "VpcId": {"Ref": "Vpc"},
                "SecurityGroupIngress": [rule(port)],
            },
        },
        "From": {
            "Type": "AWS::EC2::SecurityGroupIngress",
            "Properties": {
                "GroupId": {"Fn::GetAtt": ["Group", "GroupId"]},
                "SourceSecurityGroupId": {"Fn::GetAtt": ["Vpc", "DefaultSecurityGroup"]},
                "IpProtocol": "tcp",
                "FromPort": 80,
                "ToPort": 80,
            },
        },
        "Bucket": {
            "Type": "AWS::EC2::VPCEndpoint",
            "Properties": {
                "VpcId": {"Ref": "Vpc"},
                "ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"},
                "VpcEndpointType": "Gateway",
                "RouteTableIds": [{"Ref": "Routes"}],
            },
        },
        "Logs": {
            "Type": "AWS::EC2::VPCEndpoint",
            "Properties": {
                "VpcId": {"Ref": "Vpc"},
                "ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.logs"},
                "VpcEndpointType": "Interface",
                "PrivateDnsEnabled": True,
                "SubnetIds": [{"Ref": "Closed"}],
                "SecurityGroupIds": [{"Fn::GetAtt": ["Group", "GroupId"]}],
            },
        },
    }


def rule(port: int) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": "10.9.0.0/16"}


def ports(ec2: Any, group: str) -> set[int]:
    found = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
    return {item["FromPort"] for item in found["IpPermissions"]}


def test_a_network_is_kept_changed_and_deleted(stack: Deployed) -> None:
    ec2 = stack.client("ec2")
    ids = stack.deploy(**network())
    vpc = ec2.describe_vpcs(VpcIds=[ids["Vpc"]])["Vpcs"][0]
    assert (vpc["CidrBlock"], as_map(vpc["Tags"])["Name"]) == ("10.9.0.0/16", "net")
    dns = ec2.describe_vpc_attribute(VpcId=ids["Vpc"], Attribute="enableDnsHostnames")
    assert dns["EnableDnsHostnames"]["Value"] is True
    open_subnet = ec2.describe_subnets(SubnetIds=[ids["Open"]])["Subnets"][0]
    assert open_subnet["MapPublicIpOnLaunch"] is True
    table = ec2.describe_route_tables(RouteTableIds=[ids["Routes"]])["RouteTables"][0]
    assert ids["Gateway"] in [route.get("GatewayId") for route in table["Routes"]]
    assert [item["SubnetId"] for item in table["Associations"]] == [ids["Open"]]
    assert ports(ec2, ids["Group"]) == {443, 80}
    gateway = ec2.describe_nat_gateways(NatGatewayIds=[ids["Nat"]])["NatGateways"][0]
    assert gateway["SubnetId"] == ids["Open"]
    endpoint = ec2.describe_vpc_endpoints(VpcEndpointIds=[ids["Logs"]])["VpcEndpoints"][0]
    assert endpoint["SubnetIds"] == [ids["Closed"]]

    changed = network(public=False, port=8443)
    del changed["From"]
    assert stack.deploy(**changed)["Vpc"] == ids["Vpc"]
    assert ports(ec2, ids["Group"]) == {8443}
    open_subnet = ec2.describe_subnets(SubnetIds=[ids["Open"]])["Subnets"][0]
    assert open_subnet["MapPublicIpOnLaunch"] is False

    stack.delete()
    left = ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.9.0.0/16"]}])["Vpcs"]
    assert ids["Vpc"] not in [vpc["VpcId"] for vpc in left]


def test_a_flow_log_names_its_log_group(stack: Deployed) -> None:
    resources = {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.8.0.0/16"}},
        "Group": {"Type": "AWS::Logs::LogGroup"},
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Flow": {
            "Type": "AWS::EC2::FlowLog",
            "Properties": {
                "ResourceId": {"Ref": "Vpc"},
                "ResourceType": "VPC",
                "TrafficType": "REJECT",
                "LogDestinationType": "s3",
                "LogDestination": {"Fn::GetAtt": ["Bucket", "Arn"]},
            },
        },
    }
    flow = stack.deploy(**resources)["Flow"]
    found = stack.client("ec2").describe_flow_logs(FlowLogIds=[flow])["FlowLogs"]
    assert [item["TrafficType"] for item in found] == ["REJECT"]
    stack.delete()
