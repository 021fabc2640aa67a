"""Hold all splits of a model's trees as arrays, and the leaves on their two sides as bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autogluon_jobs.tabular.direct.trees.tree_text import TreeText

# From LightGBM's tree.h.
_CATEGORICAL, _DEFAULT_LEFT = 1, 2
_MISSING_SHIFT, _MISSING_ZERO, _MISSING_NAN = 2, 1, 2


@dataclass(frozen=True)
class TreeSplits:
    """One entry for each split, tree by tree.

    Attributes:
        tree, feature: positions, int64.
        threshold: float64; of a categorical split, the position of its set in its tree.
        categorical, default_left, missing_is_nan, missing_is_zero: bool.
        left, right: uint64, a bit for each leaf below that side.
        leaves: uint64 for each tree, a bit for each of its leaves.
        sets: of each categorical split, by its position: bool, whether a category goes left.
    """

    tree: Any
    feature: Any
    threshold: Any
    categorical: Any
    default_left: Any
    missing_is_nan: Any
    missing_is_zero: Any
    left: Any
    right: Any
    leaves: Any
    sets: dict[int, Any]

    @classmethod
    def of(cls, trees: TreeText) -> TreeSplits:
        """Return the splits of trees that have 64 leaves at most."""
        counts = [trees.leaves(tree) - 1 for tree in range(len(trees))]
        inner = [tree for tree, count in enumerate(counts) if count]
        decision = _joined(trees, inner, "decision_type", np.int64)
        threshold = _joined(trees, inner, "threshold", np.float64)
        sides = [side for tree in inner for side in _sides(trees, tree)]
        missing = decision >> _MISSING_SHIFT
        tree_of = np.repeat(np.arange(len(trees)), counts)
        categorical = (decision & _CATEGORICAL) != 0
        positions = np.flatnonzero(categorical).tolist()
        return cls(
            tree=tree_of,
            feature=_joined(trees, inner, "split_feature", np.int64),
            threshold=threshold,
            categorical=categorical,
            default_left=(decision & _DEFAULT_LEFT) != 0,
            missing_is_nan=missing == _MISSING_NAN,
            missing_is_zero=missing == _MISSING_ZERO,
            left=np.array([left for left, _ in sides], dtype=np.uint64),
            right=np.array([right for _, right in sides], dtype=np.uint64),
            leaves=np.array([(1 << (count + 1)) - 1 for count in counts], dtype=np.uint64),
            sets=_sets(trees, tree_of[categorical], threshold[categorical], positions),
        )


def _joined(trees: TreeText, positions: Sequence[int], key: str, dtype: Any) -> Any:
    cells = [cell for tree in positions for cell in trees.numbers(tree, key)]
    return np.array(cells, dtype=np.float64).astype(dtype)


def _sets(trees: TreeText, tree_of: Any, number: Any, positions: Sequence[int]) -> dict[int, Any]:
    """Return the sets of categorical splits, given each one's tree and its set's number there."""
    by_tree = {int(tree): trees.category_sets(int(tree)) for tree in np.unique(tree_of)}
    return {
        position: by_tree[int(tree)][int(at)]
        for position, tree, at in zip(positions, tree_of, number, strict=True)
    }


def _sides(trees: TreeText, tree: int) -> Sequence[tuple[int, int]]:
    """Return the leaves on the left and on the right of each split of a tree, as bits."""
    left, right = (map(int, trees.numbers(tree, key)) for key in ("left_child", "right_child"))
    children = list(zip(left, right, strict=True))
    below = [0] * len(children)
    sides = [(0, 0)] * len(children)
    for split in reversed(range(len(children))):  # a split comes before those below it
        # A child below zero is the leaf of that complement.
        bits = tuple(below[child] if child >= 0 else 1 << ~child for child in children[split])
        sides[split] = (bits[0], bits[1])
        below[split] = bits[0] | bits[1]
    return sides
