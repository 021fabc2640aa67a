"""Planning a training run: each bad input is one sentence, and nothing is written."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError
from tests.fakes.lambda_environment import ENVIRONMENT, planner_event, validated
from tests.fakes.lambda_ports import FakePredictors, FakeRegistry, FakeTrainingJobs
from tests.fakes.sandbox import KEY_ARN, spec
from tests.fakes.store import FakeStore

TRAIN = "s3://data-bucket/income/train.csv"
HEADER = "age,workclass,class\n"
ROWS = "48,Private,<=50K\n30,Private,>50K\n"
PARQUET = Path(__file__).parent / "data"


def _planner(
    objects: Mapping[str, bytes | str] | None = None, *, predictors: FakePredictors | None = None
) -> TrainingPlanner:
    store = FakeStore({TRAIN: HEADER + ROWS} if objects is None else objects)
    return TrainingPlanner(
        ENVIRONMENT, predictors or FakePredictors(), store, FakeRegistry(), FakeTrainingJobs()
    )


def _values(**values: Any) -> dict[str, Any]:
    return {"predictor": "income", "train_data": TRAIN, **values}


def _problem(
    planner: TrainingPlanner, values: object, error: type[Exception] = InvalidInputError
) -> str:
    assert isinstance(planner.store, FakeStore)
    before = planner.store.uris()
    with pytest.raises(error) as caught:
        planner.plan(planner_event(values))
    assert planner.store.uris() == before
    return str(caught.value)


def _validated(request: dict[str, Any]) -> dict[str, Any]:
    return validated("CreateTrainingJob", request)


# What a good input gives


def test_the_request_is_complete_and_valid() -> None:
    planner = _planner()

    answer = planner.plan(planner_event(_values()))

    request = _validated(answer["request"])
    job_name = request["TrainingJobName"]
    assert job_name.startswith("income-first-run-")
    assert request["ResourceConfig"] == {
        "InstanceType": "ml.m5.2xlarge",
        "InstanceCount": 1,
        "VolumeSizeInGB": 30,
        "VolumeKmsKeyId": KEY_ARN,
    }
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600}
    assert request["HyperParameters"] == {
        "sagemaker_program": '"train.py"',
        "sagemaker_submit_directory": '"/opt/ml/input/data/code/0123abcd.tar.gz"',
    }
    assert request["OutputDataConfig"] == {
        "S3OutputPath": "s3://artifact-bucket/income/runs",
        "KmsKeyId": KEY_ARN,
    }
    assert request["EnableNetworkIsolation"] is True
    assert {"Key": "team", "Value": "growth"} in request["Tags"]
    assert {"Key": "autogluon:run", "Value": job_name} in request["Tags"]
    assert answer["run"] == {
        "predictor": "income",
        "job_name": job_name,
        "promote": True,
        "folder": f"s3://artifact-bucket/income/runs/{job_name}/",
        "job_file": f"s3://artifact-bucket/income/runs/{job_name}/config/job.json",
        "execution": planner_event({})["execution"]["Id"],
        "notes": [],
    }


def test_each_instance_type_has_its_resources_and_its_price() -> None:
    training = {
        **spec()["training"],
        "fallback_instance_types": ["ml.m5.4xlarge", "ml.g5.xlarge"],
        "prices": {"as_of": "2026-11", "usd_per_hour": {"ml.g5.xlarge": 1.408}},
    }
    planner = _planner(predictors=FakePredictors(spec(training=training)))

    answer = planner.plan(planner_event(_values()))

    ladder, name = answer["ladder"], answer["run"]["job_name"]
    assert ladder["later_names"] == f"{name}-try"
    resources = [{**answer["request"], **changed} for changed in ladder["resources"]]
    assert [item["ResourceConfig"]["InstanceType"] for item in resources] == [
        "ml.m5.2xlarge",
        "ml.m5.4xlarge",
        "ml.g5.xlarge",
    ]
    assert ["VolumeKmsKeyId" in item["ResourceConfig"] for item in resources] == [True, True, False]
    for changed in resources:
        _validated({**changed, "TrainingJobName": f"{name}-try200"})
    assert isinstance(planner.store, FakeStore)
    job = TrainingJobConfig.from_text(
        planner.store.text(f"{answer['run']['folder']}config/job.json")
    )
    assert str(job.on("ml.g5.xlarge").instances) == "1 x ml.g5.xlarge"
    assert job.on("ml.m5.2xlarge").instances == job.on(None).instances == job.instances


def test_a_type_with_local_disks_gets_no_volume() -> None:
    planner = _planner(predictors=FakePredictors(_with_local_disks()))

    answer = planner.plan(planner_event(_values(instance_type="ml.g5.xlarge")))

    assert _validated(answer["request"])["ResourceConfig"] == {
        "InstanceType": "ml.g5.xlarge",
        "InstanceCount": 1,
    }


def test_more_storage_than_the_local_disks_is_refused() -> None:
    planner = _planner(predictors=FakePredictors(_with_local_disks()))

    problem = _problem(planner, _values(instance_type="ml.g5.xlarge", volume_size_gb=251))

    assert problem.startswith("input.volume_size_gb: got 251; allowed with ml.g5.xlarge")
    assert "at most 250" in problem


def _with_local_disks() -> dict[str, Any]:
    return spec(training={**spec()["training"], "local_storage_gb": {"ml.g5.xlarge": 250}})


def test_an_execution_that_asks_for_a_type_gets_no_other() -> None:
    training = {**spec()["training"], "fallback_instance_types": ["ml.c5.xlarge"]}
    planner = _planner(predictors=FakePredictors(spec(training=training)))

    answer = planner.plan(planner_event(_values(instance_type="ml.g5.xlarge")))

    [resources] = answer["ladder"]["resources"]
    assert resources["ResourceConfig"]["InstanceType"] == "ml.g5.xlarge"


def test_every_channel_points_at_its_data() -> None:
    store = {
        TRAIN: HEADER + ROWS,
        "s3://data-bucket/income/test/1.csv": HEADER + ROWS,
        "s3://data-bucket/income/tune.csv": HEADER + ROWS,
    }
    values = _values(
        test_data="s3://data-bucket/income/test", tuning_data="s3://data-bucket/income/tune.csv"
    )

    request = _validated(_planner(store).plan(planner_event(values))["request"])

    folder = f"s3://artifact-bucket/income/runs/{request['TrainingJobName']}"
    assert {
        channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"]
        for channel in request["InputDataConfig"]
    } == {
        "train": TRAIN,
        "test": "s3://data-bucket/income/test/",
        "tuning": "s3://data-bucket/income/tune.csv",
        "code": "s3://assets-bucket/0123abcd.tar.gz",
        "config": f"{folder}/config/job.json",
    }


def test_the_job_file_holds_the_merged_arguments() -> None:
    planner = _planner()

    answer = planner.plan(
        planner_event(
            _values(
                init_args={"eval_metric": "f1"}, fit_args={"time_limit": 5}, max_runtime_seconds=600
            )
        )
    )

    assert isinstance(planner.store, FakeStore)
    job = json.loads(planner.store.text(answer["run"]["folder"] + "config/job.json"))
    assert job == {
        "version": 1,
        "predictor": "income",
        "run": answer["run"]["job_name"],
        "fallback_instances": [],
        "weights": {},
        "type": "tabular",
        "framework_version": "1.6.3",
        "init_args": {"label": "class", "eval_metric": "f1"},
        "fit_args": {"time_limit": 5, "hyperparameters": {"GBM": {}, "XT": {}}},
        "max_runtime_seconds": 600,
        "data": {"train": TRAIN, "test": None, "tuning": None},
        "reading": {"keep_na": [], "date_order": {}},
        "serving": {"optimize_for": "accuracy", "max_score_loss": 0.005},
        "instances": {
            "type": "ml.m5.2xlarge",
            "count": 1,
            "usd_per_hour": 0.461,
            "prices_as_of": "2026-11",
        },
    }


def _instances(predictors: FakePredictors, **values: Any) -> dict[str, Any]:
    """What the job file says of the job's instances."""
    planner = _planner(predictors=predictors)
    answer = planner.plan(planner_event(_values(**values)))
    assert isinstance(planner.store, FakeStore)
    job = json.loads(planner.store.text(answer["run"]["folder"] + "config/job.json"))
    instances: dict[str, Any] = job["instances"]
    return instances


