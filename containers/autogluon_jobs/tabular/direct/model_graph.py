"""Join a predictor's models: average bags, feed stacks, weight ensembles, calibrate scores.

Every operation has the order and the float type that it has in AutoGluon, because the answers have
to be equal to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from autogluon_jobs.tabular.direct.autogluon_members import AutoGluonMembers
from autogluon_jobs.tabular.direct.calibration import normalized, scaled
from autogluon_jobs.tabular.direct.features.encoding import Encoded
from autogluon_jobs.tabular.direct.features.model_inputs import ModelInputs
from autogluon_jobs.tabular.direct.files.artifact_files import LEFT_TO_AUTOGLUON, UnusableError
from autogluon_jobs.tabular.direct.members.members import Member, MemberByCall, load_member

Watch = Callable[[str, Sequence[Any], Callable[[], Any]], Any]
"""Called with a model, the arrays that it is given and what computes its answer; answers."""


@dataclass(frozen=True)
class _NodeCall:
    """One model's turn in a prediction."""

    name: str
    answers: Mapping[str, Any]
    encoded: Encoded
    plain: ModelInputs
    threads: int


class ModelGraph:
    """All models of a predictor.

    Args:
        nodes: as `model.json` has them, each after those it builds on.
        problem_type: AutoGluon's.
        fills: the replacement of a missing value of each encoded feature.
        folder: where the nodes' files are.
        autogluon: the models of nodes that are left to it; None where there are none.

    Raises:
        UnusableError: a file that cannot be read, or a node of an unknown kind.
    """

    def __init__(
        self,
        nodes: Sequence[Mapping[str, Any]],
        problem_type: str,
        fills: Any,
        folder: Path,
        autogluon: AutoGluonMembers | None,
    ) -> None:
        self._problem_type = problem_type
        self._autogluon = autogluon
        self._fills = fills
        self._nodes = {node["name"]: node for node in nodes}
        self._members: dict[str, list[Member]] = {
            node["name"]: [load_member(item, folder) for item in node.get("members", ())]
            for node in nodes
        }
        for node in nodes:
            if sum(key in node for key in ("weights", "members", LEFT_TO_AUTOGLUON)) != 1:
                raise UnusableError(f"the model {node['name']} does not say how it predicts")
        self._rows_apart = not self.by_call

    @property
    def by_call(self) -> list[str]:
        """Return the models whose last bits may depend on the rows that share a call."""
        return [name for name in self._nodes if self._is_by_call(name)]

    def _is_by_call(self, name: str) -> bool:
        return LEFT_TO_AUTOGLUON in self._nodes[name] or bool(self._members_by_call(name))

    def _members_by_call(self, name: str) -> list[MemberByCall]:
        members = self._members[name]
        return [item for item in members if isinstance(item, MemberByCall) and item.by_call]

    @property
    def keeps_rows_apart(self) -> bool:
        """Return whether AutoGluon lets a row change its neighbours where this graph does not."""
        items = [item for node in self._nodes.values() for item in (node, *node.get("members", ()))]
        normalizes = any(item.get("normalize") for item in items)
        return not self.by_call and self._problem_type == "multiclass" and normalizes

    @property
    def names(self) -> list[str]:
        """Return the models that can be asked."""
        return list(self._nodes)

    def predict(self, name: str, encoded: Encoded, threads: int, watch: Watch | None = None) -> Any:
        """Predict as AutoGluon's model of this name, in AutoGluon's internal class order.

        Args:
            name: one of `names`.
            encoded: the features.
            threads: how many to use.
            watch: sees, and may replace, the answers of the models in `by_call`.

        Returns:
            float32 (n,) for binary (the positive class) and regression, (n, classes) for
            multiclass, (n, levels) for quantile.
        """
        answers: dict[str, Any] = {}
        plain = ModelInputs(encoded, self._fills, None)
        for node in self._needed(name):
            call = _NodeCall(node, answers, encoded, plain, threads)
            if watch is None or not self._is_by_call(node):
                answers[node] = self._answer(call)
            else:
                answers[node] = watch(node, self._fed(call), partial(self._answer, call))
        return answers[name]

    def _needed(self, name: str) -> list[str]:
        needed: list[str] = []
        for base in self._nodes[name]["stack"]:
            needed += [item for item in self._needed(base) if item not in needed]
        return [*needed, name]

    def _answer(self, call: _NodeCall) -> Any:
        node = self._nodes[call.name]
        if self._autogluon is not None and LEFT_TO_AUTOGLUON in node:
            return self._autogluon.predict(call.name, call.encoded, call.answers)
        if "weights" in node:
            values = _weighted(self._below(call), node["weights"])
            return self._adjusted(node, self._member_values(node, values))
        inputs = self._inputs(call)
        total: Any = None
        for member, item in zip(self._members[call.name], node["members"], strict=True):
            values = self._member_values(item, member.predict(inputs, call.threads))
            total = values if total is None else total + values
        return self._adjusted(node, total / len(node["members"]))

    def _fed(self, call: _NodeCall) -> list[Any]:
        """Return what the models of a node are given."""
        if LEFT_TO_AUTOGLUON in self._nodes[call.name]:
            return [call.encoded.matrix, *call.encoded.wide.values(), *self._below(call)]
        inputs = self._inputs(call)
        return [array for item in self._members_by_call(call.name) for array in item.fed(inputs)]

    def _below(self, call: _NodeCall) -> list[Any]:
        return [call.answers[base] for base in self._nodes[call.name]["stack"]]

    def _inputs(self, call: _NodeCall) -> ModelInputs:
        below = self._below(call)
        if not below:
            return call.plain
        return ModelInputs(call.encoded, self._fills, _stacked(below))

    def _member_values(self, item: Mapping[str, Any], values: Any) -> Any:
        if item["normalize"]:
            values = normalized(values, self._problem_type, rows_apart=self._rows_apart)
        return values.astype(np.float32)

    def _adjusted(self, node: Mapping[str, Any], values: Any) -> Any:
        if node["temperature"] is not None:
            return scaled(values, node["temperature"], self._problem_type)
        if node["conformalize"] is not None:
            values = values.copy()
            values += np.asarray(node["conformalize"])
        return values


def _weighted(answers: Sequence[Any], weights: Sequence[float]) -> Any:
    parts = [
        answer * np.float64(weight)
        for answer, weight in zip(answers, weights, strict=True)
        if weight != 0
    ]
    return np.sum(parts, axis=0)


def _stacked(answers: Sequence[Any]) -> Any:
    return np.hstack([answer.reshape(len(answer), -1) for answer in answers])
