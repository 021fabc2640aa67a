"""Place jobs, models and functions into subnets, and permit their roles what that takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Token
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sagemaker as sagemaker
from constructs import IConstruct

from autogluon_constructs.identity.permissions import Conditions, Permission, arn

# SageMaker's guide, "CreateTrainingJob API: Execution Role Permissions", for a private VPC. Its
# pages on processing jobs and models list the same.
_CREATE = ("ec2:CreateNetworkInterface",)
_OF_INTERFACES = (
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
)
# Lambda's guide, "Giving Lambda functions access to resources in an Amazon VPC", which is what the
# managed policy AWSLambdaVPCAccessExecutionRole holds besides logs.
_OF_FUNCTIONS = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
)
_DESCRIBE_FOR_FUNCTIONS = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets")
# Lambda names the function in calls of its code, and not in those that it makes itself (guide,
# "Using source function ARN to control function access behavior").
_NOT_BY_CODE: Conditions = {"Null": {"lambda:SourceFunctionArn": "true"}}
_DESCRIBE = (
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Subnets and security groups of jobs, models or functions, by id.

    Attributes:
        reached_by: constructs of the same stack without which nothing is reached from there.
    """

    subnets: Sequence[str]
    security_groups: Sequence[str]
    reached_by: Sequence[IConstruct] = ()

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

    def of_function(self) -> lambda_.CfnFunction.VpcConfigProperty:
        """Return the VPC configuration of a Lambda function."""
        return lambda_.CfnFunction.VpcConfigProperty(
            subnet_ids=list(self.subnets), security_group_ids=list(self.security_groups)
        )


def network_interfaces(scope: IConstruct, placements: Sequence[Placement]) -> list[Permission]:
    """Return the permission to put jobs or models into these subnets; none without placements."""
    subnets, groups = _arns_of(scope, placements)
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


def function_interfaces(scope: IConstruct, placement: Placement) -> list[Permission]:
    """Return the permission of a function's role with which Lambda puts the function there."""
    subnets, groups = _arns_of(scope, [placement])
    only_there: Conditions = {"ArnEquals": {"ec2:Subnet": subnets}, **_NOT_BY_CODE}
    return [
        Permission(actions=_CREATE, resources=[*subnets, *groups], conditions=_NOT_BY_CODE),
        Permission(
            actions=(*_CREATE, *_OF_FUNCTIONS),
            resources=(arn(scope, "ec2", "network-interface/*"),),
            conditions=only_there,
            bound="Only network interfaces in the subnets of the settings, and only by Lambda "
            "itself, not by the function's code",
        ),
        Permission(
            actions=_DESCRIBE_FOR_FUNCTIONS,
            resources=("*",),
            conditions=_NOT_BY_CODE,
            bound="EC2 knows no resources for descriptions; read-only, and only by Lambda itself",
        ),
    ]


def _arns_of(scope: IConstruct, placements: Sequence[Placement]) -> tuple[list[str], list[str]]:
    """Return the ARNs of the subnets and of the security groups."""
    subnets = [each for place in placements for each in place.subnets]
    groups = [each for place in placements for each in place.security_groups]
    return _arns(scope, "subnet", subnets), _arns(scope, "security-group", groups)


def _arns(scope: IConstruct, kind: str, ids: Sequence[str]) -> list[str]:
    return [arn(scope, "ec2", f"{kind}/{each}") for each in dict.fromkeys(ids)]