def test_the_job_learns_which_instance_it_has_and_that_its_price_is_not_known() -> None:
    found = _instances(FakePredictors(), instance_type="ml.c5.xlarge")

    assert (found["type"], found["count"], found["usd_per_hour"]) == ("ml.c5.xlarge", 1, None)


def test_a_spec_of_an_earlier_release_has_no_prices() -> None:
    training = {key: value for key, value in spec()["training"].items() if key != "prices"}

    found = _instances(FakePredictors(spec(training=training)))

    assert (found["usd_per_hour"], found["prices_as_of"]) == (None, None)


def _for_latency() -> FakePredictors:
    serving = spec()["serving"] | {"optimize_for": "latency", "max_score_loss": 0.02}
    return FakePredictors(spec(serving=serving))


def test_the_job_learns_what_the_predictor_is_optimised_for() -> None:
    planner = _planner(predictors=_for_latency())

    answer = planner.plan(planner_event(_values(fit_args={"keep_only_best": False})))

    assert isinstance(planner.store, FakeStore)
    job = json.loads(planner.store.text(answer["run"]["folder"] + "config/job.json"))
    assert job["serving"] == {"optimize_for": "latency", "max_score_loss": 0.02}


@pytest.mark.parametrize(
    ("asked", "culprit"),
    [
        ({"keep_only_best": True}, "fit_args.keep_only_best true"),
        ({"presets": "optimize_for_deployment"}, "presets 'optimize_for_deployment'"),
        ({"presets": ["good", "optimize_for_deployment"]}, "presets 'optimize_for_deployment'"),
    ],
)
def test_a_run_that_leaves_no_model_to_choose_from_is_refused(
    asked: dict[str, Any], culprit: str
) -> None:
    text = _problem(_planner(predictors=_for_latency()), _values(fit_args=asked))

    assert "predictor \"income\" has serving.optimize_for: got 'latency'" in text
    assert culprit in text
    assert _planner().plan(planner_event(_values(fit_args=asked)))


