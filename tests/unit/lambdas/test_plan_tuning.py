"""Planning a tuning run: ranges become SageMaker's, and each problem is one sentence."""

import json
from typing import Any

import pytest

from autogluon_contracts.names import tuning_job_name
from autogluon_lambdas.logic.tuning.plan import TuningPlanner
from autogluon_lambdas.models.errors import InvalidInputError
from tests.fakes.lambda_environment import ENVIRONMENT, EXECUTION_ARN, planner_event, validated
from tests.fakes.lambda_ports import FakePredictors, FakeTrainingJobs
from tests.fakes.sandbox import spec
from tests.fakes.store import FakeStore

TRAIN = "s3://data-bucket/income/train.csv"
RATE = "fit_args.hyperparameters.GBM.learning_rate"
LEAVES = "fit_args.hyperparameters.GBM.num_leaves"
TYPE = "fit_args.hyperparameters.GBM.boosting"
TUNING = {
    "ranges": {
        RATE: {"type": "continuous", "min": 0.01, "max": 0.3, "scaling": "Logarithmic"},
        LEAVES: {"type": "integer", "min": 8, "max": 64},
        TYPE: {"type": "categorical", "values": ["gbdt", "dart"]},
    },
    "max_jobs": 6,
    "max_parallel_jobs": 2,
    "max_runtime_seconds": 7200,
    "target_value": 0.95,
    "max_jobs_not_improving": 3,
    "random_seed": 7,
}
FOLDS = {"fit_args.num_bag_folds": {"type": "integer", "min": 0, "max": 5}}


def _planner(tuning: dict[str, Any] | None = TUNING, **sections: Any) -> TuningPlanner:
    known = spec(**sections) if tuning is None else spec(tuning=tuning, **sections)
    store = FakeStore({TRAIN: "age,workclass,class\n48,Private,<=50K\n30,Private,>50K\n"})
    return TuningPlanner(ENVIRONMENT, FakePredictors(known), store, FakeTrainingJobs())


def _plan(planner: TuningPlanner, **values: Any) -> dict[str, Any]:
    return planner.plan(planner_event({"predictor": "income", "train_data": TRAIN, **values}))


