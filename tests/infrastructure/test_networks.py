"""Where jobs and models run, and what they reach from there."""

import json
from typing import Any

from autogluon_constructs.network.private_network import GATEWAY_SERVICE, INTERFACE_SERVICES
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
    "ec2": "SageMaker calls EC2 itself to make network interfaces",
}


def model(templates: Templates, stack: str) -> dict[str, Any]:
    found: dict[str, Any] = only(templates[stack], "AWS::SageMaker::Model")["Properties"]
    return found


def spec(templates: Templates, predictor: str) -> PredictorSpec:
    return PredictorSpec.from_json(templates.spec(predictor))


def of_roles(template: Template, *names: str) -> list[dict[str, Any]]:
    return never_empty(s for policy, s in statements(template) if policy.startswith(names))


def test_every_service_that_a_role_in_the_network_uses_has_an_endpoint(guarded: Templates) -> None:
    used = {
        action.partition(":")[0]
        for statement in of_roles(guarded["Foundation"], "TrainingRole", "ServingRole")
        for action in listed(statement["Action"])
    }
    endpoints = of_type(guarded["Foundation"], "AWS::EC2::VPCEndpoint").values()
    services = {
        flat(endpoint["Properties"]["ServiceName"]).rpartition(".")[2] for endpoint in endpoints
    }
    reached = {GATEWAY_SERVICE: "s3", **INTERFACE_SERVICES}
    assert {reached[prefix] for prefix in used - OUTSIDE.keys()} == services
    assert used >= OUTSIDE.keys()


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
        [statement] = endpoint["Properties"]["PolicyDocument"]["Statement"]
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
