"""A metric of one's own for forecasts: trained with, kept and loaded by another process."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pandas as pd
import pytest

from autogluon_contracts.models.artifact_hash import OWN_CODE
from tests.unit.containers.job_folder import JobFolder
from tests.unit.full_containers.sales_data import INIT_ARGS

METRIC = '''
from autogluon.timeseries.metrics import TimeSeriesScorer

class Shortage(TimeSeriesScorer):
    """The mean of what was sold beyond the forecast."""

    optimum = 0.0
    greater_is_better_internal = False
    optimized_by_median = True

    def compute_metric(self, data_future, predictions, target="target", **kwargs):
        missing = data_future[target] - predictions["mean"]
        return float(missing.clip(lower=0).mean())

class Other: ...
'''
_MAIN = "import os, sys; from autogluon_jobs.jobs.train import main; sys.exit(main([], os.environ))"
_LOAD = (
    "import sys; from pathlib import Path; "
    "from autogluon_contracts.code.own_code import import_from_artifact; "
    "from autogluon.timeseries import TimeSeriesPredictor; "
    "import_from_artifact(Path(sys.argv[1])); "
    "print(TimeSeriesPredictor.load(sys.argv[1]).eval_metric.name)"
)


def _put(job: JobFolder, sales: pd.DataFrame, metric: str) -> None:
    content, archive = METRIC.encode(), io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        member = tarfile.TarInfo("shop/my_metrics.py")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    job.put("scripts", "0123abcd.tar.gz", archive.getvalue())
    job.put("train", "train.csv", sales.to_csv(index=False))
    job.put_job(
        "",
        type="timeseries",
        init_args={**INIT_ARGS, "eval_metric": f"my_metrics:{metric}"},
        fit_args={"hyperparameters": {"SeasonalNaive": {}, "Naive": {}}},
        code={"folder": "shop"},
    )


def _apart(program: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, **environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_models_are_chosen_by_it_and_load_with_the_artifacts_code(
    tmp_path: Path, sales: pd.DataFrame
) -> None:
    job = JobFolder(tmp_path)
    _put(job, sales, "Shortage")
    done = _apart(_MAIN, **job.environ())
    assert done.returncode == 0, done.stderr
    metrics = job.metrics()
    assert metrics["eval_metric"] == "Shortage"
    assert metrics["metrics"]["Shortage"] <= 0
    assert "WQL" in metrics["metrics"]
    assert (job.model / OWN_CODE / "my_metrics.py").is_file()
    loaded = _apart(_LOAD, str(job.model))
    assert loaded.stdout.splitlines()[-1:] == ["Shortage"], loaded.stderr


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Other", "my_metrics:Other is a type, not a metric of forecasts"),
        ("Lost", 'the module my_metrics of your own code has no "Lost"'),
    ],
)
def test_another_object_is_refused_before_the_fit(
    tmp_path: Path, sales: pd.DataFrame, name: str, sentence: str
) -> None:
    job = JobFolder(tmp_path)
    _put(job, sales, name)
    assert _apart(_MAIN, **job.environ()).returncode == 1
    assert sentence in job.failure
