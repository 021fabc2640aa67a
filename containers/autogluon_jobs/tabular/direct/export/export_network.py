"""Export a network of torch as arrays and layers: what both families of AutoGluon share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from autogluon_jobs.tabular.direct.export.export_source import Source, Sources
from autogluon_jobs.tabular.direct.files.artifact_files import NotExportableError

_ACTIVATIONS = {"ReLU": "relu", "ELU": "elu", "Tanh": "tanh"}
_IDLE = ("Dropout", "Identity")  # when predicting


@dataclass
class NetworkExport:
    """What is written of one network: see `NetworkInputs` and `NetworkMember`."""

    sources: Sources
    columns: list[int] = field(default_factory=list)
    scaled: list[list[int]] = field(default_factory=list)
    quantiles: list[list[int]] = field(default_factory=list)
    plain: list[list[int]] = field(default_factory=list)
    one_hot: list[list[int]] = field(default_factory=list)
    embedded: list[int] = field(default_factory=list)
    width: int = 0
    arrays: dict[str, Any] = field(default_factory=dict)
    weights: list[Any] = field(default_factory=list)

    def take(self, name: str) -> int:
        """Take a feature; return its position among the columns."""
        self.columns.append(self.sources[name].position)
        return len(self.columns) - 1

    def cells(self, count: int) -> int:
        """Add cells to the vector of numbers; return the first."""
        self.width += count
        return self.width - count

    def scale(self, names: Sequence[str], fills: Any, means: Any, scales: Any) -> None:
        """Take numbers that are filled, shifted and divided."""
        if np.isnan(fills).any():
            raise NotExportableError("whose folds have numbers that are all missing")
        dtype = np.result_type(*(np.dtype(self.sources[name].dtype) for name in names))
        if dtype.kind == "f" and dtype.itemsize < 8:
            raise NotExportableError("which scales numbers of 32 bits")
        self.scaled += [[self.take(name), self.cells(1)] for name in names]
        self.arrays |= {"fills": fills, "means": means, "scales": scales}

    def quantile(self, names: Sequence[str], fills: Any, transformer: Any) -> None:
        """Take numbers whose quantiles are spread normally."""
        self.quantiles += [[self.take(name), self.cells(1)] for name in names]
        self.arrays |= {
            "quantile_fills": fills,
            "quantiles": transformer.quantiles_,
            "references": transformer.references_,
        }

    def encode(self, name: str, table: Any) -> None:
        """Take a category whose code becomes cells of the vector: (codes and missing, cells)."""
        self.arrays[f"one_hot_{len(self.one_hot)}"] = table
        self.one_hot.append([self.take(name), self.cells(table.shape[1])])

    def embed(self, name: str, table: Any) -> None:
        """Take a category whose code becomes a position in an embedding."""
        self.arrays[f"embedded_{len(self.embedded)}"] = table.astype(np.int64)
        self.embedded.append(self.take(name))

    def layers(self, modules: Sequence[Any]) -> list[dict[str, Any]]:
        """Add the weights of layers; return their descriptions."""
        return [node for module in modules for node in self._layer(module)]

    def _layer(self, module: Any) -> list[dict[str, Any]]:
        kind = type(module).__name__
        if kind in _IDLE:
            return []
        if kind in _ACTIVATIONS:
            return [{"kind": _ACTIVATIONS[kind]}]
        if kind == "Linear":
            taken = [module.weight] + ([] if module.bias is None else [module.bias])
            return [{"kind": "linear", "weights": self._weigh(taken)}]
        if kind == "BatchNorm1d" and module.affine and module.track_running_stats:
            taken = [module.running_mean, module.running_var, module.weight, module.bias]
            node = {"kind": "batch_norm", "weights": self._weigh(taken), "eps": module.eps}
            return [node]
        raise NotExportableError(f"with a layer of the kind {kind}")

    def _weigh(self, tensors: Sequence[Any]) -> int:
        self.weights += [tensor.detach().cpu().numpy() for tensor in tensors]
        return len(tensors)

    def embeddings(self, modules: Sequence[Any]) -> None:
        """Add the weights of embeddings."""
        for module in modules:
            self._weigh([module.weight])

    def save(self, folder: Path, number: str) -> dict[str, Any]:
        """Write the arrays; return the node."""
        empty = {name: np.zeros(0) for name in ("fills", "means", "scales")}
        weights = {f"weight_{at}": values for at, values in enumerate(self.weights)}
        file = f"{number}.network.npz"
        np.savez(folder / file, **(empty | self.arrays | weights))
        return {
            "kind": "network", "file": file, "weights": len(self.weights),
            "columns": self.columns, "width": self.width, "scaled": self.scaled,
            "quantiles": self.quantiles, "plain": self.plain, "one_hot": self.one_hot,
            "embedded": self.embedded,
        }  # fmt: skip


def codes_frame(sources: Sources) -> pd.DataFrame:
    """Return a frame in which every category has each of its codes, and last a missing one.

    Those with fewer codes have the missing one several times; numbers are 0.
    """
    rows = 1 + max((source.categories or 0 for source in sources.values()), default=0)
    return pd.DataFrame({name: _probe(source, rows) for name, source in sources.items()})


def _probe(source: Source, rows: int) -> Any:
    if source.categories is None:
        return np.zeros(rows, dtype=source.dtype)
    codes = [at if at < source.categories else -1 for at in range(rows)]
    return pd.Categorical.from_codes(codes, categories=pd.RangeIndex(source.categories))


def categories_of(name: str, sources: Sources) -> int:
    """Return how many categories a feature has.

    Raises:
        NotExportableError: it is a number, of which not every value can be tried.
    """
    count = sources[name].categories
    if count is None:
        raise NotExportableError(f'which takes the number "{name}" as a category')
    return count


def on_this_processor(device: Any) -> None:
    """Refuse a network that runs elsewhere, where its bits are others.

    Raises:
        NotExportableError: it runs on a GPU.
    """
    if str(device) != "cpu":
        raise NotExportableError(f"which runs on {device}")


def probabilities(problem_type: str, *, by_batch: bool) -> Mapping[str, Any]:
    """Return the link of a classification."""
    return {
        "kind": "probabilities", "positive": problem_type == "binary", "by_batch": by_batch,
    }  # fmt: skip
