"""Batches by the bulk engine: the choice, the plan and request, the summary."""

import json
from typing import Any, cast

import botocore.session
import pytest

from autogluon_contracts.documents.bulk_job import BulkJobConfig
from autogluon_lambdas.handlers import summarize_batch
from autogluon_lambdas.logic.bulk import plan as plan_bulk
from autogluon_lambdas.logic.bulk import summarize, volume_size
from autogluon_lambdas.logic.bulk.summarize import BulkSummarizer
from autogluon_lambdas.models.errors import BatchFailedError, InvalidDataError
from autogluon_lambdas.models.instances import runs_processing
from embedded_aws.gateway import ApiCall
from embedded_aws.sagemaker.support import check_support
from tests.fakes.lambda_environment import validated
from tests.fakes.lambda_ports import package
from tests.fakes.sandbox import GROUP_ARN, KEY_ARN
from tests.fakes.store import FakeStore
from tests.unit.lambdas.bulk_batches import (
    DATA,
    FILES,
    FOLDER,
    HEADER,
    bulk_store,
    finished_store,
    planned,
    problem_of,
    shard_of,
    summary_event,
)

# The choice


@pytest.mark.parametrize(
    ("values", "batch", "engine", "reason"),
    [
        ({}, {}, "transform", "the data has 0.0 MB in 2 files: below 25 MB, the model server"),
        ({"engine": "bulk"}, {}, "bulk", 'input.engine is "bulk"'),
        ({}, {"engine": "bulk"}, "bulk", 'the predictor\'s batch.engine is "bulk"'),
        ({"engine": "transform"}, {"engine": "bulk"}, "transform", 'input.engine is "transform"'),
        ({"engine": "auto"}, {"engine": "bulk"}, "transform", "the data has"),
        ({"output_format": "parquet"}, {}, "bulk", 'input.output_format is "parquet"'),
        ({"include_columns": ["age"]}, {}, "bulk", "input.include_columns is given"),
    ],
)
def test_the_engine_follows_what_is_asked_then_the_settings_then_the_data(
    values: dict[str, Any], batch: dict[str, Any], engine: str, reason: str
) -> None:
    answer, _ = planned(values, batch=batch)

    assert answer["batch"]["engine"] == engine
    assert answer["batch"]["engine_reason"].startswith(reason)
    operation = "CreateProcessingJob" if engine == "bulk" else "CreateTransformJob"
    validated(operation, answer["request"])


def test_much_data_takes_the_bulk_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autogluon_lambdas.logic.batch.engine_choice.BULK_FROM_BYTES", 60)

    batch = planned()[0]["batch"]

    assert batch["engine"] == "bulk"
    assert "from 0 MB on, all cores share the work" in batch["engine_reason"]


@pytest.mark.parametrize(
    ("values", "changes", "sentence"),
    [
        (
            {"engine": "transform", "output_format": "parquet"},
            {},
            'input.output_format is "parquet", which needs the bulk engine, but input.engine '
            'is "transform". Set input.engine to "bulk".',
        ),
        (
            {"include_columns": ["age"], "instance_type": "ml.c6i.large"},
            {"batch": {"allowed_instance_types": ["ml.c6i.large"]}},
            "input.include_columns is given, which needs the bulk engine, but SageMaker does "
            "not offer ml.c6i.large for processing jobs.",
        ),
        (
            {"engine": "bulk", "instance_count": 3},
            {},
            "input.instance_count: got 3, but the data has 2 files, and a processing job gives "
            "each file to one instance. Set it to at most 2.",
        ),
        (
            {"include_columns": ["ages"]},
            {},
            f'input.include_columns: column "ages" not found in {DATA}1.csv (did you mean '
            '"age"?). Columns found: age, workclass, hours-per-week.',
        ),
        (
            {"include_columns": ["class"]},
            {},
            'input.include_columns: "class" is a column of the answer. Name another column, or '
            "rename it in the data.",
        ),
        (
            {"resume": "income-gone-1"},
            {},
            'input.resume: predictor "income" has no batch "income-gone-1". Give the name of '
            "the processing job that ended early.",
        ),
        (
            {"engine": "fast"},
            {},
            "input.engine: got 'fast' (str); allowed: one of 'auto', 'bulk', 'transform', "
            "'pipeline'.",
        ),
    ],
)
def test_what_no_engine_can_do_is_one_sentence(
    values: dict[str, Any], changes: dict[str, Any], sentence: str
) -> None:
    assert problem_of(values, **changes) == sentence


