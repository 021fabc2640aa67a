"""Scripts around the model: three containers in series answer as the three do one by one."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.e2e.cli_support import Shell, standalone_shell
from tests.e2e.page_run import run_page, workspace
from tests.integration.standalone import ROOT, StandaloneAws
from tests.pages import Block, runnable
from tests.waiting import until

# It deploys an environment of its own.
pytestmark = pytest.mark.long

PAGE = "docs/how-to/pipelines.md"
ENDPOINT = "autogluon-dev-income"
ROWS = 20


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """The example's environment, after the page's first part: a model is in service."""
    folder = workspace(tmp_path_factory.mktemp("person"))
    config = folder / "config"
    example = ROOT / "examples/pipelines"
    for name in ("clean", "words"):
        shutil.copytree(example / name, config / name, ignore=shutil.ignore_patterns("__pycache__"))
    (config / "dev.yaml").write_text((example / "pipeline.yaml").read_text())
    rows = list(csv.DictReader((ROOT / "examples/income/test.csv").open()))[:ROWS]
    for row in rows:
        del row["class"]
    write(folder / "rows.csv", rows)
    write(
        folder / "people.csv",
        [{"birth-year": str(1994 - int(row.pop("age"))), **row} for row in rows],
    )
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        shell = standalone_shell(aws, folder, AUTOGLUON_ENVIRONMENT="dev")
        shell.json("deploy", "--bootstrap")
        before, _ = parts()
        asked = run_page(PAGE, folder, shell.environment, part=before)
        assert '{"decision": "' in asked["printed"]
        yield shell


@pytest.fixture(scope="module")
def in_series(shell: Shell) -> bytes:
    """The answer of the series."""
    return invoke(shell, (shell.folder / "people.csv").read_bytes(), "text/csv")[0]


@pytest.fixture(scope="module")
def direct(shell: Shell, in_series: bytes) -> Shell:
    """The same containers, of which callers choose one, after the page's second part."""
    assert in_series
    _, after = parts()
    run_page(PAGE, shell.folder, shell.environment, part=after)
    return shell


def test_an_applications_rows_become_decisions(shell: Shell, in_series: bytes) -> None:
    decisions = [json.loads(line) for line in in_series.splitlines()]
    assert len(decisions) == ROWS
    assert {each["decision"] for each in decisions} == {"offer", "wait"}
    told = shell.json("predict", "income", "people.csv")
    assert told["predictions"] == decisions
    [row] = shell.json("endpoints")["endpoints"]
    assert row["pipeline"] == {"mode": "serial", "containers": ["clean", "model", "words"]}
    assert "serial: clean > model > words" in shell.run("endpoints").stdout


def test_a_broken_step_is_named(shell: Shell, in_series: bytes) -> None:
    assert in_series
    with pytest.raises(ClientError, match=r"server error \(500\) from clean ") as caught:
        invoke(shell, (shell.folder / "rows.csv").read_bytes(), "text/csv")
    response: Any = caught.value.response
    assert response["OriginalStatusCode"] == 500
    refused = shell.run("predict", "income", "rows.csv")
    assert refused.code != 0
    assert f"Container clean of endpoint {ENDPOINT} refused the request" in refused.stderr

    def told() -> bool:
        return (
            "the column birth-year is missing" in shell.run("logs", "--endpoint", "income").stdout
        )

    until(told, 20, "the step's sentence is in the log")


def test_only_a_direct_pipeline_lets_callers_choose(shell: Shell, in_series: bytes) -> None:
    assert in_series
    for command in (
        ("predict", "income", "rows.csv", "--container", "model"),
        ("explain", "income", "rows.csv"),
    ):
        refused = shell.run(*command)
        assert refused.code == 2
        assert "serial" in refused.stderr or "in series" in refused.stderr


def test_a_batch_answers_as_the_endpoint_does(shell: Shell, in_series: bytes) -> None:
    options = ("--engine", "pipeline", "--output-format", "jsonl", "--wait")
    output = shell.json("batch", "income", "people.csv", *options)["output"]
    assert (output["engine"], output["rows"]) == ("pipeline", ROWS)
    [result] = output["results"]
    bucket, _, key = result.removeprefix("s3://").partition("/")
    answer = shell.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert answer == in_series
    broken = shell.run("batch", "income", "rows.csv", *options)
    assert broken.code != 0
    assert "500 from container-1" in broken.stderr


def test_the_series_answers_as_its_containers_one_by_one(direct: Shell, in_series: bytes) -> None:
    body, content_type = (direct.folder / "people.csv").read_bytes(), "text/csv"
    for container in ("clean", "model", "words"):
        body, content_type = invoke(direct, body, content_type, TargetContainerHostname=container)
    assert body == in_series
    assert content_type.startswith("application/jsonl")


def test_a_caller_names_a_container(direct: Shell) -> None:
    told = direct.json("predict", "income", "rows.csv", "--container", "model")
    assert [set(each) for each in told["predictions"]] == [
        {"class", "<=50K_proba", ">50K_proba"}
    ] * ROWS
    for options, sentence in (
        ((), "it has clean, model, words"),
        (("--container", "modl"), "--container model"),
    ):
        refused = direct.run("predict", "income", "rows.csv", *options)
        assert refused.code == 2
        assert sentence in refused.stderr
    assert direct.json("explain", "income", "rows.csv", "--model", "LightGBM")


def parts() -> tuple[list[Block], list[Block]]:
    """Return the page's code before and after the mode changes."""
    found = runnable(PAGE)
    [change] = [n for n, block in enumerate(found) if "mode: direct" in block.text]
    return found[:change], found[change:]


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def invoke(shell: Shell, body: bytes, content_type: str, **more: str) -> tuple[bytes, str]:
    answer = shell.client("sagemaker-runtime").invoke_endpoint(
        EndpointName=ENDPOINT, Body=body, ContentType=content_type, **more
    )
    return answer["Body"].read(), answer["ContentType"]
