"""SageMaker's Python SDKs 2 and 3, unmodified, with default settings and documented paths."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from embedded_aws.sagemaker.isolation import find_isolation
from tests.integration.standalone import BUCKET, IMAGE, JOB_RIGHTS, ROOT, StandaloneAws

SCRIPTS = Path(__file__).with_name("sdk")
RESULT = {"lines": 4, "host": "algo-1"}

pytestmark = [
    pytest.mark.long,  # `make setup-sdks` installs them
    pytest.mark.skipif(
        not find_isolation().has_opt_ml, reason="this machine's kernel forbids mount namespaces"
    ),
]


def _answers(folder: Path, number: int, actions: Sequence[str] = JOB_RIGHTS) -> dict[str, Any]:
    python = ROOT / f".venv-sdk{number}" / "bin" / "python"
    assert python.exists(), "`make setup-sdks` installs it"
    with StandaloneAws(folder / "aws") as aws:
        settings = {
            "image": IMAGE,
            "role": aws.create_role(actions),
            "bucket": BUCKET,
            "answers": str(folder / "answers.json"),
        }
        (folder / "settings.json").write_text(json.dumps(settings))
        done = subprocess.run(
            [python, SCRIPTS / f"use_sdk_{number}.py", folder / "settings.json"],
            env={**aws.environment, "PATH": os.environ["PATH"], "HOME": str(folder)},
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:] + aws.printed()
    answers: dict[str, Any] = json.loads((folder / "answers.json").read_text())
    return answers


@pytest.mark.timeout(900)
def test_sdk_2(tmp_path: Path) -> None:
    before = Path("/opt/ml").exists()
    answers = _answers(tmp_path, 2)
    assert answers["fit"].endswith("/output/model.tar.gz")
    assert answers["attach"] == answers["fit"]
    assert answers["analytics"] == [1.0]
    assert answers["script_processor"] == {**RESULT, "arguments": ["--x", "1"]}
    assert answers["framework_processor"] == {**RESULT, "arguments": []}
    assert answers["scikit_learn"] == "Completed"
    assert answers["deploy"].split() == answers["transform"].split() == ["0", "1"]
    assert answers["register"] == 1
    assert Path("/opt/ml").exists() == before


@pytest.mark.timeout(900)
def test_sdk_3(tmp_path: Path) -> None:
    # It asks IAM whether the role may do all that training jobs may ever need.
    answers = _answers(tmp_path, 3, actions=["*"])
    assert answers == {"train": "Completed", "build": "0\n1"}
