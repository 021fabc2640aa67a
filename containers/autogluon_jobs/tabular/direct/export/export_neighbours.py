"""Export AutoGluon's `KNN`: the training rows that scikit-learn searches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from autogluon_jobs.tabular.direct.export.export_source import Sources
from autogluon_jobs.tabular.direct.files.artifact_files import NotExportableError

_METHODS = ("kd_tree", "ball_tree", "brute")
_METRICS = ("euclidean", "manhattan", "chebyshev")
_WEIGHTS = ("uniform", "distance")


def export_neighbours(model: Any, folder: Path, number: str, _: Sources) -> dict[str, Any]:
    """Write the rows and their labels; return what `NeighboursMember` needs beside them.

    Args:
        model: AutoGluon's `KNNModel`.
        folder: where the file goes.
        number: the member's own, to name files by.

    Raises:
        NotExportableError: another library's search, a metric or weights of one's own; named.
    """
    fitted = model.model
    if not type(fitted).__module__.startswith("sklearn."):
        raise NotExportableError(f"whose neighbours {type(fitted).__module__} searches")
    method, metric, weights = fitted._fit_method, fitted.effective_metric_, fitted.weights
    for value, known in ((method, _METHODS), (metric, _METRICS), (weights, _WEIGHTS)):
        if value not in known:
            raise NotExportableError(f"with the setting {value}")
    file = f"{number}.neighbours.npz"
    np.savez(folder / file, rows=fitted._fit_X, labels=fitted._y)
    return {
        "kind": "neighbours", "file": file, "method": method, "metric": metric,
        "weights": weights, "count": fitted.n_neighbors, "leaf_size": fitted.leaf_size,
        "classes": None if model.problem_type == "regression" else len(fitted.classes_),
    }  # fmt: skip
