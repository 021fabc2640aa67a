"""What is under which key."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, RemovalPolicy, Stack
from aws_cdk.assertions import Template

from autogluon_constructs.settings import Environment, parse_environment
from autogluon_constructs.settings.encryption import Encryption
from autogluon_constructs.storage.data_store import DataStore
from scripts.environments_apart.environments import ACCOUNT, REGION
from scripts.environments_apart.resolved import Resolver
from tests.guardrails_page import asked_of_an_own_key
from tests.infrastructure.conftest import Templates, context
from tests.infrastructure.templates import flat, listed, of_type, only, statements
from tests.never_empty import never_empty

KEY_ARN = "arn:aws:kms:us-east-1:210987654321:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.fixture(scope="module")
def own_key(synthesize: Callable[[Environment], Templates]) -> Templates:
    """An environment under a key of another account."""
    settings = {
        "encryption": {"key_arn": KEY_ARN, "log_groups": True},
        "predictors": {
            "income": {
                "init_args": {"label": "class"},
                "endpoint": {"instance_type": "ml.m5.large"},
            }
        },
    }
    return synthesize(parse_environment("own-key", settings, file="config/own-key.yaml"))


def test_a_key_of_ones_own_is_the_only_key(own_key: Templates) -> None:
    foundation, workflows = own_key["Foundation"], own_key["Workflows"]
    assert of_type(foundation, "AWS::KMS::Key") == {}
    buckets = of_type(foundation, "AWS::S3::Bucket").values()
    rules = [
        bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
        for bucket in buckets
    ]
    keys = [rule["ServerSideEncryptionByDefault"].get("KMSMasterKeyID") for rule in rules]
    assert sorted(keys, key=str) == [None, KEY_ARN, KEY_ARN]  # access logs: S3's own key
    assert only(workflows, "AWS::SNS::Topic")["Properties"]["KmsMasterKeyId"] == KEY_ARN
    config = only(own_key["IncomeEndpoint"], "AWS::SageMaker::EndpointConfig")
    assert config["Properties"]["KmsKeyId"] == KEY_ARN
    functions = [
        function
        for function in of_type(workflows, "AWS::Lambda::Function").values()
        # SSM's own key; the key of log groups is in the event
        if not {"write_predictors", "configure_log_groups"}
        & {*function["Properties"]["Handler"].split(".")}
    ]
    for function in never_empty(functions):
        assert function["Properties"]["Environment"]["Variables"]["KMS_KEY_ARN"] == KEY_ARN


def test_clients_know_whether_the_settings_name_the_key(
    own_key: Templates, sandbox: Templates
) -> None:
    def named(templates: Templates) -> bool:
        [parameter] = of_type(templates["Workflows"], "AWS::SSM::Parameter").values()
        return bool(json.loads(flat(parameter["Properties"]["Value"]))["has_given_key"])

    assert named(own_key) is True
    assert named(sandbox) is False


def test_roles_may_use_the_key_and_no_other(own_key: Templates) -> None:
    used = [
        resource
        for template in own_key.values()
        for _, statement in statements(template)
        if str(listed(statement["Action"])[0]).startswith("kms:")
        for resource in listed(statement["Resource"])
    ]
    assert set(never_empty(used)) == {KEY_ARN}


def test_every_log_group_is_under_the_key_where_settings_say_so(
    own_key: Templates, guarded: Templates, sandbox: Templates
) -> None:
    def keys(templates: Templates) -> set[str]:
        groups = [
            group["Properties"]
            for template in templates.values()
            for group in of_type(template, "AWS::Logs::LogGroup").values()
        ]
        return {flat(group.get("KmsKeyId")) for group in never_empty(groups)}

    assert keys(own_key) == {KEY_ARN}
    assert {key.partition("Key")[0] for key in keys(guarded)} == {"<Store", "<FnGetAttStore"}
    assert keys(sandbox) == {"None"}


def test_the_created_key_admits_log_groups_of_the_environment_only(
    guarded: Templates, sandbox: Templates
) -> None:
    def services(templates: Templates) -> list[dict[str, Any]]:
        policy = only(templates["Foundation"], "AWS::KMS::Key")["Properties"]["KeyPolicy"]
        return [s for s in policy["Statement"] if "Service" in json.dumps(s["Principal"])]

    assert not [s for s in services(sandbox) if "logs." in json.dumps(s)]
    [logs] = [s for s in services(guarded) if "logs." in json.dumps(s)]
    assert admitted(logs) == [
        "autogluon-guarded-*",
        "/aws/vendedlogs/states/autogluon-guarded-*",
        "/aws/sagemaker/Endpoints/autogluon-guarded-*",
        "/aws/sagemaker/InferenceComponents/autogluon-guarded-*",
    ]


def admitted(logs: dict[str, Any]) -> list[str]:
    """The log groups that a statement of a key's policy admits."""
    [(operator, keys)] = logs["Condition"].items()
    assert operator == "ArnLike"
    return [flat(arn).rpartition(":")[2] for arn in keys["kms:EncryptionContext:aws:logs:arn"]]


