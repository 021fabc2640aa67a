"""AutoGluon's own client, unmodified from PyPI, forecasts series and classifies text."""

from __future__ import annotations

import csv
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autogluon_demo.cdk import ROOT
from tests.e2e.support import PEER_PYTHON
from tests.integration.standalone import BUCKET, StandaloneAws

SCRIPT = Path(__file__).with_name("peer_client_types.py")
EXAMPLES = ROOT / "examples"
STEPS = 4
_IMAGE = ROOT / ".venv-image-full"
_STARTUP = "embedded/embedded_aws/sagemaker/container/image/startup"

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandaloneAws]:
    folder = tmp_path_factory.mktemp("aws")
    with StandaloneAws(folder, image_environment=_IMAGE) as running:
        yield running


@pytest.fixture(scope="module")
def role(aws: StandaloneAws) -> str:
    return aws.create_role()


def test_series_are_forecast_alike_by_endpoint_and_batch(
    aws: StandaloneAws, role: str, tmp_path: Path
) -> None:
    economy = EXAMPLES / "economy"
    answers = _answers("timeseries", aws, tmp_path, {
        "role": role,
        "history": str(economy / "train.csv"),
        "future": str(economy / "year.csv"),
        "series": str(economy / "series.csv"),
        "target": "billions",
        "known": ["election_year"],
        "steps": STEPS,
    })  # fmt: skip
    assert answers["fit_status"] == "Completed"
    items = {row[0] for row in _rows(economy / "train.csv")}
    assert len(answers["endpoint"]) == STEPS * len(items)
    assert {row[0] for row in answers["endpoint"]} == items
    for one, other in zip(answers["batch"], answers["endpoint"], strict=True):
        assert one[0] == other[0]
        assert one[2:] == pytest.approx(other[2:], rel=1e-9)


def test_text_is_classified_alike_by_endpoint_and_batch(
    aws: StandaloneAws, role: str, tmp_path: Path
) -> None:
    subprocess.run(
        [
            _IMAGE / "bin" / "python",
            ROOT / "tests" / "unit" / "full_containers" / "tiny_checkpoints.py",
            tmp_path / "checkpoints",
        ],
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / _STARTUP)},
    )
    returns = EXAMPLES / "returns"
    answers = _answers("multimodal", aws, tmp_path, {
        "role": role,
        "train": str(returns / "train.csv"),
        "test": str(returns / "test.csv"),
        "label": "returned",
        "checkpoint": str(tmp_path / "checkpoints" / "tiny-bert"),
    })  # fmt: skip
    assert answers["fit_status"] == "Completed"
    assert len(answers["endpoint"]) == len(_rows(returns / "test.csv"))
    for one, other in zip(answers["batch"], answers["endpoint"], strict=True):
        assert sum(other) == pytest.approx(1, abs=1e-5)
        assert one == pytest.approx(other, abs=1e-5)


def _rows(path: Path) -> list[list[str]]:
    with path.open(newline="") as file:
        return list(csv.reader(file))[1:]


def _answers(
    what: str, aws: StandaloneAws, folder: Path, settings: dict[str, Any]
) -> dict[str, Any]:
    place = {"bucket": BUCKET, "folder": str(folder), "answers": str(folder / "answers.json")}
    file = folder / "settings.json"
    file.write_text(json.dumps({**settings, **place}))
    done = subprocess.run(
        [PEER_PYTHON, SCRIPT, what, file],
        env={**aws.environment, "PATH": os.environ["PATH"], "HOME": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:] + aws.printed()[-3000:]
    answers: dict[str, Any] = json.loads(Path(place["answers"]).read_text())
    return answers
