"""Join a predictor's models: average bags, feed stacks, weight ensembles, calibrate scores.

Every operation has the order and the float type that it has in AutoGluon, because the answers have
to be equal to the last bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autogluon_jobs.tabular.direct.autogluon_members import OutsideMembers
from autogluon_jobs.tabular.direct.calibration import normalized, scaled
from autogluon_jobs.tabular.direct.features.encoding import Encoded
from autogluon_jobs.tabular.direct.features.model_inputs import ModelInputs
from autogluon_jobs.tabular.direct.files.artifact_files import LEFT_TO_AUTOGLUON, UnusableError
from autogluon_jobs.tabular.direct.members.members import Member, load_member


class ModelGraph:
    """All models of a predictor.

    Args:
        nodes: as `model.json` has them, each after those it builds on.
        problem_type: AutoGluon's.
        fills: the replacement of a missing value of each encoded feature.
        folder: where the nodes' files are.
        outside: answers for the nodes that are left to AutoGluon; None where there are none.

    Raises:
        UnusableError: a file that cannot be read, or a node of an unknown kind.
    """

    def __init__(
        self,
        nodes: Sequence[Mapping[str, Any]],
        problem_type: str,
        fills: Any,
        folder: Path,
        outside: OutsideMembers | None,
    ) -> None:
        self._problem_type = problem_type
        self._outside = outside
        self._fills = fills
        self._nodes = {node["name"]: node for node in nodes}
        self._members: dict[str, list[Member]] = {
            node["name"]: [load_member(item, folder) for item in node.get("members", ())]
            for node in nodes
        }
        for node in nodes:
            if sum(key in node for key in ("weights", "members", LEFT_TO_AUTOGLUON)) != 1:
                raise UnusableError(f"the model {node['name']} does not say how it predicts")

    @property
    def is_whole(self) -> bool:
        """Return whether no model is left to AutoGluon."""
        return self._outside is None

    @property
    def keeps_rows_apart(self) -> bool:
        """Return whether AutoGluon lets a row change its neighbours where this graph does not."""
        items = [item for node in self._nodes.values() for item in (node, *node.get("members", ()))]
        normalizes = any(item.get("normalize") for item in items)
        return self.is_whole and self._problem_type == "multiclass" and normalizes

    @property
    def names(self) -> list[str]:
        """Return the models that can be asked."""
        return list(self._nodes)

    def predict(
        self, name: str, encoded: Encoded, threads: int, outside: OutsideMembers | None = None
    ) -> Any:
        """Predict as AutoGluon's model of this name, in AutoGluon's internal class order.

        Args:
            name: one of `names`.
            encoded: the features.
            threads: how many to use.
            outside: answers for the nodes that are left to AutoGluon, instead of its own.

        Returns:
            float32 (n,) for binary (the positive class) and regression, (n, classes) for
            multiclass, (n, levels) for quantile.
        """
        outside = outside or self._outside
        answers: dict[str, Any] = {}
        plain = ModelInputs(encoded, self._fills, None)
        frame: Any = None
        for node in self._needed(name):
            if outside is not None and LEFT_TO_AUTOGLUON in self._nodes[node]:
                frame = outside.frame(encoded) if frame is None else frame
                answers[node] = outside.predict(node, frame, answers)
            else:
                answers[node] = self._answer(node, answers, encoded, plain, threads)
        return answers[name]

    def _needed(self, name: str) -> list[str]:
        needed: list[str] = []
        for base in self._nodes[name]["stack"]:
            needed += [item for item in self._needed(base) if item not in needed]
        return [*needed, name]

    def _answer(
        self,
        name: str,
        answers: Mapping[str, Any],
        encoded: Encoded,
        plain: ModelInputs,
        threads: int,
    ) -> Any:
        node = self._nodes[name]
        below = [answers[base] for base in node["stack"]]
        if "weights" in node:
            values = self._member_values(node, _weighted(below, node["weights"]))
            return self._adjusted(node, values)
        inputs = plain
        if below:
            inputs = ModelInputs(encoded, self._fills, _stacked(below))
        total: Any = None
        for member, item in zip(self._members[name], node["members"], strict=True):
            values = self._member_values(item, member.predict(inputs, threads))
            total = values if total is None else total + values
        return self._adjusted(node, total / len(node["members"]))

    def _member_values(self, item: Mapping[str, Any], values: Any) -> Any:
        if item["normalize"]:
            values = normalized(values, self._problem_type, rows_apart=self.is_whole)
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
