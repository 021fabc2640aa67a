"""Functions in a VPC: what Lambda knows of subnets, groups and the role is checked."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from embedded_aws.activity_log import ActivityLog
from embedded_aws.runtime import Runtime
from embedded_aws.server import EmbeddedAws
from tests.unit.embedded_iam.calls import refused
from tests.unit.embedded_iam.policies import allow, policy_text

EC2 = "arn:aws:ec2:us-east-1:123456789012"
ACTIONS = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
]
TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": "lambda.amazonaws.com"},
    "Action": "sts:AssumeRole",
}


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    aws = EmbeddedAws(
        image_python=Path("unused"),
        services=("iam", "lambda_runtime"),
        log=ActivityLog(io.StringIO()),
    )
    with aws:
        yield aws.runtime


@pytest.fixture(scope="module")
def vpc(runtime: Runtime) -> dict[str, Any]:
    return _vpc(runtime, "10.1.0.0/16", "10.1.0.0/24")


def _vpc(runtime: Runtime, block: str, subnet_block: str) -> dict[str, Any]:
    ec2 = runtime.client("ec2")
    vpc = ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=subnet_block)["Subnet"]["SubnetId"]
    group = ec2.create_security_group(VpcId=vpc, GroupName="f", Description="f")["GroupId"]
    return {"SubnetIds": [subnet], "SecurityGroupIds": [group], "VpcId": vpc}


def _in(vpc: dict[str, Any]) -> dict[str, Any]:
    return {key: vpc[key] for key in ("SubnetIds", "SecurityGroupIds")}


@pytest.fixture(scope="module")
def create(runtime: Runtime, zipped: Callable[..., bytes]) -> Callable[..., Any]:
    """`create(name, statements, VpcConfig)` makes a function whose role has these permissions."""
    iam, code = runtime.client("iam"), zipped({"app.py": "def handler(*_): return 1"})

    def make(name: str, statements: list[Any], config: dict[str, Any]) -> Any:
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy_text(TRUST))
        if statements:
            iam.put_role_policy(
                RoleName=name, PolicyName="own", PolicyDocument=policy_text(*statements)
            )
        return runtime.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=role["Role"]["Arn"],
            Handler="app.handler",
            Code={"ZipFile": code},
            VpcConfig=config,
        )

    return make


def _permitted(vpc: dict[str, Any]) -> list[Any]:
    subnet, group = vpc["SubnetIds"][0], vpc["SecurityGroupIds"][0]
    there = {"ArnEquals": {"ec2:Subnet": f"{EC2}:subnet/{subnet}"}}
    return [
        allow(
            "ec2:CreateNetworkInterface",
            [f"{EC2}:subnet/{subnet}", f"{EC2}:security-group/{group}"],
        ),
        allow(ACTIONS, f"{EC2}:network-interface/*", Condition=there),
        allow(["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]),
    ]


def test_a_function_is_placed_described_and_taken_out_again(
    runtime: Runtime, vpc: dict[str, Any], create: Callable[..., Any]
) -> None:
    client = runtime.client("lambda")

    made = create("placed", _permitted(vpc), _in(vpc))["VpcConfig"]

    assert made == {**vpc, "Ipv6AllowedForDualStack": False}
    assert client.get_function_configuration(FunctionName="placed")["VpcConfig"] == made
    answer = client.invoke(FunctionName="placed")
    assert json.loads(answer["Payload"].read()) == 1
    nowhere = {"SubnetIds": [], "SecurityGroupIds": []}
    out = client.update_function_configuration(FunctionName="placed", VpcConfig=nowhere)
    assert out["VpcConfig"] == {**nowhere, "VpcId": ""}


def test_what_does_not_exist_or_belong_together_is_refused(
    runtime: Runtime, vpc: dict[str, Any], create: Callable[..., Any]
) -> None:
    other = _vpc(runtime, "10.2.0.0/16", "10.2.0.0/24")
    wrong = {
        "absent-subnet": ({**_in(vpc), "SubnetIds": ["subnet-0a"]}, "InvalidSubnetID.NotFound"),
        "absent-group": ({**_in(vpc), "SecurityGroupIds": ["sg-0a"]}, "InvalidGroup.NotFound"),
        "two-vpcs": ({**_in(vpc), "SubnetIds": other["SubnetIds"]}, "must belong to one VPC"),
        "no-group": ({**_in(vpc), "SecurityGroupIds": []}, "must coexist"),
        "no-ipv6": ({**_in(vpc), "Ipv6AllowedForDualStack": True}, "needs an IPv6 CIDR block"),
    }
    for name, (config, said) in wrong.items():
        code, message = refused(partial(create, name, _permitted(vpc), config))
        assert (code, said in message) == ("InvalidParameterValueException", True), message
    assert not [
        each["FunctionName"]
        for each in runtime.client("lambda").list_functions()["Functions"]
        if each["FunctionName"] in wrong
    ]


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_the_role_must_be_able_to_make_interfaces_there(
    vpc: dict[str, Any], create: Callable[..., Any], missing: int
) -> None:
    statements = _permitted(vpc)
    del statements[missing]

    code, message = refused(partial(create, f"denied-{missing}", statements, _in(vpc)))

    assert code == "InvalidParameterValueException"
    assert message.startswith("The provided execution role does not have permissions to call ")


def test_what_lambda_alone_may_is_denied_to_the_functions_code(
    runtime: Runtime, vpc: dict[str, Any], create: Callable[..., Any]
) -> None:
    only_lambda = {"Null": {"lambda:SourceFunctionArn": "true"}}
    statements = [
        {**each, "Condition": {**each.get("Condition", {}), **only_lambda}}
        for each in _permitted(vpc)
    ]

    made = create("lambdas-alone", statements, _in(vpc))

    credentials = runtime.role_credentials(
        made["Role"], "lambda.amazonaws.com", "lambdas-alone", made["FunctionArn"]
    )
    _, message = refused(runtime.client("ec2", credentials).describe_network_interfaces)
    assert "ec2:DescribeNetworkInterfaces" in message
