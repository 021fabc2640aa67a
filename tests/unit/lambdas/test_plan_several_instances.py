"""Planning runs on several instances: the request, the job's file, and every refusal."""

from typing import Any

import pytest

from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.logic.tuning.plan import TuningPlanner
from autogluon_lambdas.models.errors import InvalidInputError
from tests.fakes.lambda_environment import ENVIRONMENT, planner_event, validated
from tests.fakes.lambda_ports import FakePredictors, FakeRegistry, FakeTrainingJobs
from tests.fakes.sandbox import spec
from tests.fakes.store import FakeStore

TRAIN = "s3://data-bucket/income/train.csv"
ROWS = "age,workclass,class\n48,Private,<=50K\n30,Private,>50K\n"
BAGGED = {"num_bag_folds": 8, "hyperparameters": {"GBM": {}}}
NUM_LEAVES = {"type": "integer", "min": 8, "max": 64}
TUNING = {"ranges": {"fit_args.hyperparameters.GBM.num_leaves": NUM_LEAVES}, "max_jobs": 2}


def _spec(count: int = 2, **changes: Any) -> dict[str, Any]:
    training = {**spec()["training"], "instance_count": count}
    return spec(**{"training": training, "fit_args": BAGGED, "network_isolation": False, **changes})


def _plan(count: int = 2, **values: Any) -> tuple[dict[str, Any], TrainingJobConfig]:
    store = FakeStore({TRAIN: ROWS})
    planner = TrainingPlanner(
        ENVIRONMENT, FakePredictors(_spec(count)), store, FakeRegistry(), FakeTrainingJobs()
    )
    answer = planner.plan(planner_event({"predictor": "income", "train_data": TRAIN, **values}))
    text = store.text(f"{answer['run']['folder']}config/job.json")
    return answer, TrainingJobConfig.from_text(text)


def test_instances_exchange_folds_by_encrypted_traffic_and_s3() -> None:
    answer, job = _plan()

    request = validated("CreateTrainingJob", answer["request"])
    assert answer["integration"] == "sdk"
    assert request["ResourceConfig"]["InstanceCount"] == 2
    assert request["EnableInterContainerTrafficEncryption"] is True
    assert job.folds == f"s3://artifact-bucket/_folds/income/{request['TrainingJobName']}/"
    assert job.instances is not None
    assert str(job.instances) == "2 x ml.m5.2xlarge"
    assert [each["ResourceConfig"]["InstanceCount"] for each in answer["ladder"]["resources"]] == [
        2
    ]


def test_a_run_may_ask_for_one() -> None:
    answer, job = _plan(instance_count=1)

    assert answer["integration"] == "optimised"
    assert "EnableInterContainerTrafficEncryption" not in answer["request"]
    assert job.folds is None


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"instance_count": 3}, 'got 3; allowed for predictor "income": at most 2'),
        ({"fit_args": {"num_bag_folds": 0}}, "got 2 with fit_args.num_bag_folds 0"),
        ({"fit_args": {"fit_strategy": "parallel"}}, "got 2 with fit_args.fit_strategy 'parallel'"),
    ],
)
def test_what_several_instances_cannot_do_is_refused(values: dict[str, Any], part: str) -> None:
    with pytest.raises(InvalidInputError, match=r"input\.instance_count: ") as caught:
        _plan(**values)
    assert part in str(caught.value)


def test_wrong_arguments_come_first() -> None:
    with pytest.raises(InvalidInputError) as caught:
        _plan(fit_args={"num_bag_folds": 1})
    assert "instance_count" not in str(caught.value)


def _tune(**values: Any) -> dict[str, Any]:
    predictors = FakePredictors(_spec(tuning=TUNING))
    planner = TuningPlanner(ENVIRONMENT, predictors, FakeStore({TRAIN: ROWS}), FakeTrainingJobs())
    asked = {"predictor": "income", "train_data": TRAIN, **values}
    return planner.plan(planner_event(asked))


def test_each_trial_has_one_instance() -> None:
    definition = _tune()["request"]["TrainingJobDefinition"]

    assert definition["ResourceConfig"]["InstanceCount"] == 1
    assert "EnableInterContainerTrafficEncryption" not in definition


def test_trials_of_several_instances_are_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"input\.instance_count: got 2; a trial has one"):
        _tune(instance_count=2)
