"""A metric of one's own for a multimodal predictor: trained with, kept, and served without harm."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_contracts.models.artifact_hash import OWN_CODE
from tests.unit.containers.job_folder import JobFolder
from tests.unit.full_containers.review_data import reviews

METRIC = """
import numpy as np
from autogluon.core.metrics import make_scorer

def _earned(y_true, y_pred):
    return float(np.mean(np.where(y_pred == 1, np.where(y_true == 1, 2.0, -1.0), 0.0)))

profit = make_scorer("profit", _earned, optimum=2, greater_is_better=True)
other = 7
"""
FIT = {
    "hyperparameters": {
        "model.names": ["categorical_mlp", "numerical_mlp", "fusion_mlp"],
        "optim.max_epochs": 2,
        "optim.lr": 0.01,
        "env.num_workers": 0,
        "env.num_workers_inference": 0,
        "env.batch_size": 16,
        "env.per_gpu_batch_size": 16,
    },
    "column_types": {"review": "categorical"},
}
_STARTUP = "embedded/embedded_aws/sagemaker/container/image/startup"
_MAIN = "import os, sys; from autogluon_jobs.jobs.train import main; sys.exit(main([], os.environ))"
_SERVE = (
    "import os, sys; from pathlib import Path; "
    "from autogluon_jobs.serving.served_model import load_model; "
    "model = load_model(Path(sys.argv[1]), os.environ); "
    "print(model.answer(sys.argv[2], 'text/csv', 'application/json')[0]); "
    "print(model.engine._predictor.eval_metric)"
)


def _put(job: JobFolder, metric: str) -> None:
    content, archive = METRIC.encode(), io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        member = tarfile.TarInfo("shop/my_metrics.py")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    job.put("scripts", "0123abcd.tar.gz", archive.getvalue())
    job.put("train", "train.csv", reviews(120, 0).to_csv(index=False))
    job.put("test", "test.csv", reviews(60, 1).to_csv(index=False))
    job.put_job(
        "",
        type="multimodal",
        init_args={"label": "liked", "eval_metric": f"my_metrics:{metric}"},
        fit_args=FIT,
        code={"folder": "shop"},
    )


def _apart(program: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    hook = Path(__file__).parents[3] / _STARTUP
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, **environ, "PYTHONPATH": os.pathsep.join([str(hook), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_run_is_judged_by_it_and_its_artifact_serves(tmp_path: Path) -> None:
    job = JobFolder(tmp_path)
    _put(job, "profit")
    done = _apart(_MAIN, **job.environ())
    assert done.returncode == 0, done.stderr
    metrics = job.metrics()
    assert metrics["eval_metric"] == "profit"
    assert next(iter(metrics["metrics"])) == "profit"
    assert "accuracy" in metrics["metrics"]
    assert (job.model / OWN_CODE / "my_metrics.py").is_file()
    assert "profit" in (job.base / "output" / "data" / "report.html").read_text()

    rows = reviews(60, 1)
    body = rows.drop(columns="liked").to_csv(index=False)
    hashed = {ARTIFACT_VARIABLE: metrics["artifact_sha256"]}
    served = _apart(_SERVE, str(job.model), body, **hashed)
    assert served.returncode == 0, served.stderr
    *_, answers, name = served.stdout.splitlines()
    assert name == "profit"
    liked = [row["liked"] for row in json.loads(answers)]
    assert len(set(liked)) == 2
    gains = {("yes", "yes"): 2.0, ("yes", "no"): -1.0}
    earned = [gains.get(pair, 0.0) for pair in zip(liked, rows["liked"], strict=True)]
    assert metrics["metrics"]["profit"] == pytest.approx(sum(earned) / len(earned))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("other", "my_metrics:other is a int, not a metric"),
        ("lost", 'the module my_metrics of your own code has no "lost"'),
    ],
)
def test_another_object_is_refused_before_the_fit(tmp_path: Path, name: str, sentence: str) -> None:
    job = JobFolder(tmp_path)
    _put(job, name)
    assert _apart(_MAIN, **job.environ()).returncode == 1
    assert sentence in job.failure