def test_the_same_execution_gives_the_same_request() -> None:
    planner = _planner()

    first = planner.plan(planner_event(_values()))
    second = planner.plan(planner_event(_values()))

    assert first == second


def test_a_namesake_of_the_object_is_kept_out_by_a_manifest() -> None:
    planner = _planner({TRAIN: HEADER + ROWS, TRAIN + ".bak": "old"})

    request = _validated(planner.plan(planner_event(_values()))["request"])

    assert isinstance(planner.store, FakeStore)
    source = request["InputDataConfig"][0]["DataSource"]["S3DataSource"]
    assert source["S3DataType"] == "ManifestFile"
    assert json.loads(planner.store.text(source["S3Uri"])) == [
        {"prefix": "s3://data-bucket/income/"},
        "train.csv",
    ]


def test_metrics_of_the_predictor_are_declared_and_fit_into_sagemakers_limit() -> None:
    planner = _planner(predictors=FakePredictors(spec(init_args={"label": "class"})))

    algorithm = planner.plan(planner_event(_values()))["request"]["AlgorithmSpecification"]

    names = [entry["Name"] for entry in algorithm["MetricDefinitions"]]
    assert {"test:roc_auc", "holdout:roc_auc", "validation:score"} <= set(names)
    assert len(names) == len(set(names)) <= 40


@pytest.mark.parametrize(
    ("instance_type", "encrypted"), [("ml.g5.xlarge", False), ("ml.c5.xlarge", True)]
)
def test_a_volume_key_goes_only_to_instances_that_take_one(
    instance_type: str, encrypted: bool
) -> None:
    answer = _planner().plan(planner_event(_values(instance_type=instance_type)))

    assert ("VolumeKmsKeyId" in answer["request"]["ResourceConfig"]) is encrypted


