"""Planning time series runs and batches: each wrong input is one sentence."""

import json
from typing import Any

import pytest

from autogluon_contracts.predictor_types.timeseries.series import SeriesFacts
from autogluon_lambdas.logic.plan_batch import BatchPlanner
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.models.errors import InvalidDataError, InvalidInputError
from tests.fakes.lambda_environment import ENVIRONMENT, planner_event, validated
from tests.fakes.lambda_ports import (
    FakeEndpoints,
    FakePredictors,
    FakeRegistry,
    FakeTrainingJobs,
    package,
)
from tests.fakes.sandbox import GROUP_ARN, spec
from tests.fakes.store import FakeStore

TRAIN, TEST = "s3://data-bucket/shop/train.csv", "s3://data-bucket/shop/test.csv"
INIT = {
    "target": "sales", "id_column": "store", "timestamp_column": "day", "prediction_length": 2,
    "known_covariates_names": ["promo"],
}  # fmt: skip
SPEC = {
    "type": "timeseries",
    "init_args": INIT,
    "fit_args": {"hyperparameters": {"Theta": {}}},
    "quality_gate": {
        "metric": "MASE", "minimum": -2, "on_pass": "approve", "on_fail": "reject",
    },
}  # fmt: skip
HEADER = "store,day,sales,promo\n"
ROWS = ("a,2026-01-01,1.5,0", "a,2026-01-02,2,1", "b,2026-01-01,,0", "b,2026-01-02,4,0")


def _table(*rows: str, header: str = HEADER) -> str:
    return header + "".join(f"{row}\n" for row in rows or ROWS)


def _planner(train: str, **changes: Any) -> TrainingPlanner:
    store = FakeStore({TRAIN: train, TEST: _table()})
    return TrainingPlanner(
        ENVIRONMENT,
        FakePredictors(spec(**SPEC, **changes)),
        store,
        FakeRegistry(),
        FakeTrainingJobs(),
    )


def _problem(planner: Any, error: type[Exception] = InvalidDataError, **values: Any) -> str:
    before = planner.store.uris()
    with pytest.raises(error) as caught:
        planner.plan(planner_event({"predictor": "income", **values}))
    assert planner.store.uris() == before
    return str(caught.value)


def test_a_run_is_planned_with_its_metrics_and_arguments() -> None:
    planner = _planner(_table())

    answer = planner.plan(
        planner_event({"predictor": "income", "train_data": TRAIN, "test_data": TEST})
    )

    request = validated("CreateTrainingJob", answer["request"])
    names = [m["Name"] for m in request["AlgorithmSpecification"]["MetricDefinitions"]]
    assert {"test:MASE", "holdout:WQL"} <= set(names)
    assert isinstance(planner.store, FakeStore)
    job = json.loads(planner.store.text(answer["run"]["folder"] + "config/job.json"))
    assert (job["type"], job["init_args"]) == ("timeseries", INIT)


@pytest.mark.parametrize(
    ("train", "sentence"),
    [
        (_table(header="shop,day,sales,promo\n"), 'train_data: id column "store" not found'),
        (_table(header="store,date,sales,promo\n"), 'train_data: timestamp column "day" not found'),
        (_table(header="store,day,salse,promo\n"), 'did you mean "salse"'),
        (
            _table(header="store,day,sales,x\n"),
            'train_data: known covariate column "promo" not found',
        ),
        (
            _table(ROWS[0], "a,soon,2,0"),
            'row 2: the timestamp column "day" is "soon", which',
        ),
        (_table(ROWS[0], "a,,2,0"), 'row 2: the timestamp column "day" is "", which is not a date'),
        (_table(ROWS[0], ",2026-01-02,2,0"), 'row 2: the id column "store" is empty'),
        (_table(*ROWS, ROWS[1]), 'rows 2 and 5 both are "a" at 2026-01-02'),
        (_table(ROWS[0], "a,2026-01-02,many,0"), 'target "sales" is "many", and a forecast needs'),
        (_table("a,2026-01-01,,0", "a,2026-01-02,,0"), 'target "sales" is missing in every row'),
        (_table("a,2026-01-01,7,0", "a,2026-01-02,7,0"), "has the same value in every row"),
    ],
)
def test_data_that_cannot_be_forecast_is_refused(train: str, sentence: str) -> None:
    assert sentence in _problem(_planner(train), train_data=TRAIN)


