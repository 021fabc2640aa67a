"""Documents: what a writer writes, its reader reads; anything else is refused by key."""

import json
from dataclasses import replace
from typing import Any

import pytest

from autogluon_contracts.document import Document, DocumentError, default_of
from autogluon_contracts.documents.all_documents import ALL
from autogluon_contracts.documents.batch_manifest import (
    BatchJob,
    BatchManifest,
    ResultFile,
    ResultPart,
)
from autogluon_contracts.documents.bulk_job import (
    BadRow,
    BulkFile,
    BulkJobConfig,
    BulkPart,
    FilePart,
    ShardManifest,
)
from autogluon_contracts.documents.data_profile import DataProfile, ProfiledColumn
from autogluon_contracts.documents.declared_predictors import DeclaredPredictors
from autogluon_contracts.documents.deployment import DeploymentDocument
from autogluon_contracts.documents.drift_baseline import (
    ColumnBaseline,
    DriftBaseline,
    QualityBaseline,
)
from autogluon_contracts.documents.drift_job import DriftJobConfig
from autogluon_contracts.documents.drift_report import DriftComparison, DriftReport
from autogluon_contracts.documents.feature_schema import FeatureHeader, FeatureSchemaHeader
from autogluon_contracts.documents.image_locations import ImageLocations
from autogluon_contracts.documents.metrics import Rows, TrainingMetrics, Versions
from autogluon_contracts.documents.mirror_settings import MirrorSettings
from autogluon_contracts.documents.mirrored_weights import (
    MirroredFile,
    MirroredWeights,
    MirrorJobConfig,
)
from autogluon_contracts.documents.model_package import VersionMetadata
from autogluon_contracts.documents.new_objects import NewObject, NewObjectsSpec
from autogluon_contracts.documents.predictor_spec import (
    BatchSpec,
    EndpointSpec,
    HostImages,
    PredictorSpec,
    QualityGate,
    ServerSpec,
    ServingSpec,
)
from autogluon_contracts.documents.processing_job import ProcessingJobConfig, ProfileConfig
from autogluon_contracts.documents.scheduled_run import ScheduledRun
from autogluon_contracts.documents.server_limits import ServerLimits
from autogluon_contracts.documents.spec_parameter import SpecParts, spec_values
from autogluon_contracts.documents.training_job import (
    JobInstances,
    MountedWeights,
    ServingGoal,
    TrainingJobConfig,
)
from autogluon_contracts.documents.training_spec import Prices, TrainingSpec
from autogluon_contracts.documents.transform_batch import TransformBatch
from autogluon_contracts.documents.tuning_spec import TuningObjective, TuningRange, TuningSpec
from autogluon_contracts.documents.tuning_summary import TuningSummary

