"""What these functions write is what the neighbouring rooms read, and the other way round."""

import json
import re
from pathlib import Path
from typing import Any, cast

import pytest

from autogluon_constructs.catalogues.instances import instance_types
from autogluon_contracts.documents.feature_schema import FeatureSchemaHeader
from autogluon_contracts.documents.training_job import JobInstances, ServingGoal, TrainingJobConfig
from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_contracts.s3_location import S3Location
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_lambdas.logic.plan_batch import BatchPlanner
from autogluon_lambdas.logic.programs.metric_definitions import metric_definitions
from autogluon_lambdas.logic.training.plan import TrainingPlanner
from autogluon_lambdas.models.instances import takes_volume_key
from embedded_aws.gateway import ApiCall
from embedded_aws.sagemaker.support import check_support
from tests.fakes.lambda_environment import ENVIRONMENT, planner_event
from tests.fakes.lambda_ports import (
    FakeEndpoints,
    FakePredictors,
    FakeRegistry,
    FakeTrainingJobs,
    package,
)
from tests.fakes.sandbox import GROUP_ARN
from tests.fakes.store import FakeStore

EXAMPLES = Path(__file__).parents[3] / "examples"


def test_the_training_job_reads_the_job_file() -> None:
    train = (EXAMPLES / "income" / "train.csv").read_bytes()
    store = FakeStore({"s3://data-bucket/income/train.csv": train})
    planner = TrainingPlanner(
        ENVIRONMENT, FakePredictors(), store, FakeRegistry(), FakeTrainingJobs()
    )
    values = {"predictor": "income", "train_data": "s3://data-bucket/income/train.csv"}

    run = planner.plan(planner_event(values))["run"]

    job = TrainingJobConfig.from_text(store.text(run["folder"] + "config/job.json"))
    assert job.run == run["job_name"]
    assert job.data == {"train": values["train_data"], "test": None, "tuning": None}
    assert job.serving == ServingGoal(optimize_for="accuracy", max_score_loss=0.005)
    assert job.instances == JobInstances(
        type="ml.m5.2xlarge", count=1, usd_per_hour=0.461, prices_as_of="2026-11"
    )


def _schema(folder: Path) -> bytes:
    header = (EXAMPLES / "income" / "train.csv").read_text().splitlines()[0].split(",")
    features = tuple(Feature(name, "float", "float64", nullable=True) for name in header[:-1])
    FeatureSchema("class", "binary", features, ("<=50K", ">50K"), ">50K", ("weight",)).save(folder)
    return (folder / "feature_schema.json").read_bytes()


def test_the_schema_that_training_writes_is_read(tmp_path: Path) -> None:
    schema = FeatureSchemaHeader.from_text(_schema(tmp_path))

    assert schema.label == "class"
    assert schema.classes == ("<=50K", ">50K")
    assert len(schema.features) == 14
    assert schema.ignored == ("weight",)


@pytest.mark.parametrize("values", [{}, {"id_column": "fnlwgt", "output_format": "jsonl"}])
def test_the_serving_container_reads_the_batch(tmp_path: Path, values: dict[str, Any]) -> None:
    data = "s3://data-bucket/income/test.csv"
    report = "s3://artifact-bucket/income/runs/run-1/report/feature_schema.json"
    body = (EXAMPLES / "income" / "test.csv").read_bytes()
    store = FakeStore({data: body, report: _schema(tmp_path)})
    planner = BatchPlanner(
        ENVIRONMENT,
        FakePredictors(live=f"{GROUP_ARN}/1"),
        store,
        FakeRegistry(package(1)),
        FakeEndpoints(),
    )

    answer = planner.plan(planner_event({"predictor": "income", "data": data, **values}))

    batch = TransformBatch.from_environment(answer["request"]["Environment"])
    assert batch is not None
    assert batch.columns == tuple(body.decode().splitlines()[0].split(","))
    assert batch.has_header
    assert batch.id_column == values.get("id_column")
    assert batch.output_format == values.get("output_format", "csv")
    assert answer["batch"]["rows_in"] == len(body.decode().splitlines()) - 1


def _honoured(operation: str, request: dict[str, Any]) -> None:
    check_support(
        ApiCall(
            service="sagemaker",
            operation=operation,
            params=request,
            access_key_id=None,
            region="us-east-1",
            account_id="123456789012",
            request=cast(Any, None),  # not looked at
        )
    )


def test_the_embedded_aws_honours_every_member_of_the_requests(tmp_path: Path) -> None:
    train, test = "s3://data-bucket/income/train.csv", "s3://data-bucket/income/test.csv"
    report = "s3://artifact-bucket/income/runs/run-1/report/feature_schema.json"
    store = FakeStore({report: _schema(tmp_path), train + ".bak": "old"})
    for uri in (train, test):
        store.put(uri, (EXAMPLES / "income" / uri.rpartition("/")[2]).read_bytes())
    predictors = FakePredictors(live=f"{GROUP_ARN}/1")

    trained = TrainingPlanner(
        ENVIRONMENT, predictors, store, FakeRegistry(), FakeTrainingJobs()
    ).plan(planner_event({"predictor": "income", "train_data": train, "test_data": test}))
    batch = BatchPlanner(
        ENVIRONMENT, predictors, store, FakeRegistry(package(1)), FakeEndpoints()
    ).plan(planner_event({"predictor": "income", "data": test}))

    _honoured("CreateTrainingJob", trained["request"])
    _honoured("CreateModel", batch["model_request"])
    _honoured("CreateTransformJob", batch["request"])


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (
            "AGMETRIC model=LightGBM_BAG_L1 val_score=0.912345 fit_seconds=1.500000",
            {"validation:score": 0.912345, "fit:seconds": 1.5},
        ),
        (
            "AGMETRIC model=ExtraTrees val_score=-47512.3",
            {"validation:score": -47512.3},
        ),
        ("AGMETRIC test_roc_auc=0.925000", {"test:roc_auc": 0.925}),
        ("AGMETRIC holdout_my_metric=1e-05", {"holdout:my_metric": 1e-05}),
        ("AGMETRIC test_roc_auc_ovo=0.5", {}),
        ("roc_auc=0.9 on the test data", {}),
    ],
)
def test_sagemaker_finds_the_metric_lines(line: str, found: dict[str, float]) -> None:
    matches = {
        entry["Name"]: re.search(entry["Regex"], line)
        for entry in metric_definitions(["roc_auc", "my_metric"])
    }

    assert {name: float(match[1]) for name, match in matches.items() if match} == found


def test_every_instance_type_of_the_catalogue_is_known_to_take_a_volume_key_or_not() -> None:
    for entry in instance_types().values():
        assert takes_volume_key(entry.name) is not entry.has_local_nvme, entry.name


def test_a_location_keeps_what_json_carries() -> None:
    uri = "s3://data-bucket/a b/ü.csv"

    assert S3Location.parse(json.loads(json.dumps(uri))).uri == uri
