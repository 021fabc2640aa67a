"""BatchPredict by the bulk engine: the same answers as by Batch Transform, in the same order."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from autogluon_client.environment.deployment import Deployment
from autogluon_client.errors import ExecutionFailedError
from autogluon_demo.cdk import ROOT
from tests.e2e.support import Account, Trained, Workflows, read_object, run_in_image
from tests.waiting import until

ROWS = 600
FILES = 40
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def rows() -> Rows:
    with (ROOT / "examples/income/test.csv").open(newline="") as lines:
        found = [row for row, _ in zip(csv.DictReader(lines), range(ROWS), strict=False)]
    return [
        {"customer": f"c-{number:04}, {number}"} | {k: v for k, v in row.items() if k != "class"}
        for number, row in enumerate(found)
    ]


def _csv(rows: Rows) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


class Bulk:
    def __init__(self, account: Account, deployment: Deployment, workflows: Workflows) -> None:
        self.account, self._deployment, self._workflows = account, deployment, workflows

    @property
    def machine_arn(self) -> str:
        return str(self._deployment.state_machines["batch_predict"])

    def upload(self, key: str, body: str | bytes) -> str:
        content = body.encode() if isinstance(body, str) else body
        bucket = self._deployment.data_bucket
        self.account.client("s3").put_object(Bucket=bucket, Key=key, Body=content)
        return f"s3://{bucket}/{key}"

    def run(self, data: str, **arguments: Any) -> dict[str, Any]:
        return self._workflows.run(
            "batch_predict",
            {"predictor": "income", "data": data, "id_column": "customer", **arguments},
        )

    def table(self, output: dict[str, Any]) -> Rows:
        """All rows of all CSV results, in the order of the input's files."""
        return [
            row
            for uri in output["results"]
            for row in csv.DictReader(io.StringIO(read_object(self.account, uri).decode()))
        ]

    def manifest(self, output: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(read_object(self.account, output["manifest_uri"]))
        return found

    def upload_two(self, folder: str, rows: Rows) -> str:
        self.upload(f"{folder}/part-1.csv", _csv(rows[:250]))
        uri = self.upload(f"{folder}/part-2.csv", _csv(rows[250:]))
        return uri.removesuffix("part-2.csv")


@pytest.fixture(scope="module")
def bulk(account: Account, deployment: Deployment, workflows: Workflows, income: Trained) -> Bulk:
    return Bulk(account, deployment, workflows)


@pytest.fixture(scope="module")
def expected(bulk: Bulk, rows: Rows) -> Rows:
    """Batch Transform's answers, which small data get by themselves."""
    output = bulk.run(bulk.upload("bulk/plain.csv", _csv(rows)))
    assert output["engine"] == "transform"
    assert "below 25 MB" in output["engine_reason"]
    return bulk.table(output)


def _assert_same(table: Rows, expected: Rows) -> None:
    assert [row["customer"] for row in table] == [row["customer"] for row in expected]
    assert [row["class"] for row in table] == [row["class"] for row in expected]
    for name in ("<=50K_proba", ">50K_proba"):
        found = [float(row[name]) for row in table]
        assert found == pytest.approx([float(row[name]) for row in expected], abs=1e-9)


def test_two_instances_share_the_files_and_answer_as_batch_transform_does(
    bulk: Bulk, rows: Rows, expected: Rows
) -> None:
    data = bulk.upload_two("bulk/two", rows)
    output = bulk.run(data, engine="bulk", instance_count=2)
    assert (output["engine"], output["engine_reason"]) == ("bulk", 'input.engine is "bulk"')
    assert output["rows"] == ROWS
    _assert_same(bulk.table(output), expected)
    manifest = bulk.manifest(output)
    assert [entry["rows_out"] for entry in manifest["files"]] == [250, ROWS - 250]
    assert manifest["schema_hash"]
    folder = output["manifest_uri"].removesuffix("manifest.json")
    hosts = {
        json.loads(read_object(bulk.account, f"{folder}shards/part-{number}.csv.json"))["host"]
        for number in (1, 2)
    }
    assert hosts == {"algo-1", "algo-2"}


@pytest.mark.parametrize("engine", ["bulk", "transform"])
def test_with_on_error_row_the_run_tells_of_bad_rows_and_answers_the_others(
    bulk: Bulk, rows: Rows, expected: Rows, engine: str
) -> None:
    spoilt = [dict(row) for row in rows]
    spoilt[6]["age"] = "abc"
    uri = bulk.upload("bulk/spoilt.csv", _csv(spoilt))
    output = bulk.run(uri, engine=engine, on_error="row")
    assert (output["rows"], output["row_errors"]) == (ROWS, 1)
    sentence = 'Column "age", this row: "abc" is not a whole number.'
    (listed,) = output["first_row_errors"]
    assert listed.startswith(f"{uri}, row 7: {sentence}")
    table = bulk.table(output)
    assert listed.endswith(table[6]["row_error"])
    assert (table[6]["customer"], table[6]["class"]) == (rows[6]["customer"], "")
    del table[6]
    _assert_same(table, [*expected[:6], *expected[7:]])


def test_parquet_goes_in_and_comes_out_with_chosen_columns(
    bulk: Bulk, rows: Rows, expected: Rows, tmp_path: Path
) -> None:
    source, target, result = (tmp_path / name for name in ("rows.csv", "rows.parquet", "out.csv"))
    source.write_text(_csv(rows))
    run_in_image("to_parquet.py", str(source), str(target))
    output = bulk.run(
        bulk.upload("bulk/rows.parquet", target.read_bytes()),
        output_format="parquet",
        include_columns=["age", "sex"],
    )
    assert (output["engine"], output["engine_reason"]) == (
        "bulk",
        'input.output_format is "parquet"',
    )
    assert output["columns"] == ["customer", "age", "sex", "class", "<=50K_proba", ">50K_proba"]
    (uri,) = output["results"]
    target.write_bytes(read_object(bulk.account, uri))
    run_in_image("from_parquet.py", str(target), str(result))
    table = list(csv.DictReader(result.open(newline="")))
    _assert_same(table, expected)
    assert [(row["age"], row["sex"]) for row in table] == [(row["age"], row["sex"]) for row in rows]


def test_a_bad_cell_is_named_by_file_row_and_column_and_a_resumed_batch_keeps_what_was_done(
    bulk: Bulk, rows: Rows, expected: Rows
) -> None:
    data = bulk.upload_two("bulk/resumed", rows)
    broken = [dict(row) for row in rows[250:]]
    broken[6]["age"] = "abc"
    bulk.upload("bulk/resumed/part-2.csv", _csv(broken))
    with pytest.raises(ExecutionFailedError, match=r"row 7 of part-2\.csv") as caught:
        bulk.run(data, engine="bulk")
    assert 'Column "age"' in str(caught.value)
    assert '"abc" is not a whole number' in str(caught.value)
    client = bulk.account.client("sagemaker")
    (failed,) = client.list_processing_jobs(StatusEquals="Failed")["ProcessingJobSummaries"]
    bulk.upload("bulk/resumed/part-2.csv", _csv(rows[250:]))
    output = bulk.run(data, resume=failed["ProcessingJobName"])
    _assert_same(bulk.table(output), expected)
    done_by = [entry["job_name"] for entry in bulk.manifest(output)["files"]]
    assert done_by == [failed["ProcessingJobName"], output["job_name"]]


def assert_all_ended(account: Account, batch: str) -> None:
    """The other jobs of a batch that failed are stopped, or were done."""
    client = account.client("sagemaker")

    def ended() -> list[str]:
        jobs = client.list_processing_jobs(NameContains=f"{batch}-")["ProcessingJobSummaries"]
        statuses = [job["ProcessingJobStatus"] for job in jobs]
        return [] if {"InProgress", "Stopping"} & set(statuses) else statuses

    statuses = until(ended, 30, f"all jobs of {batch} have ended")
    assert statuses.count("Failed") == 1
    assert set(statuses) <= {"Failed", "Stopped", "Completed"}


def test_many_files_are_shared_out_to_jobs_and_a_resumed_batch_runs_only_what_is_missing(
    bulk: Bulk, rows: Rows, expected: Rows
) -> None:
    parts = {f"part-{n:02}.csv": rows[15 * n : 15 * (n + 1)] for n in range(FILES)}
    for name, part in parts.items():
        data = bulk.upload(f"bulk/many/{name}", _csv(part)).removesuffix(name)
    bulk.upload(
        "bulk/many/part-35.csv", _csv([row | {"age": "abc"} for row in parts["part-35.csv"]])
    )
    with pytest.raises(ExecutionFailedError) as caught:
        bulk.run(data, max_files_per_job=10)
    sentence = r"Batch (?P<batch>\S+): the processing job (?P<job>\S+) ended as Failed: (?P<why>.*)"
    found = re.search(sentence, str(caught.value))
    assert found is not None
    assert found["job"] == f"{found['batch']}-0004"
    assert "row 1 of part-35.csv" in found["why"]

    assert_all_ended(bulk.account, found["batch"])
    bulk.upload("bulk/many/part-35.csv", _csv(parts["part-35.csv"]))
    output = bulk.run(data, max_files_per_job=10, resume=found["batch"])

    _assert_same(bulk.table(output), expected)
    manifest = bulk.manifest(output)
    assert [entry["rows_out"] for entry in manifest["files"]] == [15] * FILES
    made_by = {entry["input"].rpartition("/")[2]: entry["job_name"] for entry in manifest["files"]}
    assert made_by["part-35.csv"] == f"{output['job_name']}-0004"
    first = {name for name, job in made_by.items() if job.startswith(f"{found['batch']}-")}
    assert len(first) >= 5  # part-30 to part-34 were finished before the bad file
    # Jobs whose files were all finished were not started again.
    new = {job["job_name"] for job in manifest["jobs"]}
    assert {job for job in made_by.values() if job.startswith(output["job_name"])} <= new
    unfinished = {job.rpartition("-")[2] for name, job in made_by.items() if name not in first}
    assert {job.rpartition("-")[2] for job in new} == unfinished
    states = bulk.account.client("stepfunctions")
    [execution] = [
        found
        for found in states.list_executions(
            stateMachineArn=bulk.machine_arn, statusFilter="SUCCEEDED"
        )["executions"]
        if output["job_name"].startswith(f"income-{found['name']}")
    ]
    [map_run] = states.list_map_runs(executionArn=execution["executionArn"])["mapRuns"]
    counts = states.describe_map_run(mapRunArn=map_run["mapRunArn"])["executionCounts"]
    assert (counts["succeeded"], counts["total"]) == (len(new), len(new))


def test_what_only_the_bulk_engine_can_do_is_refused_for_the_other_before_any_job(
    bulk: Bulk, rows: Rows
) -> None:
    data = bulk.upload("bulk/plain.csv", _csv(rows))
    with pytest.raises(ExecutionFailedError, match="which needs the bulk engine"):
        bulk.run(data, engine="transform", output_format="parquet")
