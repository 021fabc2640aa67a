"""Large files of a bulk batch: cut into parts by the plan, and whole again in the summary."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from autogluon_contracts.documents.bulk_job import BulkJobConfig, ShardManifest, part_name
from autogluon_lambdas.logic.bulk import parts, volume_size
from autogluon_lambdas.logic.bulk.summarize import BulkSummarizer
from autogluon_lambdas.models.errors import BatchFailedError
from tests.fakes.lambda_environment import validated
from tests.fakes.store import FakeStore
from tests.unit.lambdas.bulk_batches import (
    DATA,
    FOLDER,
    HEADER,
    bulk_plan,
    bulk_store,
    planned,
    problem_of,
    shard_of,
    summary_event,
)

BIG = HEADER + "1,a,40\n" * 200  # 1,429 bytes
BULK = {"engine": "bulk"}


@pytest.fixture(autouse=True)
def _low_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of 1,000 bytes are large, and parts have about 400."""
    monkeypatch.setattr(parts, "CUT_FROM_BYTES", 1000)
    monkeypatch.setattr(parts, "PART_BYTES", 400)


def _inputs(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["InputName"]: item["S3Input"] for item in answer["request"]["ProcessingInputs"]}


def _plan(answer: dict[str, Any], store: FakeStore) -> BulkJobConfig:
    return BulkJobConfig.from_text(store.text(answer["batch"]["plan_uri"]))


def _json_files(text: str) -> FakeStore:
    return bulk_store({f"{DATA}big.jsonl": text})


# The plan


def test_a_large_file_is_an_input_that_every_instance_has_in_full() -> None:
    store = bulk_store({DATA + "big.csv": BIG, DATA + "small.csv": HEADER + "1,a,40\n"})

    answer, _ = planned({**BULK, "instance_count": 4}, store=store)

    validated("CreateProcessingJob", answer["request"])
    found = _inputs(answer)
    assert list(found) == ["data", "shared", "model", "code", "config"]
    sharing = [found[name]["S3DataDistributionType"] for name in ("data", "shared")]
    assert sharing == ["ShardedByS3Key", "FullyReplicated"]
    lists = [json.loads(store.text(found[name]["S3Uri"])) for name in ("data", "shared")]
    assert lists == [[{"prefix": DATA}, "small.csv"], [{"prefix": DATA}, "big.csv"]]
    assert found["shared"]["LocalPath"] == "/opt/ml/processing/shared"
    big, small = _plan(answer, store).files
    assert (big.output, [part.output for part in big.parts]) == (
        "big.csv",
        [f"big.csv/part-0000{number}-of-00003.csv" for number in (1, 2, 3)],
    )
    assert small.parts == ()


def test_one_large_file_alone_needs_no_list() -> None:
    answer, _ = planned({**BULK, "instance_count": 3}, store=bulk_store({DATA + "big.csv": BIG}))

    found = _inputs(answer)
    assert "data" not in found
    assert (found["shared"]["S3DataType"], found["shared"]["S3Uri"]) == ("S3Prefix", DATA)
    assert answer["batch"]["engine_reason"] == (
        'input.engine is "bulk"; 1 file of 0 MB or more is cut into 3 parts'
    )


def test_files_below_the_threshold_have_the_plan_that_they_had() -> None:
    answer, store = planned(BULK)

    assert list(_inputs(answer)) == ["data", "model", "code", "config"]
    plan = json.loads(store.text(answer["batch"]["plan_uri"]))
    assert {key for file in plan["files"] for key in file} == {
        "name", "uri", "bytes", "etag", "output", "rows", "result_bytes",
    }  # fmt: skip
    assert answer["batch"]["engine_reason"] == 'input.engine is "bulk"'


def test_there_are_as_many_instances_as_parts_at_most() -> None:
    files = {DATA + "big.csv": BIG}

    told = problem_of({**BULK, "instance_count": 4}, store=bulk_store(files))

    assert told == (
        "input.instance_count: got 4, but the data has 1 file in 3 parts, and a processing job "
        "gives each part to one instance. Set it to at most 3."
    )
    answer, _ = planned(BULK, store=bulk_store(files), batch={"instance_count": 9})
    assert answer["request"]["ProcessingResources"]["ClusterConfig"]["InstanceCount"] == 3


