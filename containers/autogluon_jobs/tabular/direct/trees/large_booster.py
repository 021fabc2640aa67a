"""Predict many rows with a LightGBM booster: sums of its trees, then its objective.

The objective's own code has to do that, because another library's exponential function may differ
in the last bit. It gets the sums as rows, by trees that answer the number that they are given.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autogluon_jobs.tabular.direct.trees.lightgbm_library import Trees
from autogluon_jobs.tabular.direct.trees.row_sums import row_sums
from autogluon_jobs.tabular.direct.trees.tree_text import TreeText, model_text

# These answer the sum itself.
_PLAIN = ("regression", "regression_l1", "huber", "fair", "quantile", "mape")
_OTHERS = ("binary", "multiclass")

_SAME_NUMBER = """num_leaves=2
num_cat=0
split_feature={0}
split_gain=0
threshold=0
decision_type=0
left_child=-1
right_child=-2
leaf_value=0 0
is_linear=1
leaf_const=0 0
num_features=1 1
leaf_features={0} {0}
leaf_coeff=1 1
shrinkage=1"""


class LargeBooster:
    """The booster of a model file; build it by `of`."""

    def __init__(self, trees: TreeText, width: int) -> None:
        header = trees.header
        outputs = int(header["num_tree_per_iteration"])
        values = [trees.leaf_values(tree) for tree in range(len(trees))]
        self._sums = row_sums(trees, values, width, np.float64, outputs)
        self._objective: Trees | None = None
        if _objective(trees) in _OTHERS:
            text = model_text(
                {key: header[key] for key in ("version", "num_class", "num_tree_per_iteration")}
                | {"label_index": "0", "max_feature_idx": str(outputs - 1)}
                | {"objective": header["objective"]}
                | {"feature_names": " ".join(f"f{at}" for at in range(outputs))}
                | {"feature_infos": " ".join(["none"] * outputs)},
                [_SAME_NUMBER.format(at) for at in range(outputs)],
            )
            self._objective = Trees.of_text(text, outputs, np.float64)

    @classmethod
    def of(cls, trees: TreeText, width: int) -> LargeBooster | None:
        """Return the booster, or None where sums of leaves alone do not make its answers."""
        if _objective(trees) not in (*_PLAIN, *_OTHERS) or "average_output" in trees.header:
            return None
        if any(trees.is_linear(tree) for tree in range(len(trees))):
            return None
        return cls(trees, width)

    @property
    def least_rows(self) -> int:
        """Return the number of rows from which it is faster than the booster itself."""
        return self._sums.least_rows

    def predict(self, rows: Any) -> Any:
        """Predict one value, or one for each class; several threads may call it at once.

        Args:
            rows: float64 (n, width); NaN is missing.

        Returns:
            float64 (n, outputs).
        """
        sums = self._sums.of(rows)
        return sums if self._objective is None else self._objective.predict(sums, 1)


def _objective(trees: TreeText) -> str:
    """Return the objective's name, with all of its words where one changes its answers."""
    words = trees.header.get("objective", "").split()
    return " ".join(words) if "sqrt" in words else "".join(words[:1])
