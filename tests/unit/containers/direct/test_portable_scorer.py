"""A portable scorer: a wheel with an artifact's export, in a process without AutoGluon."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autogluon_client.data.portable_wheel import PortableWheel, write_portable_wheel
from autogluon_client.errors import InvalidArgumentError
from autogluon_jobs.requests.parse_json import table_of_lists
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from tests.unit.containers.direct.conftest import (
    CANBERRA,
    FOREST,
    GBM,
    LINEAR,
    Trained,
    digits_csv,
    fitted,
    head,
    holdout,
)
from tests.unit.containers.direct.empty_environment import BEGIN
from tests.unit.containers.direct.test_equality import odd_rows

SCORE = (
    BEGIN
    + """
import pyarrow as pa
scorer = importlib.import_module(sys.argv[2]).load()
rows = json.load(sys.stdin)
alone = [answer for row in rows for answer in scorer.rows([row])]
columns = zip(*rows)
types = json.loads(sys.argv[3])
table = pa.table({n: pa.array(c, types[n] and getattr(pa, types[n])())
                  for n, c in zip(scorer.columns, columns)})
together = scorer.table(table).to_pylist()
print(json.dumps([alone, scorer.rows(rows), together]))
"""
)
ARROW = {"float": "float64", "int": "int64", "bool": "bool_"}


def scored(wheel: PortableWheel, trained: Trained, rows: list[list[Any]], folder: Path) -> Any:
    """What the wheel answers to the rows one by one, together, and as an Arrow table."""
    with zipfile.ZipFile(wheel.path) as archive:
        archive.extractall(folder)
    types = {item.name: ARROW.get(item.kind, "string") for item in trained.schema.features}
    done = subprocess.run(
        [sys.executable, "-I", "-c", SCORE, str(folder), wheel.package, json.dumps(types)],
        input=json.dumps(rows), capture_output=True, text=True, check=False, cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def truth(trained: Trained, rows: list[list[Any]]) -> list[dict[str, Any]]:
    table = table_of_lists(RowReader(trained.schema), rows)
    cells = trained.autogluon.predict(Request(table)).cells()
    columns = [np.asarray(values).tolist() for values in cells.values()]
    return [dict(zip(cells, line, strict=True)) for line in zip(*columns, strict=True)]


CASES: dict[str, Any] = {
    "binary": (
        lambda: head("income", 500), lambda: holdout("income"), {"label": "class"},
        {"GBM": GBM, "XT": FOREST, "XGB": {"n_estimators": 8}, "CAT": {"iterations": 12},
         "LR": LINEAR, "KNN": {}},
    ),
    "multiclass": (
        lambda: digits_csv(slice(500)), lambda: digits_csv(slice(500, 700)).encode(),
        {"label": "digit", "problem_type": "multiclass"},
        {"GBM": {"num_boost_round": 8}, "RF": FOREST},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_wheel_answers_with_autogluons_bits_where_nothing_else_is_installed(
    case: str, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    train, test, init_args, models = CASES[case]
    trained = fitted(
        tmp_path_factory.mktemp("portable"), train(), init_args, hyperparameters=models
    )
    packed(trained)
    wheel = write_portable_wheel(trained.artifact, f"My {case}!", tmp_path / "wheel")
    assert wheel.package == f"my_{case}_scorer"
    assert any(item.startswith("numpy==") for item in wheel.requires)
    assert not any("autogluon" in item for item in wheel.requires)
    rows = odd_rows(trained, test(), count=16)
    alone, together, as_table = scored(wheel, trained, rows, tmp_path / "installed")
    assert alone == together == as_table == truth(trained, rows)


def packed(trained: Trained) -> None:
    """Give a predictor without a job the code that jobs put into artifacts."""
    from autogluon_contracts.models.portable_models import SCORER_MODULE
    from autogluon_jobs.jobs.artifact_code import write_code

    write_code(trained.artifact, "tabular", SCORER_MODULE)


def test_equal_models_make_equal_wheels(ensemble: Trained, tmp_path: Path) -> None:
    wheels = [write_portable_wheel(ensemble.artifact, "income", tmp_path / name) for name in "ab"]
    assert wheels[0].path.read_bytes() == wheels[1].path.read_bytes()
    assert wheels[0].path.name.endswith("-py3-none-any.whl")


def test_what_is_not_portable_is_refused_by_name(
    ensemble: Trained, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    trained = fitted(
        tmp_path_factory.mktemp("canberra"), head("income", 300), {"label": "class"},
        hyperparameters={"GBM": GBM, "KNN": CANBERRA},
    )  # fmt: skip
    with pytest.raises(InvalidArgumentError, match="needs KNeighbors, with the setting canberra"):
        write_portable_wheel(trained.artifact, "income", tmp_path)
    copy = Path(shutil.copytree(ensemble.artifact, tmp_path / "model"))
    shutil.rmtree(copy / "code" / "autogluon_jobs" / "tabular" / "portable")
    with pytest.raises(InvalidArgumentError, match="An earlier release trained this model"):
        write_portable_wheel(copy, "income", tmp_path)
    shutil.rmtree(copy / "direct")
    with pytest.raises(InvalidArgumentError, match="has no export"):
        write_portable_wheel(copy, "income", tmp_path)
