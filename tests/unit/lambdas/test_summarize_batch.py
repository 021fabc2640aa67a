"""After a transform job: rows in, rows out, results, manifest."""

import json
from typing import Any

import pytest

from autogluon_contracts.answer_attributes import UnknownCategories
from autogluon_contracts.jobs.piece_notes import note_line
from autogluon_contracts.s3_location import S3Location
from autogluon_lambdas.logic.transform.summarize import BatchSummarizer
from autogluon_lambdas.models.errors import BatchFailedError
from tests.fakes.store import FakeStore

FOLDER = "s3://artifact-bucket/income/batches/job/"
ARN = "arn:aws:sagemaker:us-east-1:123456789012:model-package/autogluon-sandbox-income/1"
JOB = {
    "TransformJobName": "job",
    "TransformJobStatus": "Completed",
    "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    "TransformStartTime": 1_795_000_000_000,
    "TransformEndTime": 1_795_000_090_500,
}


def _event(
    inputs: dict[str, int] | None = None, job: dict[str, Any] | None = None, **batch: Any
) -> dict[str, Any]:
    names = {"new.csv": 2} if inputs is None else inputs
    return {
        "batch": {
            "predictor": "income",
            "job_name": "job",
            "engine": "transform",
            "engine_reason": "the data are small",
            "model_name": "job",
            "model_package_arn": ARN,
            "folder": FOLDER,
            "raw_folder": FOLDER + "raw/",
            "columns": ["id, x", "class"],
            "output_format": "csv",
            "rows_in": sum(names.values()),
            "inputs": [
                {"uri": f"s3://data-bucket/in/{name}", "name": name, "rows": rows}
                for name, rows in names.items()
            ],
            **batch,
        },
        "transform_job": job or JOB,
    }


def _problem(store: FakeStore, event: dict[str, Any]) -> str:
    with pytest.raises(BatchFailedError) as caught:
        BatchSummarizer(store).summarize(event)
    return str(caught.value)


@pytest.mark.parametrize(
    ("output_format", "rows"),
    [
        ("csv", '1,a,\n2,,"no, ""x"""\n3,b,\n4,,\n5,,worse'),
        (
            "jsonl",
            '{"id": 1, "class": "a", "row_error": null}\n'
            '{"id": 2, "class": null, "row_error": "no, \\"x\\""}\n'
            '{"id": 3, "class": "b", "row_error": null}\n'
            '{"id": 4, "class": null, "row_error": null}\n'
            '{"id": 5, "class": null, "row_error": "worse"}\n',
        ),
    ],
)
def test_rows_with_errors_are_counted_and_the_first_are_listed(
    output_format: str, rows: str
) -> None:
    store = FakeStore({FOLDER + "raw/new.csv.out": rows})
    event = _event(
        {"new.csv": 5},
        on_error="row",
        columns=["id", "class", "row_error"],
        output_format=output_format,
    )

    answer = BatchSummarizer(store).summarize(event)

    assert (answer["rows"], answer["row_errors"]) == (5, 2)
    assert answer["first_row_errors"] == [
        's3://data-bucket/in/new.csv, row 2: no, "x"',
        "s3://data-bucket/in/new.csv, row 5: worse",
    ]
    manifest = json.loads(store.text(FOLDER + "manifest.json"))
    assert (manifest["row_errors"], manifest["files"][0]["row_errors"]) == (2, 2)
    # Once more, as after a time-out: the raw answers are gone.
    assert BatchSummarizer(store).summarize(event) == answer