STORES = "store,city,area\na,Rome,120\nb,Oslo,\n"
STATIC = "s3://data-bucket/shop/stores.csv"


def test_static_features_are_a_channel_of_their_own() -> None:
    planner = _planner(_table())
    planner.store.put(STATIC, STORES)  # type: ignore[attr-defined]

    answer = planner.plan(
        planner_event({"predictor": "income", "train_data": TRAIN, "static_features": STATIC})
    )

    channels = {
        channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"]
        for channel in validated("CreateTrainingJob", answer["request"])["InputDataConfig"]
    }
    assert channels["static"] == STATIC
    assert isinstance(planner.store, FakeStore)
    job = json.loads(planner.store.text(answer["run"]["folder"] + "config/job.json"))
    assert job["data"]["static"] == STATIC


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (STORES.replace("store", "stor"), 'static_features: id column "store" not found'),
        ("store\na\nb\n", 'has no column besides the id column "store"'),
        (STORES.replace("area", "promo"), 'column "promo" is a column of the training data, too'),
        (STORES.replace("area", "item_id"), 'column "item_id" would be a static feature, and'),
        (STORES + "a,Bern,4\n", 'rows 1 and 3 both are "a"'),
        (STORES + ",Bern,4\n", 'row 3: the id column "store" is empty'),
        (STORES.replace("120", "2020-01-31"), 'row 1: column "area" holds dates ("2020-01-31")'),
        (
            STORES.replace("b,", "bb,"),
            f'{STATIC} has no row of the series "b", which is in row 3 of {TRAIN}.',
        ),
    ],
)
@pytest.mark.parametrize("lines", [False, True])
def test_static_features_that_cannot_be_used_are_refused(
    table: str, sentence: str, *, lines: bool
) -> None:
    planner, uri = _planner(_table()), STATIC
    if lines:
        header, *rows = (line.split(",") for line in table.splitlines())
        records = [dict(zip(header, row, strict=True)) for row in rows]
        table = "".join(f"{json.dumps(record)}\n" for record in records)
        uri = STATIC.replace(".csv", ".jsonl")
    planner.store.put(uri, table)  # type: ignore[attr-defined]
    found = _problem(planner, train_data=TRAIN, static_features=uri)
    assert sentence.replace(STATIC, uri) in found


def test_a_large_table_of_static_features_is_left_to_the_job() -> None:
    planner = _planner(_table())
    rows = "".join(f"s{number},Rome,{number}\n" for number in range(1_500))
    planner.store.put(STATIC, "store,city,area\n" + rows)  # type: ignore[attr-defined]
    asked = {"predictor": "income", "train_data": TRAIN, "static_features": STATIC}
    assert planner.plan(planner_event(asked))["request"]


def test_other_predictors_take_no_static_features() -> None:
    table = "age,class\n1,a\n2,b\n"
    store = FakeStore({TRAIN: table, STATIC: STORES})
    planner = TrainingPlanner(
        ENVIRONMENT, FakePredictors(spec()), store, FakeRegistry(), FakeTrainingJobs()
    )
    found = _problem(planner, InvalidInputError, train_data=TRAIN, static_features=STATIC)
    assert f"input.static_features: got {STATIC}; tabular predictors take no static_featu" in found


