"""Bulk batches of several jobs: how files are shared out, what the Map gets, the summary."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autogluon_contracts.documents.bulk_job import BulkJobConfig
from autogluon_lambdas.logic.batch.engine_choice import MOST_BULK_FILES
from autogluon_lambdas.logic.bulk import groups as bulk_groups
from autogluon_lambdas.logic.bulk import plan as plan_bulk
from autogluon_lambdas.logic.bulk.groups import cut_into_groups
from autogluon_lambdas.logic.bulk.summarize import BulkSummarizer
from autogluon_lambdas.models.errors import BatchFailedError, InvalidDataError, InvalidInputError
from tests.fakes.lambda_environment import validated
from tests.fakes.store import FakeStore
from tests.unit.lambdas.bulk_batches import (
    DATA,
    FOLDER,
    HEADER,
    bulk_store,
    finished_store,
    planned,
    problem_of,
    shard_of,
    summary_event,
)

FIVE = {f"{DATA}{number}.csv": HEADER + "1,a,40\n" for number in range(1, 6)}


def _fan_out(values: dict[str, Any] | None = None, **more: Any) -> tuple[dict[str, Any], FakeStore]:
    """The answer for five files, two at most per job."""
    store = more.pop("store", None) or bulk_store(FIVE)
    return planned(
        {"engine": "bulk", "max_files_per_job": 2, **(values or {})}, store=store, **more
    )


def _groups(answer: dict[str, Any], store: FakeStore) -> list[dict[str, Any]]:
    fan_out = answer["fan_out"]
    text = store.text(f"s3://{fan_out['bucket']}/{fan_out['groups_key']}")
    return [group["request"] for group in json.loads(text)]


def _inputs(request: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["InputName"]: item["S3Input"] for item in request["ProcessingInputs"]}


def _document(request: dict[str, Any], store: FakeStore) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(store.text(_inputs(request)["config"]["S3Uri"]))
    return document


def forget(store: FakeStore, prefix: str) -> None:
    """Delete what lies below a prefix of the artifact bucket."""
    store.delete([entry.location for entry in store.find("artifact-bucket", prefix, 99)])


# The groups


@given(
    sizes=st.lists(st.integers(1, 100), min_size=1, max_size=60),
    most_files=st.integers(1, 20),
    most_bytes=st.integers(1, 400),
)
def test_every_file_is_in_one_group_and_no_group_is_too_large(
    sizes: list[int], most_files: int, most_bytes: int
) -> None:
    groups = cut_into_groups(sizes, most_files=most_files, most_bytes=most_bytes)

    assert [index for group in groups for index in group] == list(range(len(sizes)))
    for group in groups:
        assert 0 < len(group) <= most_files
        assert len(group) == 1 or sum(sizes[index] for index in group) <= most_bytes


def test_jobs_get_about_as_many_files_each() -> None:
    groups = cut_into_groups([1] * 2001, most_files=1000, most_bytes=10**9)

    assert [len(group) for group in groups] == [667, 667, 667]


# The plan


def test_each_job_has_its_files_its_plan_and_a_name_of_its_own() -> None:
    answer, store = _fan_out({"instance_count": 2})

    batch, groups = answer["batch"], _groups(answer, store)
    name, folder = batch["job_name"], batch["folder"]
    assert "request" not in answer
    assert [request["ProcessingJobName"] for request in groups] == [
        f"{name}-0001", f"{name}-0002", f"{name}-0003",
    ]  # fmt: skip
    shared = []
    for request in groups:
        validated("CreateProcessingJob", request)
        job = request["ProcessingJobName"]
        data = _inputs(request)["data"]
        assert data["S3DataType"] == "ManifestFile"
        assert data["S3DataDistributionType"] == "ShardedByS3Key"
        prefix, *names = json.loads(store.text(data["S3Uri"]))
        assert prefix == {"prefix": DATA}
        document = _document(request, store)
        assert [file["name"] for file in document["files"]] == names
        assert document["job_name"] == job
        assert _inputs(request)["config"]["S3Uri"] == f"{folder}config/{job}/bulk.json"
        output = request["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["S3Uri"]
        assert output == folder.rstrip("/")
        assert {"Key": "autogluon:run", "Value": name} in request["Tags"]
        shared.append(names)
    assert shared == [["1.csv", "2.csv"], ["3.csv", "4.csv"], ["5.csv"]]
    counts = [
        request["ProcessingResources"]["ClusterConfig"]["InstanceCount"] for request in groups
    ]
    assert counts == [2, 2, 1]
    whole = json.loads(store.text(batch["plan_uri"]))
    assert [file["name"] for file in whole["files"]] == [f"{n}.csv" for n in range(1, 6)]


def test_the_map_gets_places_and_numbers_and_no_lists() -> None:
    answer, _ = _fan_out(batch={"max_concurrent_jobs": 7})

    name = answer["batch"]["job_name"]
    config = f"income/batches/{name}/config/{name}"
    assert answer["fan_out"] == {
        "batch": name,
        "bucket": "artifact-bucket",
        "groups_key": f"{config}/groups.json",
        "failure_key": f"{config}/failure.json",
        "results_prefix": f"income/batches/{name}/jobs/{name}",
        "jobs": 3,
        "max_concurrent_jobs": 7,
    }


def test_the_settings_limits_hold_where_the_input_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plan_bulk, "GIGABYTE", 100)
    limits = {"max_files_per_job": 4, "max_gb_per_job": 1}

    answer, store = planned({"engine": "bulk"}, store=bulk_store(FIVE), batch=limits)

    size = len(FIVE[f"{DATA}1.csv"])
    assert 2 * size < 100 < 3 * size
    assert [len(_document(request, store)["files"]) for request in _groups(answer, store)] == [
        2, 2, 1,
    ]  # fmt: skip
    assert bulk_groups.GIGABYTE == 1_000_000_000


def test_a_batch_within_the_limits_is_one_job_without_a_map() -> None:
    answer, store = planned({"engine": "bulk", "max_files_per_job": 5}, store=bulk_store(FIVE))

    assert "fan_out" not in answer
    assert answer["request"]["ProcessingJobName"] == answer["batch"]["job_name"]
    assert not [uri for uri in store.uris() if uri.endswith("groups.json")]


def test_names_of_jobs_fit_whatever_the_execution_is_called() -> None:
    name = "p" + "x" * 29
    arn = "arn:aws:states:us-east-1:123456789012:execution:machine:" + "n" * 80

    answer, store = _fan_out({"predictor": name}, name=name, arn=arn)

    names = [request["ProcessingJobName"] for request in _groups(answer, store)]
    assert {len(job) for job in names} == {63}
    assert len(set(names)) == 3
    assert all(job.startswith(f"{name}-") for job in names)


@pytest.mark.parametrize(
    ("values", "more", "sentence"),
    [
        (
            {"max_files_per_job": 0},
            {},
            "input.max_files_per_job: got 0 (int); allowed: a whole number from 1 to 10000.",
        ),
        (
            {"engine": "transform"},
            {},
            "input.max_files_per_job is given, which needs the bulk engine, but input.engine "
            'is "transform". Set input.engine to "bulk".',
        ),
    ],
)
def test_a_number_of_files_that_makes_no_sense_is_refused(
    values: dict[str, Any], more: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        _fan_out(values, **more)
    assert str(caught.value) == sentence


def test_more_jobs_than_a_batch_may_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_bulk, "MOST_JOBS", 2)
    store = bulk_store(FIVE)
    before = store.uris()

    with pytest.raises(InvalidInputError) as caught:
        _fan_out(store=store)

    assert str(caught.value) == (
        "input.data: 5 files of 0.0 GB make 3 jobs of at most 2 files and 50 GB; allowed: 2 "
        "jobs. Raise max_files_per_job or the predictor's batch.max_gb_per_job, or start "
        "several batches."
    )
    assert store.uris() == before


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        (500, "from 500 files on, several jobs share them"),
        (10_001, "input.data has 10,001 files, more than the 10,000 of a transform job"),
    ],
)
def test_many_small_files_take_the_bulk_engine(
    monkeypatch: pytest.MonkeyPatch, count: int, reason: str
) -> None:
    monkeypatch.setattr("autogluon_lambdas.logic.batch.engine_choice.MOST_FILES", 10)
    monkeypatch.setattr("autogluon_lambdas.logic.batch.engine_choice.BULK_FROM_FILES", 5)
    files = 5 if count == 500 else 11
    store = bulk_store({f"{DATA}{number:03}.csv": HEADER + "1,a,40\n" for number in range(files)})

    batch = planned(store=store)[0]["batch"]

    assert batch["engine"] == "bulk"
    expected = reason.replace("500", "5").replace("10,001", "11").replace("10,000", "10")
    assert expected in batch["engine_reason"]


def test_more_files_than_a_function_can_look_at_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("autogluon_lambdas.logic.plan_batch.MOST_BULK_FILES", 4)
    assert problem_of({}, InvalidDataError, store=bulk_store(FIVE)) == (
        f"input.data: {DATA} holds more than 4 objects. Join files, or name a folder with fewer."
    )
    assert MOST_BULK_FILES == 100_000


# Resuming


def _resumable(answer: dict[str, Any], store: FakeStore, finished: list[str]) -> None:
    """Leave what the container leaves for finished files."""
    folder, plan = answer["batch"]["folder"], None
    for request in _groups(answer, store):
        document = _document(request, store)
        for file in document["files"]:
            if file["name"] not in finished:
                continue
            store.put(f"{folder}results/{file['output']}", b"12345678")
            plan = store.text(_inputs(request)["config"]["S3Uri"])
            shard = shard_of(
                etag=file["etag"], output=file["output"], batch_hash=_container_hash(plan)
            )
            store.put(f"{folder}shards/{file['name']}.json", json.dumps(shard))


def _container_hash(plan: str) -> str:
    return BulkJobConfig.from_text(plan).digest()


def test_groups_that_are_finished_get_no_job_and_the_others_know_what_is_done() -> None:
    first, store = _fan_out({"include_columns": ["age"], "id_column": "workclass"})
    _resumable(first, store, ["1.csv", "2.csv", "3.csv"])
    earlier = first["batch"]["job_name"]

    answer, store = _fan_out(
        {"include_columns": ["age"], "id_column": "workclass", "resume": earlier},
        store=store,
        arn="arn:aws:states:us-east-1:123456789012:execution:autogluon-sandbox-train:second",
    )

    name = answer["batch"]["job_name"]
    assert name != earlier
    assert answer["batch"]["folder"] == first["batch"]["folder"]
    assert (answer["fan_out"]["batch"], answer["fan_out"]["jobs"]) == (earlier, 2)
    groups = _groups(answer, store)
    assert [request["ProcessingJobName"] for request in groups] == [f"{name}-0002", f"{name}-0003"]
    finished = json.loads(store.text(_inputs(groups[0])["finished"]["S3Uri"]))
    assert finished == [{"prefix": first["batch"]["folder"] + "shards/"}, "3.csv.json"]
    assert "finished" not in _inputs(groups[1])
    assert [file["result_bytes"] for file in _document(groups[0], store)["files"]] == [8, None]


@pytest.mark.parametrize("change", ["content", "columns", "result", "manifest"])
def test_a_group_is_done_again_when_its_results_are_of_something_else(change: str) -> None:
    first, store = _fan_out()
    _resumable(first, store, ["1.csv", "2.csv"])
    folder = first["batch"]["folder"]
    values: dict[str, Any] = {"resume": first["batch"]["job_name"]}
    if change == "content":
        shard = json.loads(store.text(f"{folder}shards/1.csv.json")) | {"etag": "other"}
        store.put(f"{folder}shards/1.csv.json", json.dumps(shard))
    elif change == "columns":
        values["include_columns"] = ["age"]
    elif change == "result":
        store.put(f"{folder}results/2.csv", b"half")
    else:
        forget(store, f"{folder.removeprefix('s3://artifact-bucket/')}shards/2.csv.json")

    answer, _ = _fan_out(values, store=store)

    assert answer["fan_out"]["jobs"] == 3


def test_a_batch_that_is_finished_but_for_its_summary_needs_one_job_that_finds_so() -> None:
    first, store = _fan_out()
    _resumable(first, store, [f"{number}.csv" for number in range(1, 6)])

    answer, store = _fan_out({"resume": first["batch"]["job_name"]}, store=store)

    [request] = _groups(answer, store)
    assert request["ProcessingJobName"].endswith("-0003")


# The summary


def _grouped(*outputs: dict[str, Any]) -> tuple[dict[str, Any], FakeStore]:
    store = finished_store({"1.csv": shard_of(), "2.csv": shard_of(job_name="job-0002")})
    results = FOLDER + "jobs/job/uuid/"
    children = [{"Output": json.dumps(output), "Status": "SUCCEEDED"} for output in outputs]
    key = results.removeprefix("s3://artifact-bucket/")
    store.put(results + "SUCCEEDED_0.json", json.dumps(children[:1]))
    store.put(results + "SUCCEEDED_1.json", json.dumps(children[1:]))
    files = [{"Key": f"{key}SUCCEEDED_{number}.json", "Size": 1} for number in (0, 1)]
    manifest = {"ResultFiles": {"FAILED": [], "PENDING": [], "SUCCEEDED": files}}
    store.put(results + "manifest.json", json.dumps(manifest))
    event = summary_event()
    del event["processing_job"]
    where = {"Bucket": "artifact-bucket", "Key": key + "manifest.json"}
    return {**event, "group_results": where}, store


def _described(name: str, start: int, end: int, status: str = "Completed") -> dict[str, Any]:
    return {
        "ProcessingJobName": name,
        "ProcessingJobStatus": status,
        "ProcessingStartTime": start * 1000,
        "ProcessingEndTime": end * 1000,
        "ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.large"}},
    }


def test_the_manifest_holds_the_files_and_the_jobs_of_all_groups() -> None:
    second = _described("job-0002", 1_795_000_030, 1_795_000_090)
    event, store = _grouped(second, _described("job-0001", 1_795_000_000, 1_795_000_040))

    answer = BulkSummarizer(store).summarize(event)

    assert (answer["rows"], len(answer["results"])) == (4, 2)
    manifest = json.loads(store.text(FOLDER + "manifest.json"))
    assert manifest["jobs"] == [
        {"job_name": "job-0001", "seconds": 40.0, "instance_type": "ml.m5.large"},
        {"job_name": "job-0002", "seconds": 60.0, "instance_type": "ml.m5.large"},
    ]
    assert manifest["seconds"] == 90.0
    assert [file["job_name"] for file in manifest["files"]] == ["job", "job-0002"]


def test_a_group_that_did_not_complete_fails_the_batch() -> None:
    event, store = _grouped(_described("job-0001", 0, 1), _described("job-0002", 0, 1, "Stopped"))

    with pytest.raises(BatchFailedError, match="The processing job job-0002 is Stopped"):
        BulkSummarizer(store).summarize(event)


def test_results_of_a_map_run_that_are_gone_are_named() -> None:
    event, store = _grouped(_described("job-0001", 0, 1))
    forget(store, "income/batches/job/jobs/")

    with pytest.raises(BatchFailedError, match=r"Map Run cannot be read .*uuid/manifest\.json"):
        BulkSummarizer(store).summarize(event)


def test_a_missing_file_of_a_resumed_batch_names_the_batch_that_has_the_folder() -> None:
    event, store = _grouped(_described("job-0001", 0, 1))
    event["batch"]["job_name"] = "second"
    forget(store, "income/batches/job/shards/2")

    with pytest.raises(BatchFailedError, match='"resume": "job"'):
        BulkSummarizer(store).summarize(event)
