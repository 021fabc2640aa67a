"""Find nearest neighbours by scikit-learn's own search: no AutoGluon, no pickle.

Its trees search for each row on its own. Without a tree it multiplies matrices, whose last bits
depend on the rows that share a call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autogluon_jobs.messages.errors import RowError
from autogluon_jobs.tabular.direct.features.model_inputs import ModelInputs
from autogluon_jobs.tabular.direct.files.artifact_files import UnusableError
from autogluon_jobs.tabular.direct.trees.row_slices import in_slices


class NeighboursMember:
    """One fitted model of nearest neighbours.

    Attributes:
        by_call: whether its last bits may depend on the rows that share a call.

    Args:
        node: as `export_neighbours` makes it.
        folder: the location of its file.

    Raises:
        UnusableError: scikit-learn is not installed.
    """

    def __init__(self, node: Mapping[str, Any], folder: Path) -> None:
        self._columns = tuple(node["columns"])
        self._count: int = node["count"]
        self._by_distance = node["weights"] == "distance"
        self._classes: int | None = node["classes"]
        self.by_call = node["method"] == "brute"
        with np.load(folder / node["file"], allow_pickle=False) as stored:
            rows, self._labels = stored["rows"], stored["labels"]
        try:
            from sklearn import neighbors  # few predictors need it
        except ImportError as error:
            raise UnusableError("scikit-learn is not installed") from error
        if self.by_call:
            kind = neighbors.KNeighborsRegressor
            if self._classes is not None:
                kind = neighbors.KNeighborsClassifier
            settings = {"metric": node["metric"], "leaf_size": node["leaf_size"]}
            self._fitted = kind(
                self._count, weights=node["weights"], algorithm="brute", **settings
            ).fit(rows, self._labels)
        else:
            kind = {"kd_tree": neighbors.KDTree, "ball_tree": neighbors.BallTree}[node["method"]]
            self._tree = kind(rows, node["leaf_size"], metric=node["metric"])

    def fed(self, inputs: ModelInputs) -> Sequence[Any]:
        """Return the rows whose neighbours are searched."""
        # As pandas lays them out; the search takes other ways for rows that lie one by one.
        return [np.asfortranarray(inputs.filled(self._columns))]

    def predict(self, inputs: ModelInputs, threads: int) -> Any:
        """Predict; see `Member`.

        Raises:
            RowError: numbers so large that no distance can be measured.
        """
        if self.by_call:
            (rows,) = self.fed(inputs)
            return self._brute(rows)
        return in_slices(self._search, inputs.filled(self._columns), threads)

    def _brute(self, rows: Any) -> Any:
        if self._classes is None:
            return self._fitted.predict(rows)
        try:
            return self._positive(self._fitted.predict_proba(rows))
        except ValueError as error:
            distances, _ = self._fitted.kneighbors(rows)
            beyond = np.flatnonzero(np.isinf(distances).all(axis=1)).tolist()
            if not beyond:
                raise
            raise RowError(
                beyond,
                "A number in {row} is too far from those of the training rows to find neighbours.",
                advice="Correct it, or send it as missing.",
            ) from error

    def _search(self, rows: Any) -> Any:
        distances, found = self._tree.query(rows, self._count)
        weights = _closeness(distances) if self._by_distance else None
        if self._classes is None:
            return _mean(self._labels[found], weights)
        return self._positive(self._shares(self._labels[found], weights))

    def _shares(self, classes: Any, weights: Any | None) -> Any:
        shares = np.zeros((len(classes), self._classes or 0))
        every = np.arange(len(classes))
        for at in range(self._count):  # in this order, as scikit-learn adds them up
            shares[every, classes[:, at]] += 1 if weights is None else weights[:, at]
        shares /= shares.sum(axis=1)[:, np.newaxis]
        return shares

    def _positive(self, shares: Any) -> Any:
        return shares[:, 1] if self._classes == 2 else shares


def _closeness(distances: Any) -> Any:
    """Return the weights of neighbours; those at the very place count alone."""
    with np.errstate(divide="ignore"):
        weights = 1.0 / distances
    same = np.isinf(weights)
    here = same.any(axis=1)
    weights[here] = same[here]
    return weights


def _mean(labels: Any, weights: Any | None) -> Any:
    if weights is None:
        return np.mean(labels, axis=1)
    return np.sum(labels * weights, axis=1) / np.sum(weights, axis=1)
