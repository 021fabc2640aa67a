"""Run a network of AutoGluon with torch alone: no AutoGluon, no fastai, no pickle.

The same functions of torch get the same numbers in the same batches, so the bits are those that
AutoGluon's own model has on this machine. They depend on the rows that share a call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np

from autogluon_jobs.tabular.direct.features.model_inputs import ModelInputs
from autogluon_jobs.tabular.direct.files.artifact_files import UnusableError
from autogluon_jobs.tabular.direct.members.transformed_inputs import TransformedInputs

Layer = Callable[[Any], Any]


class NetworkMember:
    """One fitted network.

    Attributes:
        by_call: always.

    Args:
        node: see `TransformedInputs`; `layers` in their order, `batch` rows at once,
            `numbers_first` (else embeddings), `order` of the numbers in memory, on which torch's
            sums depend, `never_alone` (a single row is doubled), and the `link` from the last
            layer to the answer.
        folder: where its file lies, with the weights of each layer in turn.

    Raises:
        UnusableError: torch is not installed, or something this code does not know.
    """

    by_call = True

    def __init__(self, node: Mapping[str, Any], folder: Path) -> None:
        try:
            import torch  # type: ignore[import-not-found,unused-ignore]  # takes seconds; few predictors need it
        except ImportError as error:
            raise UnusableError("torch is not installed") from error
        self._torch = torch
        with np.load(folder / node["file"], allow_pickle=False) as stored:
            arrays = dict(stored)
        self._inputs = TransformedInputs(node, arrays)
        weights = iter([
            torch.from_numpy(arrays[f"weight_{at}"]) for at in range(node["weights"])
        ])  # fmt: skip
        self._embeddings = [next(weights) for _ in node["embedded"]]
        self._numbers = _layers(torch, node["number_layers"], weights)
        self._layers = _layers(torch, node["layers"], weights)
        self._batch: int = node["batch"]
        self._numbers_first: bool = node["numbers_first"]
        self._order: Literal["C", "F"] = node["order"]
        self._never_alone: bool = node["never_alone"]
        self._width: int = node["width"]
        self._link = _link(torch, node["link"])

    def fed(self, inputs: ModelInputs) -> Sequence[Any]:
        """Return the numbers, float32 (n, width), and the positions in embeddings."""
        vector, codes = self._inputs.of(inputs.with_missing(self._inputs.columns))
        with np.errstate(over="ignore"):  # infinite, as in AutoGluon
            return vector.astype(np.float32), codes

    def predict(self, inputs: ModelInputs, threads: int) -> Any:
        """Predict; see `Member`."""
        torch = self._torch
        vector, codes = self.fed(inputs)
        alone = self._never_alone and len(vector) == 1
        if alone:
            vector, codes = np.repeat(vector, 2, axis=0), np.repeat(codes, 2, axis=1)
        before = torch.get_num_threads()
        torch.set_num_threads(threads)  # of the calling thread
        try:
            with torch.no_grad():
                parts = [
                    self._forward(vector[at : at + self._batch], codes[:, at : at + self._batch])
                    for at in range(0, len(vector), self._batch)
                ]
                answer = self._link(parts)
        finally:
            torch.set_num_threads(before)
        return answer[:1] if alone else answer

    def _forward(self, vector: Any, codes: Any) -> Any:
        torch = self._torch
        parts = [
            torch.nn.functional.embedding(torch.from_numpy(code), weight)
            for code, weight in zip(codes, self._embeddings, strict=True)
        ]
        if self._width:
            numbers = torch.from_numpy(np.asarray(vector, order=self._order))
            numbers = _through(self._numbers, numbers)
            parts = [numbers, *parts] if self._numbers_first else [*parts, numbers]
        return _through(self._layers, parts[0] if len(parts) == 1 else torch.cat(parts, dim=1))


def _through(layers: Sequence[Layer], values: Any) -> Any:
    for layer in layers:
        values = layer(values)
    return values


def _layers(torch: Any, nodes: Sequence[Mapping[str, Any]], weights: Any) -> list[Layer]:
    functions = torch.nn.functional
    made: list[Layer] = []
    for node in nodes:
        kind = node["kind"]
        taken = [next(weights) for _ in range(node.get("weights", 0))]
        if kind == "linear":
            made.append(partial(_linear, functions, taken))
        elif kind == "batch_norm":
            made.append(partial(_batch_norm, functions, taken, node["eps"]))
        elif kind in ("relu", "elu", "tanh"):
            made.append({"relu": torch.relu, "elu": functions.elu, "tanh": torch.tanh}[kind])
        else:
            raise UnusableError(f'the layer "{kind}" is not known')
    return made


def _linear(functions: Any, weights: Sequence[Any], values: Any) -> Any:
    return functions.linear(values, *weights)


def _batch_norm(functions: Any, weights: Sequence[Any], eps: float, values: Any) -> Any:
    return functions.batch_norm(values, *weights, eps=eps)


def _link(torch: Any, node: Mapping[str, Any]) -> Callable[[list[Any]], Any]:
    """Return what makes an array of the last layer's outputs, given for each batch."""
    kind = node["kind"]

    def probabilities(parts: list[Any]) -> Any:
        # As the family does it: on each batch, or on all rows at once.
        if not node["by_batch"]:
            parts = [torch.cat(parts)]
        values = np.concatenate([torch.softmax(part, dim=-1).numpy() for part in parts])
        return values[:, 1] if node["positive"] else values

    def values(parts: list[Any]) -> Any:
        found = np.concatenate([_bounded(torch, part, node).numpy() for part in parts])
        return found[:, 0]

    def scaled_values(parts: list[Any]) -> Any:
        found = torch.cat(parts).numpy()[:, 0]
        found *= np.float32(node["scale"])
        found += np.float32(node["mean"])
        return found if node["low"] is None else np.clip(found, node["low"], node["high"])

    def sorted_levels(parts: list[Any]) -> Any:
        return np.concatenate([
            torch.sort(_bounded(torch, part, node), -1)[0].numpy() for part in parts
        ])  # fmt: skip

    links = {
        "probabilities": probabilities, "values": values, "scaled_values": scaled_values,
        "sorted": sorted_levels,
    }  # fmt: skip
    return links[kind]


def _bounded(torch: Any, outputs: Any, node: Mapping[str, Any]) -> Any:
    """Keep outputs in the range that training gave the network."""
    bound, low, high = node["bound"], node["low"], node["high"]
    if bound == "nonnegative":
        return low + torch.abs(outputs)
    if bound == "nonpositive":
        return high - torch.abs(outputs)
    if bound == "bounded":
        return torch.sigmoid(outputs) * (high - low) + low
    return outputs
