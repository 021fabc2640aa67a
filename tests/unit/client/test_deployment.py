"""The environment's description, written by this version of the project or by another one."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_client.environment.deployment import Deployment
from autogluon_client.errors import NotDeployedError, VersionMismatchError
from tests.unit.client.fakes import DEPLOYMENT, FakeSession

NAME = "/autogluon/sandbox/deployment"


def test_a_field_that_a_later_version_added_is_left_out(session: FakeSession) -> None:
    expected = Deployment.load(session, "sandbox")
    session.ssm.values[NAME] = {**DEPLOYMENT, "pipeline_arn": "arn:new"}
    assert Deployment.load(session, "sandbox") == expected


@pytest.mark.parametrize(
    ("description", "found"),
    [
        ({**DEPLOYMENT, "version": 2}, "has version 2,"),
        ({k: v for k, v in DEPLOYMENT.items() if k != "version"}, "has version None,"),
        (
            {k: v for k, v in DEPLOYMENT.items() if k != "kms_key_arn"},
            "has version 1 without kms_key_arn,",
        ),
    ],
)
def test_a_description_of_another_version_names_the_deployment_that_fixes_it(
    session: FakeSession, description: dict[str, Any], found: str
) -> None:
    session.ssm.values[NAME] = description
    with pytest.raises(VersionMismatchError) as caught:
        Deployment.load(session, "sandbox")
    assert found in str(caught.value)
    assert "`cdk deploy --all -c environment=sandbox`" in str(caught.value)
    assert isinstance(caught.value, NotDeployedError)  # `agcdk` answers both by `agcdk deploy`
