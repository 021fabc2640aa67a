"""Tuning from Python: the run, its trials, and how far it is."""

from __future__ import annotations

import pytest

from autogluon_client import TabularCloudPredictor
from autogluon_client.errors import NotFitError, NotSupportedError
from autogluon_client.executions.job_progress import TuningProgress
from autogluon_contracts.names import tuning_job_name
from tests.fakes.account import FakeAws
from tests.fakes.sandbox import DEPLOYMENT_PARAMETER, PACKAGE

TRAIN = "s3://data/train.csv"


def _predictor(session: FakeAws) -> TabularCloudPredictor:
    return TabularCloudPredictor(predictor="income", session=session, verbosity=0)


def test_a_tuning_run_is_found_again_with_its_trials(session: FakeAws) -> None:
    _predictor(session).tune(TRAIN, max_jobs=3, job_name="search", wait=False)
    assert session.states.only_input("tune") == {
        "predictor": "income", "train_data": TRAIN, "max_jobs": 3, "promote": False,
    }  # fmt: skip
    (arn,) = session.states.executions
    session.states.finish("tune", {"model_package_arn": PACKAGE, "decision": "Approved"})
    key = f"s3://artifacts/income/runs/{tuning_job_name('income', arn)}/report/trials.csv"
    session.s3.objects[key] = b"trial,objective,fit_args.x\none,0.5,2\n"

    predictor = _predictor(session)
    predictor.attach_job("search")

    assert predictor.is_fit
    trials = predictor.analytics()
    assert list(trials.columns) == ["trial", "objective", "fit_args.x"]
    assert trials.iloc[0].tolist() == ["one", 0.5, 2]


def test_a_saved_predictor_remembers_that_its_run_is_a_search(
    session: FakeAws, tmp_path: object
) -> None:
    predictor = TabularCloudPredictor(
        str(tmp_path), predictor="income", session=session, verbosity=0
    )
    predictor.tune(TRAIN, job_name="search", wait=False)
    predictor.save(silent=True)
    loaded = TabularCloudPredictor.load(str(tmp_path), session=session)
    assert loaded.get_fit_job_status() == "InProgress"
    assert loaded.analytics().empty


def test_a_training_run_has_no_trials(session: FakeAws) -> None:
    predictor = _predictor(session)
    predictor.fit(TRAIN, job_name="monday", wait=False)
    with pytest.raises(NotFitError, match="has no trials"):
        predictor.analytics()


def test_an_environment_of_an_earlier_release_cannot_tune(session: FakeAws) -> None:
    del session.ssm.values[DEPLOYMENT_PARAMETER]["state_machines"]["tune"]
    with pytest.raises(NotSupportedError, match="without tuning"):
        _predictor(session).tune(TRAIN)
    assert _predictor(session).runs().empty


def test_progress_counts_trials_and_names_the_best(session: FakeAws) -> None:
    progress = TuningProgress(session.sagemaker, "job")
    assert progress.summary() == ""
    session.sagemaker.jobs["job"] = {
        "TrainingJobStatusCounters": {"Completed": 2, "InProgress": 3, "NonRetryableError": 1},
        "HyperParameterTuningJobConfig": {"ResourceLimits": {"MaxNumberOfTrainingJobs": 12}},
        "BestTrainingJob": {"FinalHyperParameterTuningJobObjectiveMetric": {"Value": 0.93271}},
    }
    assert (
        progress.summary() == "3 of 12 trials ended, 3 running, the best has the objective 0.9327"
    )
    session.permissions.denied.add("sagemaker:DescribeHyperParameterTuningJob")
    assert progress.summary() == ""
    assert "needs the permission sagemaker:Describe" in progress.summary()
