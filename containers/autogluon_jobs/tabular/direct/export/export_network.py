"""Export a network of torch as arrays and layers: what both families of AutoGluon share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autogluon_jobs.tabular.direct.export.export_inputs import InputsExport
from autogluon_jobs.tabular.direct.files.artifact_files import NotExportableError

_ACTIVATIONS = {"ReLU": "relu", "ELU": "elu", "Tanh": "tanh"}
_IDLE = ("Dropout", "Identity")  # when predicting


@dataclass
class NetworkExport(InputsExport):
    """What is written of one network: see `NetworkMember`."""

    weights: list[Any] = field(default_factory=list)

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

    def save_network(self, folder: Path, number: str) -> dict[str, Any]:
        """Write the arrays; return the node."""
        self.arrays |= {f"weight_{at}": values for at, values in enumerate(self.weights)}
        node = {"kind": "network", "weights": len(self.weights)}
        return self.save(folder, f"{number}.network.npz") | node


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
