"""Tables of small trees find the leaves that LightGBM finds, whatever the values."""

from __future__ import annotations

from typing import Any

import lightgbm
import numpy as np
import pytest

from autogluon_jobs.tabular.direct.trees import leaf_tables
from autogluon_jobs.tabular.direct.trees.leaf_sums import LeafSums
from autogluon_jobs.tabular.direct.trees.leaf_tables import LeafTables
from autogluon_jobs.tabular.direct.trees.row_sums import row_sums
from autogluon_jobs.tabular.direct.trees.tree_text import TreeText

WIDTH = 6
CATEGORICAL = [4, 5]
ZERO = float(np.float32(1e-35))  # what LightGBM takes for 0 is no larger
ODD = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-36, -1e-36, ZERO, -ZERO, 2 * ZERO, -2 * ZERO, 0.5]
ODD_CATEGORIES = [np.nan, -1.0, -0.5, 0.0, 2.9, 39.0, 40.0, 63.0, 64.0, 1e9]


def rows_of(seed: int, count: int) -> Any:
    """Numbers of which many are zero or missing, a column of odd ones, and categories up to 39."""
    dice = np.random.default_rng(seed)
    rows = dice.normal(size=(count, WIDTH))
    rows[dice.random((count, WIDTH)) < 0.2] = 0.0
    rows[:, 0][dice.random(count) < 0.2] = np.nan
    rows[:, 3] = dice.choice(ODD, count)
    rows[:, CATEGORICAL] = dice.integers(0, 40, (count, len(CATEGORICAL)))
    rows[:, 5][dice.random(count) < 0.1] = np.nan
    return rows


def trees_of(trees: int = 40, **settings: Any) -> TreeText:
    rows = rows_of(0, 3000)
    numbers = np.nan_to_num(rows, posinf=1, neginf=-1)
    labels = numbers[:, 0] + np.sin(3 * numbers[:, 1]) + (rows[:, 4] % 3) + (numbers[:, 3] > 0)
    if settings.get("objective") == "multiclass":
        labels = np.digitize(labels, [0.5, 1.5])
    data = lightgbm.Dataset(rows, labels, categorical_feature=CATEGORICAL)
    chosen = {"objective": "regression", "min_data_in_leaf": 5, "verbose": -1} | settings
    return TreeText(lightgbm.train(chosen, data, trees).model_to_string())


def values_of(trees: TreeText) -> list[Any]:
    return [trees.leaf_values(tree) for tree in range(len(trees))]


def tables_of(trees: TreeText, groups: int = 1) -> LeafTables | None:
    return LeafTables.of_trees(trees, values_of(trees), groups)


def odd_rows() -> Any:
    rows = rows_of(1, 5000)
    dice = np.random.default_rng(2)
    for column in range(WIDTH):
        odd = ODD_CATEGORIES if column in CATEGORICAL else ODD
        chosen = dice.random(len(rows)) < 0.3
        rows[chosen, column] = dice.choice(odd, chosen.sum())
    return rows


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"use_missing": False},
        {"num_leaves": 64},
        {"num_leaves": 32},
        {"num_leaves": 2},
        {"max_bin": 7, "num_leaves": 5},
        {"trees": 100, "min_data_in_leaf": 1400},  # most of its trees are single leaves
        {"objective": "multiclass", "num_class": 3},
        {"max_cat_to_onehot": 1, "cat_smooth": 0.1},
    ],
    ids=str,
)
def test_sums_are_those_of_lightgbms_leaves(settings):
    trees = trees_of(**settings)
    groups = settings.get("num_class", 1)
    tables = tables_of(trees, groups)
    assert tables is not None
    rows = odd_rows()
    expected = LeafSums(trees, values_of(trees), WIDTH, np.float64, groups).of(rows)
    np.testing.assert_array_equal(tables.of(rows), expected)
    assert len(np.unique(expected[:, 0])) > 1


def test_thresholds_beside_zero_are_compared_as_lightgbm_does():
    """Values as small as its zero become 0 before they are compared; thresholds do not."""
    text = (
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\n"
        "max_feature_idx=0\nfeature_names=f\nfeature_infos=none\n\n"
    )
    for number, threshold in enumerate(
        [-ZERO, -1e-36, -0.0, 0.0, 1e-36, ZERO, 2 * ZERO, -2 * ZERO, 1e-300]
    ):
        for decision in (0, 2, 8, 10):  # missing values as 0, or right or left by themselves
            text += (
                f"Tree={number}\nnum_leaves=2\nnum_cat=0\nsplit_feature=0\nthreshold={threshold!r}\n"
                f"decision_type={decision}\nleft_child=-1\nright_child=-2\nleaf_value=1 2\n"
                "is_linear=0\nshrinkage=1\n\n\n"
            )
    trees = TreeText(text + "end of trees\n")
    rows = np.array([*ODD, -1e-300, 1e-300])[:, np.newaxis]
    # Each tree in a sum of its own, so that none hides another.
    count = len(trees)
    tables = tables_of(trees, count)
    assert tables is not None
    expected = LeafSums(trees, values_of(trees), 1, np.float64, count).of(rows)
    np.testing.assert_array_equal(tables.of(rows), expected)


@pytest.mark.parametrize("settings", [{"num_leaves": 65}, {"zero_as_missing": True}], ids=str)
def test_other_trees_are_walked(settings):
    trees = trees_of(**settings)
    assert tables_of(trees) is None
    assert isinstance(row_sums(trees, values_of(trees), WIDTH, np.float64), LeafSums)


def test_tables_that_would_take_much_memory_are_not_made(monkeypatch):
    trees = trees_of()
    monkeypatch.setattr(leaf_tables, "_LARGEST_TABLES", 10_000)
    assert tables_of(trees) is None


def test_codes_are_joined_only_where_their_tables_stay_small(monkeypatch):
    trees, rows = trees_of(), odd_rows()
    joined = tables_of(trees)
    monkeypatch.setattr(leaf_tables, "_LARGEST_JOINED_TABLES", 10_000)
    single = tables_of(trees)
    assert joined is not None
    assert single is not None
    assert len(joined._codes) < len(single._codes) == WIDTH
    np.testing.assert_array_equal(single.of(rows), joined.of(rows))
