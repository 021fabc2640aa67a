"""Pretrained forecasting models of mirrored weights: loaded, packed, served without a network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from autogluon.timeseries.configs import get_hyperparameter_presets, get_predictor_presets
from autogluon.timeseries.models import Chronos2Model, ChronosModel, Toto2Model, TotoModel
from autogluon.timeseries.models.chronos.model import MODEL_ALIASES

from autogluon_contracts.document import read_part
from autogluon_contracts.documents.training_job import MountedWeights
from autogluon_contracts.models.known_weights import KNOWN_WEIGHTS
from autogluon_contracts.predictor_types.timeseries.names import (
    CHECKPOINT_ALIASES,
    DEFAULT_CHECKPOINTS,
    PORTFOLIOS,
    PRESETS,
)
from autogluon_contracts.predictor_types.timeseries.weights import checkpoint_of, entries_of
from autogluon_jobs.jobs import train
from autogluon_jobs.serving.served_model import load_model
from autogluon_jobs.timeseries.prediction import forecast_engine
from autogluon_jobs.timeseries.pretrained.fit_hyperparameters import with_local_checkpoints
from autogluon_jobs.weights.mounted import VerifiedWeights
from tests.unit.containers.job_folder import JobFolder
from tests.unit.full_containers.mirrored import block_sockets, mount, unmount
from tests.unit.full_containers.sales_data import INIT_ARGS, long_table, request_table
from tests.unit.full_containers.test_timeseries_models import require_plain_answers
from tests.unit.full_containers.tiny_foundation import WRITERS

CHRONOS2, BOLT, TOTO2 = "chronos-2-small", "chronos-bolt-tiny", "toto-2-4m"
_WRITTEN_AS = {TOTO2: "Toto-2.0-4m"}


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("checkpoints")
    names = (CHRONOS2, BOLT, TOTO2)
    for name in names:
        WRITERS[_WRITTEN_AS.get(name, name)](folder / name)
    return {name: folder / name for name in names}


def run(job: JobFolder, weights: dict[str, Any], fit_args: dict[str, Any]) -> int:
    table = long_table(shops=3, days=40)
    job.put("train", "a.csv", table[table["day"] < "2025-04-06"].to_csv(index=False))
    job.put_job("", type="timeseries", init_args=INIT_ARGS, fit_args=fit_args, weights=weights)
    return train.main([], job.environ())


@pytest.mark.parametrize(
    ("name", "fit_args"),
    [
        (CHRONOS2, {"presets": "chronos2_small"}),
        (BOLT, {"presets": "bolt_tiny"}),
        (CHRONOS2, {"hyperparameters": {"Chronos-2": {"model_path": f"weights/{CHRONOS2}"}}}),
    ],
)
def test_zero_shot_forecasts_need_neither_channel_nor_network(
    tmp_path: Path,
    checkpoints: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    fit_args: dict[str, Any],
) -> None:
    job = JobFolder(tmp_path)
    weights = mount(job, name, checkpoints[name])
    block_sockets(monkeypatch)

    assert run(job, weights, fit_args) == 0, job.failure

    unmount(job)
    assert require_plain_answers(job, request_table(long_table(shops=3, days=40)), 1e-6)
    provenance = json.loads((job.model / "weights.json").read_text())
    assert provenance == weights


def test_series_that_are_forecast_jointly_stay_in_one_call(
    tmp_path: Path, checkpoints: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chronos-2 shares what it sees among the series of a batch."""
    job = JobFolder(tmp_path)
    weights = mount(job, CHRONOS2, checkpoints[CHRONOS2])
    block_sockets(monkeypatch)
    assert run(job, weights, {"presets": "chronos2_small"}) == 0, job.failure
    unmount(job)
    monkeypatch.setattr(forecast_engine, "_BLOCK_SERIES", 1)
    assert require_plain_answers(job, request_table(long_table(shops=3, days=40)), 1e-6)


