"""A run outlives the process that started it: everything is found again by its name."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
import pytest

from autogluon_client import TabularCloudPredictor
from autogluon_client.errors import (
    ExecutionFailedError,
    InvalidArgumentError,
    MissingPackageError,
    NotFitError,
    NotSupportedError,
    RunNotFoundError,
)
from autogluon_contracts.names import job_name
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import MACHINES, PACKAGE, SPEC_PARAMETER, spec

TRAIN = "s3://data/train.csv"


@pytest.fixture
def lost(session: FakeAws) -> FakeAws:
    """Another process started the run `monday` and is gone."""
    TabularCloudPredictor(predictor="income", session=session, verbosity=0).fit(
        TRAIN, job_name="monday", wait=False
    )
    return session


def test_the_job_says_which_predictor_it_trains(lost: FakeAws) -> None:
    predictor = TabularCloudPredictor(session=lost, verbosity=0)
    predictor.attach_job("monday", wait=False)
    assert (predictor.predictor, predictor.get_fit_job_status()) == ("income", "InProgress")


def test_a_job_of_another_predictor_is_refused(lost: FakeAws) -> None:
    predictor = TabularCloudPredictor(predictor="unserved", session=lost, verbosity=0)
    with pytest.raises(InvalidArgumentError, match="predictor='income'"):
        predictor.attach_job("monday", wait=False)


def test_an_arn_is_a_name_too_but_only_of_the_right_state_machine(lost: FakeAws) -> None:
    predictor = TabularCloudPredictor(session=lost, verbosity=0)
    arn = MACHINES["train"].replace(":stateMachine:", ":execution:") + ":monday"
    predictor.attach_job(arn, wait=False)
    with pytest.raises(InvalidArgumentError, match="allowed"):
        predictor.attach_job(arn.replace("-train:", "-promote:"), wait=False)


def test_the_name_that_the_sagemaker_console_shows_is_a_name_too(session: FakeAws) -> None:
    TabularCloudPredictor(predictor="income", session=session, verbosity=0).fit(TRAIN, wait=False)
    (arn,) = session.states.executions
    predictor = TabularCloudPredictor(session=session, verbosity=0)
    predictor.attach_job(job_name("income", arn), wait=False)
    assert predictor.info()["fit_job"]["name"] == arn.rpartition(":")[2]
    with pytest.raises(RunNotFoundError):
        predictor.attach_job("income-another-0a1b2c3d", wait=False)


def test_a_name_that_nobody_used_says_how_to_list_those_there_are(lost: FakeAws) -> None:
    with pytest.raises(RunNotFoundError, match="aws stepfunctions list-executions"):
        TabularCloudPredictor(session=lost).attach_job("tuesday")


def test_a_failed_job_raises_its_cause_and_stays_attached(lost: FakeAws) -> None:
    lost.states.finish("train", ("TrainingFailedError", "out of memory"))
    predictor = TabularCloudPredictor(session=lost, verbosity=0)
    with pytest.raises(ExecutionFailedError, match="out of memory"):
        predictor.attach_job("monday")
    assert predictor.get_fit_job_status() == "Failed"
    assert predictor.get_fit_job_output_path() is None


def test_a_saved_predictor_holds_names_only_and_loads(
    predictor: TabularCloudPredictor, trained: FakeAws, tmp_path: Path
) -> None:
    predictor.fit(TRAIN, job_name="monday")
    predictor.predict("s3://data/test.csv", job_name="batch-1", wait=False)
    predictor.attach_endpoint("autogluon-sandbox-income")
    predictor.save()
    saved = json.loads((tmp_path / "out" / "CloudPredictor.json").read_text())
    assert saved["fit_job"] == "monday"
    loaded = TabularCloudPredictor.load(tmp_path / "out", verbosity=0, session=trained)
    assert loaded.info() == predictor.info()


@pytest.mark.parametrize("text", [None, "{}", '{"version": 2}', "not json"])
def test_a_folder_without_a_readable_predictor_says_what_to_do(
    tmp_path: Path, text: str | None
) -> None:
    if text is not None:
        (tmp_path / "CloudPredictor.json").write_text(text)
    with pytest.raises(InvalidArgumentError, match="by name"):
        TabularCloudPredictor.load(tmp_path)


def test_info_has_the_documented_keys_before_and_after(
    predictor: TabularCloudPredictor, trained: FakeAws
) -> None:
    empty = predictor.info()
    assert empty["fit_job"] == {
        "name": None,
        "status": "NotCreated",
        "framework_version": None,
        "artifact_path": None,
    }
    assert (empty["recent_transform_job"], empty["endpoint"]) == (None, None)
    predictor.fit(TRAIN, job_name="monday")
    predictor.predict("s3://data/test.csv", job_name="batch-1", wait=False)
    info = predictor.info()
    assert info["fit_job"] == {
        "name": "monday",
        "status": "Completed",
        "framework_version": "1.6.3",
        "artifact_path": "s3://artifacts/model.tar.gz",
    }
    assert info["recent_transform_job"] == {
        "name": "batch-1",
        "status": "InProgress",
        "result_path": None,
    }
    assert info["transform_jobs"] == ["batch-1"]
    assert info["cloud_output_path"] == "s3://data/income/uploads"


def test_a_run_keeps_the_version_that_trained_it_when_the_environment_gets_another_one(
    predictor: TabularCloudPredictor, trained: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained.ssm.values[SPEC_PARAMETER] = spec(framework_version="1.7.0")
    predictor.fit(TRAIN)
    assert predictor.info()["fit_job"]["framework_version"] == "1.6.3"
    monkeypatch.setitem(sys.modules, "autogluon.tabular", None)
    with pytest.raises(MissingPackageError, match=r"autogluon\.tabular\[all\]==1\.6\.3"):
        predictor.to_local_predictor()


def test_calls_that_need_a_job_say_so_when_there_is_none(predictor: TabularCloudPredictor) -> None:
    assert predictor.get_fit_job_status() == "NotCreated"
    for name in (None, "never-started"):
        assert predictor.get_batch_inference_job_status(name) == "NotCreated"
        assert predictor.get_batch_inference_job_info(name) is None
    for call in (
        predictor.download_trained_predictor,
        predictor.download_predict_results,
        predictor.get_fit_predict_results,
    ):
        with pytest.raises(NotFitError, match=r"Call \w+\("):
            call()


def test_the_leaderboard_is_a_frame_and_empty_until_the_job_has_completed(
    predictor: TabularCloudPredictor, trained: FakeAws
) -> None:
    trained.s3.objects["s3://artifacts/leaderboard.csv"] = b"model,score_val\nGBM,0.9\n"
    assert predictor.leaderboard().empty
    done = trained.states.endings
    trained.states.endings = {}
    predictor.fit(TRAIN, wait=False)
    assert predictor.leaderboard().empty
    trained.states.endings = done
    expected = pd.DataFrame({"model": ["GBM"], "score_val": [0.9]})
    pd.testing.assert_frame_equal(predictor.leaderboard(), expected)


def test_a_saved_predictor_remembers_its_role_and_how_much_to_print(
    session: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "quiet"
    quiet = TabularCloudPredictor(path, role="arn:other", verbosity=0, predictor="income")
    quiet.save()
    loaded = TabularCloudPredictor.load(path, session=session)
    loaded.save()
    assert capsys.readouterr().out == ""
    with pytest.raises(
        NotSupportedError, match="got arn:other, but jobs run under the deployed role"
    ):
        loaded.fit(TRAIN)
    TabularCloudPredictor.load(path, verbosity=1, session=session).save()
    assert "Saved; load it with" in capsys.readouterr().out


def test_deploy_joins_a_promotion_that_is_under_way(
    predictor: TabularCloudPredictor, trained: FakeAws
) -> None:
    predictor.fit(TRAIN, job_name="monday")
    predictor.deploy(wait=False)
    assert trained.states.only_input("promote") == {"predictor": "income", "model": PACKAGE}
    other = TabularCloudPredictor(session=trained, verbosity=0)
    other.attach_job("monday")
    other.deploy(wait=False)
    assert trained.states.only_input("promote")["model"] == PACKAGE  # still one
    assert other.endpoint_name == "autogluon-sandbox-income"
