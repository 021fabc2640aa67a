"""Cut LightGBM's text format: some of a model's trees as a model of their own."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from autogluon_jobs.tabular.direct.files.artifact_files import UnusableError

_TREE = "\nTree="
_END = "\nend of trees"
# Only leaves are asked of such a model: how they are joined to an answer is left out.
_KEPT = ("version", "label_index", "max_feature_idx", "feature_names", "feature_infos")
# Neither is what training recorded about the trees, which takes longer to read than the trees.
_KEPT_OF_TREES = (
    "num_leaves=", "num_cat=", "split_feature=", "threshold=", "decision_type=", "left_child=",
    "right_child=", "leaf_value=", "cat_boundaries=", "cat_threshold=", "is_linear=", "shrinkage=",
)  # fmt: skip


class TreeText:
    """The trees of a model file.

    Attributes:
        header: the file's settings by name; empty for those without a value.

    Args:
        text: the file's.

    Raises:
        UnusableError: it has no trees.
    """

    def __init__(self, text: str) -> None:
        header, *trees = text.partition(_END)[0].split(_TREE)
        if not trees:
            raise UnusableError("a model has no trees")
        lines = [line.partition("=") for line in header.split("\n") if line]
        self.header = {key: value for key, _, value in lines}
        self._trees = [
            "\n".join(line for line in tree.split("\n") if line.startswith(_KEPT_OF_TREES))
            for tree in trees
        ]

    def __len__(self) -> int:
        return len(self._trees)

    def leaves(self, tree: int) -> int:
        """Return how many leaves the tree at this position has."""
        return int(self._value(tree, "num_leaves"))

    def leaf_values(self, tree: int) -> Any:
        """Return float64 (leaves,): the values of the tree at this position."""
        return np.array(self._value(tree, "leaf_value").split(), dtype=np.float64)

    def numbers(self, tree: int, key: str) -> list[float]:
        """Return what the tree at this position says of each of its splits."""
        return [float(cell) for cell in self._value(tree, key).split()]

    def category_sets(self, tree: int) -> list[Any]:
        """Return the sets of the tree: bool (categories,) each; larger categories are outside."""
        bounds = list(map(int, self._value(tree, "cat_boundaries").split()))
        words = np.array(self._value(tree, "cat_threshold").split(), dtype="<u4")
        members = np.unpackbits(words.view(np.uint8), bitorder="little").astype(bool)
        return [members[32 * start : 32 * end] for start, end in pairwise(bounds)]

    def is_linear(self, tree: int) -> bool:
        """Return whether leaves of the tree at this position hold formulas instead of values."""
        return self._value(tree, "is_linear") != "0"

    def part(self, start: int, end: int) -> str:
        """Return the trees from `start` up to, but without, `end`, as a model file."""
        settings = {"num_class": "1", "num_tree_per_iteration": "1"}
        settings |= {key: self.header[key] for key in _KEPT}
        return model_text(settings, self._trees[start:end])

    def _value(self, tree: int, key: str) -> str:
        _, found, rest = self._trees[tree].partition(f"{key}=")
        if not found:
            raise UnusableError(f"a tree of a model has no {key}")
        return rest.partition("\n")[0]


def model_text(settings: dict[str, str], trees: list[str]) -> str:
    """Return a model file of these trees, each without its number."""
    header = "".join(f"{key}={value}\n" for key, value in settings.items())
    blocks = [f"Tree={number}\n{tree}\n\n\n" for number, tree in enumerate(trees)]
    return f"tree\n{header}\n{''.join(blocks)}end of trees\n"
