"""Environments under an organisation's rules deploy, train, serve, batch-predict and go away.

Every two values of two of these settings are together in at least one environment.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from autogluon_cli.deployment.account import DEFAULT_QUALIFIER
from autogluon_cli.deployment.cdk import app_options, assembly_options
from autogluon_client.environment.deployment import Deployment
from autogluon_contracts import names
from autogluon_demo.cdk import cdk_on
from embedded_aws.runtime import ACCOUNT_ID, DEFAULT_REGION
from tests.e2e.support import Account, Workflows, live_model
from tests.guardrails_page import asked_of_an_own_key
from tests.never_empty import never_empty
from tests.pairwise import Combination, covered, pairs_of, pairwise

FACTORS = {
    "network": ("none", "existing", "created"),
    "endpoint_network": ("same", "none", "existing"),
    "key": ("created", "own"),
    "log_groups": ("plain", "encrypted"),
    "volumes": ("where-possible", "required"),
    "boundary": ("none", "given"),
    "path": ("/", "/ml/"),
    "name_prefix": ("none", "ml-"),
    "qualifier": (DEFAULT_QUALIFIER, "ours"),
    "isolation": ("on", "off"),
    "tags": ("none", "given"),
    "lambdas": ("outside", "inside"),
}
COMBINATIONS = list(pairwise(FACTORS))
BOUNDARY = "ml/boundary"
TAGS = {"cost-centre": "1234"}
PREDICTOR = "prices"
PREDICTORS = {
    PREDICTOR: {
        "init_args": {"label": "price"},
        "fit_args": {
            "hyperparameters": {"GBM": {"num_boost_round": 20}},
            "fit_weighted_ensemble": False,
        },
        "framework_version": "1.6.3",
        "training": {"instance_type": "ml.m5.large", "max_runtime_seconds": 900},
        "quality_gate": {"on_pass": "approve"},
        "endpoint": {"instance_type": "ml.m5.large"},
        "batch": {"instance_type": "ml.m5.large"},
    }
}
ROWS = 60
JOB_LOG_GROUPS = {f"/aws/sagemaker/{kind}Jobs" for kind in ("Training", "Processing", "Transform")}


@dataclass(frozen=True)
class Guarded:
    """A deployed environment under rules, and its settings."""

    account: Account
    workflows: Workflows
    settings: dict[str, Any]
    roles_before: frozenset[str]

    @property
    def environment(self) -> str:
        return self.workflows.deployment.environment

    def roles(self) -> list[dict[str, Any]]:
        """What the stacks' roles are."""
        iam = self.account.client("iam")
        found = iam.get_paginator("list_roles").paginate()
        own = [role["RoleName"] for page in found for role in page["Roles"]]
        return never_empty(
            iam.get_role(RoleName=name)["Role"] for name in own if name not in self.roles_before
        )

    def subnets_of_jobs(self) -> list[str]:
        """The subnets that jobs have to be in; none without a network."""
        network = self.settings.get("network", {"mode": "none"})
        if network["mode"] != "created":
            return list(network.get("subnets", ()))
        resources = self.account.client("cloudformation").describe_stack_resources(
            StackName=names.foundation_stack(self.environment)
        )["StackResources"]
        return [
            each["PhysicalResourceId"]
            for each in resources
            if each["ResourceType"] == "AWS::EC2::Subnet"
        ]

    def subnets_of_models(self) -> list[str]:
        """The subnets that the endpoint's model has to be in; none without a network."""
        own = self.settings["predictors"][PREDICTOR]["endpoint"].get("network")
        return self.subnets_of_jobs() if own is None else list(own.get("subnets", ()))


def _subnets(described: dict[str, Any]) -> list[str]:
    found: list[str] = sorted(described.get("VpcConfig", {}).get("Subnets", ()))
    return found


def _existing_network(account: Account) -> dict[str, Any]:
    """Subnets with a way to S3, as a company's network team would have made them."""
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(VpcId=vpc, GroupName="ml", Description="ml")["GroupId"]
    [table] = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])[
        "RouteTables"
    ]
    ec2.create_vpc_endpoint(
        VpcId=vpc,
        VpcEndpointType="Gateway",
        ServiceName=f"com.amazonaws.{DEFAULT_REGION}.s3",
        RouteTableIds=[table["RouteTableId"]],
    )
    return {"mode": "existing", "subnets": [subnet], "security_groups": [group]}


def _key(account: Account, environment: str) -> str:
    """A key as docs/how-to/guardrails.md asks for."""
    owner = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT_ID}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    services = asked_of_an_own_key(environment, region=DEFAULT_REGION, account=ACCOUNT_ID)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [owner, *services]})
    made: str = account.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    return made


def _boundary(account: Account) -> str:
    """A boundary without IAM, as organisations have it."""
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "*", "Resource": "*"},
            {
                "Effect": "Deny",
                "Action": ["iam:Create*", "iam:Put*", "iam:Attach*"],
                "Resource": "*",
            },
        ],
    }
    path, _, name = BOUNDARY.rpartition("/")
    made: str = account.client("iam").create_policy(
        PolicyName=name, Path=f"/{path}/", PolicyDocument=json.dumps(document)
    )["Policy"]["Arn"]
    return made


