"""Tests of telling an AWS on this machine from one that bills."""

from __future__ import annotations

import pytest

from autogluon_cli.deployment import cdk
from autogluon_cli.framework.local_endpoint import is_local

LOCAL = ["http://localhost:4566", "http://127.0.0.1:4567"]
OTHERS = ["", "https://sts.eu-west-1.amazonaws.com", "https://localhost.example.com"]


@pytest.mark.parametrize("endpoint", LOCAL)
def test_the_embedded_aws_checks_templates_itself(endpoint: str) -> None:
    assert is_local(endpoint)
    assert cdk._complete({"AWS_ENDPOINT_URL": endpoint})["CDK_VALIDATION"] == "false"


@pytest.mark.parametrize("endpoint", OTHERS)
def test_what_goes_to_an_account_is_validated(endpoint: str) -> None:
    assert not is_local(endpoint)
    assert "CDK_VALIDATION" not in cdk._complete({"AWS_ENDPOINT_URL": endpoint})


def test_who_asks_for_validation_gets_it() -> None:
    given = {"AWS_ENDPOINT_URL": LOCAL[0], "CDK_VALIDATION": "true"}

    assert cdk._complete(given)["CDK_VALIDATION"] == "true"
