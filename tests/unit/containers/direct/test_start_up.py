"""What serves an artifact: the direct path with its proof, AutoGluon without."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import flask
import numpy as np
import pytest

from autogluon_contracts.answer_attributes import AnswerAttributes
from autogluon_jobs.jobs.artifact_code import size_of
from autogluon_jobs.schema.feature_schema import Kind
from autogluon_jobs.serving import handler
from autogluon_jobs.serving.http_context import CUSTOM_ATTRIBUTES
from autogluon_jobs.serving.real_time import RealTimeModel
from autogluon_jobs.serving.served_model import load_model
from autogluon_jobs.tabular.direct.files.artifact_files import UnusableError, checksums_of
from autogluon_jobs.tabular.direct.load import load_proved
from autogluon_jobs.tabular.engines.engine_choice import choose_engine
from tests.never_empty import never_empty
from tests.unit.containers import shop_data
from tests.unit.containers.direct.conftest import Trained, holdout

BODY = b"\n".join(holdout("income").splitlines()[:4]).decode() + "\n"


@pytest.fixture
def copy(ensemble: Trained, tmp_path: Path) -> Trained:
    """An artifact to damage."""
    return Trained(Path(shutil.copytree(ensemble.artifact, tmp_path / "model")))


def change_text(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def vouch(folder: Path) -> None:
    """Make the checksums those of the changed files."""
    document = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    document["files"] = {name: checksums_of(folder)[name] for name in document["files"]}
    (folder / "model.json").write_text(json.dumps(document), encoding="utf-8")


def other_leaf(folder: Path) -> None:
    file = next(iter(sorted(folder.glob("*.forest.txt"))))
    line = next(line for line in file.read_text().splitlines() if line.startswith("leaf_value="))
    first = line.split()[0]
    change_text(file, first, first[:-1] + ("1" if first[-1] != "1" else "2"))


def other_leaf_and_checksum(folder: Path) -> None:
    file = next(iter(sorted(folder.glob("*.forest.txt"))))
    text = file.read_text()
    lines = [line for line in text.splitlines() if line.startswith("leaf_value=")]
    changed = [line.replace("0.0", "0.9") for line in lines]  # LightGBM counts characters
    for line, other in zip(lines, changed, strict=True):
        text = text.replace(line, other)
    file.write_text(text)
    vouch(folder)


def other_weight(folder: Path) -> None:
    document = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    document["models"][-1]["weights"][0] += 0.01
    (folder / "model.json").write_text(json.dumps(document), encoding="utf-8")


def remove(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def write(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text, encoding="utf-8")


def no_trees(folder: Path) -> None:
    for file in never_empty(folder.glob("*.txt")):
        file.unlink()


def pickled_scores(folder: Path) -> None:
    np.save(folder / "proof_scores.npy", np.array([{}]), allow_pickle=True)


def other_library(folder: Path) -> None:
    change_text(folder / "proof.json", '"lightgbm": "', '"lightgbm": "0.')
    vouch(folder)


def unknown_models(folder: Path) -> None:
    change_text(folder / "model.json", '"stack": ["', '"stack": ["Another')


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no folder": (shutil.rmtree, "did not export it"),
    "another leaf": (other_leaf, "forest.txt is damaged"),
    "another leaf, vouched for": (other_leaf_and_checksum, "differ from AutoGluon's"),
    "another weight": (other_weight, "differ from AutoGluon's"),
    "no model file": (remove("model.json"), "model.json is damaged or missing"),
    "cut model file": (write("model.json", '{"version": 2'), "model.json is damaged or missing"),
    "other version": (write("model.json", '{"version": 9}'), "version 9"),
    "no trees": (no_trees, "missing"),
    "no scores": (remove("proof_scores.npy"), "missing"),
    "pickled scores": (pickled_scores, "damaged"),
    "other library": (other_library, "lightgbm is"),
    "unknown models": (unknown_models, r"does not support what it holds \(KeyError"),
}


def of_version_1(folder: Path) -> None:
    """Write the files as release 0.1 did."""
    document = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    proof = json.loads((folder / "proof.json").read_text(encoding="utf-8"))
    assert (document["version"], proof.pop("by_call")) == (2, False)
    (folder / "model.json").write_text(json.dumps(document | {"version": 1}), encoding="utf-8")
    (folder / "proof.json").write_text(json.dumps(proof), encoding="utf-8")
    vouch(folder)


def test_version_1_is_served_where_no_model_is_left_to_autogluon(copy):
    of_version_1(copy.artifact / "direct")
    assert load_proved(copy.artifact, copy.schema, cores=1).joinable
    change_text(copy.artifact / "direct" / "model.json", '"members"', '"foreign": "KNN", "_"')
    with pytest.raises(UnusableError, match="version 1 and leaves models to AutoGluon"):
        load_proved(copy.artifact, copy.schema, cores=1)


def test_version_1_is_held_to_its_proof(copy):
    of_version_1(copy.artifact / "direct")
    other_weight(copy.artifact / "direct")
    with pytest.raises(UnusableError, match="differ from AutoGluon's"):
        load_proved(copy.artifact, copy.schema, cores=1)


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_files_are_never_served(copy, name):
    damage, reason = DAMAGES[name]
    damage(copy.artifact / "direct")
    with pytest.raises(UnusableError, match=reason):
        load_proved(copy.artifact, copy.schema, cores=1)


def test_autogluon_serves_instead_and_the_log_says_why(copy, ensemble, capfd):
    other_leaf(copy.artifact / "direct")
    engine = choose_engine(copy.artifact, copy.schema, cores=1)
    assert engine.name == "autogluon"
    assert "Serving through AutoGluon" in capfd.readouterr().err
    wanted = RealTimeModel(ensemble.schema, ensemble.autogluon).answer(BODY, "text/csv", "")
    assert RealTimeModel(copy.schema, engine).answer(BODY, "text/csv", "") == wanted


@pytest.mark.parametrize("damaged", [False, True])
def test_the_response_says_which_engine_answered(copy, damaged):
    if damaged:
        shutil.rmtree(copy.artifact / "direct")
    model = handler.model_fn(str(copy.artifact))
    app = flask.Flask("server")

    @app.post("/invocations")
    def invocations() -> flask.Response:
        body, kind = handler.transform_fn(model, BODY, "text/csv", "application/json")
        return flask.Response(body, content_type=kind)

    response = app.test_client().post("/invocations")
    expected = AnswerAttributes("autogluon" if damaged else "direct").text()
    assert (response.status_code, response.headers[CUSTOM_ATTRIBUTES]) == (200, expected)


SMALL = (
    "import sys; sys.path.insert(0, sys.argv[1] + '/code'); import inference; "
    "m = inference.model_fn(sys.argv[1]); "
    "print(inference.transform_fn(m, sys.stdin.read(), sys.argv[2], 'application/json')[0][:20]); "
    "costly = {'autogluon', 'pandas', 'sklearn', 'scipy', 'torch'}; "
    "costly |= {'lightgbm', 'xgboost', 'catboost'}; "
    "print(sorted(costly & sys.modules.keys()))"
)


@pytest.mark.parametrize("kind", ["text/csv", "application/json"])
def test_the_direct_path_imports_neither_autogluon_nor_pandas(ensemble, stack, kind):
    names, *rows = BODY.splitlines()
    records = [dict(zip(names.split(","), row.split(","), strict=True)) for row in rows]
    body = BODY if kind == "text/csv" else json.dumps(records)
    for trained in (ensemble, stack):
        done = subprocess.run(
            [sys.executable, "-c", SMALL, str(trained.artifact), kind],
            input=body, capture_output=True, text=True, check=True, cwd=trained.artifact.parent,
        )  # fmt: skip
        assert done.stdout.splitlines()[-1] == "[]", done.stdout


@pytest.mark.parametrize("kind", ["text/csv", "application/jsonlines"])
def test_large_requests_with_texts_and_dates_import_no_pandas_either(shop_job, kind):
    rows = shop_data.rows(700)
    lines = "".join(json.dumps(shop_data.record(row)) + "\n" for row in rows)
    body = shop_data.csv_of(rows, shop_data.FEATURES) if kind == "text/csv" else lines
    done = subprocess.run(
        [sys.executable, "-c", SMALL, str(shop_job.model), kind],
        input=body, capture_output=True, text=True, check=True, cwd=shop_job.model,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]", done.stdout


def test_nothing_of_it_is_pickled(ensemble, stack, digits):
    for trained in (ensemble, stack, digits):
        folder = trained.artifact / "direct"
        assert {path.suffix for path in folder.iterdir()} <= {".json", ".txt", ".npy", ".ubj"}
        for path in never_empty(folder.glob("*.npy")):
            np.load(path, allow_pickle=False)


def test_it_adds_less_than_the_models_weigh(ensemble, stack, housing):
    for trained in (ensemble, stack, housing):
        models = size_of(trained.artifact / "models")
        assert size_of(trained.artifact / "direct") < models + 300_000


def test_one_column_of_every_kind_needs_no_autogluon(shop_job):
    served = load_model(shop_job.model, {})
    assert served.engine.name == "direct"
    assert {item.kind for item in served.schema.features} == set(get_args(Kind))
