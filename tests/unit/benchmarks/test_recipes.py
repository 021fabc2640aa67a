"""What `make bench` trains: recipes of one registry, each on rows that are the same each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from autogluon_contracts.predictor_types.tabular.names import MODELS
from benchmarks.data_sets import INCOME, TEXTS, WIDE, DataSet
from benchmarks.recipes import RECIPES, chosen
from benchmarks.summary import summary


def test_names_tell_recipes_apart_and_each_says_what_comes_out() -> None:
    assert len({recipe.name for recipe in RECIPES}) == len(RECIPES)
    assert all(recipe.members and "/" not in recipe.name for recipe in RECIPES)


def test_every_family_with_a_direct_path_is_measured_alone() -> None:
    alone = [recipe.fit_args for recipe in RECIPES if len(recipe.members) == 1]
    keys = {
        next(iter(fit_args["hyperparameters"]))
        for fit_args in alone
        if len(fit_args.get("hyperparameters", ())) == 1
    }
    assert keys >= {"GBM", "XGB", "CAT", "RF", "XT", "LR", "KNN", "NN_TORCH", "FASTAI"}
    assert keys <= set(MODELS)


def test_without_names_the_quick_ones_are_measured() -> None:
    quick = [recipe.name for recipe in chosen([], every=False)]
    assert "lightgbm" in quick
    assert len(quick) < len(RECIPES)
    assert chosen([], every=True) == list(RECIPES)
    assert [recipe.name for recipe in chosen(["wide"], every=False)] == ["wide"]


@pytest.mark.parametrize("data", [WIDE, TEXTS], ids=lambda data: data.name)
def test_generated_rows_are_the_same_each_time(data: DataSet, tmp_path: Path) -> None:
    assert data.make is not None
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        data.make(tmp_path / name)
    for name in ("train.csv", "test.csv"):
        text = (tmp_path / "a" / name).read_text(encoding="utf-8")
        assert text == (tmp_path / "b" / name).read_text(encoding="utf-8")
        assert text.splitlines()[0].split(",")[-1] == data.label


def test_requests_stay_within_what_an_endpoint_takes() -> None:
    assert 50_000 < INCOME.most_rows() < 100_000


def test_the_summary_names_the_worst_recipe() -> None:
    measures = [
        "latency/1 rows", "latency of the fallback/1 rows", "throughput/64 clients",
        "bulk/50000 rows", "bulk engine, speed/9 rows", "cold start", "memory/after start",
        "memory/50000 rows", "artifact",
    ]  # fmt: skip
    records = [
        {
            "name": f"{recipe}/{measure}", "higher_is_better": True, "machine": "m",
            "ratio_to_peer": {"median": times}, "versions": {"python": "3"},
            "ours": {"median": times}, "peer": {"median": 1.0},
        }
        for recipe, times in (("ensemble", 8.0), ("wide", 2.0), ("stack", 4.0))
        for measure in measures
    ]  # fmt: skip
    line = next(line for line in summary(records).splitlines() if line.startswith("| one row, p50"))
    assert line == "| one row, p50 (ms) | **4x** | **2x** (500 columns) | 2 | 1 |"
