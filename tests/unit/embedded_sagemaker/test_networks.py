"""A job or model with a VPC configuration is accepted only where it could be placed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.networks import check_network
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.training.encrypted_traffic import check_encrypted_traffic
from embedded_aws.server import EmbeddedAws
from tests.unit.embedded_sagemaker.conftest import IMAGE, ROLE

Refusal = Callable[..., str]


@dataclass(frozen=True)
class Vpc:
    """A VPC with one subnet and one group, whose subnet has a route table of its own."""

    id: str
    subnet: str
    group: str
    table: str

    @property
    def config(self) -> dict[str, list[str]]:
        return {"Subnets": [self.subnet], "SecurityGroupIds": [self.group]}


@pytest.fixture
def make_vpc(aws: EmbeddedAws) -> Callable[[], Vpc]:
    ec2 = aws.runtime.client("ec2")

    def make() -> Vpc:
        vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]
        group = ec2.create_security_group(VpcId=vpc, GroupName=vpc, Description="jobs")["GroupId"]
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        return Vpc(vpc, subnet, group, table)

    return make


@pytest.fixture
def vpc(aws: EmbeddedAws, make_vpc: Callable[[], Vpc]) -> Vpc:
    made = make_vpc()
    aws.runtime.client("ec2").create_vpc_endpoint(
        VpcId=made.id,
        VpcEndpointType="Gateway",
        ServiceName="com.amazonaws.us-east-1.s3",
        RouteTableIds=[made.table],
    )
    return made


def test_a_network_that_leads_to_s3_is_accepted_and_described(
    sagemaker: Any, data_uri: str, training_request: dict[str, Any], vpc: Vpc
) -> None:
    sagemaker.create_training_job(
        **training_request | {"TrainingJobName": "placed", "VpcConfig": vpc.config}
    )
    sagemaker.create_model(
        ModelName="placed",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": IMAGE, "ModelDataUrl": data_uri},
        VpcConfig=vpc.config,
    )
    assert sagemaker.describe_training_job(TrainingJobName="placed")["VpcConfig"] == vpc.config
    assert sagemaker.describe_model(ModelName="placed")["VpcConfig"] == vpc.config


def test_what_does_not_exist_or_belong_together_is_refused(
    sagemaker: Any,
    training_request: dict[str, Any],
    refusal: Refusal,
    vpc: Vpc,
    make_vpc: Callable[[], Vpc],
) -> None:
    other = make_vpc()
    for config, words in (
        (vpc.config | {"Subnets": ["subnet-0123456789abcdef0"]}, "subnet-0123456789abcdef0"),
        (vpc.config | {"SecurityGroupIds": ["sg-0123456789abcdef0"]}, "sg-0123456789abcdef0"),
        (vpc.config | {"SecurityGroupIds": [other.group]}, "must belong to one VPC"),
    ):
        request = training_request | {"TrainingJobName": "misplaced", "VpcConfig": config}
        found = refusal(sagemaker.create_training_job, **request)
        assert found.startswith("ValidationException: VpcConfig: ")
        assert words in found


def test_a_network_without_a_way_to_s3_is_refused(
    aws: EmbeddedAws, sagemaker: Any, refusal: Refusal, vpc: Vpc, make_vpc: Callable[[], Vpc]
) -> None:
    isolated, ec2 = make_vpc(), aws.runtime.client("ec2")

    def create(config: dict[str, list[str]]) -> str:
        model = {"Image": IMAGE, "Environment": {"A": "b"}}
        return refusal(
            sagemaker.create_model,
            ModelName="nowhere",
            ExecutionRoleArn=ROLE,
            PrimaryContainer=model,
            VpcConfig=config,
        )

    assert f"no route leads from {isolated.subnet} to Amazon S3" in create(isolated.config)
    # An endpoint of the VPC helps only those subnets whose route table it is in.
    far = ec2.create_subnet(VpcId=vpc.id, CidrBlock="10.1.1.0/24")["Subnet"]["SubnetId"]
    assert f"no route leads from {far} to Amazon S3" in create(replace(vpc, subnet=far).config)


def test_a_configuration_without_models_needs_a_network_that_exists(
    sagemaker: Any, refusal: Refusal, vpc: Vpc
) -> None:
    request = {
        "EndpointConfigName": "hosts",
        "ExecutionRoleArn": ROLE,
        "ProductionVariants": [
            {"VariantName": "v", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
        ],
    }
    missing = vpc.config | {"Subnets": ["subnet-0123456789abcdef0"]}
    found = refusal(sagemaker.create_endpoint_config, **request, VpcConfig=missing)
    assert found.startswith("ValidationException: VpcConfig: ")
    sagemaker.create_endpoint_config(**request, VpcConfig=vpc.config)
    described = sagemaker.describe_endpoint_config(EndpointConfigName="hosts")
    assert described["VpcConfig"] == vpc.config


def test_instances_of_a_job_must_be_able_to_exchange_encrypted_traffic(
    aws: EmbeddedAws, vpc: Vpc
) -> None:
    ec2 = aws.runtime.client("ec2")
    request = {
        "VpcConfig": vpc.config,
        "ResourceConfig": {"InstanceCount": 2},
        "EnableInterContainerTrafficEncryption": True,
    }
    key_exchange = {"IpProtocol": "udp", "FromPort": 500, "ToPort": 500}
    among_members = {"UserIdGroupPairs": [{"GroupId": vpc.group}]}
    # A new group lets everything out, and nothing in.
    with pytest.raises(ApiError, match="do not let both in"):
        check_encrypted_traffic(request, ec2)
    for plain in (
        {"ResourceConfig": {"InstanceCount": 1}},
        {"EnableInterContainerTrafficEncryption": False},
        {"VpcConfig": None},
    ):
        check_encrypted_traffic({**request, **plain}, ec2)
    ec2.authorize_security_group_ingress(
        GroupId=vpc.group, IpPermissions=[{**key_exchange, **among_members}]
    )
    with pytest.raises(ApiError, match="do not let both in"):
        check_encrypted_traffic(request, ec2)
    payload = {"IpProtocol": "50", "FromPort": -1, "ToPort": -1}
    ec2.authorize_security_group_ingress(
        GroupId=vpc.group, IpPermissions=[{**payload, **among_members}]
    )
    check_encrypted_traffic(request, ec2)


class _Roles:
    """Judges like a role that lacks one action, or has it for other subnets only."""

    def __init__(self, lacking: str, subnet: str = "") -> None:
        self.lacking, self.subnet = lacking, subnet

    def role_may(self, _role: str, action: str, _resource: str, context: dict[str, str]) -> bool:
        elsewhere = self.subnet not in context.get("ec2:Subnet", self.subnet)
        return action != self.lacking and not elsewhere


@pytest.mark.parametrize(
    "action",
    [
        "ec2:CreateNetworkInterface",
        "ec2:CreateNetworkInterfacePermission",
        "ec2:DeleteNetworkInterface",
        "ec2:DeleteNetworkInterfacePermission",
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeVpcs",
    ],
)
def test_a_role_needs_each_permission_that_sagemaker_documents(
    aws: EmbeddedAws, vpc: Vpc, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    def check() -> None:
        check_network(
            SageMaker(aws.runtime),
            vpc.config,
            role_arn=ROLE,
            credentials=aws.runtime.assume_role_for_service("", "", "", None),  # type: ignore[misc]
            region="us-east-1",
        )

    monkeypatch.setattr(aws.runtime, "iam", _Roles("none", vpc.subnet))
    check()
    for roles in (_Roles(action), _Roles("none", "subnet-elsewhere")):
        monkeypatch.setattr(aws.runtime, "iam", roles)
        with pytest.raises(Exception, match="is not authorized to perform ec2:"):
            check()
