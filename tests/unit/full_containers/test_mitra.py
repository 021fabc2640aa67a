"""Mitra of mirrored weights: trained, served without channel and network, as AutoGluon answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from autogluon.tabular import TabularPredictor
from autogluon.tabular.configs.hyperparameter_configs import hyperparameter_config_dict
from autogluon.tabular.models.mitra.sklearn_interface import DEFAULT_CLS_MODEL, DEFAULT_REG_MODEL

from autogluon_contracts.document import read_part
from autogluon_contracts.documents.training_job import MountedWeights
from autogluon_contracts.models.known_weights import KNOWN_WEIGHTS
from autogluon_contracts.predictor_types.tabular.weights import (
    CLASSIFIER,
    MODEL,
    REGRESSOR,
)
from autogluon_jobs.jobs import train
from autogluon_jobs.messages.errors import InputError
from autogluon_jobs.serving.served_model import load_model
from autogluon_jobs.tabular.training.mirrored_weights import with_local_checkpoints
from autogluon_jobs.weights.mounted import VerifiedWeights
from tests.unit.containers.job_folder import JobFolder
from tests.unit.full_containers.mirrored import block_sockets, mount, unmount
from tests.unit.full_containers.tiny_foundation import write_mitra

PORTFOLIO = "zeroshot_2025_12_18_gpu"


def rows(count: int, seed: int) -> pd.DataFrame:
    dice = np.random.default_rng(seed)
    size, colour = dice.normal(size=count).round(3), dice.choice(["red", "blue"], count)
    return pd.DataFrame(
        {
            "size": size,
            "colour": colour,
            "kind": np.where(size + (colour == "red") > 0.5, "big", "small"),
            "price": (size * 3 + (colour == "red")).round(3),
        }
    )


@pytest.mark.parametrize(
    ("name", "label", "task"),
    [(CLASSIFIER, "kind", "CLASSIFICATION"), (REGRESSOR, "price", "REGRESSION")],
)
def test_mitra_is_served_from_the_artifact_as_autogluon_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, label: str, task: str
) -> None:
    write_mitra(tmp_path / "checkpoint", task)
    job = JobFolder(tmp_path / "job")
    weights = mount(job, name, tmp_path / "checkpoint")
    block_sockets(monkeypatch)
    other = "price" if label == "kind" else "kind"
    job.put("train", "a.csv", rows(120, 0).drop(columns=other).to_csv(index=False))
    # AutoGluon expects the memory that the published weights need.
    fit_args = {
        "hyperparameters": {MODEL: {"fine_tune": False}},
        "fit_weighted_ensemble": False,
        "ag_args_fit": {"ag.max_memory_usage_ratio": 100},
    }
    job.put_job(label, fit_args=fit_args, weights=weights)

    assert train.main([], job.environ()) == 0, job.failure

    unmount(job)
    assert job.metrics()["best_model"] == "Mitra"
    assert json.loads((job.model / "weights.json").read_text()) == weights
    asked = rows(6, 1).drop(columns=["kind", "price"])
    text, *_ = load_model(job.model, {}).answer(asked.to_csv(index=False), "text/csv", "")
    given = pd.DataFrame(json.loads(text))
    predictor = TabularPredictor.load(str(job.model), require_py_version_match=False)
    wanted = predictor.predict(asked)
    if label == "price":
        assert given[label].tolist() == pytest.approx(wanted.tolist(), rel=1e-5)
        return
    assert given[label].tolist() == wanted.tolist()
    scores = predictor.predict_proba(asked)
    for each in ("big", "small"):
        assert given[f"{each}_proba"].tolist() == pytest.approx(scores[each].tolist(), abs=1e-5)


def verified(folder: Path, *names: str, repository: str = "") -> VerifiedWeights:
    sets = {
        name: read_part(
            MountedWeights,
            {
                "folder": name,
                "sha256": "0" * 64,
                "repository": repository or KNOWN_WEIGHTS[name].repository,
                "revision": "main",
                "license": "apache-2.0",
            },
            "",
            [],
        )
        for name in names
    }
    return VerifiedWeights(sets, {name: folder / name for name in names})


@pytest.mark.parametrize(
    "fit_args", [{"hyperparameters": PORTFOLIO}, {"presets": ["extreme_v150"]}]
)
def test_mitra_of_a_portfolio_becomes_a_path_and_the_others_stay(
    tmp_path: Path, fit_args: dict[str, Any]
) -> None:
    found = with_local_checkpoints(fit_args, verified(tmp_path, CLASSIFIER))

    plain = hyperparameter_config_dict[PORTFOLIO]
    models = found["hyperparameters"]
    assert {name: models[name] for name in models if name != MODEL} == {
        name: plain[name] for name in plain if name != MODEL
    }
    path = {"hf_cls_model": str(tmp_path / CLASSIFIER)}
    assert models[MODEL] == [{**entry, **path} for entry in plain[MODEL]]
    assert {key: found[key] for key in fit_args if key != "hyperparameters"} == {
        key: fit_args[key] for key in fit_args if key != "hyperparameters"
    }


def test_weights_of_ones_own_are_named_by_their_set(tmp_path: Path) -> None:
    weights = verified(tmp_path, "mine", repository="me/mitra")
    asked: dict[str, Any] = {"hyperparameters": {MODEL: {"hf_model": "weights/mine"}}}

    found = with_local_checkpoints(asked, weights)

    assert found["hyperparameters"][MODEL] == [{"hf_model": str(tmp_path / "mine")}]
    asked["hyperparameters"][MODEL]["hf_model"] = "weights/other"
    with pytest.raises(InputError, match="no mirrored weights of weights/other"):
        with_local_checkpoints(asked, weights)


def test_the_contracts_know_where_autogluon_has_mitra() -> None:
    assert KNOWN_WEIGHTS[CLASSIFIER].repository == DEFAULT_CLS_MODEL
    assert KNOWN_WEIGHTS[REGRESSOR].repository == DEFAULT_REG_MODEL
