"""Export a predictor's models as files that need no AutoGluon, and the graph that joins them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autogluon_jobs.tabular.direct.export.export_catboost import export_catboost
from autogluon_jobs.tabular.direct.export.export_fastai import export_fastai
from autogluon_jobs.tabular.direct.export.export_linear import export_linear
from autogluon_jobs.tabular.direct.export.export_neighbours import export_neighbours
from autogluon_jobs.tabular.direct.export.export_nn_torch import export_nn_torch
from autogluon_jobs.tabular.direct.export.export_source import Source, Sources
from autogluon_jobs.tabular.direct.export.export_xgboost import export_xgboost
from autogluon_jobs.tabular.direct.export.forest_text import forest_text, leaves_of
from autogluon_jobs.tabular.direct.files.artifact_files import LEFT_TO_AUTOGLUON, NotExportableError

Node = dict[str, Any]


class ModelExporter:
    """Writes the models of one predictor.

    Args:
        predictor: loaded from the artifact.
        folder: where the files go.
        features: the rules of the features that models take, with their types.
    """

    def __init__(self, predictor: Any, folder: Path, features: Sequence[Mapping[str, Any]]) -> None:
        self._trainer = predictor._trainer
        self._folder = folder
        self._features = features

    def export(self) -> list[Node]:
        """Return every model of the predictor as a node, each after those it builds on.

        One that only AutoGluon can compute is left to it, with the reason.

        Raises:
            NotExportableError: an ensemble that only AutoGluon can compute, or only models
                left to AutoGluon.
        """
        order = self._trainer._construct_model_pred_order(self._trainer.get_model_names())
        nodes = [self._node(at, self._trainer.load_model(name)) for at, name in enumerate(order)]
        reasons = [node[LEFT_TO_AUTOGLUON] for node in nodes if LEFT_TO_AUTOGLUON in node]
        if not any("members" in node for node in nodes):
            raise NotExportableError("; ".join(reasons))
        return nodes

    def _node(self, number: int, model: Any) -> Node:
        try:
            return self._native(number, model)
        except NotExportableError as error:
            reason = f"{model.name}, {error}"
            if type(model).__name__ == "WeightedEnsembleModel":
                raise NotExportableError(reason) from error
            stack = self._trainer.get_base_model_names(model.name)
            return {"name": model.name, "stack": list(stack), LEFT_TO_AUTOGLUON: reason}

    def _native(self, number: int, model: Any) -> Node:
        kind = type(model).__name__
        node: Node = {"name": model.name, "stack": []}
        if kind == "WeightedEnsembleModel":
            node |= self._weighted(model)
        elif kind == "StackerEnsembleModel":
            node |= self._stacked(number, model)
        else:
            node |= {"members": [self._member(f"{number}", model, ())]}
        return node | _adjustments(model)

    def _weighted(self, model: Any) -> Node:
        if len(model.models) != 1:
            raise NotExportableError("a bag of weighted ensembles")
        child = model.load_child(model.models[0])
        _require_plain(child)
        adjustments = _member_adjustments(child)
        if any(type(weight) is not np.float64 for weight in child.weights_):
            raise NotExportableError("whose weights are not 64-bit floats")
        return {
            "stack": _stack_of(model, child.base_model_names),
            "weights": [float(weight) for weight in child.weights_],
        } | adjustments

    def _stacked(self, number: int, model: Any) -> Node:
        stack = _stack_of(model, model.stack_column_prefix_lst)
        use_original = model.params["use_orig_features"]
        if stack and use_original is not True:
            raise NotExportableError("which does not take the original features")
        children = [model.load_child(child) for child in model.models]
        if any(child.features != children[0].features for child in children):
            raise NotExportableError("whose folds take different features")
        for child in children:
            _require_plain(child)
        members = [
            self._member(f"{number}-{fold}", child, model.stack_columns)
            for fold, child in enumerate(children)
        ]
        return {"stack": stack, "members": members}

    def _member(self, number: str, model: Any, stack: Sequence[str]) -> Node:
        return export_member(number, model, self._folder, self._all_sources(stack))

    def _all_sources(self, stack: Sequence[str]) -> Sources:
        below = {name: Source(at, "float32", None) for at, name in enumerate(stack)}
        return below | {
            rule["name"]: Source(at, rule["dtype"], rule.get("categories"))
            for at, rule in enumerate(self._features, start=len(below))
        }


def has_exporter(model: Any) -> bool:
    """Return whether fitted models of this kind can be exported at all."""
    return type(model).__name__ in _EXPORTERS


def export_member(number: str, model: Any, folder: Path, everything: Sources) -> Node:
    """Write one fitted model, a fold's or one without folds.

    Args:
        number: what its files' names begin with.
        model: AutoGluon's.
        folder: where its files go.
        everything: the features that it is handed, by name.

    Raises:
        NotExportableError: only AutoGluon can compute it.
    """
    exporter = _EXPORTERS.get(type(model).__name__)
    if exporter is None:
        raise NotExportableError(f"whose family is {type(model).__name__}")
    if model._model_specific_feature_generators is not None:
        raise NotExportableError("which makes features of its own")
    sources = _sources(model, everything)
    node = {"columns": [source.position for source in sources.values()]}
    return node | exporter(model, folder, number, sources) | _member_adjustments(model)


def _stack_of(model: Any, prefixes: Sequence[str]) -> list[str]:
    """Return the models below an ensemble that its columns' prefixes mean.

    A refitted ensemble keeps the columns of the bags that it was fitted on, and reads them from the
    refitted models.
    """
    return [model.stack_column_prefix_to_model_map[prefix] for prefix in prefixes]


def _adjustments(model: Any) -> Node:
    # A stacker's own `normalize_pred_probas` is handed to its children.
    conformal = model.conformalize
    return {
        "temperature": model.temperature_scalar,
        "conformalize": None if conformal is None else np.asarray(conformal).tolist(),
    }


def _require_plain(model: Any) -> None:
    if model.temperature_scalar is not None or model.conformalize is not None:
        raise NotExportableError("calibrated inside an ensemble")


def _sources(model: Any, everything: Sources) -> Sources:
    taken = {name: name for name in model.features}
    if not model._is_features_in_same_as_ex:
        renamed = getattr(model, "_features_internal_map", None) or {}
        outer = {renamed.get(name, name): name for name in taken}
        taken = {name: outer[name] for name in model._features_internal_to_align}
    return {inner: everything[name] for inner, name in taken.items()}


def _lightgbm(model: Any, folder: Path, number: str, _: Sources) -> Node:
    if model.problem_type == "quantile":
        boosters = [model.model.model_dict[level] for level in model.model.quantile_levels]
    else:
        boosters = [model.model]
    files = []
    for at, booster in enumerate(boosters):
        for categories in booster.pandas_categorical or ():
            if list(categories) != list(range(len(categories))):
                raise NotExportableError("whose categories are not codes")
        files.append(f"{number}-{at}.lightgbm.txt")
        booster.save_model(str(folder / files[-1]))
    flat = model.problem_type in ("binary", "regression")
    return {"kind": "lightgbm", "files": files, "flat": flat}


def _forest(model: Any, folder: Path, number: str, sources: Sources) -> Node:
    if model.problem_type == "quantile" or getattr(model, "_daal", False):
        raise NotExportableError(f"whose family is {type(model.model).__name__}")
    trees = [estimator.tree_ for estimator in model.model.estimators_]
    file = f"{number}.forest.txt"
    node: Node = {"kind": "forest", "file": file}
    if model.problem_type == "multiclass":
        # One set of trees for all classes; their values are stored beside it.
        leaves = [leaves_of(tree) for tree in trees]
        values = [tree.value[at, 0, :] for tree, at in zip(trees, leaves, strict=True)]
        np.save(folder / f"{number}.forest.npy", np.concatenate(values))
        starts = np.cumsum([0, *(len(at) for at in leaves[:-1])]).tolist()
        node |= {"values": f"{number}.forest.npy", "starts": starts}
        numbers = [np.zeros(tree.node_count) for tree in trees]
    else:
        output = 1 if model.problem_type == "binary" else 0
        numbers = [tree.value[:, 0, output] for tree in trees]
    (folder / file).write_text(forest_text(trees, len(sources), numbers), encoding="ascii")
    return node


def _member_adjustments(model: Any) -> Node:
    return {"normalize": bool(model.normalize_pred_probas)}


_EXPORTERS: dict[str, Callable[[Any, Path, str, Sources], Node]] = {
    "LGBModel": _lightgbm,
    "XGBoostModel": export_xgboost,
    "CatBoostModel": export_catboost,
    "TabularNeuralNetTorchModel": export_nn_torch,
    "NNFastAiTabularModel": export_fastai,
    "RFModel": _forest,
    "XTModel": _forest,
    "LinearModel": export_linear,
    "KNNModel": export_neighbours,
}