SPEC = PredictorSpec(
    name="income",
    type="tabular",
    init_args={"label": "class"},
    fit_args={"presets": None},
    image_uri="one",
    inference_image_uri="two",
    framework_version="1.6.3",
    training=TrainingSpec(
        instance_type="ml.m5.large",
        instance_count=1,
        volume_size_gb=30,
        max_runtime_seconds=3600,
        allowed_instance_types=("ml.m5.large",),
        encrypt_volume=True,
        prices=Prices(as_of="2026-11", usd_per_hour={"ml.m5.large": 0.115}),
    ),
    quality_gate=QualityGate(metric="roc_auc", minimum=0.9, on_pass="approve", on_fail="wait"),
    endpoint=EndpointSpec(name="e", stack_name="s", instance_type="ml.m5.large"),
    serving=ServingSpec(server=ServerSpec(workers=2, threads=208, preload=True)),
    batch=BatchSpec(instance_type="ml.m5.large", allowed_instance_types=("ml.m5.large",)),
    tags={"team": "growth"},
    ami=HostImages(inference_ami_version="a", transform_ami_version="b"),
)
BULK = BulkJobConfig(
    predictor="income",
    job_name="j",
    model_package_arn="arn",
    format="csv",
    columns=("age", "class"),
    has_header=True,
    id_column="id",
    include_columns=("age", "id"),
    output="both",
    output_format="parquet",
    files=(
        BulkFile(name="a.csv", uri="s3://b/a.csv", bytes=3, etag="x", output="a.csv"),
        BulkFile(
            name="b.csv",
            uri="s3://b/b.csv",
            bytes=9,
            etag="y",
            output="b.csv",
            parts=(BulkPart(output="b.csv/1.csv", result_bytes=7), BulkPart(output="b.csv/2.csv")),
        ),
    ),
)
AGES = ColumnBaseline(
    name="age", comparison="numbers", present=6, missing=1, edges=(30.0,), counts=(1, 2, 2)
)
WORDS = ColumnBaseline(
    name="class",
    comparison="values",
    present=3,
    missing=0,
    values=("right", "wrong"),
    counts=(2, 1),
)
BASELINE = DriftBaseline(
    predictor="income",
    run="j",
    features=(
        AGES,
        ColumnBaseline(name="id", comparison="nothing", present=1, missing=0, note="n"),
    ),
    answers=(WORDS,),
    quality=QualityBaseline(measure="wrong answers", value=0.25, column=WORDS),
    held_out=3,
)
EXAMPLES: tuple[Document, ...] = (
    BASELINE,
    replace(BASELINE, answers=(), quality=None, held_out=0, note="no test data"),
    DriftJobConfig(
        predictor="income",
        job_name="j",
        model_package_arn="arn",
        start="2026-11-29T02:00:00Z",
        end="2026-11-29T03:00:00Z",
        columns=("age",),
        false_alarm_rate=0.01,
        min_change=0.02,
        min_rows=200,
    ),
    DriftReport(
        predictor="income",
        job_name="j",
        model_package_arn="arn",
        start="2026-11-29T02:00:00Z",
        end="2026-11-29T03:00:00Z",
        outcome="compared",
        requests=3,
        rows=300,
        min_rows=200,
        false_alarm_rate=0.01,
        min_change=0.02,
        comparisons=(
            DriftComparison(
                part="feature",
                column="age",
                aspect="new values",
                change=0.1,
                p_value=0.001,
                adjusted_p_value=0.01,
                drifted=True,
                sentence="s",
                new_values=("Atlantis",),
            ),
        ),
        notes=("n",),
    ),
    ProcessingJobConfig(
        predictor="income",
        step="features",
        job_name="j",
        script="income/features/features.py",
        arguments=("--rows", "5"),
        environment={"MODE": "new"},
        inputs={"raw": "s3://data/raw/"},
        outputs=("train",),
    ),
    ProcessingJobConfig(
        predictor="income",
        step="profile",
        job_name="j",
        script=None,
        inputs={"data": "s3://data/train.csv"},
        outputs=("profile",),
        profile=ProfileConfig(label="class", problem_type="binary"),
    ),
    DataProfile(
        predictor="income",
        job_name="j",
        data="s3://data/train.csv",
        label="class",
        rows=300,
        test_rows=100,
        columns=(
            ProfiledColumn(
                name="age", kind="int", missing=0.1, distinct=70, typical="t", remarks=("r",)
            ),
        ),
        warnings=("w",),
    ),
    SPEC,
    replace(SPEC, quality_gate=None, endpoint=None, ami=None),
    DeclaredPredictors(specs={"income": {"name": "income"}}),
    SpecParts(digest="0" * 16, parts=3, image_uri="i", inference_image_uri="j"),
    BULK,
    DeploymentDocument(
        environment="sandbox",
        region="us-east-1",
        data_bucket="d",
        artifact_bucket="a",
        kms_key_arn="k",
        training_role_arn="t",
        serving_role_arn="s",
        failure_topic_arn="f",
        state_machines={"train": "arn"},
        shared_endpoints=("small",),
        predictors=("income",),
    ),
    MirrorSettings(
        hub="https://huggingface.co",
        image_uri="one",
        role_arn="arn",
        instance_type="ml.m5.large",
        volume_size_gb=50,
        max_runtime_seconds=7200,
        tags={"team": "growth"},
    ),
    MirrorJobConfig(
        name="chronos-2",
        job="j",
        hub="https://huggingface.co",
        repository="autogluon/chronos-2",
        revision="main",
        license="apache-2.0",
    ),
    MirroredWeights(
        name="chronos-2",
        hub="https://huggingface.co",
        repository="autogluon/chronos-2",
        revision="0123abc",
        license="apache-2.0",
        job="j",
        mirrored="2026-11-29T20:00:00+00:00",
        sha256="1" * 64,
        files={"config.json": MirroredFile(bytes=2, sha256="2" * 64)},
        execution="arn",
    ),
    TrainingJobConfig(
        predictor="income",
        run="j",
        type="tabular",
        framework_version="1.6.3",
        init_args={"label": "class"},
        fit_args={},
        max_runtime_seconds=60,
        data={"train": "s3://b/t", "test": None},
        weights={
            "chronos-2": MountedWeights(
                folder="chronos-2/j/chronos-2",
                sha256="1" * 64,
                repository="autogluon/chronos-2",
                revision="0123abc",
                license="apache-2.0",
            )
        },
        serving=ServingGoal(optimize_for="latency"),
        instances=JobInstances(type="ml.m5.large", count=1, usd_per_hour=None, prices_as_of=None),
    ),
    TrainingMetrics(
        predictor="income",
        run="j",
        label="class",
        problem_type="binary",
        eval_metric="roc_auc",
        best_model="LightGBM",
        evaluated_on="test",
        rows=Rows(train=10, test=5),
        metrics={"roc_auc": 0.9},
        models=("LightGBM",),
        serving={"optimize_for": "accuracy"},
        fit_seconds=1.5,
        artifact_bytes=3,
        versions=Versions(autogluon="1.6.3", python="3.12.1"),
        warnings=(),
    ),
    FeatureSchemaHeader(
        label="price",
        problem_type="quantile",
        classes=None,
        quantile_levels=(0.1, 0.9),
        features=(FeatureHeader(name="age", kind="int"),),
    ),
    ServerLimits(workers=2, max_batch_rows=64, max_wait_ms=2.0, max_queued_requests=128),
    ImageLocations(locations=("s3://data/photos/",)),
    TransformBatch(columns=("age",), has_header=True, output="both", output_format="csv"),
    ScheduledRun(
        predictor="income",
        schedule="nightly",
        workflow="train",
        state_machine_arn="arn:aws:states:us-east-1:123456789012:stateMachine:train",
        scheduled_time="2026-11-29T03:00:00Z",
        timezone="UTC",
        days_back=0,
        input={"train_data": "s3://data/{date}/"},
    ),
    NewObject(
        predictor="income",
        rule="incoming",
        detail={"bucket": {"name": "data"}, "object": {"key": "incoming/a.csv", "size": 5}},
    ),
    TuningSummary(
        best_trial="t",
        objective=-1.5,
        values={"fit_args.num_bag_folds": "2"},
        trials=3,
        completed=2,
        trials_uri="s3://b/t.csv",
    ),
    replace(
        SPEC,
        on_new_objects={
            "incoming": NewObjectsSpec(
                location="s3://{data_bucket}/incoming/", suffix=".csv", input={"output": "labels"}
            )
        },
    ),
    replace(
        SPEC,
        tuning=TuningSpec(
            ranges={
                "fit_args.a": TuningRange(type="integer", min=1, max=2),
                "fit_args.b": TuningRange(type="categorical", values=("x", 1, True)),
            },
            objective=TuningObjective(regex="x=(.*)", type="Minimize"),
        ),
    ),
    ShardManifest(
        input="s3://b/a.csv",
        etag="x",
        output="a.csv",
        rows_in=1,
        rows_out=1,
        row_errors=1,
        first_row_errors=(BadRow(row=1, error="bad"),),
        unknown_categories=2,
        unknown_columns=("city",),
        bytes=3,
        seconds=0.5,
        schema_hash="s",
        batch_hash="b",
        job_name="j",
        host="algo-1",
        part=FilePart(number=1, of=2, start=0, end=3),
    ),
    BatchManifest(
        predictor="income",
        job_name="j",
        engine="bulk",
        engine_reason="because",
        model_package_arn="arn",
        columns=("class",),
        rows=1,
        files=(
            ResultFile(
                input="s3://b/a",
                rows_in=1,
                output="s3://b/r/",
                rows_out=1,
                bytes=3,
                parts=(
                    ResultPart(output="s3://b/r/1", rows=1, bytes=3, seconds=0.5, job_name="j"),
                ),
            ),
        ),
        row_errors=1,
        first_row_errors=("s3://b/a, row 1: bad",),
        unknown_categories=2,
        unknown_columns=("city",),
        jobs=(BatchJob(job_name="j", seconds=None),),
        seconds=1.0,
    ),
)


