"""A person's own metric, feature generator and wheel: trained with, kept, verified and served."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autogluon_contracts.code.own_code import OwnCode
from autogluon_contracts.code.wheel_file import Wheel
from autogluon_contracts.documents.server_limits import ARTIFACT_VARIABLE
from autogluon_contracts.documents.training_job import TrainingJobConfig
from autogluon_contracts.models.artifact_hash import OWN_CODE, artifact_problem
from autogluon_jobs.jobs.continued_work import work_of
from autogluon_jobs.jobs.train import main
from tests.unit.containers.bulk_folder import COLUMNS, ROWS, BulkFolder
from tests.unit.containers.job_folder import TINY_FIT, JobFolder
from tests.unit.containers.shop_data import FEATURES, LABEL, csv_of, rows

METRICS = """
import numpy as np
from autogluon.core.metrics import make_scorer
from own_rates import GAIN

def euros(y_true, y_pred):
    chosen = np.asarray(y_pred) == 1
    return float((GAIN * (chosen & (np.asarray(y_true) == 1)).sum() - chosen.sum()) / len(chosen))

profit = make_scorer("profit", euros, optimum=GAIN, greater_is_better=True)
renamed = make_scorer("other", euros, optimum=GAIN, greater_is_better=True)
nested = make_scorer("nested", lambda y_true, y_pred: 1.0)
"""
FEATURES_CODE = """
import pandas as pd
from autogluon.features.generators import (
    AbstractFeatureGenerator, AutoMLPipelineFeatureGenerator,
)

class Doubled(AbstractFeatureGenerator):
    def _fit_transform(self, X, **kwargs):
        return self._transform(X), {}

    def _transform(self, X):
        return pd.DataFrame({"doubled": X["age"] * 2}, index=X.index)

    @staticmethod
    def get_default_infer_features_in_args():
        return {}

def generator():
    return AutoMLPipelineFeatureGenerator(
        custom_feature_generators=[Doubled(features_in=["age"])]
    )

def broken():
    raise KeyError("age")
