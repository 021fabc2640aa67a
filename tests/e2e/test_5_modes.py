"""Endpoints of other modes are trained for, promoted and asked by the same commands."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.cli_support import Shell, standalone_shell
from tests.e2e.support import advance_clock
from tests.integration.standalone import ROOT, StandaloneAws
from tests.waiting import until

ENDPOINT = "autogluon-dev-housing"
_MODES = ("asynchronous", "serverless")


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A deployed environment with an endpoint of each mode but real time, all in service."""
    folder = tmp_path_factory.mktemp("person")
    (folder / "config").mkdir()
    examples = [
        yaml.safe_load((ROOT / f"examples/modes/{mode}.yaml").read_text()) for mode in _MODES
    ]
    predictors = {name: each for file in examples for name, each in file["predictors"].items()}
    Path(folder, "config/dev.yaml").write_text(
        yaml.safe_dump({"removal": "destroy", "predictors": predictors})
    )
    with StandaloneAws(tmp_path_factory.mktemp("aws")) as aws:
        shell = standalone_shell(aws, folder, AUTOGLUON_ENVIRONMENT="dev")
        shell.json("deploy", "--bootstrap")
        for predictor in predictors:
            shell.json(
                "train", predictor, str(ROOT / "examples/housing/train.csv"), "--wait", "--promote"
            )
        yield shell


@pytest.fixture(scope="module")
def rows(shell: Shell) -> Path:
    path = shell.folder / "rows.csv"
    path.write_text("".join((ROOT / "examples/housing/test.csv").open().readlines()[:6]))
    return path


def instances(shell: Shell) -> tuple[int, int]:
    """How many there are, and how many there are to be."""
    found = shell.client("sagemaker").describe_endpoint(EndpointName=ENDPOINT)
    (variant,) = found["ProductionVariants"]
    return variant["CurrentInstanceCount"], variant["DesiredInstanceCount"]


def endpoint_of(shell: Shell, predictor: str) -> dict[str, Any]:
    [row] = [
        each for each in shell.json("endpoints")["endpoints"] if each["predictor"] == predictor
    ]
    found: dict[str, Any] = row
    return found


def test_an_asynchronous_endpoint_answers_the_same_command(shell: Shell, rows: Path) -> None:
    found = shell.client("sagemaker").describe_endpoint(EndpointName=ENDPOINT)
    output = found["AsyncInferenceConfig"]["OutputConfig"]
    assert output["S3OutputPath"].endswith("/housing/asynchronous/answers")
    row = endpoint_of(shell, "housing")
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
    assert endpoint_of(shell, "housing")["instance_count"] == 0

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


def test_a_serverless_endpoint_answers_the_same_command_after_a_pause(
    shell: Shell, rows: Path
) -> None:
    row = endpoint_of(shell, "homes")
    assert (row["status"], row["mode"]) == ("InService", "serverless")
    assert row["serverless"] == {
        "memory_mb": 3072, "max_concurrency": 2, "provisioned_concurrency": None,
    }  # fmt: skip
    first = shell.json("predict", "homes", str(rows))["predictions"]
    advance_clock(shell.environment, 17 * 60)  # its container ends

    again = shell.json("predict", "homes", str(rows))["predictions"]

    assert again == first
    assert len(again) == 5
    advance_clock(shell.environment, 70)  # metrics are written
    setups = shell.client("cloudwatch").list_metrics(MetricName="ModelSetupTime")["Metrics"]
    assert {each["Value"] for each in setups[0]["Dimensions"]} >= {"autogluon-dev-homes"}
    assert "serverless, 3072 MB, 2 at once" in shell.run("endpoints").stdout


def test_its_cost_is_that_of_the_seconds_it_answered(shell: Shell) -> None:
    cost = shell.json("cost", "homes", "--days", "1")
    [entry] = cost["serverless_endpoints"]
    assert entry["seconds"] > 0
    assert entry["usd"] == pytest.approx(entry["seconds"] * 3 * 0.00002)
    assert cost["endpoints"] == []


def test_a_promotion_of_a_serverless_endpoint_has_no_instances_to_choose(shell: Shell) -> None:
    done = shell.run("on", "homes", "--instance-count", "2")
    assert done.code != 0
    assert "is serverless and has no instances to choose" in done.stderr
    assert "about 0.06 USD for 1,000 seconds of requests" in done.stderr