def test_parquet_and_json_lines_are_planned_like_csv() -> None:
    parquet = (PARQUET / "pandas_snappy.parquet").read_bytes()
    lines = '{"age": 1, "class": "a"}\n{"age": 2, "class": "b"}\n'
    for uri, body in (
        ("s3://data-bucket/t.parquet", parquet),
        ("s3://data-bucket/t.jsonl", lines),
    ):
        answer = _planner({uri: body}).plan(planner_event(_values(train_data=uri)))
        _validated(answer["request"])


# The cases of bad input, one by one


def test_no_such_object() -> None:
    planner = _planner()

    assert _problem(
        planner, _values(train_data="s3://data-bucket/income/trian.csv"), InvalidDataError
    ) == (
        "input.train_data: object or prefix s3://data-bucket/income/trian.csv not found (did "
        'you mean "train.csv"?). Upload it, or correct the address.'
    )


def test_empty_file() -> None:
    assert _problem(_planner({TRAIN: ""}), _values(), InvalidDataError) == (
        f"input.train_data: {TRAIN} is empty (0 bytes). Upload it again with its rows, or delete "
        "it."
    )


def test_header_only() -> None:
    assert _problem(_planner({TRAIN: HEADER}), _values(), InvalidDataError) == (
        f"input.train_data: {TRAIN} has columns but no rows. Upload it again with its rows."
    )


def test_an_error_keeps_its_advice_apart() -> None:
    planner = _planner({TRAIN: "age,workclass,clas\n1,a,b\n"})

    with pytest.raises(InvalidDataError) as caught:
        planner.plan(planner_event(_values()))

    assert caught.value.message.endswith('(did you mean "clas"?).')
    assert caught.value.advice == "Columns found: age, workclass, clas."


def test_label_column_absent() -> None:
    planner = _planner({TRAIN: "age,workclass,clas\n1,a,b\n"})

    assert _problem(planner, _values(), InvalidDataError) == (
        f'input.train_data: label column "class" not found in {TRAIN} (did you mean "clas"?). '
        "Columns found: age, workclass, clas."
    )


def test_label_constant() -> None:
    planner = _planner({TRAIN: HEADER + "1,a,yes\n2,b,yes\n"})

    assert _problem(planner, _values(), InvalidDataError) == (
        f'input.train_data: {TRAIN}: label "class" has the same value in every row. A predictor '
        "needs at least two values."
    )


def test_label_of_words_for_a_regression() -> None:
    free = _planner(
        {TRAIN: HEADER + "1,a,\n2,b,5.5\n3,b,many\n"},
        predictors=FakePredictors(spec(init_args={}, quality_gate=None)),
    )
    asked = _values(init_args={"label": "class", "problem_type": "regression"})

    assert _problem(free, asked, InvalidDataError) == (
        f'input.train_data: {TRAIN}, row 3: label "class" is "many", and regression needs '
        "numbers. Correct the row, leave its label empty, or set problem_type to multiclass."
    )


def test_header_repeated_below_a_label_of_numbers() -> None:
    free = _planner(
        {TRAIN: HEADER + "1,a,2\n2,b,NA\n" + HEADER + "3,b,4\n"},
        predictors=FakePredictors(spec(init_args={}, quality_gate=None)),
    )
    asked = _values(init_args={"label": "class", "problem_type": "regression"})

    assert _problem(free, asked, InvalidDataError) == (
        f"input.train_data: {TRAIN}, row 3 repeats the header. Leave the line out."
    )


def test_label_missing_everywhere() -> None:
    planner = _planner({TRAIN: HEADER + "1,a,\n2,b,NA\n"})

    assert _problem(planner, _values(), InvalidDataError) == (
        f'input.train_data: {TRAIN}: label "class" is missing in every row.'
    )


def test_unknown_predictor() -> None:
    predictors = FakePredictors(spec(), spec(name="housing"))

    assert _problem(_planner(predictors=predictors), _values(predictor="incom")) == (
        'input.predictor: unknown predictor "incom" (did you mean "income"?). This environment '
        "has: housing, income."
    )


def test_unknown_key_in_the_input() -> None:
    assert _problem(_planner(), _values(tets_data=TRAIN)) == (
        'input.tets_data: unknown key (did you mean "test_data"?).'
    )