"""
RATES = Wheel(name="own-rates", version="1.0", summary="", files={"own_rates.py": b"GAIN = 9.0\n"})
FILES = {
    "my_metrics.py": METRICS.encode(),
    "my_features.py": FEATURES_CODE.encode(),
    f"wheels/{RATES.file_name}": RATES.to_bytes(),
}
OWN = {
    "init_args": {"label": LABEL, "eval_metric": "my_metrics:profit"},
    "fit_args": {**TINY_FIT, "feature_generator": "my_features:generator"},
}


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave the process without a job's own modules."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", sys.dont_write_bytecode)
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", ""))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    yield
    for name in ("my_metrics", "my_features", "own_rates"):
        sys.modules.pop(name, None)


def put_code(job: JobFolder, files: dict[str, bytes]) -> None:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"shop/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    job.put("scripts", "0123abcd.tar.gz", archive.getvalue())


def put(job: JobFolder, files: dict[str, bytes] | None = None, **changes: Any) -> None:
    job.put("train", "train.csv", csv_of(rows(300, seed=1)))
    job.put("test", "test.csv", csv_of(rows(100, seed=3)))
    put_code(job, FILES if files is None else files)
    job.put_job(LABEL, **{**OWN, "code": {"folder": "shop"}, **changes})


ROOT = Path(__file__).parents[3]
_PACKAGES = [str(ROOT / folder) for folder in ("containers", "contracts")]
"""Not this process's path, on which other tests may have put an artifact's code."""


def run_apart(module: str, environ: Mapping[str, str]) -> int:
    """Run a job in a process of its own, which knows no module of this one."""
    program = f"import os, sys; from autogluon_jobs.{module} import main; "
    return subprocess.run(
        [sys.executable, "-c", f"{program}sys.exit(main([], os.environ))"],
        env={**os.environ, **environ, "PYTHONPATH": os.pathsep.join(_PACKAGES)},
        check=False,
    ).returncode


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> JobFolder:
    job = JobFolder(tmp_path_factory.mktemp("own"))
    put(job)
    assert run_apart("jobs.train", job.environ()) == 0, job.failure
    return job


def test_the_run_is_judged_by_the_own_metric_and_keeps_the_code(trained: JobFolder) -> None:
    metrics = trained.metrics()
    assert metrics["eval_metric"] == "profit"
    assert next(iter(metrics["metrics"])) == "profit"
    own = trained.model / OWN_CODE
    assert {"my_metrics.py", "my_features.py", "own_rates.py"} <= {p.name for p in own.iterdir()}
    assert not [path for path in own.rglob("*") if path.name == "__pycache__"]
    assert "my_features.Doubled" in metrics["serving"]["slow_parts"]


def test_a_changed_own_module_keeps_the_artifact_from_being_loaded(trained: JobFolder) -> None:
    recorded = trained.metrics()["artifact_sha256"]
    assert artifact_problem(trained.model, recorded, code_imported=True) is None
    planted = trained.model / OWN_CODE / "__pycache__" / "my_metrics.cpython-311.pyc"
    planted.parent.mkdir()
    planted.write_bytes(b"")
    try:
        assert artifact_problem(trained.model, recorded, code_imported=True) is not None
    finally:
        planted.unlink()
        planted.parent.rmdir()


def served(job: JobFolder, body: str) -> list[dict[str, Any]]:
    """Answer as a server does: a process with nothing but the artifact's own code."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1] + '/code')\n"
        "from inference import model_fn, transform_fn\n"
        "model = model_fn(sys.argv[1])\n"
        "print(transform_fn(model, sys.stdin.read(), 'text/csv', 'application/json')[0])\n"
    )
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    }
    environment[ARTIFACT_VARIABLE] = job.metrics()["artifact_sha256"]
    done = subprocess.run(
        [sys.executable, "-c", program, str(job.model)],
        input=body, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def test_server_and_bulk_engine_answer_alike_in_processes_of_their_own(
    trained: JobFolder, tmp_path: Path
) -> None:
    truth = served(trained, csv_of(ROWS, FEATURES))
    # The first server left the artifact as it was recorded.
    assert served(trained, csv_of(ROWS, FEATURES)) == truth
    archive = tmp_path / "model.tar.gz"
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        for entry in sorted(trained.model.iterdir()):
            tar.add(
                entry,
                arcname=entry.name,
                filter=lambda member: (
                    None if "__pycache__" in member.name and OWN_CODE not in member.name else member
                ),
            )
    bulk = BulkFolder(tmp_path, archive)
    recorded = trained.metrics()["artifact_sha256"]
    bulk.prepare({"a.csv": csv_of(ROWS, COLUMNS)}, artifact_sha256=recorded)
    assert run_apart("bulk.main", {"SAGEMAKER_BASE_DIR": str(tmp_path)}) == 0, bulk.message
    table = bulk.table("a.csv.csv")
    assert [row["bought"] for row in table] == [row["bought"] for row in truth]
    assert [float(row["yes_proba"]) for row in table] == [row["yes_proba"] for row in truth]


def test_a_model_that_is_trained_further_brings_its_own_code_along(tmp_path: Path) -> None:
    first = JobFolder(tmp_path / "first")
    put(first, further_training=True, fit_args=TINY_FIT)
    assert run_apart("jobs.train", first.environ()) == 0, first.failure
    further = JobFolder(tmp_path / "further")
    further.put("train", "train.csv", csv_of(rows(100, seed=5)))
    further.put("test", "test.csv", csv_of(rows(100, seed=3)))
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as tar:
        tar.add(first.model, arcname=".")
    further.put("model", "model.tar.gz", packed.getvalue())
    parent = {
        "artifact": "s3://bucket/model.tar.gz",
        "artifact_sha256": first.metrics()["artifact_sha256"],
        "run": "shop-run-1",
        "method": "refit_full",
    }
    further.put_job(LABEL, fit_args={}, further_training=True, parent=parent)
    assert run_apart("jobs.train", further.environ()) == 0, further.failure
    assert further.metrics()["eval_metric"] == "profit"
    assert (further.model / OWN_CODE / "my_metrics.py").read_bytes() == METRICS.encode()


def test_work_with_other_code_is_other_work() -> None:
    config = TrainingJobConfig(
        predictor="shop", run="a", type="tabular", framework_version="1.6.3",
        init_args={}, fit_args={}, max_runtime_seconds=60, data={},
    )  # fmt: skip
    works = {
        work_of(replace(config, code=code), [], "1.6.3")
        for code in (None, OwnCode(folder="shop", sha256="a"), OwnCode(folder="shop", sha256="b"))
    }
    assert len(works) == 3


@pytest.mark.parametrize(
    ("changes", "files", "sentence"),
    [
        (
            {"code": None},
            {},
            "init_args.eval_metric: got 'my_metrics:profit', an object of your own code, and the "
            "predictor's settings have no training.code",
        ),
        ({"code": {"folder": "other"}}, {}, 'The channel "scripts" has no files of other.'),
        (
            {"init_args": {"label": LABEL, "eval_metric": "my_metrics:lost"}},
            {},
            'the module my_metrics of your own code has no "lost"',
        ),
        (
            {"init_args": {"label": LABEL, "eval_metric": "my_metrics:euros"}},
            {},
            "my_metrics:euros is a function, not a metric. Make it by",
        ),
        (
            {"init_args": {"label": LABEL, "eval_metric": "my_metrics:renamed"}},
            {},
            'my_metrics:renamed has the name "other"',
        ),
        (
            {"init_args": {"label": LABEL, "eval_metric": "my_metrics:nested"}},
            {},
            "my_metrics:nested cannot be saved with the model",
        ),
        (
            {},
            {"my_metrics.py": b"import own_rates_of_next_year\n"},
            "could not be imported: ModuleNotFoundError: No module named 'own_rates_of_next_year'",
        ),
        (
            {"fit_args": {**TINY_FIT, "feature_generator": "my_features:Doubled.x"}},
            {},
            "fit_args.feature_generator: got 'my_features:Doubled.x' (str); allowed:",
        ),
        (
            {"fit_args": {**TINY_FIT, "feature_generator": "my_features:broken"}},
            {},
            "calling my_features:broken without arguments failed: KeyError: 'age'",
        ),
        (
            {"fit_args": {**TINY_FIT, "feature_generator": "my_features:pd"}},
            {},
            "my_features:pd gives a module, not a feature generator",
        ),
        (
            {},
            {"requirements.txt": b"own-rates>=2\n"},
            "The packages of your own code could not be installed:",
        ),
    ],
)
def test_what_cannot_be_used_is_one_sentence_before_the_fit(
    job: JobFolder, changes: dict[str, Any], files: dict[str, bytes], sentence: str
) -> None:
    put(job, {**FILES, **files}, **changes)
    assert main([], job.environ()) == 1
    assert sentence in job.failure
    assert not job.output_data.exists()
