"""Export AutoGluon's `NN_TORCH`: its `ColumnTransformer`, and the layers of its `EmbedNet`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autogluon_jobs.tabular.direct.export.export_inputs import categories_of, codes_frame
from autogluon_jobs.tabular.direct.export.export_network import (
    NetworkExport,
    on_this_processor,
    probabilities,
)
from autogluon_jobs.tabular.direct.export.export_source import Sources
from autogluon_jobs.tabular.direct.files.artifact_files import NotExportableError


def export_nn_torch(model: Any, folder: Path, number: str, sources: Sources) -> dict[str, Any]:
    """Write the arrays; return what `NetworkMember` needs beside them.

    Args:
        model: AutoGluon's `TabularNeuralNetTorchModel`.
        folder: where the file goes.
        number: the member's own, to name files by.
        sources: the features that the model takes.

    Raises:
        NotExportableError: a step or a layer that has no form here; named.
    """
    network = model.model
    on_this_processor(network.device)
    export = NetworkExport(sources)
    frame = codes_frame(sources).drop(columns=list(model.features_to_drop or ()))
    encoded = model.processor.transform(frame)
    # The network's vector has the cells in the order of the transformer's, without embedded ones.
    places: Mapping[str, list[int]] = model.feature_arraycol_map
    for name, transformer, features in model.processor.transformers_:
        if name == "continuous":
            imputer, scaler = (step for _, step in transformer.steps)
            export.scale(features, imputer.statistics_, scaler.mean_, scaler.scale_)
        elif name == "skewed":
            imputer, quantiles = (step for _, step in transformer.steps)
            export.quantile(features, imputer.statistics_, quantiles)
        elif name == "onehot":
            for feature in features:
                count = categories_of(feature, sources)
                export.encode(feature, encoded[: count + 1, places[feature]])
        elif name == "ordinal":
            for feature in features:
                count = categories_of(feature, sources)
                export.embed(feature, encoded[: count + 1, places[feature][0]])
        elif name == "remainder":
            export.plain += [[export.take(feature), export.cells(1)] for feature in features]
        else:
            raise NotExportableError(f"with features made by the step {name}")
    if network.has_embed_features:
        export.embeddings(network.embed_blocks)
    node = {"number_layers": [], "layers": export.layers(network.main_block)}
    return {
        **export.save_network(folder, number), **node, "link": _link(model, network),
        "batch": model.max_batch_size, "numbers_first": True, "order": "C", "never_alone": False,
    }  # fmt: skip


def _link(model: Any, network: Any) -> Mapping[str, Any]:
    if model.problem_type in ("binary", "multiclass"):
        return probabilities(model.problem_type, by_batch=True)
    bound = network.y_constraint
    low, high = (float(network.y_lower), float(network.y_upper)) if bound else (0.0, 0.0)
    return {
        "kind": "sorted" if model.problem_type == "quantile" else "values",
        "bound": bound,
        "low": low if bound in ("nonnegative", "bounded") else 0.0,
        "high": high if bound in ("nonpositive", "bounded") else 0.0,
    }
