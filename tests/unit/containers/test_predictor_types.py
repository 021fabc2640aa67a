"""A predictor type is a folder: dropped beside `tabular`, it trains, serves and batch-predicts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autogluon_jobs.jobs.predictor_types import predictor_type_of, supported_types
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.schema.feature_schema import FILE_NAME, Feature, FeatureSchema
from tests.unit.containers.job_folder import JobFolder

ROOT = Path(__file__).parents[3]
TOY = """
import numpy as np

from autogluon_contracts.answers import answer_columns
from autogluon_jobs.answers.predictions import Predictions
from autogluon_jobs.jobs.artifact_code import write_code
from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema


class Engine:
    name = "toy"
    joinable = True

    def predict(self, request):
        table = request.table(())
        return Predictions({"double": 2 * table.columns["x"]}, {})


class ToyType:
    answers_by_row = True

    def run_job(self, config, paths):
        features = (Feature("x", "float", "float64", nullable=True),)
        paths.model.mkdir(parents=True)
        FeatureSchema("double", "regression", features, type="toy").save(paths.model)
        write_code(paths.model, "toy")

    def answer_columns(self, schema, output="both"):
        return answer_columns(label=schema.label, classes=None, quantile_levels=None, output=output)

    def load(self, artifact, schema, cores, *, small_requests=True, engine="auto"):
        return Engine()

    def explanations(self, artifact, schema):
        return None

    def side_tables(self, schema):
        return None


PREDICTOR_TYPE = ToyType()
"""
SERVE = """
import sys
from inference import model_fn, transform_fn
print(transform_fn(model_fn(sys.argv[1]), "x\\n1.5\\n2\\n", "text/csv", sys.argv[2])[0])
print([name for name in ("autogluon", "pandas") if name in sys.modules])
"""
SCHEMA = FeatureSchema("y", "regression", (Feature("x", "float", "float64", nullable=True),))


def python(code: Path, *argv: str, **environ: str) -> str:
    paths = os.pathsep.join(
        [str(code), *([str(ROOT / "contracts")] if code.name != "code" else [])]
    )
    done = subprocess.run(
        [sys.executable, *argv],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": paths, **environ},
        cwd=code, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a job of the toy type leaves behind, with the toy in a copy of the containers' code."""
    code = tmp_path_factory.mktemp("containers") / "containers"
    shutil.copytree(ROOT / "containers", code, ignore=shutil.ignore_patterns("__pycache__"))
    toy = code / "autogluon_jobs" / "toy"
    toy.mkdir()
    (toy / "__init__.py").touch()
    (toy / "predictor_type.py").write_text(TOY)
    job = JobFolder(tmp_path_factory.mktemp("toy"))
    job.put_job("double", type="toy")
    python(code, "train.py", **job.environ())
    return job.model


def test_a_dropped_in_type_serves_an_endpoint_without_the_libraries_of_another(artifact):
    answer, libraries = python(
        artifact / "code", "-c", SERVE, str(artifact), "application/json"
    ).splitlines()
    assert json.loads(answer) == [{"double": 3.0}, {"double": 4.0}]
    assert libraries == "[]"


def test_a_dropped_in_type_serves_a_batch(artifact):
    batch = {"version": 1, "columns": ["x"], "has_header": True, "id_column": None,
             "output": "both", "output_format": "csv"}  # fmt: skip
    answer = python(
        artifact / "code", "-c", SERVE, str(artifact), "text/csv", AUTOGLUON_BATCH=json.dumps(batch)
    )
    assert answer.splitlines()[:-1] == ["AGROWS rows=2", "3.0", "4.0"]


def test_types_are_found_without_importing_them():
    imported = python(
        ROOT / "containers", "-c",
        "import sys; from autogluon_jobs.jobs.predictor_types import supported_types\n"
        "print(supported_types(), 'autogluon_jobs.tabular.predictor_type' in sys.modules)",
    )  # fmt: skip
    assert imported == f"{supported_types()} False\n"
    assert "tabular" in supported_types()


@pytest.mark.parametrize("name", ["tabulr", "jobs", "../tabular", "tabular.training"])
def test_an_unknown_type_is_refused_with_those_that_are_supported(name):
    with pytest.raises(InputError, match="tabular"):
        predictor_type_of(name)


def test_the_schema_says_the_type_and_one_without_a_type_is_tabular(tmp_path):
    SCHEMA.save(tmp_path)
    path = tmp_path / FILE_NAME
    document = json.loads(path.read_text())
    assert document.pop("type") == "tabular"
    path.write_text(json.dumps(document))
    assert FeatureSchema.load(tmp_path) == SCHEMA
    path.write_text(json.dumps(document | {"type": "toy"}))
    assert FeatureSchema.load(tmp_path).type == "toy"