def test_fit_argument_of_a_wrong_type() -> None:
    assert _problem(_planner(), _values(fit_args={"time_limit": "ten"})) == (
        "input.fit_args.time_limit: got 'ten' (str); allowed: a number of seconds > 0."
    )


def test_instance_type_outside_the_allow_list() -> None:
    assert _problem(_planner(), _values(instance_type="ml.p4d.24xlarge")) == (
        'input.instance_type: got "ml.p4d.24xlarge". Allowed for predictor "income": '
        "ml.m5.2xlarge, ml.g5.xlarge, ml.c5.xlarge."
    )


# Further bad input


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"train_data": TRAIN}, "input.predictor: missing. Name one of: income."),
        (
            {"predictor": "income"},
            "input.train_data: missing; give s3://<bucket>/<object or prefix>.",
        ),
        ([], "input: got [] (list); allowed: an object."),
        (
            _values(train_data="train.csv"),
            "input.train_data: got 'train.csv'; allowed: s3://<bucket>/<object or prefix>.",
        ),
        (_values(promote="yes"), "input.promote: got 'yes' (str); allowed: true or false."),
        (
            _values(volume_size_gb=0),
            "input.volume_size_gb: got 0 (int); allowed: a whole number from 1 to 16384.",
        ),
        (
            _values(max_runtime_seconds=7200),
            'input.max_runtime_seconds: got 7200; allowed for predictor "income": at most 3600.',
        ),
        (
            _values(instance_count=2),
            'input.instance_count: got 2; allowed for predictor "income": at most 1 '
            "(training.instance_count in the YAML).",
        ),
        (
            _values(fit_args={"time_limit": 3600}),
            "input.max_runtime_seconds: got 3600 with fit_args.time_limit 3600; allowed: at "
            "least 3960, or a time_limit of at most 3272, so that the job can still evaluate "
            "and save its model.",
        ),
        (
            _values(predictor="Ünknown"),
            'input.predictor: unknown predictor "Ünknown". This environment has: income.',
        ),
        (
            _values(predictor="../secrets"),
            'input.predictor: unknown predictor "../secrets". This environment has: income.',
        ),
    ],
)
def test_wrong_values_are_one_sentence(values: object, sentence: str) -> None:
    assert _problem(_planner(), values) == sentence


def test_several_problems_are_numbered_in_one_sentence() -> None:
    values = _values(fit_args={"time_limit": "ten", "num_cpus": 0}, promote=1)

    assert _problem(_planner(), values) == "input.promote: got 1 (int); allowed: true or false."
    del values["promote"]
    assert _problem(_planner(), values).startswith("2 problems: (1) input.fit_args.time_limit: ")


def test_an_unknown_type_names_the_known_ones() -> None:
    predictors = FakePredictors(spec(type="forecasts"))

    assert _problem(_planner(predictors=predictors), _values()) == (
        'input.predictor: predictor "income" has the unknown type "forecasts". Known types: '
        "linear_learner, multimodal, script, tabular, timeseries, xgboost."
    )


def test_test_data_that_lacks_a_column_of_the_train_data() -> None:
    test = "s3://data-bucket/income/test.csv"
    planner = _planner({TRAIN: HEADER + ROWS, test: "age,work_class,class\n1,a,b\n"})

    assert _problem(planner, _values(test_data=test), InvalidDataError) == (
        f"input.test_data: {test} lacks columns of the training data: workclass (did you mean "
        '"work_class"?). Add them; a cell of an unknown value is empty.'
    )


def test_a_column_that_the_predictor_ignores_may_be_absent_from_test_data() -> None:
    test = "s3://data-bucket/income/test.csv"
    planner = _planner({TRAIN: HEADER + ROWS, test: "age,class\n1,a\n"})
    values = _values(
        test_data=test, init_args={"learner_kwargs": {"ignored_columns": ["workclass"]}}
    )

    _validated(planner.plan(planner_event(values))["request"])


