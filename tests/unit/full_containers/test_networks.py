"""Networks as members: run by torch alone, with AutoGluon's bits in each call."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from autogluon_jobs.requests.parse_csv import parse_csv
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.tabular.direct.files.artifact_files import UnusableError, checksums_of
from autogluon_jobs.tabular.direct.load import load_proved
from tests.unit.containers.direct.conftest import GBM, Trained, fitted, head, holdout


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Both families of networks, bagged, beside LightGBM."""
    models = {"GBM": GBM, "NN_TORCH": {"num_epochs": 2}, "FASTAI": {"epochs": 1}}
    return fitted(
        tmp_path_factory.mktemp("networks"), head("income", 600), {"label": "class"},
        hyperparameters=models, num_bag_folds=2, num_stack_levels=0, dynamic_stacking=False,
    )  # fmt: skip


def test_every_model_equals_autogluon_in_each_call(networks: Trained) -> None:
    table = parse_csv(RowReader(networks.schema), holdout("income")).given
    calls = [table, table.part(0, 600), table.part(7, 20), *(table.row(at) for at in range(8))]
    assert len(networks.direct.models) == 4
    for name in networks.direct.models:
        for call in calls:
            asked = Request(call, options={"model": name})
            got, wanted = networks.direct.predict(asked), networks.autogluon.predict(asked)
            for column, values in wanted.cells().items():
                np.testing.assert_array_equal(got.cells()[column], values, name)


def test_regression_in_two_layers_equals_autogluon(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    models = {"GBM": GBM, "NN_TORCH": {"num_epochs": 1}, "FASTAI": {"epochs": 1}}
    trained = fitted(
        tmp_path_factory.mktemp("layers"), head("housing", 300),
        {"label": "Price", "problem_type": "regression"},
        hyperparameters={1: models, 2: {"NN_TORCH": {"num_epochs": 1}}}, num_bag_folds=2,
        num_stack_levels=1, dynamic_stacking=False,
    )  # fmt: skip
    table = parse_csv(RowReader(trained.schema), holdout("housing")).given
    assert trained.direct.left_to_autogluon == ()
    for name in trained.direct.models:
        for call in (table, table.row(0)):
            asked = Request(call, options={"model": name})
            got, wanted = trained.direct.predict(asked), trained.autogluon.predict(asked)
            np.testing.assert_array_equal(got.labels["Price"], wanted.labels["Price"], name)


def test_networks_need_no_autogluon_and_their_requests_are_not_joined(networks: Trained) -> None:
    assert networks.direct.left_to_autogluon == ()
    assert networks.direct.by_call == ("NeuralNetFastAI_BAG_L1", "NeuralNetTorch_BAG_L1")
    assert not networks.direct.joinable


@pytest.mark.parametrize(
    ("what", "reason"),
    [("answers", "differ from AutoGluon's"), ("features", "what it gives NeuralNet.* differs")],
)
def test_the_start_holds_what_surrounds_the_networks_to_the_stored_bits(
    networks: Trained, tmp_path: Path, what: str, reason: str
) -> None:
    copy = Path(shutil.copytree(networks.artifact, tmp_path / "model"))
    folder = copy / "direct"
    if what == "answers":
        with np.load(folder / "proof_by_call.npz") as stored:
            answers = {key: np.nextafter(values, 2) for key, values in stored.items()}
        np.savez(folder / "proof_by_call.npz", **answers)
    else:
        proof = json.loads((folder / "proof.json").read_text(encoding="utf-8"))
        proof["fed"] = dict.fromkeys(proof["fed"], "0" * 64)
        (folder / "proof.json").write_text(json.dumps(proof), encoding="utf-8")
    document = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    document["files"] = {name: checksums_of(folder)[name] for name in document["files"]}
    (folder / "model.json").write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(UnusableError, match=reason):
        load_proved(copy, networks.schema, cores=1)