@pytest.fixture(scope="module")
def boundary(account: Account) -> str:
    return _boundary(account)


@pytest.fixture(scope="module")
def networks(account: Account) -> list[dict[str, Any]]:
    """One for jobs, and another one for the endpoint."""
    return [_existing_network(account) for _ in range(2)]


def _settings(
    name: str, chosen: Combination, account: Account, networks: list[dict[str, Any]]
) -> dict[str, Any]:
    lambdas = {"lambdas": chosen["lambdas"] == "inside"}
    of_network = {
        "none": None,
        "existing": {**networks[0], **lambdas},
        "created": {"mode": "created", **lambdas},
    }
    of_endpoint = {"same": None, "none": {"mode": "none"}, "existing": networks[1]}
    endpoint = {
        **PREDICTORS[PREDICTOR]["endpoint"],
        **_given(network=of_endpoint[chosen["endpoint_network"]]),
    }
    return {
        "removal": "destroy",
        "predictors": {PREDICTOR: {**PREDICTORS[PREDICTOR], "endpoint": endpoint}},
        **_given(network=of_network[chosen["network"]]),
        "network_isolation": chosen["isolation"] == "on",
        "encryption": {
            "log_groups": chosen["log_groups"] == "encrypted",
            "volumes": chosen["volumes"],
            **_given(key_arn=_key(account, name) if chosen["key"] == "own" else None),
        },
        "roles": {
            "path": chosen["path"],
            **_given(permissions_boundary=BOUNDARY if chosen["boundary"] == "given" else None),
            **_given(name_prefix=None if chosen["name_prefix"] == "none" else "ml-"),
        },
        "bootstrap_qualifier": chosen["qualifier"],
        "tags": TAGS if chosen["tags"] == "given" else {},
    }


def _given(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


@pytest.fixture(scope="module", params=range(len(COMBINATIONS)))
def guarded(
    request: pytest.FixtureRequest,
    account: Account,
    boundary: str,
    networks: list[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Guarded]:
    name = f"pair-{request.param}"
    settings = _settings(name, COMBINATIONS[request.param], account, networks)
    print(name, COMBINATIONS[request.param], boundary)
    folder = tmp_path_factory.mktemp(name)
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(settings))
    app = app_options(name, folder, folder / "out")
    cdk_on(account.environment, account.processes, app).synth()
    cdk = cdk_on(account.environment, account.processes, assembly_options(folder / "out"))
    qualifier = settings["bootstrap_qualifier"]
    # As `agcdk deploy` does it: the CDK's own stays in its own stack, which other tests use.
    own = None if qualifier == DEFAULT_QUALIFIER else qualifier
    cdk.bootstrap(ACCOUNT_ID, DEFAULT_REGION, own)
    before = _role_names(account)
    cdk.deploy()
    workflows = Workflows(account, Deployment.load(account.session, name))
    yield Guarded(account, workflows, settings, before)
    cdk.destroy()
    assert _role_names(account) == before


def _role_names(account: Account) -> frozenset[str]:
    pages = account.client("iam").get_paginator("list_roles").paginate()
    return frozenset(role["RoleName"] for page in pages for role in page["Roles"])


def test_every_two_values_are_together_in_one_environment() -> None:
    together = [covered(combination) for combination in COMBINATIONS]
    assert set().union(*together) == pairs_of(FACTORS)


@pytest.fixture(scope="module")
def trained(guarded: Guarded) -> dict[str, Any]:
    data = _upload(guarded, "train.csv", _csv(400, with_label=True))
    return guarded.workflows.run("train", {"predictor": PREDICTOR, "train_data": data})


def _csv(rows: int, *, with_label: bool) -> str:
    random_ = random.Random(rows)
    lines = ["size,rooms,price" if with_label else "size,rooms"]
    for _ in range(rows):
        size, rooms = random_.randint(20, 200), random_.randint(1, 7)
        lines.append(f"{size},{rooms},{size * 3 + rooms}" if with_label else f"{size},{rooms}")
    return "\n".join(lines) + "\n"


def _upload(guarded: Guarded, key: str, text: str) -> str:
    bucket = guarded.workflows.deployment.data_bucket
    guarded.account.client("s3").put_object(Bucket=bucket, Key=key, Body=text.encode())
    return f"s3://{bucket}/{key}"


@pytest.mark.long
def test_every_role_is_as_the_settings_say(guarded: Guarded) -> None:
    rules, found = guarded.settings["roles"], guarded.roles()
    boundary = rules.get("permissions_boundary")
    for role in found:
        given = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        wanted = f"arn:aws:iam::{ACCOUNT_ID}:policy/{boundary}" if boundary else None
        assert (given or None) == wanted
        assert role["Path"] == rules.get("path", "/")
        prefix = rules.get("name_prefix", f"autogluon-{guarded.environment}-")
        assert role["RoleName"].startswith(prefix[:20])


@pytest.mark.long
def test_a_model_trains_and_answers_in_the_network_and_under_the_key(
    guarded: Guarded, trained: dict[str, Any]
) -> None:
    account, deployment = guarded.account, guarded.workflows.deployment
    assert live_model(account, deployment, PREDICTOR) == trained["model_package_arn"]
    sagemaker, key = account.client("sagemaker"), deployment.kms_key_arn
    assert key == guarded.settings["encryption"].get("key_arn", key)
    job = sagemaker.describe_training_job(TrainingJobName=trained["run"])
    assert _subnets(job) == sorted(guarded.subnets_of_jobs())
    assert job["EnableNetworkIsolation"] is guarded.settings["network_isolation"]
    assert job["ResourceConfig"]["VolumeKmsKeyId"] == key
    assert job["OutputDataConfig"]["KmsKeyId"] == key
    endpoint = deployment.endpoint_name(PREDICTOR)
    config = sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"]
    config = sagemaker.describe_endpoint_config(EndpointConfigName=config)
    assert config["KmsKeyId"] == key
    model = sagemaker.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])
    assert _subnets(model) == sorted(guarded.subnets_of_models())
    tags = sagemaker.list_tags(ResourceArn=job["TrainingJobArn"])["Tags"]
    assert guarded.settings["tags"].items() <= {tag["Key"]: tag["Value"] for tag in tags}.items()
    answer = account.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=endpoint,
        ContentType="text/csv",
        Accept="text/csv",
        Body=_csv(5, with_label=False),
    )
    assert len(answer["Body"].read().decode().splitlines()) == 6


