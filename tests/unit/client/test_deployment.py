"""The environment's description, written by this version of the project or by another one."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from autogluon_client.environment.connection import Connection
from autogluon_client.environment.deployment import Deployment
from autogluon_client.errors import NotDeployedError, VersionMismatchError
from autogluon_contracts.document import completed
from autogluon_contracts.documents.predictor_spec import PredictorSpec
from autogluon_contracts.documents.spec_parameter import LONGEST_VALUE, SpecParts
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import DEPLOYMENT_PARAMETER, deployment, spec

DEPLOYMENT = deployment("income", "unserved")


def test_a_field_that_a_later_version_added_is_left_out(session: FakeAws) -> None:
    expected = Deployment.load(session, "sandbox")
    session.ssm.values[DEPLOYMENT_PARAMETER] = {**DEPLOYMENT, "pipeline_arn": "arn:new"}
    assert Deployment.load(session, "sandbox") == expected


@pytest.mark.parametrize(
    ("description", "found"),
    [
        ({**DEPLOYMENT, "version": 2}, "version: got 2"),
        ({k: v for k, v in DEPLOYMENT.items() if k != "version"}, "version: got"),
        (
            {k: v for k, v in DEPLOYMENT.items() if k != "kms_key_arn"},
            "kms_key_arn: missing",
        ),
    ],
)
def test_a_description_of_another_version_names_the_deployment_that_fixes_it(
    session: FakeAws, description: dict[str, Any], found: str
) -> None:
    session.ssm.values[DEPLOYMENT_PARAMETER] = description
    with pytest.raises(VersionMismatchError) as caught:
        Deployment.load(session, "sandbox")
    assert found in str(caught.value)
    assert "`cdk deploy --all -c environment=sandbox`" in str(caught.value)
    assert isinstance(caught.value, NotDeployedError)  # `agcdk` answers both by `agcdk deploy`


def test_a_spec_in_parts_is_put_together(session: FakeAws) -> None:
    long = spec(fit_args={"hyperparameters": "x" * LONGEST_VALUE})
    text = json.dumps({**long, "image_uri": "-", "inference_image_uri": "-"})
    where = SpecParts(
        digest=hashlib.sha256(text.encode()).hexdigest()[:16],
        parts=2,
        image_uri="image",
        inference_image_uri="inference",
    )
    folder = "/autogluon/sandbox/predictors/income"
    session.ssm.values[f"{folder}/spec"] = where.to_text()
    for number, name in enumerate(where.names()):
        part = text[number * LONGEST_VALUE : (number + 1) * LONGEST_VALUE]
        session.ssm.values[f"{folder}/{name}"] = part
    found = Connection("sandbox", session).spec("income")
    images = {"image_uri": "image", "inference_image_uri": "inference"}
    assert found == completed(PredictorSpec, {**long, **images})
