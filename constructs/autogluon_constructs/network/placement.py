"""Place jobs and models into subnets, and permit their roles what that takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Token
from aws_cdk import aws_sagemaker as sagemaker
from constructs import IConstruct

from autogluon_constructs.identity.permissions import Permission, arn

# SageMaker's guide, "CreateTrainingJob API: Execution Role Permissions", for a private VPC. Its
# pages on processing jobs and models list the same.
_CREATE = ("ec2:CreateNetworkInterface",)
_OF_INTERFACES = (
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
)
_DESCRIBE = (
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Subnets and security groups of jobs or models, by id."""

    subnets: Sequence[str]
    security_groups: Sequence[str]

    @property
    def described(self) -> str:
        """Return what tells placements apart in a digest; ids of created ones are unknown yet."""
        ids = [*self.subnets, *self.security_groups]
        return "created" if any(Token.is_unresolved(each) for each in ids) else " ".join(ids)

    def of_model(self) -> sagemaker.CfnModel.VpcConfigProperty:
        """Return the VPC configuration of a model."""
        return sagemaker.CfnModel.VpcConfigProperty(
            subnets=list(self.subnets), security_group_ids=list(self.security_groups)
        )


def network_interfaces(scope: IConstruct, placements: Sequence[Placement]) -> list[Permission]:
    """Return the permission to put jobs or models into these subnets; none without placements."""
    subnets = _arns(scope, "subnet", [each for place in placements for each in place.subnets])
    groups = _arns(
        scope, "security-group", [each for place in placements for each in place.security_groups]
    )
    if not subnets:
        return []
    interfaces = arn(scope, "ec2", "network-interface/*")
    only_there = {"ArnEquals": {"ec2:Subnet": subnets}}
    return [
        Permission(actions=_CREATE, resources=[*subnets, *groups]),
        Permission(
            actions=(*_CREATE, *_OF_INTERFACES),
            resources=(interfaces,),
            conditions=only_there,
            bound="Only network interfaces in the subnets of the settings",
        ),
        Permission(
            actions=_DESCRIBE,
            resources=("*",),
            bound="EC2 knows no resources for descriptions; read-only",
        ),
    ]


def _arns(scope: IConstruct, kind: str, ids: Sequence[str]) -> list[str]:
    return [arn(scope, "ec2", f"{kind}/{each}") for each in dict.fromkeys(ids)]