def test_types_without_processing_jobs_are_those_of_the_api_model() -> None:
    model = botocore.session.get_session().get_service_model("sagemaker")
    transform = model.shape_for("TransformInstanceType").enum
    processing = set(model.shape_for("ProcessingInstanceType").enum)
    usable = [name for name in transform if not name.startswith(("ml.inf", "ml.trn"))]

    assert [name for name in usable if runs_processing(name) != (name in processing)] == []


# The plan


def test_the_plan_has_the_hash_that_the_versions_container_has() -> None:
    answer, store = planned({"engine": "bulk"}, recorded="a" * 64)
    plan = BulkJobConfig.from_text(store.text(answer["batch"]["plan_uri"]))
    assert plan.artifact_sha256 == "a" * 64


def test_the_job_gets_its_share_of_the_files_and_the_plan_of_all() -> None:
    answer, store = planned({"engine": "bulk", "instance_count": 2, "include_columns": ["age"]})

    batch, request = answer["batch"], answer["request"]
    folder = f"s3://artifact-bucket/income/batches/{batch['job_name']}"
    assert batch["rows_in"] == 3
    assert batch["columns"] == ["age", "class", "<=50K_proba", ">50K_proba"]
    assert batch["plan_uri"] == f"{folder}/config/{batch['job_name']}/bulk.json"
    inputs = {item["InputName"]: item["S3Input"] for item in request["ProcessingInputs"]}
    assert {name: place["S3Uri"] for name, place in inputs.items()} == {
        "data": DATA,
        "model": package(1).model_data_url,
        "code": "s3://assets-bucket/0123abcd.tar.gz",
        "config": batch["plan_uri"],
    }
    assert inputs["data"]["S3DataDistributionType"] == "ShardedByS3Key"
    output = request["ProcessingOutputConfig"]
    assert output["KmsKeyId"] == KEY_ARN
    assert output["Outputs"][0]["S3Output"]["S3Uri"] == folder
    assert request["NetworkConfig"] == {"EnableNetworkIsolation": True}
    cluster = request["ProcessingResources"]["ClusterConfig"]
    assert (cluster["InstanceCount"], cluster["VolumeKmsKeyId"]) == (2, KEY_ARN)
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 86_400}
    assert all(len(part) <= 256 for part in request["AppSpecification"]["ContainerEntrypoint"])
    check_support(
        ApiCall(
            service="sagemaker", operation="CreateProcessingJob", params=request,
            region="us-east-1", account_id="123456789012", access_key_id=None,
            request=cast(Any, None),  # not looked at
        )
    )  # fmt: skip
    plan = json.loads(store.text(batch["plan_uri"]))
    assert [(file["name"], file["output"], file["rows"]) for file in plan["files"]] == [
        ("1.csv", "1.csv", 2),
        ("2.csv", "2.csv", 1),
    ]
    assert plan["include_columns"] == ["age"]


def test_hundreds_of_files_are_one_job_whose_list_lies_in_s3() -> None:
    objects = {f"{DATA}{'folder' * 20}/{number:04}.csv": HEADER + "1,a,40\n" for number in
               range(900)}  # fmt: skip

    answer, store = planned({"engine": "bulk"}, store=bulk_store(objects))

    assert len(json.dumps(answer)) < 10_000
    assert len(json.loads(store.text(answer["batch"]["plan_uri"]))["files"]) == 900


def test_large_csv_files_are_not_read_by_the_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_bulk, "COUNTED_BYTES", 10)

    answer, store = planned({"engine": "bulk"})

    assert answer["batch"]["rows_in"] is None
    plan = json.loads(store.text(answer["batch"]["plan_uri"]))
    assert [file["rows"] for file in plan["files"]] == [None, None]


