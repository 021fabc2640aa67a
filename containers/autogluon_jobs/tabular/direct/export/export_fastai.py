"""Export AutoGluon's `FASTAI`: its normalisation, fastai's codes, and its `TabularModel`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from autogluon_jobs.tabular.direct.export.export_inputs import categories_of, codes_frame
from autogluon_jobs.tabular.direct.export.export_network import (
    NetworkExport,
    on_this_processor,
    probabilities,
)
from autogluon_jobs.tabular.direct.export.export_source import Sources
from autogluon_jobs.tabular.direct.files.artifact_files import NotExportableError


def export_fastai(model: Any, folder: Path, number: str, sources: Sources) -> dict[str, Any]:
    """Write the arrays; return what `NetworkMember` needs beside them.

    Args:
        model: AutoGluon's `NNFastAiTabularModel`.
        folder: where the file goes.
        number: the member's own, to name files by.
        sources: the features that the model takes.

    Raises:
        NotExportableError: a step or a layer that has no form here; named.
    """
    learner = model.model
    loaders, network = learner.dls, learner.model
    on_this_processor(loaders.device)
    numbers, categories = list(loaders.train_ds.cont_names), list(loaders.train_ds.cat_names)
    if numbers != list(model.cont_columns) or categories != list(model.cat_columns):
        raise NotExportableError("whose columns fastai orders in its own way")
    export = NetworkExport(sources)
    means, scales = model._cont_normalization if numbers else (np.zeros(0), np.zeros(0))
    fills = np.array([model.columns_fills.get(name, 0.0) for name in numbers])
    if numbers:
        export.scale(numbers, fills, means, scales)
    codes = loaders.test_dl(model._preprocess(codes_frame(sources)), inplace=True).dataset.cats
    for name in categories:
        export.embed(name, codes[name].to_numpy()[: categories_of(name, sources) + 1])
    export.embeddings(network.embeds)
    norms = [] if network.bn_cont is None or not numbers else [network.bn_cont]
    node = {
        "number_layers": export.layers(norms),
        "layers": export.layers([layer for block in network.layers for layer in block]),
    }
    return {
        **export.save_network(folder, number), **node, "link": _link(model, learner),
        "batch": loaders.valid.bs, "numbers_first": False, "order": "F", "never_alone": True,
    }  # fmt: skip


def _link(model: Any, learner: Any) -> Mapping[str, Any]:
    loss = type(learner.loss_func).__name__
    if model.problem_type in ("binary", "multiclass") and loss == "CrossEntropyLossFlat":
        return probabilities(model.problem_type, by_batch=False)
    if model.problem_type == "regression" and loss == "BaseLoss":  # whose activation is none
        return _unscaled(model.y_scaler)
    raise NotExportableError(f"with the loss {loss} for {model.problem_type}")


def _unscaled(scaler: Any) -> Mapping[str, Any]:
    """Return the link that undoes what was done to the label, in reverse order."""
    steps = [step for _, step in getattr(scaler, "steps", [("", scaler)])]
    low = high = None
    if type(steps[0]).__name__ == "FunctionTransformer":
        bounds = getattr(steps.pop(0).inverse_func, "keywords", {})
        if set(bounds) != {"a_min", "a_max"}:
            raise NotExportableError("whose label is changed by a function")
        low, high = float(bounds["a_min"]), float(bounds["a_max"])
    if [type(step).__name__ for step in steps] != ["StandardScaler"]:
        raise NotExportableError("whose label is scaled in an unsupported way")
    mean, scale = float(steps[0].mean_[0]), float(steps[0].scale_[0])
    return {"kind": "scaled_values", "mean": mean, "scale": scale, "low": low, "high": high}
