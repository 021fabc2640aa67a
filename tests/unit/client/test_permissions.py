"""The documents of a person's role are derived from the deployment."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autogluon_client import TabularCloudPredictor
from autogluon_client.errors import InvalidArgumentError, NotSupportedError
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import ACCOUNT, KEY_ARN, MACHINES


def test_both_documents_name_what_is_deployed_and_no_wildcard_action(
    session: FakeAws, tmp_path: Path
) -> None:
    files = TabularCloudPredictor.generate_default_permission(
        backend="sagemaker",
        account_id=ACCOUNT,
        cloud_output_bucket="data",
        output_path=tmp_path,
        session=session,
    )
    trust = json.loads(Path(files["trust_relationship"]).read_text())
    assert trust["Statement"][0]["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    statements = json.loads(Path(files["iam_policy"]).read_text())["Statement"]
    resources = [resource for entry in statements for resource in entry["Resource"]]
    # The Service Authorization Reference has no resource for it.
    wide = [entry["Action"] for entry in statements if "*" in entry["Resource"]]
    assert wide == [["cloudwatch:GetMetricStatistics"]]
    assert not [name for entry in statements for name in entry["Action"] if "*" in name]
    assert set(MACHINES.values()) <= set(resources)
    assert KEY_ARN in resources
    assert "iam:PassRole" not in json.dumps(statements)


@pytest.mark.parametrize(
    "wrong", [{"account_id": "999900001111"}, {"cloud_output_bucket": "my-bucket"}]
)
def test_what_is_not_deployed_is_refused(
    session: FakeAws, tmp_path: Path, wrong: dict[str, str]
) -> None:
    with pytest.raises(InvalidArgumentError, match=f"{next(iter(wrong))}: got .*Leave it out"):
        TabularCloudPredictor.generate_default_permission(
            output_path=tmp_path, session=session, **wrong
        )
    assert not list(tmp_path.iterdir())


def test_another_backend_is_refused(session: FakeAws) -> None:
    with pytest.raises(NotSupportedError, match=r"ray_aws.*training\.instance_count"):
        TabularCloudPredictor.generate_default_permission(backend="ray_aws", session=session)
