"""Check the VPC configuration of a function, as Lambda does when it is set.

Source: Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC".
Nothing is really placed: functions run on this machine. What can be known is checked: subnets and
security groups exist and belong to one VPC, and the role may make and manage network interfaces.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from embedded_aws.gateway import ApiError
from embedded_aws.runtime import Runtime
from embedded_aws.vpc_resources import VpcResources, VpcResourcesError, find_vpc_resources

_CREATE = "ec2:CreateNetworkInterface"
_OF_INTERFACES = (
    _CREATE,
    "ec2:AssignPrivateIpAddresses",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
)
_OF_VPC = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets")
_Question = tuple[str, str, Mapping[str, str]]


def placed(
    runtime: Runtime, config: Mapping[str, Any], *, role_arn: str, region: str
) -> dict[str, Any]:
    """Return a VpcConfig with the id of its VPC; empty lists take a function out of one.

    Raises ApiError InvalidParameterValueException where the function could not be placed.
    """
    subnets, groups = config.get("SubnetIds") or [], config.get("SecurityGroupIds") or []
    if bool(subnets) != bool(groups):
        raise _invalid("SubnetIds and SecurityIds must coexist or be both empty list.")
    if not subnets:
        return {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": ""}
    try:
        found = find_vpc_resources(runtime.client("ec2", region=region), subnets, groups)
    except VpcResourcesError as error:
        raise _invalid(
            f"Error occurred while {error.operation}. EC2 Error Code: {error.code}. "
            f"EC2 Error Message: {error}"
        ) from error
    if len(found.vpcs) > 1:
        raise _invalid(
            f"The subnets and security groups must belong to one VPC; got {', '.join(found.vpcs)}."
        )
    dual = bool(config.get("Ipv6AllowedForDualStack"))
    if dual and not all(each.get("Ipv6CidrBlockAssociationSet") for each in found.subnets):
        raise _invalid("Ipv6AllowedForDualStack: every subnet needs an IPv6 CIDR block.")
    _check_role(runtime, role_arn, found, region)
    return {
        "SubnetIds": list(subnets),
        "SecurityGroupIds": list(groups),
        "VpcId": found.vpcs[0],
        "Ipv6AllowedForDualStack": dual,
    }


def _check_role(runtime: Runtime, role_arn: str, found: VpcResources, region: str) -> None:
    if runtime.iam is None:
        return
    for action, resource, context in _questions(
        f"arn:aws:ec2:{region}:{runtime.account_id}", found
    ):
        if not runtime.iam.role_may(role_arn, action, resource, context):
            raise _invalid(
                "The provided execution role does not have permissions to call "
                f"{action.partition(':')[2]} on EC2"
            )


def _questions(prefix: str, found: VpcResources) -> Iterator[_Question]:
    for action in _OF_VPC:
        yield action, "*", {}
    for group in found.groups:
        yield _CREATE, f"{prefix}:security-group/{group['GroupId']}", {}
    for subnet in found.subnets:
        arn = f"{prefix}:subnet/{subnet['SubnetId']}"
        yield _CREATE, arn, {}
        for action in _OF_INTERFACES:
            yield action, f"{prefix}:network-interface/*", {"ec2:Subnet": arn}


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidParameterValueException", message, status=400)
