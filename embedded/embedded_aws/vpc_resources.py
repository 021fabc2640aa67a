"""Find the subnets and security groups that a request places something into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

_Described = Sequence[Mapping[str, Any]]


class VpcResourcesError(Exception):
    """A subnet or security group does not exist.

    Attributes:
        operation, code: EC2's, such as DescribeSubnets and InvalidSubnetID.NotFound.
    """

    def __init__(self, operation: str, error: ClientError) -> None:
        super().__init__(error.response["Error"]["Message"].rstrip("."))
        self.operation = operation
        self.code = error.response["Error"]["Code"]


@dataclass(frozen=True)
class VpcResources:
    """Subnets and security groups, as EC2 describes them."""

    subnets: _Described
    groups: _Described

    @property
    def vpcs(self) -> list[str]:
        """Return the ids of the VPCs to which they belong."""
        return sorted({str(found["VpcId"]) for found in (*self.subnets, *self.groups)})


def find_vpc_resources(ec2: Any, subnets: Sequence[str], groups: Sequence[str]) -> VpcResources:
    """Return what is named by these ids.

    Raises VpcResourcesError for an id that does not exist.
    """
    return VpcResources(
        _described("DescribeSubnets", ec2.describe_subnets, SubnetIds=subnets)["Subnets"],
        _described("DescribeSecurityGroups", ec2.describe_security_groups, GroupIds=groups)[
            "SecurityGroups"
        ],
    )


def _described(operation: str, describe: Any, **ids: Sequence[str]) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = describe(**{name: list(given) for name, given in ids.items()})
    except ClientError as error:
        raise VpcResourcesError(operation, error) from error
    return answer
