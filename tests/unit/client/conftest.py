"""A cloud predictor over an account in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from autogluon_client import TabularCloudPredictor
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import PACKAGE, spec


@pytest.fixture
def session() -> FakeAws:
    """An account that serves `income` and has a predictor without an endpoint."""
    found = FakeAws(spec(), spec(name="unserved", endpoint=None))
    found.sagemaker.add_endpoint()
    return found


@pytest.fixture
def predictor(session: FakeAws, tmp_path: Path) -> TabularCloudPredictor:
    return TabularCloudPredictor(tmp_path / "out", predictor="income", session=session, verbosity=0)


@pytest.fixture
def trained(session: FakeAws) -> FakeAws:
    """An account whose Train executions succeed."""
    session.s3.objects["s3://artifacts/metrics.json"] = b'{"versions": {"autogluon": "1.6.3"}}'
    session.states.finish(
        "train",
        {
            "model_package_arn": PACKAGE,
            "artifact_uri": "s3://artifacts/model.tar.gz",
            "metrics_uri": "s3://artifacts/metrics.json",
            "leaderboard_uri": "s3://artifacts/leaderboard.csv",
            "decision": "Approved",
            "reason": "good",
        },
    )
    return session
