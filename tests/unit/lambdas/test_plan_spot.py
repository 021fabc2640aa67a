"""Planning runs on spot instances, runs that keep checkpoints, and runs that continue another."""

from datetime import UTC, datetime
from typing import Any

import pytest

from autogluon_contracts.documents.mirrored_weights import MirroredFile, MirroredWeights
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_contracts.names import job_name
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.logic.tuning.plan import TuningPlanner
from autogluon_lambdas.models.errors import InvalidInputError
from tests.fakes.lambda_environment import ENVIRONMENT, EXECUTION_ARN, planner_event, validated
from tests.fakes.lambda_ports import FakePredictors, FakeRegistry, FakeTrainingJobs
from tests.fakes.sandbox import spec
from tests.fakes.store import FakeStore

TRAIN = "s3://data-bucket/income/train.csv"
ROWS = "age,workclass,class\n48,Private,<=50K\n30,Private,>50K\n"
SPOT = {"max_wait_seconds": 7200}
EARLIER_ARN = f"{EXECUTION_ARN.rpartition(':')[0]}:stopped"
EARLIER = job_name("income", EARLIER_ARN)
JOB_FILE = f"s3://artifact-bucket/income/runs/{EARLIER}/config/job.json"
MITRA_RECORD = "s3://artifact-bucket/weights/records/mitra-classifier.json"
CHECKPOINT = f"s3://artifact-bucket/_checkpoints/income/{EARLIER}/"


def _planner(store: FakeStore | None = None, spot: Any = SPOT, **training: Any) -> TrainingPlanner:
    section = {**spec()["training"], **training, **({} if spot is None else {"spot": spot})}
    predictors = FakePredictors(spec(training=section))
    return TrainingPlanner(
        ENVIRONMENT,
        predictors,
        store or FakeStore({TRAIN: ROWS}),
        FakeRegistry(),
        FakeTrainingJobs(),
    )


def _plan(planner: TrainingPlanner, arn: str = EXECUTION_ARN, **values: Any) -> dict[str, Any]:
    asked = {"predictor": "income", "train_data": TRAIN, **values}
    return planner.plan(planner_event(asked, arn=arn))


def _job(planner: TrainingPlanner, answer: dict[str, Any]) -> TrainingJobConfig:
    assert isinstance(planner.store, FakeStore)
    text = planner.store.text(f"{answer['run']['folder']}config/job.json")
    return TrainingJobConfig.from_text(text)


def test_a_spot_job_keeps_its_models_and_may_wait() -> None:
    planner = _planner()

    answer = _plan(planner)

    request = validated("CreateTrainingJob", answer["request"])
    name = request["TrainingJobName"]
    assert request["EnableManagedSpotTraining"] is True
    assert request["StoppingCondition"] == {
        "MaxRuntimeInSeconds": 3600,
        "MaxWaitTimeInSeconds": 7200,
    }
    assert request["CheckpointConfig"] == {
        "S3Uri": f"s3://artifact-bucket/_checkpoints/income/{name}",
        "LocalPath": "/opt/ml/checkpoints",
    }
    job = _job(planner, answer)
    assert (job.checkpoints, job.on_spot, job.continued) == (True, True, None)


