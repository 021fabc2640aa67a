"""The job under the real sagemaker-training toolkit, as the container starts it."""

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

from autogluon_constructs.code.archives import container_sources, tar_gz
from tests.unit.containers import shop_data
from tests.unit.containers.job_folder import JobFolder


def run_toolkit(
    job: JobFolder, hyperparameters: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    job.put("code", "code.tar.gz", tar_gz(container_sources()))
    code = job.base / "input" / "data" / "code" / "code.tar.gz"
    channels = [path.name for path in (job.base / "input" / "data").iterdir()]
    documents = {
        "hyperparameters": {
            "sagemaker_program": json.dumps("train.py"),
            "sagemaker_submit_directory": json.dumps(str(code)),
            **(hyperparameters or {}),
        },
        "resourceconfig": {
            "current_host": "localhost", "hosts": ["localhost"], "network_interface_name": "lo",
            "current_instance_type": "ml.m5.large", "current_group_name": "homogeneousCluster",
            "instance_groups": [{"instance_group_name": "homogeneousCluster",
                                 "instance_type": "ml.m5.large", "hosts": ["localhost"]}],
        },
        "inputdataconfig": {name: {"TrainingInputMode": "File"} for name in channels},
    }  # fmt: skip
    config = job.base / "input" / "config"
    config.mkdir(parents=True)
    for name, document in documents.items():
        (config / f"{name}.json").write_text(json.dumps(document))
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "SM_"))}
    environ |= {"SAGEMAKER_BASE_DIR": str(job.base), "AWS_REGION": "us-east-1",
                "PATH": f"{Path(sys.executable).parent}:{environ['PATH']}"}  # fmt: skip
    return subprocess.run(
        [str(Path(sys.executable).parent / "train")],
        env=environ, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_trial_succeeds_under_the_toolkit(job: JobFolder):
    job.put("train", "a.csv", shop_data.csv_of(shop_data.rows(150)))
    tuned = "fit_args.hyperparameters.GBM.boosting"
    job.put_job(shop_data.LABEL, tuned=[tuned])
    # As SageMaker starts a trial: a category is JSON, and so is what it adds by itself.
    done = run_toolkit(job, {tuned: '"gbdt"', "_tuning_objective_metric": "objective"})
    assert done.returncode == 0, done.stderr
    assert "AGMETRIC model=LightGBM" in done.stdout
    assert f'Tuned: {tuned}="gbdt"' in done.stdout
    assert "AGMETRIC objective=" in done.stdout
    assert (job.base / "output" / "success").exists()
    assert sorted(path.name for path in (job.model / "code").iterdir()) == [
            "autogluon_contracts",
            "autogluon_jobs",
            "inference.py",
        ]  # fmt: skip
    assert not list(job.model.rglob("__pycache__"))


def test_failure_keeps_the_job_s_own_sentence(job: JobFolder):
    job.put("train", "a.csv", shop_data.csv_of(shop_data.rows(150)))
    job.put_job("nothing")
    done = run_toolkit(job)
    assert done.returncode == 1
    assert job.failure.startswith('Label column "nothing" not found in the training data')
    assert "Traceback" not in job.failure


@pytest.mark.parametrize("name", ["train.py", "inference.py", "autogluon_jobs/jobs/train.py"])
def test_archive_holds_what_the_container_starts(name):
    with tarfile.open(fileobj=io.BytesIO(tar_gz(container_sources()))) as archive:
        names = archive.getnames()
    assert name in names
    # Code and what a report is drawn with; nothing that was generated, trained or downloaded.
    assert {Path(found).suffix for found in names} == {".py", ".css", ".j2"}
