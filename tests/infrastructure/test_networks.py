"""Where jobs and models run, and what they reach from there."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from autogluon_constructs.network.private_network import (
    FUNCTION_SERVICES,
    GATEWAY_SERVICE,
    INTERFACE_SERVICES,
)
from autogluon_constructs.settings import Environment, parse_environment
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import flat, listed, of_type, only, statements
from tests.never_empty import never_empty

EXISTING = {
    "Subnets": ["subnet-0123456789abcdef0"],
    "SecurityGroupIds": ["sg-0123456789abcdef0"],
}
# Used by the roles, but not from within the network, each with the reason.
OUTSIDE = {
    "ecr": "SageMaker pulls the image outside of the VPC (guide, train-vpc)",
    "ec2": "SageMaker and Lambda call EC2 themselves to make network interfaces",
}


def model(templates: Templates, stack: str) -> dict[str, Any]:
    found: dict[str, Any] = only(templates[stack], "AWS::SageMaker::Model")["Properties"]
    return found


def spec(templates: Templates, predictor: str) -> PredictorSpec:
    return PredictorSpec.from_json(templates.spec(predictor))


def of_roles(template: Template, *names: str) -> list[dict[str, Any]]:
    return never_empty(s for policy, s in statements(template) if policy.startswith(names))


def functions(templates: Templates) -> dict[str, dict[str, Any]]:
    """The functions of all stacks by the logical id of their roles."""
    found = {
        flat(function["Properties"]["Role"]).strip("<>").partition(".")[0]: function["Properties"]
        for template in templates.values()
        for function in of_type(template, "AWS::Lambda::Function").values()
    }
    assert len(found) > 12
    return found


def used_by(templates: Templates, *roles: str) -> set[str]:
    """The services in the policies of these roles."""
    return {
        action.partition(":")[0]
        for template in templates.values()
        for policy in of_type(template, "AWS::IAM::Policy").values()
        if any(flat(role).startswith(tuple(f"<{r}" for r in roles)) for role in _roles_of(policy))
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        for action in listed(statement["Action"])
    }


def _roles_of(policy: dict[str, Any]) -> list[Any]:
    found: list[Any] = policy["Properties"]["Roles"]
    return found


def services_of(templates: Templates) -> set[str]:
    """The services that have an endpoint in the network."""
    endpoints = of_type(templates["Foundation"], "AWS::EC2::VPCEndpoint").values()
    names = [flat(endpoint["Properties"]["ServiceName"]) for endpoint in never_empty(endpoints)]
    return {name.removeprefix("com.amazonaws.<AWS::Region>.") for name in names}


def test_every_service_that_a_role_in_the_network_uses_has_an_endpoint(
    guarded: Templates, jobs_only: Templates
) -> None:
    foundation = {"Foundation": guarded["Foundation"]}
    roles = ("TrainingRole", "ServingRole", "DriftRole", "ProcessingRole")
    assert all(used_by(foundation, role) for role in roles)
    of_jobs = used_by(foundation, *roles)
    of_functions = used_by(guarded, *functions(guarded))
    reached = {GATEWAY_SERVICE: "s3", **INTERFACE_SERVICES}
    assert {reached[prefix] for prefix in of_jobs - OUTSIDE.keys()} == services_of(jobs_only)
    reached |= FUNCTION_SERVICES
    used = of_jobs | of_functions
    assert {reached[prefix] for prefix in used - OUTSIDE.keys()} == services_of(guarded)
    assert of_jobs >= OUTSIDE.keys()


@pytest.fixture(scope="module")
def jobs_only(
    synthesize: Callable[[Environment], Templates], guarded_settings: Environment
) -> Templates:
    """The same network with the functions outside of it."""
    declared = guarded_settings.model_dump(exclude={"name"}, exclude_unset=True)
    declared["network"] = {"mode": "created"}
    return synthesize(parse_environment("guarded", declared, file="config/guarded.yaml"))


def test_functions_are_in_the_network_where_settings_say_so(
    guarded: Templates, jobs_only: Templates
) -> None:
    for properties in functions(guarded).values():
        placed = properties["VpcConfig"]
        assert flat(placed["SubnetIds"]).count("NetworkSubnet") == 2
        assert flat(placed["SecurityGroupIds"]).count("NetworkJobs") == 1
    assert not any("VpcConfig" in properties for properties in functions(jobs_only).values())


def test_functions_of_an_existing_network_are_in_its_subnets(
    synthesize: Callable[[Environment], Templates],
) -> None:
    network = {
        "mode": "existing",
        "subnets": EXISTING["Subnets"],
        "security_groups": EXISTING["SecurityGroupIds"],
        "lambdas": True,
    }
    templates = synthesize(parse_environment("dev", {"network": network}, file="config/dev.yaml"))

    for properties in functions(templates).values():
        assert properties["VpcConfig"] == {
            "SubnetIds": EXISTING["Subnets"],
            "SecurityGroupIds": EXISTING["SecurityGroupIds"],
        }


def test_roles_of_functions_have_the_permissions_that_lambda_documents(
    guarded: Templates,
) -> None:
    # AWSLambdaVPCAccessExecutionRole, without logs.
    documented = {
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
    }
    for role in functions(guarded):
        own = [
            statement
            for template in guarded.values()
            for statement in of_roles_if_any(template, role)
            if "ec2:" in json.dumps(statement["Action"])
        ]
        assert {action for s in own for action in listed(s["Action"])} == documented
        # Code of the function may not use what Lambda needs.
        assert all(s["Condition"]["Null"] == {"lambda:SourceFunctionArn": "true"} for s in own)
        wide = [s for s in own if "Describe" not in json.dumps(s["Action"])]
        for statement in never_empty(wide):
            there = "ec2:Subnet" in json.dumps(statement["Condition"])
            assert there == ("network-interface/*" in flat(listed(statement["Resource"])[0]))


def of_roles_if_any(template: Template, role: str) -> list[dict[str, Any]]:
    return [s for policy, s in statements(template) if policy.startswith(f"{role[:-8]}")]


def test_functions_can_answer_cloudformation_through_the_network(
    guarded: Templates, jobs_only: Templates
) -> None:
    def passed(templates: Templates) -> list[str]:
        [gateway] = [
            endpoint["Properties"]["PolicyDocument"]["Statement"]
            for endpoint in of_type(templates["Foundation"], "AWS::EC2::VPCEndpoint").values()
            if endpoint["Properties"]["VpcEndpointType"] == "Gateway"
        ]
        return [flat(s["Resource"]) for s in gateway if s["Action"] == "s3:PutObject"]

    [bucket] = passed(guarded)
    start = "arn:<AWS::Partition>:s3:::cloudformation-custom-resource-response-"
    assert bucket == f"{start}<AWS::Region>/*"  # without its dashes
    assert passed(jobs_only) == []
    # Custom resources are told of their deletion while the network still stands.
    foundation = guarded["Foundation"]
    endpoints = set(of_type(foundation, "AWS::EC2::VPCEndpoint"))
    for function in never_empty(of_type(foundation, "AWS::Lambda::Function").values()):
        assert set(function["DependsOn"]) >= endpoints


def test_nothing_leads_to_the_internet(guarded: Templates) -> None:
    kinds = {resource["Type"] for resource in guarded["Foundation"]["Resources"].values()}
    assert (
        kinds
        & {
            "AWS::EC2::InternetGateway",
            "AWS::EC2::NatGateway",
            "AWS::EC2::EgressOnlyInternetGateway",
            "AWS::EC2::Route",
            "AWS::EC2::VPCPeeringConnection",
        }
        == set()
    )
    for subnet in never_empty(of_type(guarded["Foundation"], "AWS::EC2::Subnet").values()):
        assert subnet["Properties"]["MapPublicIpOnLaunch"] is False


def test_endpoints_pass_identities_of_the_account_only_and_from_jobs_only(
    guarded: Templates,
) -> None:
    foundation = guarded["Foundation"]
    for endpoint in never_empty(of_type(foundation, "AWS::EC2::VPCEndpoint").values()):
        statement, *_ = endpoint["Properties"]["PolicyDocument"]["Statement"]
        account = statement["Condition"]["StringEquals"]["aws:PrincipalAccount"]
        assert flat(account) == "<AWS::AccountId>"
    groups = of_type(foundation, "AWS::EC2::SecurityGroup")
    entries = [
        rule
        for group in groups.values()
        for rule in group["Properties"].get("SecurityGroupIngress", [])
    ]
    [entry] = entries
    assert flat(entry["SourceSecurityGroupId"]).startswith("<NetworkJobs")
    assert (entry["FromPort"], entry["ToPort"]) == (443, 443)


def test_every_subnet_has_the_route_table_with_the_way_to_s3(guarded: Templates) -> None:
    foundation = guarded["Foundation"]
    subnets = of_type(foundation, "AWS::EC2::Subnet")
    [table] = of_type(foundation, "AWS::EC2::RouteTable")
    routed = [
        (flat(each["Properties"]["SubnetId"]), flat(each["Properties"]["RouteTableId"]))
        for each in of_type(foundation, "AWS::EC2::SubnetRouteTableAssociation").values()
    ]
    assert sorted(routed) == sorted(
        (f"<{subnet}.SubnetId>", f"<{table}.RouteTableId>") for subnet in subnets
    )
    blocks = [subnet["Properties"]["CidrBlock"] for subnet in subnets.values()]
    assert blocks == ["10.0.0.0/21", "10.0.8.0/21"]
    [gateway] = [
        endpoint["Properties"]
        for endpoint in of_type(foundation, "AWS::EC2::VPCEndpoint").values()
        if endpoint["Properties"]["VpcEndpointType"] == "Gateway"
    ]
    assert [flat(each) for each in gateway["RouteTableIds"]] == [f"<{table}.RouteTableId>"]


def test_planners_know_the_network(guarded: Templates, sandbox: Templates) -> None:
    def variables(templates: Templates) -> dict[str, Any]:
        [found] = [
            function["Properties"]["Environment"]["Variables"]
            for function in of_type(templates["Workflows"], "AWS::Lambda::Function").values()
            if function["Properties"]["Handler"].endswith("plan_batch.handler")
        ]
        return dict(found)

    placed = variables(guarded)
    assert flat(placed["SUBNETS"]).count("NetworkSubnet") == 2
    assert "NetworkJobs" in flat(placed["SECURITY_GROUPS"])
    assert not {"SUBNETS", "SECURITY_GROUPS"} & variables(sandbox).keys()


def test_an_endpoint_runs_where_it_says_or_where_the_environment_says(
    guarded: Templates, sandbox: Templates
) -> None:
    assert len(model(guarded, "IncomeEndpoint")["VpcConfig"]["Subnets"]) == 2
    assert model(guarded, "HousingEndpoint")["VpcConfig"] == EXISTING
    assert "VpcConfig" not in model(guarded, "OpenEndpoint")
    assert "VpcConfig" not in model(sandbox, "IncomeEndpoint")


def test_a_predictor_decides_on_its_isolation(guarded: Templates) -> None:
    assert model(guarded, "IncomeEndpoint")["EnableNetworkIsolation"] is True
    assert model(guarded, "HousingEndpoint")["EnableNetworkIsolation"] is False
    assert spec(guarded, "income").network_isolation is True
    assert spec(guarded, "housing").network_isolation is False


def test_another_network_changes_the_endpoints_stack_also_without_a_live_model(
    guarded: Templates,
) -> None:
    digests = {
        name: guarded[f"{name}Endpoint"]["Outputs"]["Settings"]["Value"]
        for name in ("Income", "Open")  # which differ in their network alone
    }
    assert digests["Income"] != digests["Open"]


def test_job_roles_have_the_permissions_that_sagemaker_documents(guarded: Templates) -> None:
    # "CreateTrainingJob API: Execution Role Permissions", for a private VPC.
    documented = {
        "ec2:CreateNetworkInterface",
        "ec2:CreateNetworkInterfacePermission",
        "ec2:DeleteNetworkInterface",
        "ec2:DeleteNetworkInterfacePermission",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeVpcs",
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeSubnets",
        "ec2:DescribeSecurityGroups",
    }
    for role in ("TrainingRole", "ServingRole"):
        actions = {
            action
            for statement in of_roles(guarded["Foundation"], role)
            for action in listed(statement["Action"])
            if action.startswith("ec2:")
        }
        assert actions == documented


def test_job_roles_make_network_interfaces_only_in_their_subnets(
    guarded: Templates, sandbox: Templates
) -> None:
    for role, existing in (("TrainingRole", False), ("ServingRole", True)):
        found = [
            s
            for s in of_roles(guarded["Foundation"], role)
            if "ec2:CreateNetworkInterface" in listed(s["Action"])
        ]
        create, interfaces = found
        assert "*" not in json.dumps(create["Resource"])
        assert ("subnet-0123456789abcdef0" in json.dumps(create)) == existing
        [(operator, keys)] = interfaces["Condition"].items()
        assert (operator, list(keys)) == ("ArnEquals", ["ec2:Subnet"])
        subnets = [flat(arn) for arn in listed(keys["ec2:Subnet"])]
        assert {arn.partition(":subnet/")[0] for arn in subnets} == {
            "arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>"
        }
        assert len(subnets) == (3 if existing else 2)
    assert not [s for _, s in statements(sandbox["Foundation"]) if "ec2:" in json.dumps(s)]
