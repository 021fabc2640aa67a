"""Export AutoGluon's `LR`: its `ColumnTransformer`, and scikit-learn's coefficients."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from autogluon_jobs.tabular.direct.export.export_inputs import (
    InputsExport,
    categories_of,
    codes_frame,
)
from autogluon_jobs.tabular.direct.export.export_source import Sources
from autogluon_jobs.tabular.direct.files.artifact_files import NotExportableError

_MODELS = ("LogisticRegression", "Ridge", "Lasso")


def export_linear(model: Any, folder: Path, number: str, sources: Sources) -> dict[str, Any]:
    """Write the arrays; return what `LinearMember` needs beside them.

    Args:
        model: AutoGluon's `LinearModel`.
        folder: where the file goes.
        number: the member's own, to name files by.
        sources: the features that the model takes.

    Raises:
        NotExportableError: a step that has no form here, or a model of another library; named.
    """
    fitted = model.model
    kind = f"{type(fitted).__module__}.{type(fitted).__name__}"
    if type(fitted).__name__ not in _MODELS or not kind.startswith("sklearn."):
        raise NotExportableError(f"whose family is {kind}")
    binary = model.problem_type == "binary"
    if binary and (len(fitted.classes_) != 2 or fitted.coef_.shape[0] != 1):
        raise NotExportableError("which learned one class only")
    pipeline = model._pipeline
    export = _Linear(sources)
    for name, transformer, features in pipeline.transformers_:
        export.step(name, transformer, list(features), by_position=pipeline.sparse_output_)
    if export.cells_made != fitted.n_features_in_:
        raise NotExportableError("whose features are made in an unsupported way")
    export.arrays |= {"coefficients": fitted.coef_, "intercept": np.asarray(fitted.intercept_)}
    links = {"binary": "sigmoid", "multiclass": "softmax", "regression": "value"}
    return export.save(folder, f"{number}.linear.npz") | {
        "kind": "linear", "one_by_one": pipeline.sparse_output_, "link": links[model.problem_type],
    }  # fmt: skip


class _Linear(InputsExport):
    """The inputs of a linear model, in the order of its coefficients.

    Where scikit-learn multiplies a sparse matrix, a category is the position of its coefficient,
    and that after the last where it has none; else it is cells of a dense matrix.
    """

    cells_made = 0

    def step(self, name: str, transformer: Any, features: list[str], *, by_position: bool) -> None:
        """Take one step of the `ColumnTransformer`.

        Raises:
            NotExportableError: it has no form here.
        """
        if name == "cats":
            self._categories(transformer, features, by_position=by_position)
        elif name == "cont":
            imputer, scaler = (step for _, step in transformer.steps)
            self.scale(features, imputer.statistics_, scaler.mean_, scaler.scale_)
            self.cells_made += len(features)
        elif name == "bool":
            (scaler,) = (step for _, step in transformer.steps)
            self.scale(features, np.zeros(len(features)), scaler.mean_, scaler.scale_)
            self.cells_made += len(features)
        elif name == "skew":
            imputer, quantiles = (step for _, step in transformer.steps)
            self.quantile(features, imputer.statistics_, quantiles)
            self.cells_made += len(features)
        elif name != "remainder" or transformer != "drop":
            raise NotExportableError(f"with features made by the step {name}")

    def _categories(self, transformer: Any, features: list[str], *, by_position: bool) -> None:
        frame = codes_frame(self.sources)[features]
        one_hot = transformer.transform(frame).toarray()
        encoder = transformer.steps[0][1].encoder_._ohe
        start = 0
        for feature, known in zip(features, encoder.categories_, strict=True):
            count = categories_of(feature, self.sources)
            cells = one_hot[: count + 1, start : start + len(known)]
            if by_position:
                places = np.where(cells.any(axis=1), start + cells.argmax(axis=1), -1)
                self.embed(feature, places)
            else:
                self.encode(feature, cells.astype(np.float64))
            start += len(known)
        if start != one_hot.shape[1]:
            raise NotExportableError("with one-hot columns that are made in an unsupported way")
        self.cells_made += start