@pytest.mark.parametrize(
    ("header", "init_args"),
    [
        ("class", {}),
        ("class,w", {"sample_weight": "w"}),
        ("w,class", {"learner_kwargs": {"ignored_columns": ["w"]}}),
    ],
)
def test_train_data_without_a_feature_are_refused(header: str, init_args: dict[str, Any]) -> None:
    rows = "1,2\n2,1\n" if "," in header else "1\n2\n"
    planner = _planner({TRAIN: f"{header}\n{rows}"})

    assert _problem(planner, _values(init_args=init_args), InvalidDataError) == (
        f"input.train_data: {TRAIN} has no feature column, only {header.replace(',', ', ')}. "
        "Add at least one column besides the label, weights, groups and ignored columns."
    )


def test_an_absent_weight_column_is_named() -> None:
    assert 'sample_weight column "weight" not found in ' in _problem(
        _planner(), _values(init_args={"sample_weight": "weight"}), InvalidDataError
    )


@pytest.mark.parametrize(
    ("init_args", "asked", "sentence"),
    [
        (
            {"label": "class"},
            {"label": "age"},
            'input.init_args.label: got "age", but predictor "income" predicts the label '
            '"class"; declare another predictor in the YAML for anything else.',
        ),
        (
            {"label": "class", "problem_type": "binary"},
            {"problem_type": "multiclass"},
            'input.init_args.problem_type: got "multiclass", but predictor "income" predicts '
            'the label "class" (problem_type "binary"); declare another predictor in the YAML '
            "for anything else.",
        ),
        (
            {"label": "class"},
            {"problem_type": "regression"},
            'input.init_args.problem_type: got "regression", but predictor "income" predicts '
            'the label "class"; declare another predictor in the YAML for anything else.',
        ),
    ],
)
def test_an_execution_cannot_change_what_the_predictor_predicts(
    init_args: dict[str, Any], asked: dict[str, Any], sentence: str
) -> None:
    predictors = FakePredictors(spec(init_args=init_args, quality_gate=None))

    assert _problem(_planner(predictors=predictors), _values(init_args=asked)) == sentence


@pytest.mark.parametrize("init_args", [{}, {"label": "class", "problem_type": "binary"}])
def test_the_same_label_and_one_that_the_spec_leaves_open_are_taken(
    init_args: dict[str, Any],
) -> None:
    planner = _planner(predictors=FakePredictors(spec(init_args=init_args)))
    asked = {"label": "class", "problem_type": "binary"}

    answer = planner.plan(planner_event(_values(init_args=asked)))

    assert isinstance(planner.store, FakeStore)
    job = json.loads(planner.store.text(answer["run"]["folder"] + "config/job.json"))
    assert job["init_args"] == asked


ANY = {"metric": None, "minimum": None, "on_pass": "approve", "on_fail": "reject"}


@pytest.mark.parametrize(
    "asked",
    [
        {"label": "class"},
        {"label": "age", "problem_type": "regression", "eval_metric": "mean_absolute_error"},
    ],
)
def test_a_predictor_without_a_label_takes_another_one_with_each_run(asked: dict[str, Any]) -> None:
    predictors = FakePredictors(spec(init_args={}, fit_args={}, quality_gate=ANY))
    planner = _planner(predictors=predictors)

    answer = planner.plan(planner_event(_values(init_args=asked)))

    assert isinstance(planner.store, FakeStore)
    job = json.loads(planner.store.text(answer["run"]["folder"] + "config/job.json"))
    assert job["init_args"] == asked
    _validated(answer["request"])


@pytest.mark.parametrize("asked", [{}, {"eval_metric": "roc_auc"}])
def test_a_run_without_any_label_is_refused(asked: dict[str, Any]) -> None:
    predictors = FakePredictors(spec(init_args={}, quality_gate=ANY))

    assert _problem(_planner(predictors=predictors), _values(init_args=asked)) == (
        "input.init_args.label: missing; give the name of the column to predict."
    )


def test_a_problem_type_that_blinds_the_gate_is_refused() -> None:
    predictors = FakePredictors(spec(init_args={}))
    asked = {"label": "age", "problem_type": "regression"}

    assert _problem(_planner(predictors=predictors), _values(init_args=asked)).startswith(
        'input.init_args.problem_type: got "regression", but the quality gate of predictor '
        '"income" decides by "roc_auc", which such a run does not measure'
    )