def test_every_document_has_an_example_here() -> None:
    assert {type(example) for example in EXAMPLES} == set(ALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda item: type(item).__name__)
def test_what_is_written_is_read_as_the_same(example: Document) -> None:
    text = example.to_text()

    assert json.loads(text)["version"] == type(example).VERSION
    assert next(iter(json.loads(text))) == "version"
    assert type(example).from_text(text) == example


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda item: type(item).__name__)
def test_another_version_and_missing_keys_are_refused(example: Document) -> None:
    document = example.to_json()

    with pytest.raises(DocumentError, match=r"version: got 99 .*this code reads"):
        type(example).from_json({**document, "version": 99})
    with pytest.raises(DocumentError, match="missing"):
        type(example).from_json({"version": type(example).VERSION})
    with pytest.raises(DocumentError, match="must be a JSON object"):
        type(example).from_text("[]")
    with pytest.raises(DocumentError, match="not valid JSON"):
        type(example).from_text("{")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda item: type(item).__name__)
def test_unknown_keys_are_refused_or_ignored_as_declared(example: Document) -> None:
    document = {**example.to_json(), "surprise": 1}

    if type(example).UNKNOWN_KEYS == "ignored":
        assert type(example).from_json(document) == example
    else:
        with pytest.raises(DocumentError, match="surprise: unknown key"):
            type(example).from_json(document)