@pytest.fixture(scope="module")
def lasting_key() -> list[dict[str, Any]]:
    """The policy of a created key that outlives its environment."""
    app = App(context=context(), builtin_cloud_formation_validation=False)
    stack = Stack(app, "Stack")
    DataStore(
        stack,
        "Store",
        environment="prod",
        removal=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        encryption=Encryption(log_groups=True),
        captured_days={},
        exchanges_folds=False,
        tells_of_objects=False,
    )
    policy = only(Template.from_stack(stack).to_json(), "AWS::KMS::Key")["Properties"]["KeyPolicy"]
    statements: list[dict[str, Any]] = policy["Statement"]
    return statements


def test_a_created_key_that_outlives_its_environment_admits_the_log_groups_of_jobs(
    lasting_key: list[dict[str, Any]],
) -> None:
    [logs] = [s for s in lasting_key if "logs." in json.dumps(s["Principal"])]
    assert {"TrainingJobs", "ProcessingJobs", "TransformJobs"} <= {
        name.removeprefix("/aws/sagemaker/") for name in admitted(logs)
    }


def test_the_guide_asks_of_an_own_key_what_the_created_one_has(
    lasting_key: list[dict[str, Any]],
) -> None:
    asked = asked_of_an_own_key("prod", region=REGION, account=ACCOUNT)
    resolver = Resolver({})
    written = [resolver.resolve("Stack", s) for s in lasting_key]
    of_services = [s for s in written if "Service" in s["Principal"]]
    assert _in_order(asked) == _in_order(of_services)


def _in_order(statements: list[dict[str, Any]]) -> list[str]:
    """Texts that are equal for statements that say the same."""

    def sorted_values(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: sorted_values(entry) for key, entry in value.items()}
        return sorted(value) if isinstance(value, list) else value

    return sorted(json.dumps(sorted_values(each), sort_keys=True) for each in statements)


def test_sagemakers_log_groups_get_a_key_that_their_lines_do_not_outlive(
    own_key: Templates, guarded: Templates, sandbox: Templates
) -> None:
    def keys(templates: Templates) -> tuple[str | None, str | None]:
        given = only(templates["Workflows"], "Custom::LogGroups")["Properties"]
        return given.get("EndpointKeyArn"), given.get("JobKeyArn")

    assert keys(own_key) == (KEY_ARN, KEY_ARN)
    of_endpoints, of_jobs = keys(guarded)  # its key goes with it
    assert "StoreKey" in flat(of_endpoints)
    assert of_jobs is None
    assert keys(sandbox) == (None, None)


def test_the_accounts_log_groups_can_be_left_alone(
    synthesize: Callable[[Environment], Templates],
) -> None:
    declared = parse_environment("dev", {"configure_job_logs": False}, file="config/dev.yaml")
    workflows = synthesize(declared)["Workflows"]

    assert only(workflows, "Custom::LogGroups")["Properties"]["ConfigureJobs"] is False
    changed = [
        flat(resource)
        for policy, statement in statements(workflows)
        if policy.startswith("LogGroups") and "logs:PutRetentionPolicy" in statement["Action"]
        for resource in listed(statement["Resource"])
    ]
    assert [resource.partition("log-group:")[2] for resource in changed] == [
        "/aws/sagemaker/Endpoints/autogluon-dev-*:*"
    ]
