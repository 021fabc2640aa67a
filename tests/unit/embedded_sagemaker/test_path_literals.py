"""Scripts that say /opt/ml are refused by name where the machine cannot mount it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from backports import tarfile

from embedded_aws.sagemaker.container.opt_ml import OptMl
from embedded_aws.sagemaker.container.path_literals import check_scripts, literal_line
from embedded_aws.sagemaker.errors import JobError

JOBS_CODE = Path(__file__).parents[3] / "containers" / "autogluon_jobs"


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.py", "x = 1\nopen('/opt/ml/model/a')", 2),
        ("a.py", "f'/opt/ml/{x}'", 1),
        ("a.py", "open(b'/opt/ml/a')", 1),
        ("a.py", "import os\nos.environ.get('SM_MODEL_DIR', '/opt/ml/model')", None),
        ("a.py", '"""Reads /opt/ml/model."""\n# from /opt/ml\n', None),
        ("a.py", "open('/opt/mlflow/a')", None),
        ("a.py", "base = os.environ['SAGEMAKER_BASE_DIR'] or '/opt/ml'", None),
        ("a.py", "not Python: '/opt/ml/model'", 1),
        ("a.sh", "#!/bin/sh\n# /opt/ml\ncp x /opt/ml/model", 3),
    ],
)
def test_a_path_that_would_be_used_is_found(name: str, text: str, line: int | None) -> None:
    assert literal_line(name, text) == line


def test_the_error_names_the_script_in_its_archive(tmp_path: Path) -> None:
    text = b"open('/opt/ml/model/a', 'w')"
    with tarfile.open(tmp_path / "sourcedir.tar.gz", "w:gz") as tar:
        member = tarfile.TarInfo("train.py")
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text))
    (tmp_path / "data.tar.gz").write_bytes(b"no archive at all")
    with pytest.raises(JobError, match=r"line 1 of sourcedir\.tar\.gz/train\.py names /opt/ml"):
        check_scripts(OptMl(tmp_path), tmp_path)
    check_scripts(OptMl(tmp_path, is_mounted=True), tmp_path)


def test_this_projects_own_jobs_run_without_it() -> None:
    check_scripts(OptMl(JOBS_CODE), JOBS_CODE)