@pytest.mark.parametrize(
    ("output_format", "rows"), [("csv", "1,a,\n"), ("jsonl", '{"row_error": null}\n')]
)
def test_unknown_categories_are_added_up_and_their_notes_are_not_rows(
    output_format: str, rows: str
) -> None:
    notes = [note_line(UnknownCategories(2, (name,))) for name in ("city", "job")]
    store = FakeStore({FOLDER + "raw/new.csv.out": f"{rows}{notes[0]}\n{rows}{notes[1]}"})
    event = _event(
        {"new.csv": 2},
        on_error="row",
        columns=["id", "class", "row_error"],
        output_format=output_format,
    )

    answer = BatchSummarizer(store).summarize(event)

    assert (answer["rows"], answer["row_errors"]) == (2, 0)
    assert (answer["unknown_categories"], answer["unknown_columns"]) == (4, ["city", "job"])
    manifest = json.loads(store.text(FOLDER + "manifest.json"))
    assert (manifest["unknown_categories"], manifest["unknown_columns"]) == (4, ["city", "job"])
    assert store.text(answer["results"][0]).endswith(rows * 2)
    assert BatchSummarizer(store).summarize(event) == answer


def test_results_have_a_header_and_the_raw_answers_are_gone() -> None:
    store = FakeStore({FOLDER + "raw/new.csv.out": '1,a\n\n"2\nx",b'})

    answer = BatchSummarizer(store).summarize(_event())

    assert answer == {
        "predictor": "income",
        "job_name": "job",
        "engine": "transform",
        "engine_reason": "the data are small",
        "instance_types": ["ml.m5.large"],
        "model_package_arn": ARN,
        "rows": 2,
        "results": [FOLDER + "results/new.csv"],
        "manifest_uri": FOLDER + "manifest.json",
        "columns": ["id, x", "class"],
    }
    result = '"id, x",class\n1,a\n"2\nx",b\n'
    assert store.text(FOLDER + "results/new.csv") == result
    assert store.uris() == {FOLDER + "results/new.csv", FOLDER + "manifest.json"}
    assert json.loads(store.text(FOLDER + "manifest.json")) == {
        "version": 1,
        "predictor": "income",
        "job_name": "job",
        "engine": "transform",
        "engine_reason": "the data are small",
        "model_package_arn": ARN,
        "columns": ["id, x", "class"],
        "rows": 2,
        "files": [
            {
                "input": "s3://data-bucket/in/new.csv",
                "rows_in": 2,
                "output": FOLDER + "results/new.csv",
                "rows_out": 2,
                "bytes": len(result),
            }
        ],
        "seconds": 90.5,
    }


@pytest.mark.parametrize(("raw", "rows"), [("1,a\n", 1), ("1,a\n2,b\n3,c\n", 3), ("\n", 0)])
def test_other_rows_than_went_in_fail_and_leave_no_result(raw: str, rows: int) -> None:
    store = FakeStore({FOLDER + "raw/new.csv.out": raw})

    assert _problem(store, _event()) == (
        f"s3://data-bucket/in/new.csv: 2 rows went in and {rows} came out (raw answer: "
        f"{FOLDER}raw/new.csv.out)."
    )
    assert store.uris() == {FOLDER + "raw/new.csv.out"}


def test_another_number_of_columns_is_named() -> None:
    store = FakeStore({FOLDER + "raw/new.csv.out": "a\nb\n"})

    assert "its answer has 1 columns, expected 2: id, x, class" in _problem(store, _event())


def test_an_input_without_answer_is_named() -> None:
    store = FakeStore({FOLDER + "raw/new.csv.out": "1,a\n2,b\n"})

    assert _problem(store, _event({"new.csv": 2, "more.csv": 1})) == (
        "s3://data-bucket/in/more.csv: the transform job wrote no answer for it."
    )


def test_an_answer_without_input_is_named() -> None:
    store = FakeStore({FOLDER + "raw/new.csv.out": "1,a\n2,b\n", FOLDER + "raw/x.out": "1,a\n"})

    assert "holds 2 answers for 1 input files" in _problem(store, _event())


def test_files_of_one_name_in_two_folders_are_told_apart() -> None:
    store = FakeStore(
        {FOLDER + "raw/in/a/x.csv.out": "1,a\n", FOLDER + "raw/in/b/x.csv.out": "1,b\n2,b\n"}
    )

    answer = BatchSummarizer(store).summarize(_event({"a/x.csv": 1, "b/x.csv": 2}))

    assert answer["results"] == [FOLDER + "results/a/x.csv", FOLDER + "results/b/x.csv"]
    assert store.text(FOLDER + "results/b/x.csv").endswith("1,b\n2,b\n")


