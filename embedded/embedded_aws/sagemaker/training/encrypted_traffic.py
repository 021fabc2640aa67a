"""Check that the instances of a training job in a VPC can exchange encrypted traffic.

Source: SageMaker developer guide, "Protect Communications Between ML Compute Instances in a
Distributed Training Job": the security groups of a private VPC let their members reach each other
by UDP port 500 and IP protocol 50, in both directions. On AWS, the job would fail later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network
from typing import Any

from embedded_aws.sagemaker.errors import invalid

_KEY_EXCHANGE_PORT = 500
_ALL, _UDP, _ESP = "-1", ("udp", "17"), ("esp", "50")
_Described = Sequence[Mapping[str, Any]]


def check_encrypted_traffic(request: Mapping[str, Any], ec2: Any) -> None:
    """Raise a ValidationException where a job's instances could not reach each other.

    Args:
        request: CreateTrainingJob's, whose subnets and security groups exist.
        ec2: a client that may describe them.
    """
    vpc = request.get("VpcConfig")
    is_encrypted = request.get("EnableInterContainerTrafficEncryption", False)
    if vpc is None or not is_encrypted or request["ResourceConfig"]["InstanceCount"] < 2:
        return
    subnets = ec2.describe_subnets(SubnetIds=vpc["Subnets"])["Subnets"]
    groups = ec2.describe_security_groups(GroupIds=vpc["SecurityGroupIds"])["SecurityGroups"]
    for direction, rules in (("in", "IpPermissions"), ("out", "IpPermissionsEgress")):
        let = [rule for group in groups for rule in group.get(rules, ())]
        let = [rule for rule in let if _is_of_members(rule, groups, subnets)]
        if not any(map(_is_key_exchange, let)) or not any(map(_is_payload, let)):
            raise invalid(
                "VpcConfig: EnableInterContainerTrafficEncryption with several instances needs "
                "security groups that let their members reach each other by UDP port 500 and IP "
                f"protocol 50, and these do not let both {direction}."
            )


def _is_of_members(rule: Mapping[str, Any], groups: _Described, subnets: _Described) -> bool:
    own = {group["GroupId"] for group in groups}
    if any(pair.get("GroupId") in own for pair in rule.get("UserIdGroupPairs", ())):
        return True
    ranges = [IPv4Network(each["CidrIp"]) for each in rule.get("IpRanges", ())]
    members = [IPv4Network(subnet["CidrBlock"]) for subnet in subnets]
    return all(any(member.subnet_of(each) for each in ranges) for member in members)


def _is_key_exchange(rule: Mapping[str, Any]) -> bool:
    if rule["IpProtocol"] == _ALL:
        return True
    first, last = rule.get("FromPort", -1), rule.get("ToPort", -1)
    return rule["IpProtocol"] in _UDP and first <= _KEY_EXCHANGE_PORT <= last


def _is_payload(rule: Mapping[str, Any]) -> bool:
    return rule["IpProtocol"] in (_ALL, *_ESP)
