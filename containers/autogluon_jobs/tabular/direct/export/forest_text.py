"""Write a scikit-learn forest as a LightGBM model, tree by tree and split by split.

Both send a row to the left where its value is at most the threshold, compared as 64-bit floats;
scikit-learn rounds the row to 32 bits first, which callers do. Both add up the trees' values in
their order and divide by their number, so the answers are equal bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

_NO_LEAF = -1


def forest_text(trees: Sequence[Any], width: int, values: Sequence[Any]) -> str:
    """Return the model file.

    Args:
        trees: scikit-learn's `tree_` objects.
        width: how many columns rows have.
        values: for each tree, one value for each of its nodes.
    """
    blocks = [
        _tree_text(number, tree, numbers)
        for number, (tree, numbers) in enumerate(zip(trees, values, strict=True))
    ]
    header = [
        "tree",
        "version=v4",
        "num_class=1",
        "num_tree_per_iteration=1",
        "label_index=0",
        f"max_feature_idx={width - 1}",
        "average_output",
        "feature_names=" + " ".join(f"f{at}" for at in range(width)),
        "feature_infos=" + " ".join(["none"] * width),
        "tree_sizes=" + " ".join(str(len(block)) for block in blocks),
    ]
    return "\n".join(header) + "\n\n" + "".join(blocks) + "end of trees\n"


def leaves_of(tree: Any) -> Any:
    """Return the tree's leaves, as positions of nodes, in LightGBM's order."""
    return np.flatnonzero(tree.children_left == _NO_LEAF)


def _tree_text(number: int, tree: Any, values: Any) -> str:
    leaves = leaves_of(tree)
    splits = np.flatnonzero(tree.children_left != _NO_LEAF)
    lines = [f"Tree={number}", f"num_leaves={len(leaves)}", "num_cat=0"]
    if len(splits):
        names = np.empty(tree.node_count, dtype=np.int64)
        names[splits] = np.arange(len(splits))
        names[leaves] = -1 - np.arange(len(leaves))
        lines += [
            "split_feature=" + _joined(tree.feature[splits]),
            "split_gain=" + _joined([0] * len(splits)),
            "threshold=" + _joined(tree.threshold[splits]),
            # Numerical, and a missing value is 0; there are none, they were filled before.
            "decision_type=" + _joined([0] * len(splits)),
            "left_child=" + _joined(names[tree.children_left[splits]]),
            "right_child=" + _joined(names[tree.children_right[splits]]),
        ]
    lines += ["leaf_value=" + _joined(values[leaves]), "is_linear=0", "shrinkage=1"]
    return "\n".join(lines) + "\n\n\n"


def _joined(numbers: Any) -> str:
    return " ".join(map(repr, np.asarray(numbers).tolist()))
