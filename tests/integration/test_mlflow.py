"""Runs are logged to a real MLflow server, once each, and a server that refuses says why."""

from __future__ import annotations

import os
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autogluon_demo.cdk import ROOT
from autogluon_lambdas.adapters.mlflow_server import MlflowServer
from autogluon_lambdas.ports import TrackedRun, TrackingError
from tests.free_port import free_port
from tests.waiting import until

pytestmark = pytest.mark.long  # SDK 3 brings MLflow with its server: make setup-sdks

RUN = TrackedRun(
    experiment="autogluon-sandbox-income",
    name="monday",
    job_name="income-monday-0123abcd",
    seconds=90.0,
    parameters={f"fit_args.argument_{number}": str(number) for number in range(130)},
    metrics={"roc_auc": 0.925, "usd": 0.012806},
    tags={"autogluon.model": "s3://artifacts/income/model.tar.gz", "mlflow.note.content": "- x"},
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with a database of its own."""
    folder: Path = tmp_path_factory.mktemp("mlflow")
    port = free_port()
    found = f"http://127.0.0.1:{port}"
    command = [
        str(ROOT / ".venv-sdk3" / "bin" / "mlflow"), "server", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "1",
        "--backend-store-uri", f"sqlite:///{folder}/mlflow.db",
        "--artifacts-destination", str(folder / "artifacts"),
    ]  # fmt: skip
    path = f"{ROOT / '.venv-sdk3' / 'bin'}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": "", "DO_NOT_TRACK": "true"}

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"{found}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            until(answers, 240, "the MLflow server answers")
            yield found
        finally:
            os.killpg(server.pid, 15)
            server.wait(30)


def _runs(address: str) -> list[dict[str, Any]]:
    server = MlflowServer(address)
    experiment = server._experiment(RUN.experiment)
    found: list[dict[str, Any]] = server._call(
        "POST", "runs/search", {"experiment_ids": [experiment]}
    )["runs"]
    return found


def test_a_run_has_all_arguments_scores_and_links(address: str) -> None:
    page = MlflowServer(address).log(RUN)

    [run] = _runs(address)
    assert page.endswith(f"/runs/{run['info']['run_id']}")
    assert (run["info"]["status"], run["info"]["run_name"]) == ("FINISHED", "monday")
    assert int(run["info"]["end_time"]) - int(run["info"]["start_time"]) == 90_000
    pairs = {kind: {each["key"]: each["value"] for each in run["data"][kind]}
             for kind in ("params", "metrics", "tags")}  # fmt: skip
    assert pairs["params"] == RUN.parameters
    assert pairs["metrics"] == RUN.metrics
    assert RUN.tags.items() <= pairs["tags"].items()


def test_a_function_that_is_retried_logs_no_second_run(address: str) -> None:
    first = MlflowServer(address).log(RUN)

    assert MlflowServer(address).log(RUN) == first
    assert len(_runs(address)) == 1


def test_what_the_server_refuses_is_told(address: str) -> None:
    odd = replace(RUN, job_name="odd", metrics={"what?": 1.0})

    with pytest.raises(TrackingError, match=r"answered 400: .*what\?"):
        MlflowServer(address).log(odd)


def test_a_server_elsewhere_is_told_by_its_address(address: str) -> None:
    with pytest.raises(TrackingError, match=r"/elsewhere answered 404"):
        MlflowServer(f"{address}/elsewhere").log(RUN)
