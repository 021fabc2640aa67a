"""Batches whose requests and results are as the settings of examples/batch say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli_support import Shell, standalone_shell
from tests.integration.standalone import ROOT, StandaloneAws

# It deploys an environment of its own.
pytestmark = pytest.mark.long

BUCKET = "acme-scores"
ROWS = 40


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """The example's environment with one version, and the bucket of its results."""
    folder = tmp_path_factory.mktemp("person")
    (folder / "config").mkdir()
    Path(folder, "config/dev.yaml").write_text((ROOT / "examples/batch/batch.yaml").read_text())
    rows = (ROOT / "examples/income/test.csv").read_text().splitlines(keepends=True)
    Path(folder, "rows.csv").write_text("".join(rows[: ROWS + 1]))
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        shell = standalone_shell(aws, folder, AUTOGLUON_ENVIRONMENT="dev")
        shell.client("s3").create_bucket(Bucket=BUCKET)
        shell.json("deploy", "--bootstrap")
        shell.json("train", "income", str(ROOT / "examples/income/train.csv"), "--wait")
        yield shell


def _read(shell: Shell, uri: str) -> bytes:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    body: bytes = shell.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def _predict(shell: Shell, *options: str) -> dict[str, Any]:
    done = shell.json("batch", "income", "rows.csv", "--model", "latest", *options)
    output: dict[str, Any] = done["output"]
    return output


def test_the_jobs_requests_are_those_of_the_settings_and_results_are_copied(shell: Shell) -> None:
    output = _predict(shell)
    job = shell.client("sagemaker").describe_transform_job(TransformJobName=output["job_name"])
    assert (job["BatchStrategy"], job["TransformInput"]["SplitType"]) == ("MultiRecord", "Line")
    assert (job["MaxPayloadInMB"], job["MaxConcurrentTransforms"]) == (10, 4)
    assert job["ModelClientConfig"] == {
        "InvocationsTimeoutInSeconds": 300,
        "InvocationsMaxRetries": 2,
    }
    assert output["output_path"] == f"s3://{BUCKET}/income/latest/"
    _require_copied(shell, output)


@pytest.mark.parametrize("engine", ["bulk", "transform"])
def test_a_run_of_either_engine_chooses_its_own_folder(shell: Shell, engine: str) -> None:
    folder = f"s3://{BUCKET}/income/{engine}/"
    output = _predict(shell, "--engine", engine, "--output-path", folder)
    assert (output["engine"], output["output_path"]) == (engine, folder)
    _require_copied(shell, output)


def test_other_folders_are_refused_and_nothing_is_started(shell: Shell) -> None:
    folder = f"s3://{BUCKET}/others/"
    answer = shell.run("batch", "income", "rows.csv", "--model", "latest", "--output-path", folder)
    assert answer.code != 0
    assert "below which batches of predictor" in answer.stderr


def _require_copied(shell: Shell, output: dict[str, Any]) -> None:
    folder = output["output_path"]
    manifest = json.loads(_read(shell, f"{folder}manifest.json"))
    assert manifest["rows"] == output["rows"] == ROWS
    (file,) = manifest["files"]
    (own,) = output["results"]
    assert file["output"].startswith(f"{folder}results/")
    assert _read(shell, file["output"]) == _read(shell, own)
