"""Requests of many rows go through trees in another order than small ones, to the same bits."""

from __future__ import annotations

import json
import os
from typing import Any

import lightgbm
import numpy as np
import pytest

from autogluon_jobs.requests.parse_csv import parse_csv
from autogluon_jobs.requests.request import Request
from autogluon_jobs.requests.small_requests import RowReader
from autogluon_jobs.schema.feature_table import FeatureTable
from autogluon_jobs.tabular.direct.files.artifact_files import FOLDER, UnusableError
from autogluon_jobs.tabular.direct.load import load_proved
from autogluon_jobs.tabular.direct.members import members
from autogluon_jobs.tabular.direct.proof import prove
from autogluon_jobs.tabular.direct.trees.large_booster import LargeBooster
from autogluon_jobs.tabular.direct.trees.leaf_sums import LEAST_ROWS
from autogluon_jobs.tabular.direct.trees.leaf_tables import LeafTables
from autogluon_jobs.tabular.direct.trees.lightgbm_library import Trees
from autogluon_jobs.tabular.direct.trees.tree_text import TreeText
from tests.unit.containers.direct.conftest import Trained, digits_csv, holdout

FILES = {
    "ensemble": lambda: holdout("income"),
    "stack": lambda: holdout("income"),
    "housing": lambda: holdout("housing"),
    "digits": lambda: digits_csv(slice(None)),
    "quantiles": lambda: holdout("housing"),
}


def table_of(trained: Trained, body: bytes | str) -> FeatureTable:
    return parse_csv(RowReader(trained.schema), body).given


def part(table: FeatureTable, start: int, end: int) -> Request:
    columns = {name: values[start:end] for name, values in table.columns.items()}
    return Request(FeatureTable.of_columns(table.features, columns))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("largest_slice", [300, 1 << 16])
def test_large_requests_answer_what_small_ones_do(name, largest_slice, request, monkeypatch):
    trained: Trained = request.getfixturevalue(name)
    table = table_of(trained, FILES[name]())
    count = min(len(table), 3 * LEAST_ROWS)
    assert count >= LEAST_ROWS
    monkeypatch.setattr(members, "LARGEST_SLICE", largest_slice)
    large = trained.direct.predict(part(table, 0, count)).cells()
    few = LeafTables.least_rows - 1
    small = [
        trained.direct.predict(part(table, at, min(at + few, count))).cells()
        for at in range(0, count, few)
    ]
    for column, values in large.items():
        np.testing.assert_array_equal(values, np.concatenate([each[column] for each in small]))


def test_proof_covers_large_requests(housing):
    engine = load_proved(housing.artifact, housing.schema, cores=2)
    (forest,) = engine._graph._members["ExtraTrees"]
    assert isinstance(forest, members.ForestMember)
    forest._count += 1  # which large requests alone divide by
    with pytest.raises(UnusableError, match="in a large request"):
        prove(housing.artifact / FOLDER, housing.schema, engine)


def test_forked_process_answers_large_requests(ensemble):
    table = table_of(ensemble, holdout("income"))
    truth = ensemble.direct.predict(part(table, 0, 2 * LEAST_ROWS)).cells()["class"]
    read, write = os.pipe()
    child = os.fork()
    if not child:
        answer = ensemble.direct.predict(part(table, 0, 2 * LEAST_ROWS)).cells()["class"]
        os.write(write, json.dumps(bool((answer == truth).all())).encode())
        os._exit(0)
    os.close(write)
    assert os.read(read, 100) == b"true"
    assert os.waitpid(child, 0)[1] == 0


def booster_text(objective: str, **more: Any) -> str:
    dice = np.random.default_rng(0)
    rows = dice.normal(size=(300, 4))
    labels = dice.integers(0, 3 if "multi" in objective else 2, 300)
    settings = {"objective": objective, "verbose": -1, "num_leaves": 7} | more
    text: str = lightgbm.train(settings, lightgbm.Dataset(rows, labels), 5).model_to_string()
    return text


@pytest.mark.parametrize(
    ("objective", "more"),
    [
        ("binary", {}),
        ("binary", {"sigmoid": 0.7}),
        ("multiclass", {"num_class": 3}),
        ("regression", {}),
        ("mae", {}),
        ("huber", {}),
        ("quantile", {"alpha": 0.3}),
    ],
)
def test_large_boosters_give_the_bits_of_lightgbm(objective, more):
    text = booster_text(objective, **more)
    rows = np.random.default_rng(1).normal(size=(2000, 4))
    rows[::7, 1] = np.nan
    large = LargeBooster.of(TreeText(text), 4)
    assert large is not None
    small = Trees.of_text(text, 4, np.float64)
    np.testing.assert_array_equal(large.predict(rows), small.predict(rows, 1))


@pytest.mark.parametrize(
    ("objective", "more"),
    [
        ("poisson", {}),
        ("multiclassova", {"num_class": 3}),
        ("regression", {"reg_sqrt": True}),
        ("regression", {"linear_tree": True}),
        ("binary", {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5}),
    ],
)
def test_boosters_that_sums_of_leaves_do_not_answer_for_stay_with_lightgbm(objective, more):
    assert LargeBooster.of(TreeText(booster_text(objective, **more)), 4) is None


def test_text_without_trees_is_refused():
    with pytest.raises(UnusableError, match="no trees"):
        TreeText("tree\nversion=v4\n\nend of trees\n")
