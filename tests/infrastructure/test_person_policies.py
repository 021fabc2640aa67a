"""What the client writes for people fits what is deployed, and IAM's limits."""

import json
from collections.abc import Callable
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from autogluon_client.environment.deployment import Deployment
from autogluon_constructs.settings import Environment, parse_environment
from autogluon_contracts import names
from autogluon_contracts.policies.client_policy import permission_document
from autogluon_contracts.policies.person_policy import LONGEST_MANAGED_POLICY, person_policy
from tests.infrastructure.conftest import Templates
from tests.infrastructure.templates import of_type, resolved

MOST_PREDICTORS = 500


@pytest.fixture(scope="module")
def settings() -> Environment:
    predictors = {
        f"{'p' * 26}-{n:03d}": {"init_args": {"label": "y"}} for n in range(MOST_PREDICTORS)
    }
    return parse_environment("e" * 20, {"predictors": predictors}, file="config/e.yaml")


@pytest.fixture(scope="module")
def deployment(synthesize: Callable[[Environment], Templates], settings: Environment) -> Deployment:
    """The largest environment, as the client reads it."""
    values = {
        found["Properties"]["Name"]: resolved(found["Properties"]["Value"])
        for found in of_type(synthesize(settings)["Workflows"], "AWS::SSM::Parameter").values()
    }
    ssm = SimpleNamespace(get_parameter=lambda Name: {"Parameter": {"Value": values[Name]}})  # noqa: N803
    found = Deployment.load(SimpleNamespace(client=lambda _: ssm), settings.name)
    # CloudFormation knows its ARN; the client takes account and partition from it.
    role = f"arn:aws-us-gov:iam::{'1' * 12}:role/{'r' * 64}"
    return replace(found, training_role_arn=role)


@pytest.mark.parametrize(
    "document",
    [
        permission_document,
        person_policy,
        partial(person_policy, may_delete=True),
        partial(person_policy, may_import=True),
    ],
)
def test_a_policy_is_no_longer_than_iam_takes_for_the_most_predictors(
    deployment: Deployment, document: Callable[[Deployment], dict[str, Any]]
) -> None:
    assert len(deployment.predictors) == MOST_PREDICTORS
    text = json.dumps(document(deployment), separators=(",", ":"))
    assert len(text) < LONGEST_MANAGED_POLICY


def test_what_people_may_do_covers_the_names_that_the_stacks_give(
    deployment: Deployment, settings: Environment
) -> None:
    allowed = {entry["Sid"]: entry["Resource"] for entry in person_policy(deployment)["Statement"]}
    for predictor in settings.predictors:
        group = names.model_package_group(settings.name, predictor)
        for sid, name in (
            ("InvokeEndpoints", f"endpoint/{names.endpoint(settings.name, predictor)}"),
            ("ReadModels", f"model-package-group/{group}"),
            ("DescribeModels", f"model-package/{group}/7"),
        ):
            assert any(fnmatchcase(name, arn.split(":", 5)[5]) for arn in allowed[sid])
