"""Six networks and what is in them: EC2's smallest page has five."""

from __future__ import annotations

from typing import Any

NETWORKS = tuple(f"10.{number}.0.0/16" for number in range(40, 46))


def make_listed_networks(ec2: Any) -> None:
    """Make six things of each kind that EC2 lists here."""
    for cidr in NETWORKS:
        vpc = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr)["Subnet"]["SubnetId"]
        ec2.create_tags(Resources=[vpc], Tags=[{"Key": "paged", "Value": cidr}])
        ec2.create_internet_gateway()
        nat = ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]
        ec2.create_network_interface(SubnetId=subnet, Description=cidr)
        ec2.create_security_group(VpcId=vpc, GroupName=cidr.replace("/", "-"), Description=cidr)
        ec2.create_vpc_endpoint(
            VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3", VpcEndpointType="Gateway"
        )
        ec2.create_flow_logs(
            ResourceIds=[vpc],
            ResourceType="VPC",
            TrafficType="ALL",
            LogGroupName="paged-a",
            DeliverLogsPermissionArn="arn:aws:iam::123456789012:role/paged",
        )
    ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")
    ec2.delete_nat_gateway(NatGatewayId=nat["NatGatewayId"])