def test_an_eval_metric_that_blinds_the_gate_is_refused() -> None:
    gate = {"metric": "pac", "minimum": 0.5, "on_pass": "approve", "on_fail": "reject"}
    init_args = {"label": "class", "problem_type": "binary", "eval_metric": "pac"}
    predictors = FakePredictors(spec(init_args=init_args, quality_gate=gate))
    planner = _planner(predictors=predictors)

    assert _problem(planner, _values(init_args={"eval_metric": "accuracy"})).startswith(
        'input.init_args.eval_metric: got "accuracy", but the quality gate of predictor "income" '
        'decides by "pac", which such a run does not measure; it measures: accuracy, roc_auc, '
    )
    _validated(
        planner.plan(planner_event(_values(init_args={"eval_metric": "pac_score"})))["request"]
    )


def test_an_eval_metric_of_another_problem_blinds_the_gate_too() -> None:
    assert 'decides by "roc_auc", which such a run does not measure' in _problem(
        _planner(), _values(init_args={"eval_metric": "r2"})
    )


@pytest.mark.parametrize(("time_limit", "works"), [(540, True), (541, False), (2000, False)])
def test_a_shorter_job_needs_the_head_room_of_the_settings(time_limit: int, works: bool) -> None:
    planner = _planner()
    values = _values(max_runtime_seconds=600, fit_args={"time_limit": time_limit})

    if works:
        _validated(planner.plan(planner_event(values))["request"])
    else:
        assert "or a time_limit of at most 540, " in _problem(planner, values)


def test_a_spec_of_another_version_says_what_to_do() -> None:
    predictors = FakePredictors(spec(version=3))

    assert _problem(_planner(predictors=predictors), _values(), ValueError) == (
        "spec: version: got 3 (int); this code reads 1. Deploy the stacks and the functions "
        "from the same release."
    )


@pytest.mark.parametrize(
    ("name", "label", "part"),
    [
        ("nulls_and_constants", "class", 'label "class" is missing in every row'),
        ("nulls_and_constants", "flag", 'label "flag" has the same value in every row'),
        ("nulls_and_constants", "n", 'label "n" has the same value in every row'),
        ("nested_row_groups", "class", 'column "nested" holds structs, lists or maps'),
        ("no_rows", "class", "has columns but no rows"),
    ],
)
def test_parquet_statistics_tell_a_useless_label(name: str, label: str, part: str) -> None:
    uri = "s3://data-bucket/t.parquet"
    planner = _planner(
        {uri: (PARQUET / f"{name}.parquet").read_bytes()},
        predictors=FakePredictors(spec(init_args={"label": label})),
    )

    assert part in _problem(planner, _values(train_data=uri), InvalidDataError)


def test_parquet_without_statistics_is_left_to_the_training_job() -> None:
    uri = "s3://data-bucket/t.parquet"
    planner = _planner({uri: (PARQUET / "no_statistics.parquet").read_bytes()})

    _validated(planner.plan(planner_event(_values(train_data=uri)))["request"])


def test_a_json_label_that_never_varies_is_refused() -> None:
    uri = "s3://data-bucket/t.jsonl"
    planner = _planner({uri: '{"a": 1, "class": 1}\n{"a": 2, "class": null}\n'})

    assert 'label "class" has the same value in every row' in _problem(
        planner, _values(train_data=uri), InvalidDataError
    )


# Cost


def test_a_large_file_is_read_only_for_its_labels_and_a_sample() -> None:
    body = HEADER + ROWS * 2 + "1,x,a\n" * 2_000_000
    planner = _planner({TRAIN: body})
    assert isinstance(planner.store, FakeStore)

    planner.plan(planner_event(_values()))

    assert planner.store.bytes_read < 3_000_000


def test_a_label_that_stays_constant_beyond_the_budget_is_left_to_the_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("autogluon_lambdas.logic.tabular.training_data.SCAN_MEGABYTES", 0.01)
    planner = _planner({TRAIN: HEADER + "1,x,a\n" * 10_000})

    _validated(planner.plan(planner_event(_values()))["request"])