@pytest.mark.long
@pytest.mark.parametrize("engine", ["transform", "bulk"])
def test_batches_run_in_the_network(guarded: Guarded, trained: dict[str, Any], engine: str) -> None:
    data = _upload(guarded, "new.csv", _csv(ROWS, with_label=False))
    arguments = {"predictor": PREDICTOR, "data": data, "engine": engine}
    with _new_models(guarded.account) as models:
        output = guarded.workflows.run("batch_predict", arguments)
    assert (output["engine"], output["rows"]) == (engine, ROWS)
    sagemaker = guarded.account.client("sagemaker")
    if engine == "bulk":
        job = sagemaker.describe_processing_job(ProcessingJobName=output["job_name"])
        assert _subnets(job["NetworkConfig"]) == sorted(guarded.subnets_of_jobs())
    else:
        # A transform job is in the network of its model, which goes with the batch.
        assert _subnets(models[output["job_name"]]) == sorted(guarded.subnets_of_jobs())
        assert (
            models[output["job_name"]]["EnableNetworkIsolation"]
            is (guarded.settings["network_isolation"])
        )
    assert trained


@contextmanager
def _new_models(account: Account) -> Iterator[dict[str, dict[str, Any]]]:
    """Yield the descriptions of all models that there are meanwhile, by their names."""
    sagemaker, is_over = account.session.client("sagemaker"), threading.Event()
    found: dict[str, dict[str, Any]] = {}

    def look() -> None:
        while not is_over.wait(0.05):
            listed = sagemaker.list_models(SortBy="CreationTime", SortOrder="Descending")
            for name in {model["ModelName"] for model in listed["Models"]} - found.keys():
                with suppress(ClientError):  # deleted by now
                    found[name] = sagemaker.describe_model(ModelName=name)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield found
    finally:
        is_over.set()
        looking.join()


@pytest.mark.long
def test_functions_are_in_the_network_if_wanted(guarded: Guarded) -> None:
    pages = guarded.account.client("lambda").get_paginator("list_functions").paginate()
    own = [
        function
        for page in pages
        for function in page["Functions"]
        if function["FunctionName"].startswith(f"autogluon-{guarded.environment}-")
    ]
    wanted = guarded.settings.get("network", {}).get("lambdas", False)
    subnets = sorted(guarded.subnets_of_jobs()) if wanted else []
    assert len(own) > 12
    for function in own:
        assert sorted(function.get("VpcConfig", {}).get("SubnetIds", ())) == subnets


@pytest.mark.long
def test_log_groups_are_under_the_key_if_wanted(guarded: Guarded, trained: dict[str, Any]) -> None:
    pages = guarded.account.client("logs").get_paginator("describe_log_groups").paginate()
    groups = {group["logGroupName"]: group for page in pages for group in page["logGroups"]}
    own = {name: g for name, g in groups.items() if f"autogluon-{guarded.environment}-" in name}
    assert any(name.startswith("/aws/sagemaker/Endpoints/") for name in own)
    keys = {group.get("kmsKeyId") for group in own.values()}
    encryption = guarded.settings["encryption"]
    encrypted = encryption["log_groups"]
    assert keys == {guarded.workflows.deployment.kms_key_arn if encrypted else None}
    # The account's groups of jobs have the key of the environment that was first to have one of
    # its own; keys that go with their environments are not used.
    for name in JOB_LOG_GROUPS:
        assert groups[name]["retentionInDays"] >= 90
        if encrypted and "key_arn" in encryption:
            assert groups[name]["kmsKeyId"]
    assert trained
