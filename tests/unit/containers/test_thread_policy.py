"""Threads change how fast a prediction is, never what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from autogluon.tabular import TabularPredictor

from autogluon_jobs.serving.worker_cores import cores_of_worker
from autogluon_jobs.tabular.prediction import threads
from autogluon_jobs.tabular.prediction.threads import apply_thread_policy, threads_for

MEMBERS = {
    "GBM": {"num_boost_round": 20},
    "XGB": {"n_estimators": 20},
    "CAT": {"iterations": 20},
    "XT": {"n_estimators": 30, "max_leaf_nodes": 60},
}


def table(rows: int) -> pd.DataFrame:
    dice = np.random.default_rng(5)
    columns = {"a": dice.normal(size=rows), "b": dice.integers(0, 9, rows)}
    frame = pd.DataFrame(columns | {"c": dice.choice(list("xyz"), rows)})
    return frame.assign(label=(frame["a"] + (frame["c"] == "x") + dice.normal(size=rows) > 0))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("members") / "predictor"
    TabularPredictor(label="label", path=str(path), verbosity=0).fit(
        table(400), hyperparameters=MEMBERS, num_bag_folds=2, num_stack_levels=0,
        ag_args_ensemble={"fold_fitting_strategy": "sequential_local"},
    )  # fmt: skip
    return path


def loaded(folder: Path, cores: int) -> TabularPredictor:
    predictor = TabularPredictor.load(str(folder), verbosity=0)
    predictor.persist(models="all", max_memory=None)
    trainer = predictor._trainer
    apply_thread_policy(map(trainer.load_model, trainer.get_model_names()), cores)
    return predictor


def test_every_members_rows_get_the_same_bits_alone_together_and_again(folder, monkeypatch):
    used = []
    count = threads.threads_for
    monkeypatch.setattr(threads, "threads_for", lambda *args: used.append(count(*args)) or used[-1])
    predictor = loaded(folder, cores=3)
    rows = table(900).drop(columns="label")
    names = predictor.model_names()
    assert len(names) == 5
    for name in names:
        used.clear()
        together = predictor.predict_proba(rows, model=name)
        assert max(used) == 3
        pd.testing.assert_frame_equal(together, predictor.predict_proba(rows, model=name),
                                      check_exact=True)  # fmt: skip
        used.clear()
        for at in (0, 255, 256, 600, 899):
            alone = predictor.predict_proba(rows.iloc[[at]], model=name)
            pd.testing.assert_frame_equal(alone, together.iloc[[at]], check_exact=True)
        assert set(used) == {1}


def test_the_answers_are_autogluons_own_to_the_last_digit_but_one(folder):
    rows = table(900).drop(columns="label")
    plain = TabularPredictor.load(str(folder), verbosity=0)
    for name in plain.model_names():
        np.testing.assert_allclose(
            loaded(folder, 2).predict_proba(rows, model=name),
            plain.predict_proba(rows, model=name), rtol=0, atol=1e-15,
        )  # fmt: skip


def test_a_regression_forest_is_sliced_too(tmp_path):
    frame = table(300).drop(columns="label")
    predictor: Any = TabularPredictor(label="a", path=str(tmp_path / "p"), verbosity=0).fit(
        frame, hyperparameters={"RF": {"n_estimators": 10}}
    )
    rows = pd.concat([frame] * 3, ignore_index=True).drop(columns="a")
    before = predictor.predict(rows)
    together = loaded(tmp_path / "p", cores=2).predict(rows)
    np.testing.assert_allclose(before, together, rtol=1e-6)
    alone = loaded(tmp_path / "p", cores=2).predict(rows.iloc[[700]])
    assert alone.item() == together.iloc[700]


@pytest.mark.parametrize(
    ("rows", "cores", "threads"),
    [(1, 8, 1), (255, 8, 1), (512, 8, 2), (10**6, 8, 8), (10**6, 1, 1), (0, 4, 1)],
)
def test_threads_follow_the_rows_up_to_the_cores(rows, cores, threads):
    assert threads_for(rows, cores) == threads


def test_workers_share_the_cores_and_each_keeps_two_where_there_are_two(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)))
    assert [cores_of_worker(workers) for workers in (1, 2, 3, 8, 64)] == [8, 4, 2, 2, 2]
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0})
    assert cores_of_worker(4) == 1
