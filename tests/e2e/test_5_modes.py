"""Endpoints of other modes are trained for, promoted and asked by the same commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.e2e.cli_support import Shell
from tests.e2e.support import advance_clock
from tests.integration.standalone import ROOT, StandaloneAws
from tests.waiting import until

ENDPOINT = "autogluon-dev-housing"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A deployed environment whose one endpoint is asynchronous and in service."""
    folder = tmp_path_factory.mktemp("person")
    (folder / "config").mkdir()
    settings = (ROOT / "examples/modes/asynchronous.yaml").read_text()
    Path(folder, "config/dev.yaml").write_text(settings)
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
            **aws.environment,
            "AUTOGLUON_ENVIRONMENT": "dev",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        shell = Shell(folder, environment)
        shell.json("deploy", "--bootstrap")
        shell.json(
            "train", "housing", str(ROOT / "examples/housing/train.csv"), "--wait", "--promote"
        )
        yield shell


@pytest.fixture(scope="module")
def rows(shell: Shell) -> Path:
    path = shell.folder / "rows.csv"
    path.write_text("".join((ROOT / "examples/housing/test.csv").open().readlines()[:6]))
    return path


def client(shell: Shell, service: str) -> Any:
    keys = shell.environment
    return boto3.client(
        service,
        region_name=keys["AWS_DEFAULT_REGION"],
        endpoint_url=keys["AWS_ENDPOINT_URL"],
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
    )


def instances(shell: Shell) -> tuple[int, int]:
    """How many there are, and how many there are to be."""
    found = client(shell, "sagemaker").describe_endpoint(EndpointName=ENDPOINT)
    (variant,) = found["ProductionVariants"]
    return variant["CurrentInstanceCount"], variant["DesiredInstanceCount"]


def test_an_asynchronous_endpoint_answers_the_same_command(shell: Shell, rows: Path) -> None:
    found = client(shell, "sagemaker").describe_endpoint(EndpointName=ENDPOINT)
    output = found["AsyncInferenceConfig"]["OutputConfig"]
    assert output["S3OutputPath"].endswith("/housing/asynchronous/answers")
    [row] = shell.json("endpoints")["endpoints"]
    assert (row["status"], row["mode"]) == ("InService", "asynchronous")

    predictions = shell.json("predict", "housing", str(rows))["predictions"]

    assert len(predictions) == 5
    assert all(row["Price"] > 0 for row in predictions)


def test_a_row_that_cannot_be_read_is_refused_by_the_containers_sentence(shell: Shell) -> None:
    path = shell.folder / "bad.csv"
    path.write_text("Rooms\nmany\n")
    done = shell.run("predict", "housing", str(path))
    assert done.code != 0
    assert "refused the request" in done.stderr


def test_it_scales_to_zero_and_the_next_request_wakes_it(shell: Shell, rows: Path) -> None:
    advance_clock(shell.environment, 17 * 60)
    until(lambda: instances(shell) == (0, 0), 60, "the last instance goes")
    [row] = shell.json("endpoints")["endpoints"]
    assert row["instance_count"] == 0

    def minute_later() -> bool:
        if instances(shell)[1] == 0:  # else the request would wait longer than it may
            advance_clock(shell.environment, 60)
        return waking.done()

    with ThreadPoolExecutor(1) as pool:
        waking = pool.submit(shell.run, "predict", "housing", str(rows))
        until(minute_later, 120, "the first instance comes and answers")
        answer = waking.result()
    assert answer.code == 0, answer.stderr
    assert "has no instance and starts one for this request" in answer.stderr
    assert len(answer.stdout.splitlines()) == 6
