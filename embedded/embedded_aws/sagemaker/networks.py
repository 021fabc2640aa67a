"""Check the VPC configuration of jobs, models and endpoints without models, before they start.

Source: SageMaker developer guide, "Give SageMaker AI Training Jobs Access to Resources in Your
Amazon VPC" and "CreateTrainingJob API: Execution Role Permissions". Nothing is really placed: the
containers run on this machine. What can be known is checked: subnets and security groups exist and
belong to one VPC, the role may make network interfaces there, and a route leads to Amazon S3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from embedded_aws.credentials import Credentials
from embedded_aws.sagemaker.errors import invalid
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.vpc_resources import VpcResourcesError, find_vpc_resources

_OF_INTERFACES = (
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
)
_OF_VPC = ("ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces", "ec2:DescribeVpcs")
_EVERYWHERE = "0.0.0.0/0"


def check_network(
    service: SageMaker,
    vpc: Mapping[str, Sequence[str]] | None,
    *,
    role_arn: str,
    credentials: Credentials,
    region: str,
) -> None:
    """Raise a ValidationException where a job, model or endpoint could not be placed into `vpc`.

    Args:
        vpc: the request's VpcConfig, if it has one.
        role_arn: the role of the job, model or endpoint configuration.
        credentials: of that role.
    """
    if vpc is None:
        return
    ec2 = service.runtime.client("ec2", credentials, region)
    try:
        found = find_vpc_resources(ec2, vpc["Subnets"], vpc["SecurityGroupIds"])
    except VpcResourcesError as error:
        raise invalid(f"VpcConfig: {error}.") from error
    if len(found.vpcs) > 1:
        raise invalid(
            f"VpcConfig: subnets and security groups must belong to one VPC, got {found.vpcs}."
        )
    _check_role(service, role_arn, found.subnets, found.groups, region)
    for subnet in found.subnets:
        _check_path_to_s3(service, subnet, region)


def _check_role(
    service: SageMaker,
    role_arn: str,
    subnets: Sequence[Mapping[str, Any]],
    groups: Sequence[Mapping[str, Any]],
    region: str,
) -> None:
    iam = service.runtime.iam
    if iam is None:
        return
    prefix = f"arn:aws:ec2:{region}:{service.runtime.account_id}"
    asked: list[tuple[str, str, Mapping[str, str]]] = [(action, "*", {}) for action in _OF_VPC]
    for subnet in subnets:
        place = {"ec2:Subnet": f"{prefix}:subnet/{subnet['SubnetId']}"}
        asked.append((_OF_INTERFACES[0], place["ec2:Subnet"], {}))
        asked += [(action, f"{prefix}:network-interface/*", place) for action in _OF_INTERFACES]
    for group in groups:
        asked.append((_OF_INTERFACES[0], f"{prefix}:security-group/{group['GroupId']}", {}))
    for action, resource, context in asked:
        if not iam.role_may(role_arn, action, resource, context):
            raise invalid(
                f"VpcConfig: the role {role_arn} is not authorized to perform {action} on "
                f"{resource}."
            )


def _check_path_to_s3(service: SageMaker, subnet: Mapping[str, Any], region: str) -> None:
    """Refuse a subnet from which no data can be reached; on AWS, the job would fail later."""
    ec2 = service.runtime.client("ec2", region=region)
    in_vpc = {"Name": "vpc-id", "Values": [subnet["VpcId"]]}
    tables = ec2.describe_route_tables(Filters=[in_vpc])["RouteTables"]
    table = _table_of(subnet["SubnetId"], tables)
    if any(_leads_out(route) for route in table.get("Routes", [])):
        return
    for endpoint in ec2.describe_vpc_endpoints(Filters=[in_vpc])["VpcEndpoints"]:
        is_gateway = endpoint.get("VpcEndpointType", "Gateway") == "Gateway"
        is_reached = not is_gateway or table.get("RouteTableId") in endpoint["RouteTableIds"]
        if endpoint["ServiceName"] == f"com.amazonaws.{region}.s3" and is_reached:
            return
    raise invalid(
        f"VpcConfig: no route leads from {subnet['SubnetId']} to Amazon S3, so that no data can be "
        "downloaded. Add an S3 endpoint to the VPC and to the subnet's route table."
    )


def _table_of(subnet: str, tables: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    main: Mapping[str, Any] = {}
    for table in tables:
        for association in table.get("Associations", []):
            if association.get("SubnetId") == subnet:
                return table
            if association.get("Main"):
                main = table
    return main


def _leads_out(route: Mapping[str, Any]) -> bool:
    return (
        route.get("DestinationCidrBlock") == _EVERYWHERE
        and str(route.get("GatewayId", "")) != "local"
    )
