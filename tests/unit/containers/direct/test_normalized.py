"""Probabilities kept off 0: AutoGluon's answer to a row alone, whatever its neighbours are."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from autogluon_jobs.requests.parse_json import table_of_lists
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.serving.joint_prediction import predict_together
from tests.unit.containers.direct.conftest import CANBERRA, Trained, fitted

SURE = {
    "n_estimators": 300, "learning_rate": 0.6, "min_child_weight": 0, "reg_lambda": 0.01,
    "colsample_bynode": 0.5,
}  # fmt: skip


@pytest.fixture(scope="module")
def sure(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Three classes that XGBoost tells apart without doubt, where both columns agree."""
    dice = np.random.default_rng(0)
    rows = ["x,z,kind"]
    for at in range(1500):
        x, z = (at % 3 * 4 + dice.uniform(-1, 1, 2)).round(3)
        rows.append(f"{x},{z},c{at % 3}")
    folder = tmp_path_factory.mktemp("sure")
    init_args = {"label": "kind", "eval_metric": "log_loss"}
    data = "\n".join(rows) + "\n"
    return fitted(folder, data, init_args, hyperparameters={"XGB": SURE})


@pytest.fixture(scope="module")
def sure_with_neighbours(sure: Trained, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """The same, beside a model that is left to AutoGluon."""
    folder = tmp_path_factory.mktemp("sure_with_neighbours")
    init_args = {"label": "kind", "eval_metric": "log_loss"}
    data = (sure.artifact.parent / "train.csv").read_text(encoding="utf-8")
    return fitted(folder, data, init_args, hyperparameters={"XGB": SURE, "KNN": CANBERRA})


def test_beside_a_model_left_to_autogluon_each_call_has_autogluons_bits(sure_with_neighbours):
    trained, rows = sure_with_neighbours, grid()
    assert trained.direct.left_to_autogluon == ("KNeighbors, with the setting canberra",)
    for call in (rows, rows[:9], *([row] for row in rows[::8])):
        asked = Request(table_of_lists(RowReader(trained.schema), call))
        got, wanted = trained.direct.predict(asked), trained.autogluon.predict(asked)
        for name, values in wanted.cells().items():
            np.testing.assert_array_equal(got.cells()[name], values, name)


def grid() -> list[list[float]]:
    steps = [float(step) for step in np.linspace(-1, 9, 9).round(3)]
    return [list(pair) for pair in itertools.product(steps, steps)]


def test_rows_beside_sure_ones_get_what_they_get_alone(sure):
    rows = grid()
    whole = Request(table_of_lists(RowReader(sure.schema), rows))
    parts = [
        sure.autogluon.predict(Request(table_of_lists(RowReader(sure.schema), [row]))).cells()
        for row in rows
    ]
    together = sure.autogluon.predict(whole).cells()
    got = sure.direct.predict(whole).cells()
    moved = 0
    for name, values in got.items():
        alone = np.concatenate([np.asarray(part[name]) for part in parts])
        np.testing.assert_array_equal(values, alone, name)
        moved += int((np.asarray(together[name]) != alone).sum())
        if name != "kind":
            np.testing.assert_allclose(together[name], alone, rtol=3e-7)
    # Else AutoGluon would not let neighbours change a row, and all this be in vain.
    assert moved > 0


def test_concurrent_requests_get_what_they_get_alone(sure):
    found = sure.direct
    requests = [Request(table_of_lists(RowReader(sure.schema), [row])) for row in grid()]
    joint = predict_together(found, requests)
    for request, answer in zip(requests, joint, strict=True):
        for name, values in found.predict(request).cells().items():
            np.testing.assert_array_equal(answer.cells()[name], values, name)


def test_requests_are_joined_where_trees_alone_answer(sure, ensemble, stack):
    assert [sure.direct.joinable, sure.autogluon.joinable] == [True, False]
    for trained in (ensemble, stack):
        assert trained.direct.joinable
        assert trained.autogluon.joinable