def test_dates_of_any_one_order_are_times() -> None:
    rows = ("a,13/01/2026,1,0", "a,14/01/2026,2,0")
    _planner(_table(*rows)).plan(planner_event({"predictor": "income", "train_data": TRAIN}))
    wrong = {"date_order": {"day": "month-day-year"}}
    planner = _planner(_table(*rows), data={"keep_na": [], **wrong})
    assert 'is "13/01/2026", which is not a date' in _problem(planner, train_data=TRAIN)


def test_json_lines_are_looked_at_too() -> None:
    rows = [dict(zip(HEADER.strip().split(","), row.split(","), strict=True)) for row in ROWS]
    rows[1]["day"] = 20260102  # type: ignore[assignment]
    uri = TRAIN.replace(".csv", ".jsonl")
    planner = _planner(_table())
    planner.store.put(uri, "".join(f"{json.dumps(row)}\n" for row in rows))  # type: ignore[attr-defined]
    assert 'row 2: the timestamp column "day" is "20260102"' in _problem(planner, train_data=uri)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"init_args": {"target": "profit"}},
            'input.init_args.target: got "profit", but',
        ),
        (
            {"init_args": {"stored_history": False}},
            "input.init_args.stored_history: got false, but",
        ),
        (
            {"init_args": {"static_features": "x"}},
            "data is named in the execution's input: 'static",
        ),
        ({"init_args": {"prediction_length": 9}}, "input.init_args.prediction_length: got 9, but"),
        ({"fit_args": {"hyperparameters": "light"}}, "'light' has Chronos2, Toto2"),
        ({"fit_args": {"num_val_windows": 0}}, "input.fit_args.num_val_windows: got 0 (int)"),
        ({"instance_count": 2}, "distributed training of time series predictors is unsupported"),
    ],
)
def test_arguments_that_cannot_work_are_refused(values: dict[str, Any], sentence: str) -> None:
    found = _problem(_planner(_table()), InvalidInputError, train_data=TRAIN, **values)
    assert sentence in found


def test_a_run_may_spell_out_the_columns_that_the_settings_leave_at_their_defaults() -> None:
    table = _table(header="item_id,timestamp,target,promo\n")
    store = FakeStore({TRAIN: table})
    predictors = FakePredictors(spec(**SPEC | {"init_args": {"prediction_length": 2}}))
    planner = TrainingPlanner(ENVIRONMENT, predictors, store, FakeRegistry(), FakeTrainingJobs())
    named = {"id_column": "item_id", "timestamp_column": "timestamp", "target": "target"}

    asked = {"predictor": "income", "train_data": TRAIN, "init_args": named}
    assert planner.plan(planner_event(asked))["request"]
    other = {**named, "id_column": "promo"}
    found = _problem(planner, InvalidInputError, train_data=TRAIN, init_args=other)
    assert found.startswith('input.init_args.id_column: got "promo", but predictor')


def _batches(body: str, *, stored: bool = False, **further: str) -> BatchPlanner:
    facts = SeriesFacts(
        id_column="store", timestamp_column="day", prediction_length=2, freq="D",
        known_covariates=("promo",), stored_history=stored,
    )  # fmt: skip
    optional = {"day", "sales", "promo"} if stored else set()
    schema = {
        "version": 1,
        "type": "timeseries",
        "label": "sales",
        "problem_type": "timeseries",
        "classes": None,
        "quantile_levels": [0.1, 0.9],
        "details": facts.to_json(),
        "features": [
            {"name": name, **({"optional": "without_label"} if name in optional else {})}
            for name in HEADER.strip().split(",")
        ],
    }
    store = FakeStore({"s3://data-bucket/new.csv": body})
    for name, text in further.items():
        store.put(f"s3://data-bucket/folder/{name}.csv", text)
    store.put(
        "s3://artifact-bucket/income/runs/run-1/report/feature_schema.json", json.dumps(schema)
    )
    predictors = FakePredictors(spec(**SPEC), live=f"{GROUP_ARN}/1")
    return BatchPlanner(ENVIRONMENT, predictors, store, FakeRegistry(package(1)), FakeEndpoints())