WRONG: list[tuple[Document, list[str | int], Any, str]] = [
    (SPEC, ["training", "volume_size_gb"], "30", "training.volume_size_gb: got '30' (str)"),
    (SPEC, ["training", "volume_size_gb"], True, "allowed: a whole number from 1 to 16384"),
    (SPEC, ["batch", "engine"], "fast", "allowed: one of 'auto', 'bulk', 'transform'"),
    (SPEC, ["batch", "max_files_per_job"], 0, "from 1 to 10000"),
    (SPEC, ["serving", "server", "max_wait_ms"], "2", "a number from 0 to 1000"),
    (SPEC, ["tags"], [], "tags: got [] (list); allowed: an object"),
    (SPEC, ["tags", "team"], 3, "tags.team: got 3 (int); allowed: a string"),
    (SPEC, ["training", "allowed_instance_types"], "x", "allowed: a list"),
    (SPEC, ["quality_gate"], 1, "quality_gate: got 1 (int); allowed: an object"),
    (BULK, ["columns"], None, "columns: must be given for CSV"),
    (BULK, ["files", 0, "bytes"], None, "files[0].bytes: got null"),
    (BULK, ["has_header"], 1, "allowed: true or false"),
]


@pytest.mark.parametrize(("example", "path", "value", "sentence"), WRONG)
def test_wrong_values_are_refused_by_their_path(
    example: Document, path: list[str | int], value: Any, sentence: str
) -> None:
    document = example.to_json()
    inner: Any = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value

    with pytest.raises(DocumentError) as raised:
        type(example).from_json(document)

    assert sentence in str(raised.value)
    assert raised.value.message.startswith(type(example).NAME)


def test_all_problems_are_reported_at_once_with_the_fix_apart() -> None:
    limits = {"version": 1, "workers": 0, "max_batch_row": 3, "max_wait_ms": 2}

    with pytest.raises(DocumentError) as raised:
        ServerLimits.from_json(limits)

    assert len(raised.value.problems) == 4
    assert 'max_batch_row: unknown key (did you mean "max_batch_rows"?)' in str(raised.value)
    assert raised.value.advice == "Register the model again."
    assert str(raised.value).endswith("Register the model again.")