def test_toto_is_served_from_the_artifact(
    tmp_path: Path, checkpoints: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = JobFolder(tmp_path)
    weights = mount(job, TOTO2, checkpoints[TOTO2])
    block_sockets(monkeypatch)
    fit_args = {
        "hyperparameters": {"Toto2": {"model_path": "Toto-2.0-4m"}},
        "skip_model_selection": True,
    }

    assert run(job, weights, fit_args) == 0, job.failure

    unmount(job)
    rows = request_table(long_table(shops=3, days=40)).to_csv(index=False)
    answers = [load_model(job.model, {}).answer(rows, "text/csv", "")[0] for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(json.loads(answers[0])) == 3 * INIT_ARGS["prediction_length"]


def test_models_judged_in_windows_and_fine_tuned_keep_their_own_weights(
    tmp_path: Path, checkpoints: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = JobFolder(tmp_path)
    weights = mount(job, CHRONOS2, checkpoints[CHRONOS2])
    block_sockets(monkeypatch)
    tuned = {
        "model_path": f"weights/{CHRONOS2}",
        "fine_tune": True,
        "fine_tune_steps": 2,
        "ag_args": {"name_suffix": "Tuned"},
    }
    fit_args = {
        "hyperparameters": {"Chronos2": [{"model_path": f"weights/{CHRONOS2}"}, tuned]},
        "num_val_windows": 2,
        "enable_ensemble": False,
    }

    assert run(job, weights, fit_args) == 0, job.failure

    unmount(job)
    assert require_plain_answers(job, request_table(long_table(shops=3, days=40)), 1e-5)


def test_weights_that_were_changed_are_not_loaded(
    tmp_path: Path, checkpoints: dict[str, Path]
) -> None:
    job = JobFolder(tmp_path)
    weights = mount(job, CHRONOS2, checkpoints[CHRONOS2])
    file = job.base / "input/data/weights" / weights[CHRONOS2]["folder"] / "config.json"
    file.write_bytes(file.read_bytes() + b" ")

    assert run(job, weights, {"presets": "chronos2_small"}) == 1
    assert 'mirrored weights "chronos-2-small" are not those that were recorded' in job.failure
    assert "Nothing was loaded" in job.failure


def test_a_model_whose_weights_the_job_does_not_have_is_refused(
    tmp_path: Path, checkpoints: dict[str, Path]
) -> None:
    job = JobFolder(tmp_path)
    weights = mount(job, CHRONOS2, checkpoints[CHRONOS2])

    assert run(job, weights, {"presets": "medium_quality"}) == 1
    assert "'medium_quality' has Toto2" in job.failure
    assert "weights: [chronos-2-small, toto-2-4m]" in job.failure


@pytest.mark.parametrize("portfolio", [*get_hyperparameter_presets()])
def test_every_pretrained_model_of_a_portfolio_becomes_a_path(
    tmp_path: Path, portfolio: str
) -> None:
    repositories = {repository for _, repository in PORTFOLIOS[portfolio]}
    sets = {
        name: read_part(MountedWeights, _entry(name, known.repository), "", [])
        for name, known in KNOWN_WEIGHTS.items()
        if known.repository in repositories
    }
    weights = VerifiedWeights(sets, {name: tmp_path / name for name in sets})

    models = with_local_checkpoints({"hyperparameters": portfolio}, weights)["hyperparameters"]

    plain = get_hyperparameter_presets()[portfolio]
    assert list(models) == list(plain)
    for model, value in plain.items():
        if model not in DEFAULT_CHECKPOINTS:
            assert models[model] == value
            continue
        for found, entry in zip(entries_of(models[model]), entries_of(value), strict=True):
            assert Path(found["model_path"]).parent == tmp_path
            assert dict(found, model_path=None) == dict(entry, model_path=None)


def test_the_contracts_know_what_autogluon_downloads() -> None:
    defaults = {
        "Chronos": ChronosModel.default_model_path,
        "Chronos2": Chronos2Model()._get_default_hyperparameters()["model_path"],
        "Toto": TotoModel.default_model_path,
        "Toto2": Toto2Model.default_model_path,
    }
    assert defaults == DEFAULT_CHECKPOINTS
    assert {**MODEL_ALIASES, **Toto2Model.model_path_aliases} == CHECKPOINT_ALIASES
    portfolios = {name: _pretrained(each) for name, each in get_hyperparameter_presets().items()}
    assert portfolios == {name: set(pairs) for name, pairs in PORTFOLIOS.items()}
    presets = {
        name: portfolios[each["hyperparameters"]]
        if isinstance(each["hyperparameters"], str)
        else _pretrained(each["hyperparameters"])
        for name, each in get_predictor_presets().items()
    }
    assert presets == {name: set(pairs) for name, pairs in PRESETS.items()}


def _pretrained(models: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (model, checkpoint_of(model, entry))
        for model, value in models.items()
        if model in DEFAULT_CHECKPOINTS
        for entry in entries_of(value)
    }


def _entry(name: str, repository: str) -> dict[str, str]:
    return {
        "folder": name,
        "sha256": "0" * 64,
        "repository": repository,
        "revision": "main",
        "license": "apache-2.0",
    }