def test_the_request_is_valid_and_says_what_the_settings_say() -> None:
    answer = _plan(_planner(), max_jobs=4)

    request = validated("CreateHyperParameterTuningJob", answer["request"])
    name = request["HyperParameterTuningJobName"]
    assert name == answer["run"]["job_name"]
    assert len(name) <= 32
    assert request["HyperParameterTuningJobConfig"] == {
        "Strategy": "Bayesian",
        "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "objective"},
        "ResourceLimits": {
            "MaxNumberOfTrainingJobs": 4,
            "MaxParallelTrainingJobs": 2,
            "MaxRuntimeInSeconds": 7200,
        },
        "ParameterRanges": {
            "ContinuousParameterRanges": [
                {"Name": RATE, "MinValue": "0.01", "MaxValue": "0.3", "ScalingType": "Logarithmic"}
            ],
            "IntegerParameterRanges": [
                {"Name": LEAVES, "MinValue": "8", "MaxValue": "64", "ScalingType": "Auto"}
            ],
            "CategoricalParameterRanges": [{"Name": TYPE, "Values": ['"gbdt"', '"dart"']}],
        },
        "TrainingJobEarlyStoppingType": "Off",
        "TuningJobCompletionCriteria": {
            "TargetObjectiveMetricValue": 0.95,
            "BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 3},
        },
        "RandomSeed": 7,
    }
    definition = request["TrainingJobDefinition"]
    assert definition["StaticHyperParameters"]["sagemaker_program"] == '"train.py"'
    assert definition["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600}
    assert definition["OutputDataConfig"]["S3OutputPath"] == "s3://artifact-bucket/income/runs"
    assert {"Key": "autogluon:run", "Value": name} in request["Tags"]


def test_a_search_learns_from_the_tuning_jobs_of_earlier_runs() -> None:
    request = _plan(_planner(), warm_start=["monday"])["request"]

    validated("CreateHyperParameterTuningJob", request)
    monday = f"{EXECUTION_ARN.rpartition(':')[0]}:monday"
    assert request["WarmStartConfig"] == {
        "ParentHyperParameterTuningJobs": [
            {"HyperParameterTuningJobName": tuning_job_name("income", monday)}
        ],
        "WarmStartType": "TransferLearning",
    }


@pytest.mark.parametrize(
    ("types", "key"),
    [
        (("ml.m5.2xlarge", "ml.m5.4xlarge"), {"VolumeKmsKeyId": ENVIRONMENT.kms_key_arn}),
        (("ml.g5.xlarge", "ml.g5.2xlarge"), {}),
    ],
)
def test_of_several_instance_types_sagemaker_chooses(
    types: tuple[str, str], key: dict[str, str]
) -> None:
    first, second = types
    training = {
        **spec()["training"],
        "instance_type": first,
        "fallback_instance_types": [second],
        "encrypt_volume": bool(key),
        "local_storage_gb": {} if key else {first: 250, second: 450},
    }

    request = _plan(_planner(training=training))["request"]

    definition = validated("CreateHyperParameterTuningJob", request)["TrainingJobDefinition"]
    assert "ResourceConfig" not in definition
    size = training["volume_size_gb"]
    assert definition["HyperParameterTuningResourceConfig"] == {
        "AllocationStrategy": "Prioritized",
        "InstanceConfigs": [
            {"InstanceType": name, "InstanceCount": 1, "VolumeSizeInGB": size} for name in types
        ],
        **key,
    }


def test_a_type_that_a_run_asks_for_is_the_only_one() -> None:
    training = {**spec()["training"], "fallback_instance_types": ["ml.m5.4xlarge"]}
    asked = spec()["training"]["allowed_instance_types"][0]

    request = _plan(_planner(training=training), instance_type=asked)["request"]

    assert request["TrainingJobDefinition"]["ResourceConfig"]["InstanceType"] == asked


def test_fewer_trials_than_run_side_by_side_are_all_run_side_by_side() -> None:
    request = _plan(_planner(), max_jobs=1)["request"]

    limits = request["HyperParameterTuningJobConfig"]["ResourceLimits"]
    assert limits["MaxNumberOfTrainingJobs"] == limits["MaxParallelTrainingJobs"] == 1


def test_the_trials_job_names_what_is_tuned() -> None:
    planner = _planner()

    answer = _plan(planner)

    assert isinstance(planner.store, FakeStore)
    job = json.loads(planner.store.text(answer["run"]["folder"] + "config/job.json"))
    assert job["tuned"] == [RATE, LEAVES, TYPE]


def test_an_objective_of_ones_own_is_found_by_its_pattern() -> None:
    own = {"regex": "seconds=([0-9.]+)", "type": "Minimize"}

    request = _plan(_planner({**TUNING, "objective": own}))["request"]

    config = request["HyperParameterTuningJobConfig"]
    assert config["HyperParameterTuningJobObjective"]["Type"] == "Minimize"
    metrics = request["TrainingJobDefinition"]["AlgorithmSpecification"]["MetricDefinitions"]
    assert {"Name": "objective", "Regex": own["regex"]} in metrics


@pytest.mark.parametrize(
    ("tuning", "values", "sentence"),
    [
        (None, {}, 'input.predictor: predictor "income" has no tuning in its settings.'),
        (
            TUNING,
            {"warm_start": list("abcdef")},
            "input.warm_start: got 6 runs; allowed: at most 5.",
        ),
        (
            TUNING,
            {"max_jobs": 7},
            'input.max_jobs: got 7; allowed for predictor "income": at most 6.',
        ),
        (
            TUNING,
            {"max_jobs": 1, "max_parallel_jobs": 2},
            "tuning.max_parallel_jobs: got 2; allowed: at most max_jobs, 1.",
        ),
        (
            TUNING,
            {"fit_args": {"hyperparameters": {"XT": {}}}},
            f"tuning.ranges.{RATE}: fit_args.hyperparameters.GBM must be an object in the "
            "settings; write fit_args.hyperparameters.GBM: {}",
        ),
        (
            {**TUNING, "ranges": {"fit_args.time_limit": FOLDS["fit_args.num_bag_folds"]}},
            {},
            "tuning.ranges.fit_args.time_limit: input.fit_args.time_limit: got 0 (int); allowed: "
            "a number of seconds > 0.",
        ),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_written(
    tuning: dict[str, Any] | None, values: dict[str, Any], sentence: str
) -> None:
    planner = _planner(tuning)
    assert isinstance(planner.store, FakeStore)
    before = planner.store.uris()

    with pytest.raises(InvalidInputError) as caught:
        _plan(planner, **values)

    assert sentence in str(caught.value)
    assert planner.store.uris() == before
