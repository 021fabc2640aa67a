"""Processing and profiles from Python: what is sent, what comes back, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from autogluon_client.environment.connection import Connection
from autogluon_client.errors import ExecutionFailedError
from autogluon_client.workflows.processing import (
    latest_training_data,
    process,
    profile,
    start_processing,
)
from tests.fakes.account import FakeAws
from tests.unit.cli.test_processing import PROCESSED, profiled
from tests.unit.cli.training_runs import add_training


@pytest.fixture
def aws(session: FakeAws) -> FakeAws:
    return session


@pytest.fixture
def connection(aws: FakeAws) -> Connection:
    return Connection("sandbox", aws)


def test_a_step_is_run_to_its_end(aws: FakeAws, connection: Connection) -> None:
    aws.states.finish("process", PROCESSED)
    done = process(connection, "income", "features", inputs={"raw": "s3://lake/raw/"})
    assert done.outputs["train"].endswith("/outputs/train/")
    assert done.files == {"train": 1200, "test": 1}
    assert aws.states.only_input("process") == {
        "predictor": "income",
        "step": "features",
        "inputs": {"raw": "s3://lake/raw/"},
    }


def test_a_frame_becomes_parquet(aws: FakeAws, connection: Connection) -> None:
    start_processing(connection, "income", inputs={"raw": pd.DataFrame({"a": [1]})})
    uri = aws.states.only_input("process")["inputs"]["raw"]
    assert uri.endswith("/raw.parquet")
    assert aws.s3.objects[uri].startswith(b"PAR1")


def test_no_arguments_are_other_than_the_settings(aws: FakeAws, connection: Connection) -> None:
    start_processing(connection, "income", arguments=[])
    assert aws.states.only_input("process")["arguments"] == []


def test_the_name_of_a_run_is_its_identity(aws: FakeAws, connection: Connection) -> None:
    first = start_processing(connection, "income", name="monday")
    again = start_processing(connection, "income", name="monday")
    assert first.arn == again.arn
    assert aws.states.only_input("process") == {"predictor": "income"}


def test_a_profile_returns_its_document(aws: FakeAws, connection: Connection) -> None:
    aws.states.finish("process", profiled(aws))
    found = profile(connection, "income", "s3://data/train.csv", test="s3://data/test.csv")
    assert found.profile.rows == 26_049
    assert found.page_uri.endswith("/profile.html")
    assert aws.states.only_input("process") == {
        "predictor": "income",
        "step": "profile",
        "inputs": {"data": "s3://data/train.csv", "test": "s3://data/test.csv"},
    }


def test_without_data_those_of_the_latest_training_count(
    aws: FakeAws, connection: Connection
) -> None:
    with pytest.raises(LookupError, match="no completed training run"):
        latest_training_data(connection, "income")
    add_training(aws, "monday", test_data="s3://data/b.csv")
    assert latest_training_data(connection, "income") == {
        "data": "s3://data/a.csv",
        "test": "s3://data/b.csv",
    }


def test_a_failed_script_raises_with_its_cause(aws: FakeAws, connection: Connection) -> None:
    aws.states.finish("process", ("ProcessingFailedError", "The script ended with exit code 1."))
    with pytest.raises(ExecutionFailedError, match="exit code 1"):
        process(connection, "income")