def test_a_batch_sends_whole_files_to_the_model_server() -> None:
    rows = (f"a,2026-01-01,{'1' * 100},0" for _ in range(70_000))
    answer = _batches(_table(*rows)).plan(
        planner_event({"predictor": "income", "data": "s3://data-bucket/new.csv"})
    )
    request = validated("CreateTransformJob", answer["request"])
    assert request["TransformInput"]["SplitType"] == "None"
    assert answer["batch"]["columns"] == ["store", "day", "mean", "0.1", "0.9"]
    assert answer["batch"]["answers_by_row"] is False


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"id_column": "store"}, "input.id_column: a timeseries model does not answer row by row"),
        ({"include_columns": ["promo"]}, "input.include_columns: a timeseries model does not"),
        ({"on_error": "row"}, "input.on_error: a timeseries model does not answer row by row"),
        ({"engine": "bulk"}, "the bulk engine does not predict timeseries models"),
        ({"output": "probabilities"}, "input.output: a timeseries model has no probabilities"),
    ],
)
def test_options_of_rows_are_refused(values: dict[str, Any], sentence: str) -> None:
    planner = _batches(_table())
    data = "s3://data-bucket/new.csv"
    assert sentence in _problem(planner, InvalidInputError, data=data, **values)


def test_a_series_of_a_batch_is_in_one_file() -> None:
    january = _table("a,2026-01-01,1,0", "b,2026-01-01,1,0")
    february = _table("c,2026-02-01,1,0", "b,2026-02-01,1,0")
    folder = "s3://data-bucket/folder/"
    found = _problem(_batches("", january=january, february=february), data=folder)
    assert found == (
        f'input.data: the series "b" is in {folder}february.csv and {folder}january.csv, and each '
        "file is forecast without the others. Put all rows of a series into one file."
    )
    apart = _batches("", first=january, second=_table("c,2026-02-01,1,0"))
    assert (
        len(apart.plan(planner_event({"predictor": "income", "data": folder}))["batch"]["inputs"])
        == 2
    )


@pytest.mark.parametrize("table", ["store\na\nb\n", "store,day,promo\na,2026-01-03,0\n"])
def test_a_batch_may_name_stored_series(table: str) -> None:
    data = {"data": "s3://data-bucket/new.csv"}
    planned = _batches(table, stored=True).plan(planner_event({"predictor": "income", **data}))
    assert planned["batch"]["columns"] == ["store", "day", "mean", "0.1", "0.9"]
    assert "lacks the features" in _problem(_batches(table), **data)


def test_a_batch_with_histories_has_all_columns_and_no_series_twice() -> None:
    history = "store,day,sales\na,2026-01-01,1\n"
    data = {"data": "s3://data-bucket/new.csv"}
    assert "lacks the features promo." in _problem(_batches(history, stored=True), **data)
    folder = "s3://data-bucket/folder/"
    both = _batches("", stored=True, first="store\na\nb\n", second="store\nb\n")
    assert 'the series "b" is in' in _problem(both, data=folder)


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_files_without_a_header_are_looked_at_by_the_models_columns(delimiter: str) -> None:
    def table(*rows: str) -> str:
        return _table(*rows, header="").replace(",", delimiter)

    folder = "s3://data-bucket/folder/"
    january = table("b,2026-01-01,1,0", "a,2026-01-01,1,0")
    found = _problem(_batches("", january=january, march=table("b,2026-03-01,1,0")), data=folder)
    assert found.startswith(f'input.data: the series "b" is in {folder}january.csv and {folder}mar')
    apart = _batches("", january=january, march=table("c,2026-03-01,1,0"))
    planned = apart.plan(planner_event({"predictor": "income", "data": folder}))
    assert len(planned["batch"]["inputs"]) == 2
