"""BatchPredict: every format, any column order, ids kept, rows in equal to rows out."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from autogluon_client.environment.deployment import Deployment
from autogluon_client.errors import ExecutionFailedError
from autogluon_demo.cdk import ROOT
from tests.e2e.support import Account, Trained, Workflows, read_object, run_in_image

ROWS = 300


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with (ROOT / "examples/income/test.csv").open(newline="") as lines:
        found = [row for row, _ in zip(csv.DictReader(lines), range(ROWS), strict=False)]
    for row in found:
        del row["class"]
    return found


def _csv(rows: list[dict[str, str]], columns: list[str], *, header: bool) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    if header:
        writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


class Batch:
    def __init__(self, account: Account, deployment: Deployment, workflows: Workflows) -> None:
        self._account, self._deployment, self._workflows = account, deployment, workflows

    def upload(self, key: str, body: str | bytes) -> str:
        content = body.encode() if isinstance(body, str) else body
        bucket = self._deployment.data_bucket
        self._account.client("s3").put_object(Bucket=bucket, Key=key, Body=content)
        return f"s3://{bucket}/{key}"

    def predict(self, data: str, **arguments: Any) -> tuple[dict[str, Any], list[dict[str, str]]]:
        output = self._workflows.run(
            "batch_predict", {"predictor": "income", "data": data, **arguments}
        )
        table: list[dict[str, str]] = []
        for uri in output["results"]:
            text = read_object(self._account, uri).decode()
            if uri.endswith(".jsonl"):
                table += [json.loads(line) for line in text.splitlines()]
            else:
                table += list(csv.DictReader(io.StringIO(text)))
        return output, table


@pytest.fixture(scope="module")
def batch(account: Account, deployment: Deployment, workflows: Workflows, income: Trained) -> Batch:
    return Batch(account, deployment, workflows)


@pytest.fixture(scope="module")
def expected(batch: Batch, rows: list[dict[str, str]]) -> list[str]:
    """Probabilities of the rows in plain CSV: what every other form must give too."""
    data = batch.upload("batch/plain.csv", _csv(rows, list(rows[0]), header=True))
    output, table = batch.predict(data)
    assert output["rows"] == ROWS
    return [row[">50K_proba"] for row in table]


def test_header_less_csv_is_read_in_training_order(
    batch: Batch, rows: list[dict[str, str]], expected: list[str]
) -> None:
    data = batch.upload("batch/no-header.csv", _csv(rows, list(rows[0]), header=False))
    assert [row[">50K_proba"] for row in batch.predict(data)[1]] == expected


def test_reordered_columns_with_an_id_give_the_same_answers_beside_their_ids(
    batch: Batch, rows: list[dict[str, str]], expected: list[str]
) -> None:
    columns = ["customer", *reversed(list(rows[0]))]
    with_id = [{**row, "customer": f"c-{number:04}"} for number, row in enumerate(rows)]
    data = batch.upload("batch/reordered.csv", _csv(with_id, columns, header=True))
    table = batch.predict(data, id_column="customer")[1]
    assert [row[">50K_proba"] for row in table] == expected
    assert [row["customer"] for row in table] == [row["customer"] for row in with_id]


def test_json_lines_give_the_same_answers(
    batch: Batch, rows: list[dict[str, str]], expected: list[str], tmp_path: Path
) -> None:
    import ast

    def typed(row: dict[str, str]) -> dict[str, Any]:
        return {k: ast.literal_eval(v) if v.lstrip("-").isdigit() else v for k, v in row.items()}

    text = "".join(json.dumps(typed(row)) + "\n" for row in rows)
    table = batch.predict(batch.upload("batch/rows.jsonl", text), output_format="jsonl")[1]
    assert [float(row[">50K_proba"]) for row in table] == [float(value) for value in expected]


def test_parquet_gives_the_same_answers(
    batch: Batch, rows: list[dict[str, str]], expected: list[str], tmp_path: Path
) -> None:
    source, target = tmp_path / "rows.csv", tmp_path / "rows.parquet"
    source.write_text(_csv(rows, list(rows[0]), header=True))
    run_in_image("to_parquet.py", str(source), str(target))
    table = batch.predict(batch.upload("batch/rows.parquet", target.read_bytes()))[1]
    assert [row[">50K_proba"] for row in table] == expected


def test_a_file_that_must_be_split_keeps_its_rows_and_their_order(
    batch: Batch, rows: list[dict[str, str]], expected: list[str]
) -> None:
    repeated = [
        {**row, "customer": f"{number:06}"} for number, row in enumerate(rows * 220)
    ]  # about 7 MB: more than one request may carry
    columns = ["customer", *reversed(list(rows[0]))]
    text = _csv(repeated, columns, header=True)
    assert len(text) > 6 * 1024 * 1024
    output, table = batch.predict(batch.upload("batch/large.csv", text), id_column="customer")
    assert output["rows"] == len(repeated) == len(table)
    assert [row["customer"] for row in table] == [row["customer"] for row in repeated]
    assert [row[">50K_proba"] for row in table[-ROWS:]] == expected


def test_options_of_the_run_are_the_transform_jobs_and_change_no_answer(
    account: Account, batch: Batch, rows: list[dict[str, str]], expected: list[str]
) -> None:
    few = rows[:20]
    data = batch.upload("batch/options.csv", _csv(few, list(rows[0]), header=True))
    output, table = batch.predict(
        data, strategy="SingleRecord", max_payload_mb=20, max_concurrent_transforms=5,
        timeout_seconds=90, max_retries=0,
    )  # fmt: skip
    assert [row[">50K_proba"] for row in table] == expected[: len(few)]
    assert output["engine_reason"].startswith("input.max_payload_mb is given, which only transform")
    job = account.client("sagemaker").describe_transform_job(TransformJobName=output["job_name"])
    assert (job["BatchStrategy"], job["TransformInput"]["SplitType"]) == ("SingleRecord", "Line")
    assert (job["MaxPayloadInMB"], job["MaxConcurrentTransforms"]) == (20, 5)
    assert job["ModelClientConfig"] == {
        "InvocationsTimeoutInSeconds": 90,
        "InvocationsMaxRetries": 0,
    }


def test_a_missing_column_is_refused_before_any_job(
    account: Account, batch: Batch, rows: list[dict[str, str]]
) -> None:
    columns = [name for name in rows[0] if name != "occupation"]
    text = _csv([{k: row[k] for k in columns} for row in rows], columns, header=True)
    jobs = account.client("sagemaker").list_transform_jobs()["TransformJobSummaries"]
    with pytest.raises(ExecutionFailedError, match="occupation"):
        batch.predict(batch.upload("batch/missing.csv", text))
    assert account.client("sagemaker").list_transform_jobs()["TransformJobSummaries"] == jobs


def test_no_model_resource_is_left_behind(
    account: Account, batch: Batch, expected: list[str]
) -> None:
    names = [model["ModelName"] for model in account.client("sagemaker").list_models()["Models"]]
    transforms = account.client("sagemaker").list_transform_jobs()["TransformJobSummaries"]
    assert transforms
    assert not {job["TransformJobName"] for job in transforms} & set(names)