def test_a_spec_of_an_earlier_release_gets_todays_defaults() -> None:
    document = SPEC.to_json()
    for name in ("engine", "max_runtime_seconds", "max_files_per_job", "max_gb_per_job"):
        del document["batch"][name]
    for name in ("max_retries", "split_type", "strategy"):
        del document["batch"][name]
    del document["serving"]["optimize_for"], document["serving"]["max_score_loss"]
    del document["training"]["prices"], document["inference_image_uri"], document["ami"]
    del document["endpoint"]["allowed_instance_types"]

    spec = PredictorSpec.from_json(document)

    assert spec.batch == SPEC.batch
    assert spec.serving.max_score_loss == default_of(ServingSpec, "max_score_loss") == 0.005
    assert (spec.inference_image_uri, spec.transform_ami_version) == ("one", None)
    assert spec.endpoint is not None
    assert spec.endpoint.allowed_instance_types == ("ml.m5.large",)
    assert spec.training.prices == Prices()


def test_clients_read_what_another_release_deployed_with_todays_defaults() -> None:
    document = SPEC.to_json()
    del document["endpoint"]["autoscaled"], document["network_isolation"]
    document["training"]["a_later_key"] = 1
    del document["training"]["prices"]

    read = spec_values(json.dumps(document), lambda _: None)

    assert read["endpoint"]["autoscaled"] is False
    assert read["network_isolation"] is True
    assert read["training"]["prices"] == {"as_of": None, "usd_per_hour": {}}
    assert read["training"]["a_later_key"] == 1


@pytest.mark.parametrize("columns", [("a",), tuple(f"column {n}" for n in range(3000))])
def test_a_transform_batch_survives_being_cut_into_variables(columns: tuple[str, ...]) -> None:
    batch = TransformBatch(columns=columns, has_header=True, output="both", output_format="csv")

    variables = batch.to_environment()

    assert all(len(value) <= 10_000 for value in variables.values())
    assert TransformBatch.from_environment(variables) == batch
    assert TransformBatch.from_environment({}) is None


def test_code_of_release_0_1_in_an_artifact_reads_what_is_written_by_default() -> None:
    batch = TransformBatch(columns=("a",), has_header=True, output="both", output_format="csv")
    limits = ServerLimits(workers=2, max_batch_rows=64, max_wait_ms=2, max_queued_requests=128)

    of_0_1 = {"version", "columns", "has_header", "id_column", "output", "output_format"}
    assert set(batch.to_json()) == of_0_1
    assert set(limits.to_json()) == {
        "version", "workers", "max_batch_rows", "max_wait_ms", "max_queued_requests",
    }  # fmt: skip
    asked = replace(batch, delimiter=";", on_error="row")
    assert set(asked.to_json()) - of_0_1 == set(asked.later_keys) == {"delimiter", "on_error"}
    assert replace(limits, joining="always").to_json()["joining"] == "always"


def test_version_metadata_is_what_sagemaker_takes_and_reads_others_registrations() -> None:
    metadata = VersionMetadata(predictor="income", reason="a\nb" + "x" * 300)

    properties = metadata.to_properties()

    assert properties == {"predictor": "income", "reason": ("a_b" + "x" * 300)[:256]}
    assert VersionMetadata.from_properties({"run": "r", "theirs": "1"}).run == "r"
    assert VersionMetadata.from_properties(None) == VersionMetadata()


def test_counts_that_do_not_fit_their_cells_are_refused() -> None:
    wrong = replace(BASELINE, features=(replace(AGES, counts=(1, 2)),))
    with pytest.raises(DocumentError, match="age: 2 counts for 3 cells"):
        DriftBaseline.from_json(wrong.to_json())


def test_a_processing_job_has_one_thing_to_run() -> None:
    of_script, of_profile = (each for each in EXAMPLES if isinstance(each, ProcessingJobConfig))
    both = replace(of_script, profile=of_profile.profile)
    neither = replace(of_script, script=None)
    for wrong in (both, neither):
        with pytest.raises(DocumentError, match="script: must be given unless"):
            ProcessingJobConfig.from_json(wrong.to_json())