def test_files_that_differ_in_their_suffix_keep_it() -> None:
    store = FakeStore({FOLDER + "raw/x.csv.out": "1,a\n", FOLDER + "raw/x.CSV.out": "1,b\n"})

    answer = BatchSummarizer(store).summarize(_event({"x.csv": 1, "x.CSV": 1}))

    assert answer["results"] == [FOLDER + "results/x.csv.csv", FOLDER + "results/x.CSV.csv"]


def test_json_lines_results_have_no_header() -> None:
    store = FakeStore({FOLDER + "raw/new.csv.out": '{"class": "a"}\n{"class": "b"}'})

    answer = BatchSummarizer(store).summarize(_event(output_format="jsonl"))

    assert answer["results"] == [FOLDER + "results/new.jsonl"]
    assert store.text(answer["results"][0]) == '{"class": "a"}\n{"class": "b"}\n'


def test_a_second_attempt_after_the_raw_answers_are_gone_says_the_same() -> None:
    store = FakeStore({FOLDER + "raw/new.csv.out": "1,a\n2,b\n"})
    first = BatchSummarizer(store).summarize(_event())

    assert BatchSummarizer(store).summarize(_event()) == first


def test_a_failed_job_carries_sagemakers_reason() -> None:
    job = {**JOB, "TransformJobStatus": "Failed", "FailureReason": "ClientError: 400"}

    assert _problem(FakeStore(), _event(job=job)) == (
        "The transform job job is Failed: ClientError: 400."
    )


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("2026-11-20T10:00:00Z", "2026-11-20T10:01:00.250Z", 60.25),
        (1_795_000_000, 1_795_000_002.5, 2.5),
        (None, 1_795_000_000, None),
    ],
)
def test_times_come_in_several_forms(start: object, end: object, seconds: float | None) -> None:
    store = FakeStore({FOLDER + "raw/new.csv.out": "1,a\n2,b\n"})
    job = {**JOB, "TransformStartTime": start, "TransformEndTime": end}

    BatchSummarizer(store).summarize(_event(job=job))

    assert json.loads(store.text(FOLDER + "manifest.json"))["seconds"] == seconds


def test_answers_that_do_not_follow_the_rows_may_be_fewer_but_not_none() -> None:
    store = FakeStore({FOLDER + "raw/new.csv.out": "1,a\n"})
    event = _event(answers_by_row=False)

    assert BatchSummarizer(store).summarize(event)["rows"] == 1

    store = FakeStore({FOLDER + "raw/new.csv.out": "\n"})
    assert "2 rows went in and 0 came out" in _problem(store, event)


def test_the_answers_of_a_pipeline_are_results_as_they_are() -> None:
    answer = b'{"decision": "offer"}\n{"decision": "wait"}\n'
    store = FakeStore({f"{FOLDER}raw/new.csv.out": answer})
    inputs = [{"uri": "s3://data-bucket/in/new.csv", "name": "new.csv", "rows": None}]
    event = _event(
        engine="pipeline",
        columns=[],
        output_format="jsonl",
        answers_by_row=False,
        rows_in=None,
    )
    event["batch"]["inputs"] = inputs
    output = BatchSummarizer(store).summarize(event)
    assert (output["engine"], output["rows"]) == ("pipeline", 2)
    [result] = output["results"]
    bucket, _, key = result.removeprefix("s3://").partition("/")
    assert store.read(S3Location(bucket, key), 0, 1000) == answer
    manifest = json.loads(store.read(S3Location.parse(output["manifest_uri"]), 0, 10_000))
    assert manifest["files"][0]["rows_in"] is None


def test_a_pipeline_that_answers_nothing_fails_the_batch() -> None:
    store = FakeStore({f"{FOLDER}raw/new.csv.out": b""})
    inputs = [{"uri": "s3://data-bucket/in/new.csv", "name": "new.csv", "rows": None}]
    event = _event(columns=[], output_format="jsonl", answers_by_row=False)
    event["batch"]["inputs"] = inputs
    assert "new.csv: 0 rows came out" in _problem(store, event)
