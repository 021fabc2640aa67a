"""Looking at runs and versions from Python, judging a model, and stopping a run."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from autogluon_client import TabularCloudPredictor
from autogluon_client.errors import InvalidArgumentError, NotFitError, NotFoundError
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import ENDPOINT, LIVE_MODEL_PARAMETER, PACKAGE

_SCHEMA = {
    "version": 1,
    "label": "class",
    "problem_type": "binary",
    "classes": ["no", "yes"],
    "positive_class": "yes",
    "features": [{"name": "age", "kind": "int", "nullable": False}],
}


@pytest.fixture
def session(session: FakeAws) -> FakeAws:
    """Two training runs, and version 3 live at the endpoint, which answers `yes` from 40 on."""
    for name, score in (("monday", 0.9), ("tuesday", 0.8)):
        session.s3.objects[f"s3://artifacts/{name}.csv"] = (
            f"model,score_val\nGBM,{score}\n".encode()
        )
        session.s3.objects[f"s3://artifacts/{name}.html"] = b"<html>"
        output = {
            "leaderboard_uri": f"s3://artifacts/{name}.csv",
            "report_uri": f"s3://artifacts/{name}.html",
            "model_package_arn": PACKAGE,
            "metrics": {"roc_auc": score},
        }
        session.states.add_run("train", name, output=json.dumps(output))
    session.sagemaker.add_package(3)
    session.s3.objects["s3://artifacts/income/runs/job-3/report/feature_schema.json"] = json.dumps(
        _SCHEMA
    ).encode()
    session.ssm.values[LIVE_MODEL_PARAMETER] = PACKAGE

    def container(_: str, body: bytes) -> bytes:
        ages = [json.loads(line)["age"] for line in body.splitlines()]
        rows = [
            {"class": ["no", "yes"][age >= 40], "no_proba": 0.5, "yes_proba": 0.5} for age in ages
        ]
        return "\n".join(map(json.dumps, rows)).encode()

    session.runtime.container = container
    return session


def test_the_representation_names_what_is_attached(predictor: TabularCloudPredictor) -> None:
    assert repr(predictor) == "TabularCloudPredictor(predictor='income', environment='sandbox')"
    predictor.attach_job("monday")
    predictor.attach_endpoint(ENDPOINT)
    assert repr(predictor).endswith(f"run='monday', endpoint='{ENDPOINT}')")


def test_runs_and_versions_are_tables(predictor: TabularCloudPredictor) -> None:
    runs = predictor.runs()
    assert set(runs["name"]) == {"monday", "tuesday"}
    models = predictor.models()
    assert models[["version", "live"]].to_numpy().tolist() == [[3, True]]


def test_runs_are_compared_with_the_attached_one_first(predictor: TabularCloudPredictor) -> None:
    predictor.attach_job("tuesday")
    table = predictor.compare("monday")
    assert list(table.columns) == ["tuesday", "monday"]
    assert table.loc["roc_auc"].tolist() == [0.8, 0.9]
    assert table.loc["score of GBM"].tolist() == [0.8, 0.9]
    with pytest.raises(InvalidArgumentError, match="got no run"):
        TabularCloudPredictor(predictor="income", session=predictor._connection.session).compare()


def test_the_report_is_downloaded(predictor: TabularCloudPredictor, tmp_path: Path) -> None:
    predictor.attach_job("monday")
    assert Path(predictor.report()).read_bytes() == b"<html>"
    assert predictor.report(tmp_path / "mine.html") == str(tmp_path / "mine.html")


def test_a_run_can_be_stopped_once(predictor: TabularCloudPredictor, session: FakeAws) -> None:
    with pytest.raises(NotFitError):
        predictor.stop()
    arn = session.states.add_run("train", "friday", status="RUNNING")
    predictor.stop("friday")
    assert session.states.stopped == [arn]
    with pytest.raises(InvalidArgumentError, match="already ended"):
        predictor.stop("monday")


def test_the_attached_endpoint_is_scored(predictor: TabularCloudPredictor) -> None:
    predictor.attach_endpoint(ENDPOINT)
    rows = pd.DataFrame({"age": [20, 45, 50], "class": ["no", "yes", "no"]})
    assert predictor.evaluate(rows)["accuracy"] == pytest.approx(2 / 3)
    assert predictor.input_schema()["items"]["required"] == ["age"]


def test_a_version_that_does_not_exist_is_named(predictor: TabularCloudPredictor) -> None:
    with pytest.raises(NotFoundError, match="no model version '7'; versions: 3"):
        predictor.evaluate(pd.DataFrame({"age": [1], "class": ["no"]}), model=7)
