"""The program that runs a person's script in a framework's image, in a process as there."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from autogluon_contracts.documents.script_spec import RECORD_FILE
from autogluon_contracts.models.artifact_hash import artifact_sha256

ROOT = Path(__file__).parents[3]
TRAIN = """
import os, sys
import helper
folder = os.environ["SM_MODEL_DIR"]
open(os.path.join(folder, "model.txt"), "w").write(helper.text(sys.argv[1:]))
"""
HELPER = "def text(arguments):\n    return ' '.join(arguments)\n"


class Job:
    """The folders of a job, and the variables by which the toolkit tells of them."""

    def __init__(self, folder: Path, files: Mapping[str, str]) -> None:
        self.model, self.output = folder / "model", folder / "output"
        self.model.mkdir()
        config, scripts = folder / "config", folder / "scripts"
        for each in (config, scripts):
            each.mkdir()
        job = {"script": {"folder": "income", "entry_point": "train.py"}}
        (config / "job.json").write_text(json.dumps(job))
        with tarfile.open(scripts / "0123.gz", "w:gz") as archive:
            for name, text in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(text.encode())
                archive.addfile(member, io.BytesIO(text.encode()))
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "containers"), str(ROOT / "contracts")]),
            "SM_CHANNEL_CONFIG": str(config),
            "SM_CHANNEL_SCRIPTS": str(scripts),
            "SM_MODEL_DIR": str(self.model),
            "SM_OUTPUT_DIR": str(folder),
            "SM_OUTPUT_DATA_DIR": str(self.output),
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(ROOT / "containers" / "run_script.py"), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


def test_the_script_runs_with_its_arguments_and_its_code_is_kept(tmp_path: Path) -> None:
    job = Job(tmp_path, {"income/train.py": TRAIN, "income/helper.py": HELPER, "b/x.py": ""})
    done = job.run("--depth", "3")
    assert done.returncode == 0, done.stderr
    assert (job.model / "model.txt").read_text() == "--depth 3"
    kept = sorted(path.name for path in (job.model / "code").iterdir())
    assert kept == ["helper.py", "train.py"]
    record = json.loads((job.output / RECORD_FILE).read_text())
    assert record["artifact_sha256"] == artifact_sha256(job.model)
    assert record["artifact_bytes"] > len(TRAIN)


def test_code_that_the_script_saved_itself_stays(tmp_path: Path) -> None:
    own = "import os\nos.makedirs(os.environ['SM_MODEL_DIR'] + '/code/mine')\n"
    job = Job(tmp_path, {"income/train.py": own})
    assert job.run().returncode == 0
    assert [path.name for path in (job.model / "code").iterdir()] == ["mine"]


def test_the_scripts_last_words_are_the_jobs_failure(tmp_path: Path) -> None:
    words = "import sys\nprint('usage: ...', file=sys.stderr)\nsys.exit('invalid int: many')\n"
    done = Job(tmp_path, {"income/train.py": words}).run()
    assert done.returncode == 1
    failure = (tmp_path / "failure").read_text()
    assert failure == "train.py ended with exit code 1: invalid int: many"


def test_requirements_that_cannot_be_installed_fail_the_job(tmp_path: Path) -> None:
    files = {"income/train.py": TRAIN, "income/requirements.txt": "./absent\n"}
    done = Job(tmp_path, files).run()
    assert done.returncode == 1
    failure = (tmp_path / "failure").read_text()
    assert failure == "pip could not install requirements.txt (exit code 1); see the log."
    assert "absent" in done.stderr  # pip's own words


@pytest.mark.parametrize(
    ("script", "code", "words"),
    [
        ("raise SystemExit(7)", 7, ""),
        (
            "import inference",
            1,
            "No module named 'inference'",
        ),
        ("pass", 1, "The script saved no model"),
    ],
)
def test_a_script_that_fails_or_leaves_nothing_fails_the_job(
    tmp_path: Path, script: str, code: int, words: str
) -> None:
    done = Job(tmp_path, {"income/train.py": script}).run()
    assert done.returncode == code
    assert words in done.stderr
