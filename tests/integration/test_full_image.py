"""AutoGluon's own client, unmodified, with all that AutoGluon's container holds."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.integration.standalone import BUCKET, JOB_RIGHTS, ROOT, StandaloneAws

_FULL = ROOT / ".venv-image-full"
_PEER = ROOT / ".venv-peer" / "bin" / "python"
_SCRIPT = ROOT / "tests" / "e2e" / "peer_client.py"

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]  # `make setup-full` installs it


def _head(part: str, rows: int, folder: Path) -> str:
    lines = (ROOT / "examples" / "income" / f"{part}.csv").read_text().splitlines(keepends=True)
    path = folder / f"{part}.csv"
    path.write_text("".join(lines[: rows + 1]))
    return str(path)


def test_autogluons_client_trains_serves_and_predicts_tables(tmp_path: Path) -> None:
    assert (_FULL / "bin" / "python").exists(), "`make setup-full` installs it"
    with StandaloneAws(tmp_path / "aws", image_environment=_FULL) as aws:
        settings = {
            "role": aws.create_role(JOB_RIGHTS),
            "bucket": BUCKET,
            "label": "class",
            "train_data": _head("train", 1000, tmp_path),
            "test_data": _head("test", 100, tmp_path),
            "folder": str(tmp_path / "predictor"),
            "answers": str(tmp_path / "answers.json"),
        }
        (tmp_path / "settings.json").write_text(json.dumps(settings))
        done = subprocess.run(
            [_PEER, _SCRIPT, "cloud", tmp_path / "settings.json"],
            env={**aws.environment, "PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:] + aws.printed()
    answers: dict[str, Any] = json.loads((tmp_path / "answers.json").read_text())
    assert answers["fit_status"] == "Completed"
    assert {"LightGBM", "ExtraTrees"} <= set(answers["leaderboard"])
    assert answers["batch"] == answers["real_time"]
    assert len(answers["batch"]) == 100