def test_a_run_may_ask_for_on_demand_instances_and_keeps_its_models_all_the_same() -> None:
    planner = _planner()

    answer = _plan(planner, on_demand=True)

    assert "EnableManagedSpotTraining" not in answer["request"]
    assert answer["request"]["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600}
    assert "CheckpointConfig" in answer["request"]
    assert _job(planner, answer).on_spot is False


def test_without_the_settings_nothing_is_kept() -> None:
    planner = _planner(spot=None)

    answer = _plan(planner)

    assert "CheckpointConfig" not in answer["request"]
    assert _job(planner, answer).checkpoints is False


@pytest.mark.parametrize("then_on_demand", [False, True])
def test_all_types_are_tried_as_spot_instances_before_any_at_its_full_price(
    then_on_demand: bool,
) -> None:
    planner = _planner(
        spot={**SPOT, "then_on_demand": then_on_demand}, fallback_instance_types=["ml.m5.4xlarge"]
    )

    answer = _plan(planner)

    requests = [{**answer["request"], **changed} for changed in answer["ladder"]["resources"]]
    on_demand = [("ml.m5.2xlarge", False, None), ("ml.m5.4xlarge", False, None)]
    assert [
        (
            request["ResourceConfig"]["InstanceType"],
            request["EnableManagedSpotTraining"],
            request["StoppingCondition"].get("MaxWaitTimeInSeconds"),
        )
        for request in requests
    ] == [
        ("ml.m5.2xlarge", True, 7200),
        ("ml.m5.4xlarge", True, 7200),
        *(on_demand if then_on_demand else []),
    ]
    assert len({request["CheckpointConfig"]["S3Uri"] for request in requests}) == 1
    for request in requests:
        validated("CreateTrainingJob", request)


def test_a_run_that_would_keep_nothing_is_refused() -> None:
    with pytest.raises(
        InvalidInputError, match=r"keeps checkpoints, and the run has fit_args\.fit_"
    ):
        _plan(_planner(), fit_args={"fit_strategy": "parallel"})


def test_trials_run_on_spot_instances_and_begin_again_after_an_interruption() -> None:
    leaves = {"type": "integer", "min": 8, "max": 64}
    tuning = {
        "ranges": {"fit_args.hyperparameters.GBM.num_leaves": leaves},
        "max_jobs": 2,
        "max_parallel_jobs": 1,
    }
    training = {**spec()["training"], "spot": SPOT}
    store = FakeStore({TRAIN: ROWS})
    predictors = FakePredictors(spec(tuning=tuning, training=training))
    planner = TuningPlanner(ENVIRONMENT, predictors, store, FakeTrainingJobs())
    asked = {"predictor": "income", "train_data": TRAIN}

    answer = planner.plan(planner_event(asked))

    request = validated("CreateHyperParameterTuningJob", answer["request"])
    trial = request["TrainingJobDefinition"]
    assert trial["EnableManagedSpotTraining"] is True
    assert trial["StoppingCondition"]["MaxWaitTimeInSeconds"] == 7200
    assert "CheckpointConfig" not in trial
    text = store.text(f"{answer['run']['folder']}config/job.json")
    assert TrainingJobConfig.from_text(text).checkpoints is False
    with pytest.raises(InvalidInputError, match="a search has no checkpoint to continue"):
        planner.plan(planner_event({**asked, "continue_run": "stopped"}))


# Runs that continue another


def _after_a_stopped_run(**values: Any) -> FakeStore:
    """Return what a run left that was stopped when it had kept a model."""
    store = FakeStore({TRAIN: ROWS})
    _plan(_planner(store), EARLIER_ARN, **values)
    store.put(f"{CHECKPOINT}checkpoint.json", "{}")
    return store


def test_a_run_continues_another_one_from_a_channel() -> None:
    planner = _planner(_after_a_stopped_run())

    answer = _plan(planner, continue_run="stopped", fit_args={"time_limit": 90}, on_demand=True)

    request = validated("CreateTrainingJob", answer["request"])
    channels = {
        each["ChannelName"]: each["DataSource"]["S3DataSource"]["S3Uri"]
        for each in request["InputDataConfig"]
    }
    assert channels["checkpoint"] == CHECKPOINT
    assert request["CheckpointConfig"]["S3Uri"].endswith(request["TrainingJobName"])
    assert _job(planner, answer).continued == "stopped"


@pytest.mark.parametrize(
    ("values", "changed"),
    [
        ({"fit_args": {"presets": "best_quality"}}, "fit_args"),
        ({"init_args": {"eval_metric": "accuracy"}}, "init_args"),
        ({"tuning_data": TRAIN}, "tuning_data"),
        ({"train_data": "s3://data-bucket/income/other.csv"}, "train_data"),
    ],
)
def test_a_run_with_other_data_or_arguments_is_refused(
    values: dict[str, Any], changed: str
) -> None:
    store = _after_a_stopped_run()
    store.put("s3://data-bucket/income/other.csv", ROWS)
    section = {**spec()["training"], "spot": SPOT}
    planner = TrainingPlanner(
        ENVIRONMENT,
        FakePredictors(spec(training=section, quality_gate=None)),
        store,
        FakeRegistry(),
        FakeTrainingJobs(),
    )
    before = store.uris()

    with pytest.raises(InvalidInputError) as caught:
        _plan(planner, continue_run="stopped", **values)

    assert str(caught.value) == (
        f'input.continue_run: run "stopped" trained other models: {changed} changed. Continue it '
        "with the data and arguments that it had, or leave continue_run out."
    )
    assert store.uris() == before


def test_weights_that_were_mirrored_anew_are_refused() -> None:
    mitra = {"hyperparameters": {"MITRA": {}}}
    store = FakeStore({TRAIN: ROWS})
    store.put(MITRA_RECORD, _mitra("1").to_text())
    predictors = FakePredictors(
        spec(
            training={**spec()["training"], "spot": SPOT},
            fit_args=mitra,
            weights=["mitra-classifier"],
        )
    )
    planner = TrainingPlanner(ENVIRONMENT, predictors, store, FakeRegistry(), FakeTrainingJobs())
    _plan(planner, EARLIER_ARN)
    store.put(f"{CHECKPOINT}checkpoint.json", "{}")
    _plan(planner, continue_run="stopped")
    store.put(MITRA_RECORD, _mitra("2").to_text())

    with pytest.raises(InvalidInputError, match='run "stopped" trained other models: weights ch'):
        _plan(planner, f"{EXECUTION_ARN}-2", continue_run="stopped")


def _mitra(digit: str) -> MirroredWeights:
    return MirroredWeights(
        name="mitra-classifier",
        hub="https://huggingface.co",
        repository="autogluon/mitra-classifier",
        revision=digit * 40,
        license="apache-2.0",
        job=f"mitra-classifier-{digit}",
        mirrored="2026-11-20T08:00:00+00:00",
        sha256=digit * 64,
        files={"model.safetensors": MirroredFile(bytes=8, sha256=digit * 64)},
    )


def test_data_that_were_written_since_are_refused() -> None:
    store = _after_a_stopped_run()
    store.modified[S3Location.parse(JOB_FILE)] = datetime(2026, 11, 20, 9, tzinfo=UTC)
    store.modified[S3Location.parse(TRAIN)] = datetime(2026, 11, 20, 8, tzinfo=UTC)
    _plan(_planner(store), continue_run="stopped")
    again = f"{EXECUTION_ARN}-2"
    store.modified[S3Location.parse(TRAIN)] = datetime(2026, 11, 20, 10, tzinfo=UTC)

    with pytest.raises(InvalidInputError, match=f"{TRAIN}.? changed"):
        _plan(_planner(store), again, continue_run="stopped")
    del store.modified[S3Location.parse(JOB_FILE)]  # nothing tells that the data are newer
    assert _plan(_planner(store), f"{again}3", continue_run="stopped")["request"]


@pytest.mark.parametrize(
    ("left", "spot", "sentence"),
    [
        ("", SPOT, 'predictor "income" has no run "stopped". List its runs with `agcdk runs`.'),
        (JOB_FILE, SPOT, 'run "stopped" has no checkpoint: it did not get as far'),
        (JOB_FILE, None, 'predictor "income" keeps no checkpoints. Set training.checkpoints'),
    ],
)
def test_a_run_that_left_nothing_is_not_continued(left: str, spot: Any, sentence: str) -> None:
    store = FakeStore({TRAIN: ROWS})
    if left:
        _plan(_planner(store), EARLIER_ARN)

    with pytest.raises(InvalidInputError) as caught:
        _plan(_planner(store, spot=spot), continue_run="stopped")

    assert str(caught.value).startswith(f"input.continue_run: {sentence}")
