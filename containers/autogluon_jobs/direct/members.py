"""The models inside a node, each from its own file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from autogluon_jobs.direct.layout import UnusableError
from autogluon_jobs.direct.lightgbm_library import Trees
from autogluon_jobs.direct.model_inputs import ModelInputs
from autogluon_jobs.direct.xgboost_member import XGBoostMember


class Member(Protocol):
    """One fitted model of another library."""

    def predict(self, inputs: ModelInputs, threads: int) -> Any:
        """(n,) values or positive-class probabilities, or (n, classes or levels)."""


class BoosterMember:
    """LightGBM: one model file, or one for each quantile level."""

    def __init__(self, node: Mapping[str, Any], folder: Path) -> None:
        self._columns = tuple(node["columns"])
        self._flat = node["flat"]
        self._boosters = [
            Trees(folder / file, len(self._columns), np.float64) for file in node["files"]
        ]

    def predict(self, inputs: ModelInputs, threads: int) -> Any:
        """See `Member`."""
        rows = inputs.with_missing(self._columns)
        answers = [booster.predict(rows, threads) for booster in self._boosters]
        values = answers[0] if len(answers) == 1 else np.concatenate(answers, axis=1)
        return values[:, 0] if self._flat else values


class ForestMember:
    """A forest of one output: regression, or the positive class."""

    def __init__(self, node: Mapping[str, Any], folder: Path) -> None:
        self._columns = tuple(node["columns"])
        self._trees = Trees(folder / node["file"], len(self._columns), np.float32)

    def predict(self, inputs: ModelInputs, threads: int) -> Any:
        """See `Member`."""
        return self._trees.predict(inputs.filled(self._columns), threads)[:, 0]


class ClassForestMember:
    """A forest of several classes: the trees give leaves, and those have a value per class."""

    def __init__(self, node: Mapping[str, Any], folder: Path) -> None:
        self._columns = tuple(node["columns"])
        self._trees = Trees(folder / node["file"], len(self._columns), np.float32, leaves=True)
        self._values = np.load(folder / node["values"], allow_pickle=False)
        self._starts = np.array(node["starts"], dtype=np.int64)

    def predict(self, inputs: ModelInputs, threads: int) -> Any:
        """See `Member`."""
        leaves = self._trees.predict(inputs.filled(self._columns), threads).astype(np.int64)
        leaves += self._starts
        total = np.zeros((len(leaves), self._values.shape[1]))
        for tree in range(leaves.shape[1]):  # in this order, as scikit-learn adds them up
            total += self._values[leaves[:, tree]]
        total /= leaves.shape[1]
        return total


def load_member(node: Mapping[str, Any], folder: Path) -> Member:
    """The member that `export_models` wrote.

    Raises:
        UnusableError: a kind that this code does not know, or a file that cannot be read.
    """
    kind = node["kind"]
    if kind == "lightgbm":
        return BoosterMember(node, folder)
    if kind == "forest":
        return (ClassForestMember if "values" in node else ForestMember)(node, folder)
    if kind == "xgboost":
        return XGBoostMember(node, folder)
    raise UnusableError(f'the model kind "{kind}" is not known')