def test_json_lines_are_cut_and_arrays_are_not() -> None:
    record = '{"age": 1, "workclass": "a", "hours-per-week": 40}'
    lines, _ = planned(BULK, store=_json_files(f"{record}\n" * 30))
    array, _ = planned(BULK, store=_json_files(f" [{','.join([record] * 30)}]"))

    assert "data" not in _inputs(lines)
    assert lines["batch"]["engine_reason"].endswith("is cut into 3 parts")
    assert "shared" not in _inputs(array)
    assert array["batch"]["engine_reason"].endswith(
        "; 1 JSON array of 0 MB or more cannot be cut into parts"
    )


@pytest.mark.parametrize(
    ("rows_in_group", "count", "reason"),
    [
        (10, 5, "1 file of 0 MB or more is cut into 5 parts"),
        (30, 2, "1 file of 0 MB or more is cut into 2 parts"),
        (50, 0, "1 Parquet file with one row group of 0 MB or more cannot be cut into parts"),
    ],
)
def test_parquet_has_no_more_parts_than_row_groups(
    rows_in_group: int, count: int, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PART_BYTES", 10)
    sink = pa.BufferOutputStream()
    columns: dict[str, list[Any]] = {
        "age": list(range(50)), "workclass": ["a"] * 50, "hours-per-week": [40] * 50,
    }  # fmt: skip
    pq.write_table(pa.table(columns), sink, row_group_size=rows_in_group)
    store = bulk_store({DATA + "big.parquet": sink.getvalue().to_pybytes()})

    answer, _ = planned(BULK, store=store)

    assert len(_plan(answer, store).files[0].parts) == count
    assert answer["batch"]["engine_reason"].endswith(f"; {reason}")


def test_the_largest_files_have_larger_parts_and_not_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST_PARTS", 2)
    store = bulk_store({DATA + "big.csv": BIG})

    answer, _ = planned(BULK, store=store)

    assert len(_plan(answer, store).files[0].parts) == 2


def test_the_volume_holds_the_whole_file_and_the_results_of_some_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(volume_size, "_GIGABYTE", 100)
    store = bulk_store({DATA + "big.csv": BIG})
    one, three = (
        planned({**BULK, "instance_count": count}, store=store)[0]["request"][
            "ProcessingResources"
        ]["ClusterConfig"]["VolumeSizeInGB"]
        for count in (1, 3)
    )
    size, model = len(BIG), 5 * 1000
    result = size + 200 * 3 * 25
    assert one == 10 + -(-(size + result + model) // 100)
    assert three == 10 + -(-(size + result // 3 + model) // 100)


def test_a_resumed_batch_knows_the_parts_that_are_done() -> None:
    store = bulk_store({DATA + "big.csv": BIG})
    folder = "s3://artifact-bucket/income/batches/income-early-1/"
    store.put(folder + "config/income-early-1/bulk.json", "{}")
    store.put(folder + f"results/big.csv/{part_name(2, 3)}.csv", b"1234567")
    store.put(folder + f"shards/big.csv/{part_name(2, 3)}.json", "{}")

    answer, _ = planned({"resume": "income-early-1"}, store=store)

    [file] = _plan(answer, store).files
    assert [part.result_bytes for part in file.parts] == [None, 7, None]
    finished = _inputs(answer)["finished"]
    assert json.loads(store.text(finished["S3Uri"])) == [
        {"prefix": folder + "shards/"},
        "big.csv/part-00002-of-00003.json",
    ]


def test_a_file_that_an_earlier_release_predicted_whole_is_not_cut() -> None:
    store = bulk_store({DATA + "big.csv": BIG})
    folder = "s3://artifact-bucket/income/batches/income-early-1/"
    store.put(folder + "config/income-early-1/bulk.json", "{}")
    store.put(folder + "results/big.csv", b"1234567")
    store.put(folder + "shards/big.csv.json", "{}")

    answer, _ = planned({"resume": "income-early-1"}, store=store)

    [file] = _plan(answer, store).files
    assert (file.parts, file.result_bytes) == ((), 7)
    assert "parts" not in answer["batch"]["engine_reason"]


def test_jobs_that_share_out_a_batch_have_all_parts_of_their_files() -> None:
    files = {f"{DATA}{name}.csv": BIG for name in ("a", "b")}
    files[f"{DATA}c.csv"] = HEADER + "1,a,40\n"
    store = bulk_store(files)

    answer, _ = planned({**BULK, "instance_count": 5, "max_files_per_job": 1}, store=store)

    place = answer["fan_out"]
    jobs = json.loads(store.text(f"s3://{place['bucket']}/{place['groups_key']}"))
    counts = [
        job["request"]["ProcessingResources"]["ClusterConfig"]["InstanceCount"] for job in jobs
    ]
    assert counts == [3, 3, 1]


def test_a_job_whose_parts_are_all_finished_is_not_started_again() -> None:
    files = {f"{DATA}{name}.csv": BIG for name in ("a", "b")}
    store = bulk_store(files)
    values = {**BULK, "max_files_per_job": 1}
    plan = _plan(planned(values, store=store)[0], store)
    folder = "s3://artifact-bucket/income/batches/income-early-1/"
    store.put(folder + "config/income-early-1/bulk.json", "{}")
    for unit in plan.files[0].units():
        shard = shard_of(etag=unit.file.etag, output=unit.output, batch_hash=plan.digest())
        store.put(f"{folder}shards/{unit.name}.json", json.dumps(shard))
        store.put(f"{folder}results/{unit.output}", b"12345678")

    again = {"max_files_per_job": 1, "resume": "income-early-1"}
    answer, _ = planned(again, store=store)
    assert answer["fan_out"]["jobs"] == 1
    store.put(f"{folder}results/{plan.files[0].parts[1].output}", b"1234567")
    answer, _ = planned(again, store=store, arn=f"{FOLDER}:later")
    assert answer["fan_out"]["jobs"] == 2


# The summary

SPANS = [(0, 400), (400, 850), (850, 1000)]


def _finished(spans: list[tuple[int, int]] | None = None, **second: Any) -> FakeStore:
    """What jobs left of one file of 1,000 bytes in three parts of two rows each."""
    names = [part_name(number, 3) for number in (1, 2, 3)]
    file = {
        "name": "1.csv", "uri": DATA + "1.csv", "etag": "e1", "output": "1.csv", "bytes": 1000,
        "parts": [{"output": f"1.csv/{name}.csv"} for name in names],
    }  # fmt: skip
    store = FakeStore({FOLDER + "config/job/bulk.json": _document(file)})
    for number, (name, (start, end)) in enumerate(zip(names, spans or SPANS, strict=True), 1):
        changes = second if number == 2 else {}
        part = {"number": number, "of": 3, "start": start, "end": end}
        shard = shard_of(output=f"1.csv/{name}.csv", part=part, job_name=f"job-{number}")
        ShardManifest.from_json(shard)
        store.put(f"{FOLDER}shards/1.csv/{name}.json", json.dumps({**shard, **changes}))
        store.put(f"{FOLDER}results/1.csv/{name}.csv", b"12345678")
    return store


def _document(file: dict[str, Any]) -> str:
    document = json.loads(bulk_plan([{"name": "x", "uri": "x", "etag": "x", "output": "x"}]))
    return json.dumps(document | {"files": [file]})


def test_the_manifest_lists_a_file_and_its_parts() -> None:
    store = _finished()

    answer = BulkSummarizer(store).summarize(summary_event())

    assert (answer["rows"], answer["results"]) == (6, [FOLDER + "results/1.csv/"])
    manifest = json.loads(store.text(FOLDER + "manifest.json"))
    [file] = manifest["files"]
    assert file == {
        "input": DATA + "1.csv",
        "rows_in": 6,
        "output": FOLDER + "results/1.csv/",
        "rows_out": 6,
        "bytes": 24,
        "seconds": 1.5,
        "parts": [
            {
                "output": f"{FOLDER}results/1.csv/{part_name(number, 3)}.csv",
                "rows": 2,
                "bytes": 8,
                "seconds": 0.5,
                "job_name": f"job-{number}",
            }
            for number in (1, 2, 3)
        ],
    }


def test_parts_are_copied_to_the_output_path_under_their_names() -> None:
    store, event, out = _finished(), summary_event(), "s3://scores/income/"
    event["batch"]["output_path"] = out

    answer = BulkSummarizer(store).summarize(event)

    assert answer["output_path"] == out
    own = {uri.removeprefix(FOLDER) for uri in store.uris() if uri.startswith(f"{FOLDER}results/")}
    assert len(own) == 3
    copied = {uri.removeprefix(out) for uri in store.uris() if uri.startswith(out)}
    assert copied == {*own, "manifest.json"}
    [file] = json.loads(store.text(f"{out}manifest.json"))["files"]
    assert file["output"] == f"{out}results/1.csv/"
    assert {part["output"] for part in file["parts"]} == {out + name for name in own}


def test_rows_with_errors_have_their_numbers_in_the_file() -> None:
    bad: dict[str, Any] = {"row_errors": 1, "first_row_errors": [{"row": 2, "error": "no"}]}
    event = summary_event()
    event["batch"]["on_error"] = "row"

    answer = BulkSummarizer(_finished(None, **bad)).summarize(event)

    assert answer["first_row_errors"] == [f"{DATA}1.csv, row 4: no"]


@pytest.mark.parametrize(
    ("spans", "second", "sentence"),
    [
        (None, {"rows_out": 1}, "1.csv, part 2 of 3: 2 rows went in and 1 came out."),
        (None, {"etag": "e0"}, "1.csv, part 2 of 3: its result belongs to another version"),
        (None, {"bytes": 9}, "part 2 of 3: its result 1.csv/part-00002-of-00003.csv has 8 bytes"),
        (None, {"part": None}, "part 2 of 3 does not begin where the one before ends."),
        (
            [(0, 400), (410, 850), (850, 1000)],
            {},
            "part 2 of 3 does not begin where the one before ends. Start the batch again under "
            "a new execution name, without resume.",
        ),
        ([(0, 400), (400, 850), (850, 990)], {}, "its parts have 990 bytes of 1,000."),
    ],
)
def test_a_file_whose_parts_are_not_the_whole_fails_the_batch(
    spans: list[tuple[int, int]] | None, second: dict[str, Any], sentence: str
) -> None:
    store = _finished(spans, **second)
    with pytest.raises(BatchFailedError) as caught:
        BulkSummarizer(store).summarize(summary_event())
    assert sentence in str(caught.value)
    assert FOLDER + "manifest.json" not in store.uris()


def test_a_part_that_no_job_left_is_named_with_the_way_to_go_on() -> None:
    store = _finished()
    store.delete(
        [
            found.location
            for found in store.find("artifact-bucket", "income/batches/job/shards/1.csv/", 9)
            if "00003-of" in found.location.key
        ]
    )
    with pytest.raises(BatchFailedError) as caught:
        BulkSummarizer(store).summarize(summary_event())
    assert str(caught.value) == (
        f"{DATA}1.csv, part 3 of 3: no processing job left a manifest for it (the object does "
        'not exist). Start the batch again with "resume": "job".'
    )


def test_rows_of_all_parts_are_held_against_the_planners_count() -> None:
    store = _finished()
    plan = json.loads(store.text(FOLDER + "config/job/bulk.json"))
    plan["files"][0]["rows"] = 7
    store.put(FOLDER + "config/job/bulk.json", json.dumps(plan))
    with pytest.raises(BatchFailedError, match=r"1\.csv: 7 rows went in and 6 came out\."):
        BulkSummarizer(store).summarize(summary_event())