def test_the_volume_holds_the_largest_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volume_size, "_GIGABYTE", 100)
    one, _ = planned({"engine": "bulk"})
    two, _ = planned({"engine": "bulk", "instance_count": 2})

    sizes = [
        answer["request"]["ProcessingResources"]["ClusterConfig"]["VolumeSizeInGB"]
        for answer in (one, two)
    ]
    assert sizes[0] > sizes[1] > 10 + 5 * 1000 // 100
    monkeypatch.setattr(volume_size, "LARGEST_GB", 20)
    assert "input.data: 2 files on each of 1 instances may need a volume of" in problem_of(
        {"engine": "bulk"}, InvalidDataError
    )


def test_a_resumed_batch_writes_into_the_folder_of_the_one_that_ended_early() -> None:
    store = bulk_store(FILES)
    folder = "s3://artifact-bucket/income/batches/income-early-1/"
    store.put(folder + "config/income-early-1/bulk.json", "{}")
    store.put(folder + "results/1.csv", b"1234567")
    store.put(folder + "shards/1.csv.json", "{}")

    answer, _ = planned({"resume": "income-early-1"}, store=store)

    batch = answer["batch"]
    assert batch["folder"] == folder
    assert batch["plan_uri"] == f"{folder}config/{batch['job_name']}/bulk.json"
    plan = json.loads(store.text(batch["plan_uri"]))
    assert [file["result_bytes"] for file in plan["files"]] == [7, None]
    finished = answer["request"]["ProcessingInputs"][-1]
    assert (finished["InputName"], finished["S3Input"]["S3DataType"]) == (
        "finished",
        "ManifestFile",
    )
    assert json.loads(store.text(finished["S3Input"]["S3Uri"])) == [
        {"prefix": folder + "shards/"},
        "1.csv.json",
    ]


def test_each_instance_type_has_its_resources_and_room_for_the_data() -> None:
    batch = {
        "fallback_instance_types": ["ml.m5.xlarge", "ml.g5.xlarge"],
        "local_storage_gb": {"ml.g5.xlarge": 250},
    }
    answer, _ = planned({"engine": "bulk"}, batch=batch)

    resources = [item["ProcessingResources"]["ClusterConfig"]
                 for item in answer["ladder"]["resources"]]  # fmt: skip
    assert [item["InstanceType"] for item in resources] == [
        "ml.m5.large",
        "ml.m5.xlarge",
        "ml.g5.xlarge",
    ]
    assert ["VolumeKmsKeyId" in item for item in resources] == [True, True, False]
    assert answer["ladder"]["later_names"] == f"{answer['batch']['job_name']}-try"

    problem = problem_of(
        {"engine": "bulk"},
        InvalidDataError,
        batch={**batch, "local_storage_gb": {"ml.g5.xlarge": 10}},
    )
    assert "ml.g5.xlarge has local NVMe disks of 10 GB and no volume" in problem


def test_an_engine_runs_on_all_types_or_on_none() -> None:
    problem = problem_of({"engine": "bulk"}, batch={"fallback_instance_types": ["ml.c6i.large"]})

    assert "SageMaker does not offer ml.c6i.large for processing jobs" in problem


# The summary


def _failure(store: FakeStore, job: dict[str, Any] | None = None) -> str:
    with pytest.raises(BatchFailedError) as caught:
        BulkSummarizer(store).summarize(summary_event(job))
    return str(caught.value)


def test_the_manifest_merges_the_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    store = finished_store({"1.csv": shard_of(), "2.csv": shard_of(rows_in=5, rows_out=5)})
    monkeypatch.setattr(summarize_batch.wiring, "store", lambda: store)

    answer = summarize_batch.handler(summary_event(), None)

    assert answer == {
        "predictor": "income",
        "job_name": "job",
        "engine": "bulk",
        "engine_reason": "much data",
        "instance_types": ["ml.m5.large"],
        "model_package_arn": f"{GROUP_ARN}/1",
        "rows": 7,
        "results": [FOLDER + "results/1.csv", FOLDER + "results/2.csv"],
        "manifest_uri": FOLDER + "manifest.json",
        "columns": ["class"],
    }
    manifest = json.loads(store.text(FOLDER + "manifest.json"))
    assert (manifest["rows"], manifest["seconds"], manifest["schema_hash"]) == (7, 90.5, "s")
    assert manifest["jobs"] == [
        {"job_name": "job", "seconds": 90.5, "instance_type": "ml.m5.large"}
    ]
    assert manifest["files"][1] == {
        "input": DATA + "2.csv",
        "rows_in": 5,
        "output": FOLDER + "results/2.csv",
        "rows_out": 5,
        "bytes": 8,
        "seconds": 0.5,
        "job_name": "job",
    }


