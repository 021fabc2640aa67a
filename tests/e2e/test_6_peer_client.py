"""AutoGluon's own client, unmodified from PyPI, works with the deployed role and bucket."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from autogluon_client.environment.deployment import Deployment
from autogluon_demo.cdk import ROOT
from tests.e2e.support import IMAGE_PYTHON, PEER_PYTHON, Account, endpoint_names, site_packages

SCRIPT = Path(__file__).with_name("peer_client.py")
TRAIN_ROWS, TEST_ROWS = 2000, 200


@dataclass(frozen=True)
class Outcome:
    """What the client saw."""

    answers: dict[str, Any]
    printed: str
    bucket: str


@pytest.fixture(scope="module")
def outcome(
    account: Account, deployment: Deployment, tmp_path_factory: pytest.TempPathFactory
) -> Outcome:
    folder = tmp_path_factory.mktemp("peer")
    settings = {
        "role": deployment.training_role_arn,
        "bucket": deployment.data_bucket,
        "label": "class",
        "train_data": str(_sample("train", TRAIN_ROWS, folder)),
        "test_data": str(_sample("test", TEST_ROWS, folder)),
        "folder": str(folder / "predictor"),
        "answers": str(folder / "answers.json"),
    }
    printed = _run("cloud", settings, account, folder)
    answers = json.loads(Path(settings["answers"]).read_text())
    printed += _run("local", settings, account, folder)
    answers |= json.loads(Path(settings["answers"]).read_text())
    return Outcome(answers, printed, deployment.data_bucket)


def test_fitting_leaves_an_artifact_and_a_leaderboard(outcome: Outcome) -> None:
    assert outcome.answers["fit_status"] == "Completed"
    assert outcome.answers["artifact"].startswith(f"s3://{outcome.bucket}/peer/model/")
    assert {"LightGBM", "ExtraTrees"} <= set(outcome.answers["leaderboard"])


def test_the_clients_log_shows_the_jobs_output(outcome: Outcome) -> None:
    assert "Saving serving artifacts" in outcome.printed


def test_endpoint_batch_and_downloaded_predictor_agree(outcome: Outcome) -> None:
    answers = outcome.answers
    assert len(answers["real_time"]) == TEST_ROWS
    assert answers["batch"] == answers["real_time"]
    for other in ("batch_proba", "local_proba"):
        for row, expected in zip(answers[other], answers["real_time_proba"], strict=True):
            assert row == pytest.approx(expected, abs=1e-6)  # the trees predict 32-bit floats


def test_deleting_the_endpoint_leaves_nothing_of_it(account: Account, outcome: Outcome) -> None:
    assert outcome.answers["endpoint"] not in endpoint_names(account)
    with pytest.raises(ClientError, match="Could not find"):
        account.client("sagemaker").describe_endpoint_config(
            EndpointConfigName=outcome.answers["endpoint"]
        )


def _sample(part: str, rows: int, folder: Path) -> Path:
    lines = (ROOT / "examples" / "income" / f"{part}.csv").read_text().splitlines(keepends=True)
    path = folder / f"{part}.csv"
    path.write_text("".join(lines[: rows + 1]))
    return path


def _run(task: str, settings: dict[str, Any], account: Account, folder: Path) -> str:
    file = folder / "settings.json"
    file.write_text(json.dumps(settings))
    environment = {
        **account.environment,
        "PATH": os.environ["PATH"],
        "HOME": str(folder),  # neither a profile of the user's nor a saved configuration
    }
    if task == "local":
        # The downloaded predictor needs AutoGluon itself, which the image's environment holds.
        environment["PYTHONPATH"] = str(site_packages(IMAGE_PYTHON))
    done = subprocess.run(
        [PEER_PYTHON, SCRIPT, task, file],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    return done.stdout
