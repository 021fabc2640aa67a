"""One file of more than 256 MB, which two instances share: a stopped batch resumes inside it."""

from __future__ import annotations

import csv
import io
import json
from itertools import cycle, islice
from typing import Any

import pytest

from autogluon_client.environment.deployment import Deployment
from autogluon_client.errors import ExecutionFailedError
from autogluon_client.executions.executions import wait_for_execution
from autogluon_demo.cdk import ROOT
from tests.e2e.support import Account, Trained, Workflows, read_object
from tests.waiting import until

pytestmark = pytest.mark.long

LARGE_BYTES = 270_000_000
PARTS = 4
ROWS = 500  # of the small file, which the large one repeats


def _rows() -> list[str]:
    """Rows of the test data without the label, which is their last cell."""
    with (ROOT / "examples/income/test.csv").open() as lines:
        return [line.rpartition(",")[0] for line in islice(lines, ROWS + 1)]


def _customer(number: int) -> str:
    return f"c{number},\nline 2" if number % 1000 == 7 else f"c{number}"


def _large_file(rows: list[str]) -> tuple[bytes, int]:
    """The rows again and again, with ids that tell them apart, and their number."""
    out = io.StringIO()
    out.write(f"customer,{rows[0]}\n")
    for count, row in enumerate(cycle(rows[1:])):
        if count % 1000 == 0 and out.tell() > LARGE_BYTES:
            break
        name = _customer(count)
        out.write(f'"{name}",{row}\n' if "\n" in name else f"{name},{row}\n")
    return out.getvalue().encode(), count


def _table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_stopped_batch_of_one_large_file_resumes_in_its_middle(
    account: Account, deployment: Deployment, workflows: Workflows, income: Trained
) -> None:
    s3, sagemaker = account.client("s3"), account.client("sagemaker")
    rows = _rows()
    body, count = _large_file(rows)
    bucket = deployment.data_bucket
    s3.put_object(Bucket=bucket, Key="large/big.csv", Body=body)
    small = "".join(f"{name},{row}\n" for name, row in
                    zip(["customer", *map(str, range(ROWS))], rows, strict=True))  # fmt: skip
    s3.put_object(Bucket=bucket, Key="large-small.csv", Body=small.encode())
    arguments: dict[str, Any] = {
        "predictor": "income", "data": f"s3://{bucket}/large/", "id_column": "customer",
        "instance_count": 2, "max_files_per_job": 1000,
    }  # fmt: skip

    arn = workflows.start("batch_predict", arguments)
    job = until(
        lambda: sagemaker.list_processing_jobs(StatusEquals="InProgress")["ProcessingJobSummaries"],
        300, "the processing job runs",
    )[0]["ProcessingJobName"]  # fmt: skip
    folder = f"income/batches/{job}/"

    def finished() -> list[str]:
        found = s3.list_objects_v2(
            Bucket=deployment.artifact_bucket, Prefix=f"{folder}shards/big.csv/"
        )
        return [entry["Key"] for entry in found.get("Contents", [])]

    until(finished, 300, "a part is finished")
    sagemaker.stop_processing_job(ProcessingJobName=job)
    with pytest.raises(ExecutionFailedError, match="Stopped"):
        wait_for_execution(account.session, arn, poll_seconds=0.2, longest_poll_seconds=0.2)
    done = {key.rpartition("/")[2].removesuffix(".json") for key in finished()}
    assert 0 < len(done) < PARTS

    output = workflows.run("batch_predict", {**arguments, "resume": job})

    assert output["engine_reason"].endswith("1 file of 256 MB or more is cut into 4 parts")
    assert output["rows"] == count
    [listed] = output["results"]
    manifest = json.loads(read_object(account, output["manifest_uri"]))
    [file] = manifest["files"]
    assert file["output"] == listed == f"s3://{deployment.artifact_bucket}/{folder}results/big.csv/"
    kept = {
        part["output"].rpartition("/")[2].removesuffix(".csv")
        for part in file["parts"]
        if part["job_name"] == job
    }
    assert kept == done
    hosts = {
        json.loads(read_object(account, part["output"].replace("/results/", "/shards/")
                               .removesuffix(".csv") + ".json"))["host"]
        for part in file["parts"]
    }  # fmt: skip
    assert hosts == {"algo-1", "algo-2"}
    small_answers = workflows.run(
        "batch_predict",
        {**arguments, "data": f"s3://{bucket}/large-small.csv", "instance_count": 1},
    )
    expected = _table(read_object(account, small_answers["results"][0]).decode())
    number = 0
    for part in file["parts"]:
        header, *answers = _table(read_object(account, part["output"]).decode())
        assert header == expected[0]
        for answer in answers:
            assert answer[0] == _customer(number)
            assert answer[1:] == expected[1 + number % ROWS][1:]
            number += 1
    assert number == count