def test_more_results_than_step_functions_carries_are_given_as_their_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(summarize, "LISTED_RESULTS_BYTES", 60)

    answer = BulkSummarizer(finished_store({"1.csv": shard_of(), "2.csv": shard_of()})).summarize(
        summary_event()
    )

    assert answer["results"] == [FOLDER + "results/"]


@pytest.mark.parametrize(
    ("second", "rows", "sentence"),
    [
        ({"rows_out": 1}, None, f"{DATA}2.csv: 2 rows went in and 1 came out"),
        ({}, 3, f"{DATA}1.csv: 3 rows went in and 2 came out"),
        ({"bytes": 9}, None, "its result 2.csv has 8 bytes; the processing job wrote 9"),
        ({"etag": "e0"}, None, "its result belongs to another version of the file"),
        ({"schema_hash": "t"}, None, "mixes results of 2 models or layouts"),
    ],
)
def test_a_result_that_is_not_whole_fails_the_batch(
    second: dict[str, Any], rows: int | None, sentence: str
) -> None:
    store = finished_store({"1.csv": shard_of(), "2.csv": shard_of(**second)}, rows)

    assert sentence in _failure(store)
    assert FOLDER + "manifest.json" not in store.uris()


def test_a_file_without_manifest_says_how_to_go_on() -> None:
    assert _failure(finished_store({"1.csv": shard_of()})) == (
        f"{DATA}2.csv: no processing job left a manifest for it (the object does not exist). "
        'Start the batch again with "resume": "job".'
    )


def test_a_missing_result_is_named() -> None:
    store = finished_store({"1.csv": shard_of(), "2.csv": shard_of(output="3.csv")})
    store.delete(
        [
            entry.location
            for entry in store.find("artifact-bucket", "income/batches/job/results/2", 9)
        ]
    )

    assert "its result 2.csv is missing; the processing job wrote 8" in _failure(store)


def test_a_stopped_job_carries_its_status() -> None:
    job = {"ProcessingJobName": "job", "ProcessingJobStatus": "Stopped", "ExitMessage": "bye"}

    assert _failure(finished_store({}), job) == "The processing job job is Stopped: bye."


def test_rows_with_errors_are_added_up_over_the_files_of_a_bulk_batch() -> None:
    bad = [{"row": 2, "error": "no"}]
    shards = {"1.csv": shard_of(), "2.csv": shard_of(row_errors=1, first_row_errors=bad)}
    store = finished_store(shards)
    event = summary_event()
    event["batch"]["on_error"] = "row"

    answer = BulkSummarizer(store).summarize(event)

    assert (answer["rows"], answer["row_errors"]) == (4, 1)
    assert answer["first_row_errors"] == [f"{DATA}2.csv, row 2: no"]
    manifest = json.loads(store.text(FOLDER + "manifest.json"))
    assert [file["row_errors"] for file in manifest["files"]] == [0, 1]


def test_unknown_categories_are_added_up_over_the_files_of_a_bulk_batch() -> None:
    told = {"unknown_categories": 3, "unknown_columns": ["city"]}
    store = finished_store({"1.csv": shard_of(**told), "2.csv": shard_of(**told)})

    answer = BulkSummarizer(store).summarize(summary_event())

    assert (answer["unknown_categories"], answer["unknown_columns"]) == (6, ["city"])
    manifest = json.loads(store.text(FOLDER + "manifest.json"))
    assert (manifest["unknown_categories"], manifest["unknown_columns"]) == (6, ["city"])


def test_on_error_row_reaches_the_bulk_jobs_plan() -> None:
    answer, store = planned({"engine": "bulk", "on_error": "row"})

    batch = answer["batch"]
    plan = BulkJobConfig.from_text(store.text(batch["plan_uri"]))
    assert (plan.on_error, batch["columns"][-1]) == ("row", "row_error")
