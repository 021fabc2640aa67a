"""Load the models inside a node, each from its own file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from autogluon_jobs.tabular.direct.features.model_inputs import ModelInputs
from autogluon_jobs.tabular.direct.files.artifact_files import UnusableError
from autogluon_jobs.tabular.direct.members.catboost_member import CatBoostMember
from autogluon_jobs.tabular.direct.members.linear_member import LinearMember
from autogluon_jobs.tabular.direct.members.neighbours_member import NeighboursMember
from autogluon_jobs.tabular.direct.members.network_member import NetworkMember
from autogluon_jobs.tabular.direct.members.xgboost_member import XGBoostMember
from autogluon_jobs.tabular.direct.trees.large_booster import LargeBooster
from autogluon_jobs.tabular.direct.trees.lightgbm_library import Trees
from autogluon_jobs.tabular.direct.trees.row_slices import in_slices
from autogluon_jobs.tabular.direct.trees.row_sums import LARGEST_SLICE, row_sums
from autogluon_jobs.tabular.direct.trees.tree_text import TreeText


class Member(Protocol):
    """One fitted model of another library.

    One whose last bits may depend on the rows that share a call is a `MemberByCall`.
    """

    def predict(self, inputs: ModelInputs, threads: int) -> Any:
        """Return (n,) values or positive-class probabilities, or (n, classes or levels)."""


@runtime_checkable
class MemberByCall(Member, Protocol):
    """A member whose last bits may depend on the rows that share a call."""

    by_call: bool

    def fed(self, inputs: ModelInputs) -> Sequence[Any]:
        """Return the arrays that its library gets."""


class BoosterMember:
    """LightGBM: one model file, or one for each quantile level."""

    def __init__(self, node: Mapping[str, Any], folder: Path) -> None:
        self._columns = tuple(node["columns"])
        self._flat = node["flat"]
        self._boosters = [_Booster(folder / file, len(self._columns)) for file in node["files"]]

    def predict(self, inputs: ModelInputs, threads: int) -> Any:
        """Predict; see `Member`."""
        rows = inputs.with_missing(self._columns)
        answers = [booster.predict(rows, threads) for booster in self._boosters]
        values = answers[0] if len(answers) == 1 else np.concatenate(answers, axis=1)
        return values[:, 0] if self._flat else values


class _Booster:
    def __init__(self, path: Path, width: int) -> None:
        self._small = Trees.of_file(path, width, np.float64)
        self._large = LargeBooster.of(_text(path), width)

    def predict(self, rows: Any, threads: int) -> Any:
        if self._large is None or len(rows) < self._large.least_rows:
            return self._small.predict(rows, threads)
        return in_slices(self._large.predict, rows, threads, LARGEST_SLICE)


class ForestMember:
    """A forest of one output: regression, or the positive class."""

    def __init__(self, node: Mapping[str, Any], folder: Path) -> None:
        self._columns = tuple(node["columns"])
        path, width = folder / node["file"], len(self._columns)
        self._trees = Trees.of_file(path, width, np.float32)
        text = _text(path)
        values = [text.leaf_values(tree) for tree in range(len(text))]
        self._sums = row_sums(text, values, width, np.float32)
        self._count = len(text)

    def predict(self, inputs: ModelInputs, threads: int) -> Any:
        """Predict; see `Member`."""
        rows = inputs.filled(self._columns)
        if len(rows) < self._sums.least_rows:
            return self._trees.predict(rows, threads)[:, 0]
        return in_slices(self._sums.of, rows, threads, LARGEST_SLICE)[:, 0] / self._count


class ClassForestMember:
    """A forest of several classes: the trees give leaves, and those have a value per class."""

    def __init__(self, node: Mapping[str, Any], folder: Path) -> None:
        self._columns = tuple(node["columns"])
        path, width = folder / node["file"], len(self._columns)
        self._trees = Trees.of_file(path, width, np.float32, leaves=True)
        self._values = np.load(folder / node["values"], allow_pickle=False)
        self._starts = np.array(node["starts"], dtype=np.int64)
        values = np.split(self._values, self._starts[1:])
        self._sums = row_sums(_text(path), values, width, np.float32)

    def predict(self, inputs: ModelInputs, threads: int) -> Any:
        """Predict; see `Member`."""
        rows = inputs.filled(self._columns)
        if len(rows) < self._sums.least_rows:
            return self._added(self._trees.predict(rows, threads)) / len(self._starts)
        return in_slices(self._sums.of, rows, threads, LARGEST_SLICE) / len(self._starts)

    def _added(self, leaves: Any) -> Any:
        places = leaves.astype(np.int64) + self._starts
        total = np.zeros((len(leaves), self._values.shape[1]))
        for tree in range(leaves.shape[1]):  # in this order, as scikit-learn adds them up
            total += self._values[places[:, tree]]
        return total


def _text(path: Path) -> TreeText:
    return TreeText(path.read_text(encoding="utf-8"))


def load_member(node: Mapping[str, Any], folder: Path) -> Member:
    """Load the member that `export_models` wrote.

    Raises:
        UnusableError: a kind that this code does not know, or a file that cannot be read.
    """
    kind = _KINDS.get(node["kind"])
    if kind is None:
        raise UnusableError(f'the model kind "{node["kind"]}" is not known')
    return kind(node, folder)


def _forest(node: Mapping[str, Any], folder: Path) -> Member:
    return (ClassForestMember if "values" in node else ForestMember)(node, folder)


_KINDS: dict[str, Callable[[Mapping[str, Any], Path], Member]] = {
    "lightgbm": BoosterMember,
    "forest": _forest,
    "xgboost": XGBoostMember,
    "catboost": CatBoostMember,
    "network": NetworkMember,
    "linear": LinearMember,
    "neighbours": NeighboursMember,
}
