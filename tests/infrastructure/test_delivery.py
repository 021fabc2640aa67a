"""CI's roles trust one repository, branch and environment, and change one environment."""

from collections.abc import Callable
from typing import Any

import pytest

from autogluon_constructs.settings import Environment, SettingsError, parse_environment
from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import Resource, flat, listed, of_type

PLACE = {"account": "123456789012", "region": "eu-central-1"}
GITHUB = {"host": "github", "repository": "octo-org/predictors"}
HOST = "token.actions.githubusercontent.com"


def environment(name: str = "dev", **settings: Any) -> Environment:
    return parse_environment(name, {**PLACE, **settings}, file="config/dev.yaml")


@pytest.fixture(scope="module")
def github(synthesize: Callable[[Environment], Templates]) -> Template:
    return synthesize(environment(delivery=GITHUB))["Delivery"]


def role(template: Template, task: str) -> Resource:
    [found] = [
        role["Properties"]
        for role in of_type(template, "AWS::IAM::Role").values()
        if role["Properties"]["RoleName"] == f"autogluon-dev-eu-central-1-{task}"
    ]
    return found


def trusted(template: Template, task: str) -> dict[str, Any]:
    [statement] = role(template, task)["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert flat(statement["Principal"]["Federated"]).endswith(f":oidc-provider/{HOST}")
    conditions: dict[str, Any] = statement["Condition"]
    return conditions


def test_deploying_takes_repository_branch_and_environment(github: Template) -> None:
    assert trusted(github, "deploy") == {
        "StringEquals": {
            f"{HOST}:aud": "sts.amazonaws.com",
            f"{HOST}:repository": "octo-org/predictors",
            f"{HOST}:ref": "refs/heads/main",
            f"{HOST}:environment": "dev",
        },
        # Ids may follow the names; `repository` has none.
        "StringLike": {f"{HOST}:sub": "repo:octo-org*/predictors*:environment:dev"},
    }


def test_comparing_takes_a_pull_request_or_the_branch(github: Template) -> None:
    assert trusted(github, "diff") == {
        "StringEquals": {
            f"{HOST}:aud": "sts.amazonaws.com",
            f"{HOST}:repository": "octo-org/predictors",
        },
        "StringLike": {
            f"{HOST}:sub": [
                "repo:octo-org*/predictors*:pull_request",
                "repo:octo-org*/predictors*:ref:refs/heads/main",
            ]
        },
    }


def granted(template: Template, role_name: str) -> dict[str, list[str]]:
    """Actions of a role with the resources of each."""
    found: dict[str, list[str]] = {}
    for policy in of_type(template, "AWS::IAM::Policy").values():
        if role_name not in str(policy["Properties"]["Roles"]):
            continue
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            for action in listed(statement["Action"]):
                found.setdefault(action, []).extend(map(flat, listed(statement["Resource"])))
    return found


def test_only_stacks_of_the_environment_are_changed(github: Template) -> None:
    deploy, diff = granted(github, "RolesDeploy"), granted(github, "RolesDiff")
    own = "arn:<AWS::Partition>:cloudformation:eu-central-1:123456789012:stack/autogluon-dev-*/*"
    assert deploy["cloudformation:ExecuteChangeSet"] == [own]
    assert deploy["cloudformation:DeleteStack"] == [own]
    assert diff["cloudformation:GetTemplate"] == [own]
    reading = ("Describe", "Get")
    assert {a for a in diff if not a.partition(":")[2].startswith(reading)} == set()
    bootstrap = "arn:<AWS::Partition>:iam::123456789012:role/cdk-hnb659fds"
    place = "123456789012-eu-central-1"
    assert deploy["iam:PassRole"] == [f"{bootstrap}-cfn-exec-role-{place}"]
    assert deploy["sts:AssumeRole"] == [f"{bootstrap}-file-publishing-role-{place}"]


def test_an_account_has_one_provider_of_a_host(
    github: Template, synthesize: Callable[[Environment], Templates]
) -> None:
    [made] = of_type(github, "AWS::IAM::OIDCProvider").values()
    assert made["Properties"]["Url"] == f"https://{HOST}"
    second = synthesize(environment(delivery={**GITHUB, "provider": "existing"}))["Delivery"]
    assert of_type(second, "AWS::IAM::OIDCProvider") == {}
    assert trusted(second, "deploy") == trusted(github, "deploy")


def test_gitlab_is_trusted_by_project_and_branch(rich: Templates) -> None:
    project = "project_path:data/ml/predictors:ref_type:branch:ref:"
    conditions = {
        role["Properties"]["RoleName"].rpartition("-")[2]: role["Properties"][
            "AssumeRolePolicyDocument"
        ]["Statement"][0]["Condition"]
        for role in of_type(rich["Delivery"], "AWS::IAM::Role").values()
    }
    assert conditions["deploy"]["StringEquals"]["gitlab.com:sub"] == f"{project}main"
    assert conditions["diff"]["StringLike"]["gitlab.com:sub"] == f"{project}*"
    assert conditions["diff"]["StringEquals"]["gitlab.com:aud"] == "sts.amazonaws.com"


def test_names_follow_the_rules_of_roles(synthesize: Callable[[Environment], Templates]) -> None:
    roles = {"name_prefix": "ml-", "path": "/ml/"}
    template = synthesize(environment(delivery=GITHUB, roles=roles))["Delivery"]
    found = [role["Properties"] for role in of_type(template, "AWS::IAM::Role").values()]
    assert {role["Path"] for role in found} == {"/ml/"}
    assert {role["RoleName"] for role in found} == {
        "ml-autogluon-dev-eu-central-1-deploy",
        "ml-autogluon-dev-eu-central-1-diff",
    }


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"account": None, "region": None}, "delivery needs account and region"),
        ({"region": "cn-north-1"}, "delivery is not supported in regions of China"),
        ({"roles": {"name_prefix": "a" * 20}, "name": "with-twenty-letters-"[:19]}, "would have 6"),
        ({"delivery": {**GITHUB, "branch": "release/*"}}, "delivery.branch: got 'release/*'"),
        ({"delivery": {"host": "bitbucket"}}, "delivery.host: got 'bitbucket'; allowed: 'github'"),
        ({"delivery": {"repository": "a/b"}}, "delivery.host: missing"),
        ({"delivery": {**GITHUB, "url": "https://x"}}, "delivery.url: unknown key"),
        (
            {
                "delivery": {
                    "host": "gitlab",
                    "repository": "a/b",
                    "url": "https://git.example.com:8443",
                }
            },
            "delivery.url: got 'https://git.example.com:8443'; allowed: the URL of a GitLab "
            "instance without a port, which IAM does not take",
        ),
    ],
)
def test_what_cannot_be_delivered_is_refused(settings: dict[str, Any], problem: str) -> None:
    name = settings.pop("name", "dev")
    with pytest.raises(SettingsError, match=r"config/dev\.yaml") as caught:
        environment(name, **{"delivery": GITHUB, **settings})
    assert problem in str(caught.value)
