"""Export a CatBoost model as trees, hashes and look-up tables that need no CatBoost."""

from __future__ import annotations

import ast
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from autogluon_jobs.tabular.direct.export.export_source import Source, Sources
from autogluon_jobs.tabular.direct.files.artifact_files import NotExportableError
from autogluon_jobs.tabular.direct.members.catboost_features import table_shifts

_LINKS = {
    "Logloss": "sigmoid", "CrossEntropy": "sigmoid", "MultiClass": "softmax",
    "RMSE": "value", "MAE": "value", "MAPE": "value", "Quantile": "value",
    "MultiQuantile": "value", "Huber": "value", "LogCosh": "value", "Lq": "value",
}  # fmt: skip
_EMPTY_SLOT = str(2**64 - 1)
_NO_CATEGORY = "__NaN__"  # AutoGluon's, for a missing one


def export_catboost(model: Any, folder: Path, number: str, sources: Sources) -> dict[str, Any]:
    """Write the trees and tables; answer what `CatBoostMember` needs beside them.

    Args:
        model: AutoGluon's `CatBoostModel`.
        folder: where the files go.
        number: the member's own, to name files by.
        sources: the features that the model takes.

    Raises:
        NotExportableError: trees, losses or statistics that have no form here; named.
    """
    loss = str(model.model.get_all_params()["loss_function"]).split(":")[0]
    if loss not in _LINKS:
        raise NotExportableError(f"with the loss {loss}")
    document = _document(model.model)
    if "oblivious_trees" not in document:
        raise NotExportableError("whose trees are not oblivious")
    export = _Export(document, model.model.feature_names_)
    columns, categories = [], []
    codes: list[int] = []
    for name in export.category_names:
        columns.append(sources[name].position)
        of_category = _codes(model._category_mapping[name], sources[name])
        categories.append(len(of_category))
        codes += of_category
    columns += [sources[name].position for name in export.number_names]
    hash_of = _hashes_of(max(codes, default=0) + 1)
    hashes = [hash_of[code] for code in codes]
    scale, bias = document["scale_and_bias"]
    statistics = _Statistics(document, export).save(folder, number, hashes)
    return {
        "kind": "catboost",
        "columns": columns,
        "categories": categories,
        "link": _LINKS[loss],
        "high": export.high,
        "one_hot": export.one_hot,
        **statistics,
        "scale": scale,
        "bias": bias,
        "trees": _save_trees(document, export, folder, number),
    }


def _document(booster: Any) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        booster.save_model(str(path), format="json")
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def _codes(mapping: Mapping[Any, int], source: Source) -> list[int]:
    """Return what AutoGluon makes of each category's code, and last of a missing one."""
    known = [*range(source.categories or 0), _NO_CATEGORY]
    return [mapping.get(code, len(mapping)) for code in known]


def _hashes_of(count: int) -> list[int]:
    """Return CatBoost's hashes of the categories "0" to `count - 1`.

    It tells them only in a model's Python form, so a model is made of nothing else.
    """
    from catboost import CatBoost, Pool

    pool = Pool(
        pd.DataFrame({"code": range(count + 1)}),
        label=[at % 2 for at in range(count + 1)], cat_features=["code"],
    )  # fmt: skip
    booster = CatBoost({"iterations": 1, "allow_writing_files": False, "thread_count": 1})
    booster.fit(pool, verbose=False)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.py"
        booster.save_model(str(path), format="python", pool=pool)
        text = path.read_text(encoding="utf-8")
    start = text.index("{", text.index("cat_features_hashes"))
    hashes = ast.literal_eval(text[start : text.index("}", start) + 1])
    return [hashes[str(code)] for code in range(count)]


class _Export:
    """The positions of the model's features among the columns of `CatBoostFeatures`."""

    def __init__(self, document: Mapping[str, Any], names: Sequence[str]) -> None:
        info = document["features_info"]
        numbers = [item for item in info.get("float_features", ()) if item["borders"]]
        self.statistics: list[Any] = info.get("ctrs", [])
        used = {
            part["cat_feature_index"]
            for item in self.statistics
            for part in item["elements"]
            if "cat_feature_index" in part
        }
        categories = [
            item
            for item in info.get("categorical_features", ())
            if item.get("values") or item["feature_index"] in used
        ]
        self.number_names = [names[item["flat_feature_index"]] for item in numbers]
        self.category_names = [names[item["flat_feature_index"]] for item in categories]
        self.high = [item["nan_value_treatment"] == "AsTrue" for item in numbers]
        self.number_at = {item["feature_index"]: at for at, item in enumerate(numbers)}
        self.category_at = {item["feature_index"]: at for at, item in enumerate(categories)}
        self.one_hot = [
            [at, value] for at, item in enumerate(categories) for value in item.get("values", ())
        ]
        # CatBoost numbers all splits: by number and border, by category and value, by statistic.
        self.questions: list[tuple[int, float]] = [
            (at, border) for at, item in enumerate(numbers) for border in item["borders"]
        ]
        self.questions += [(len(numbers) + at, 0.5) for at in range(len(self.one_hot))]
        first = len(numbers) + len(self.one_hot)
        self.questions += [
            (first + at, border)
            for at, item in enumerate(self.statistics)
            for border in item["borders"]
        ]


@dataclass
class _Statistics:
    """The tables of a model's statistics, with their keys and values."""

    document: Mapping[str, Any]
    export: _Export
    questions: list[list[Any]] = field(default_factory=list)
    equals: list[list[Any]] = field(default_factory=list)

    def save(self, folder: Path, number: str, hashes: list[int]) -> dict[str, Any]:
        """Write the arrays; answer the node's part on statistics."""
        names = sorted({item["identifier"] for item in self.export.statistics})
        self._collect()
        tables = [self._parts(json.loads(name)["identifier"]) for name in names]
        columns: list[list[Any]] = [[] for _ in names]
        statistics = []
        for item in self.export.statistics:
            table = names.index(item["identifier"])
            known, unknown = _values(item, self.document["ctr_data"][item["identifier"]])
            statistics.append([table, len(columns[table]), float(unknown)])
            columns[table].append(known)
        keys, owners, values = self._merged(names, columns)
        files = [f"{number}.catboost.{name}.npy" for name in ("hashes", "keys", "owners", "values")]
        arrays = (np.array(hashes, dtype=np.int64), keys, owners, values)
        for file, array in zip(files, arrays, strict=True):
            np.save(folder / file, array)
        return {
            "questions": self.questions, "equals": self.equals, "tables": tables,
            "statistics": statistics, "arrays": files,
        }  # fmt: skip

    def _collect(self) -> None:
        for item in self.export.statistics:
            for part in item["elements"]:
                kind, pair = self._pair(part)
                known = {"float_feature": self.questions, "cat_feature_exact_value": self.equals}
                if kind in known and pair not in known[kind]:
                    known[kind].append(pair)

    def _pair(self, part: Mapping[str, Any]) -> tuple[str, list[Any]]:
        kind = part["combination_element"]
        if kind == "float_feature":
            return kind, [self.export.number_at[part["float_feature_index"]], part["border"]]
        if kind not in ("cat_feature_value", "cat_feature_exact_value"):
            raise NotExportableError(f"with statistics over a {kind}")
        return kind, [self.export.category_at[part["cat_feature_index"]], part.get("value")]

    def _parts(self, elements: Sequence[Mapping[str, Any]]) -> list[int]:
        """Return the parts in the order in which CatBoost takes them into the hash."""
        categories, questions, equals = [], [], []
        for part in elements:
            kind, pair = self._pair(part)
            if kind == "cat_feature_value":
                categories.append(pair[0])
            elif kind == "float_feature":
                questions.append(len(self.export.category_at) + self.questions.index(pair))
            else:
                before = len(self.export.category_at) + len(self.questions)
                equals.append(before + self.equals.index(pair))
        return [*categories, *questions, *equals]

    def _merged(self, names: list[str], columns: list[list[Any]]) -> tuple[Any, Any, Any]:
        keys, owners = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.uint16)]
        width = max(map(len, columns), default=0)
        values = [np.zeros((0, width), dtype=np.float32)]
        for table, shift in enumerate(table_shifts(len(names))):
            slots = _slots(self.document["ctr_data"][names[table]])
            keys.append(np.array([int(slot[0]) for slot in slots], dtype=np.uint64) + shift)
            owners.append(np.full(len(slots), table, dtype=np.uint16))
            block = np.zeros((len(slots), width), dtype=np.float32)
            block[:, : len(columns[table])] = np.column_stack(columns[table])
            values.append(block)
        joined = np.concatenate(keys)
        order = np.argsort(joined)
        if len(np.unique(joined)) != len(joined) or len(names) >= 2**16:
            raise NotExportableError("with statistics whose keys collide")
        return joined[order], np.concatenate(owners)[order], np.concatenate(values)[order]


def _slots(data: Mapping[str, Any]) -> list[list[Any]]:
    flat, stride = data["hash_map"], data["hash_stride"]
    slots = [flat[at : at + stride] for at in range(0, len(flat), stride)]
    return [slot for slot in slots if slot[0] != _EMPTY_SLOT]


def _values(item: Mapping[str, Any], data: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return the statistic of each key, and of an unknown one, in CatBoost's 32-bit arithmetic."""
    slots = _slots(data)
    counts = np.array([slot[1:] for slot in slots], dtype=np.int64)
    counts = counts.reshape(len(slots), data["hash_stride"] - 1)
    kind, border = item["ctr_type"], item["target_border_idx"]
    total = counts.sum(axis=1)
    all_unknown = 0
    if kind in ("Counter", "FeatureFreq"):
        good, all_unknown = counts[:, 0], data["counter_denominator"]
        total = np.full(len(slots), all_unknown)
    elif kind == "Buckets":
        good = counts[:, border]
    elif kind == "Borders":
        good = counts[:, 1 if counts.shape[1] == 2 else border + 1 :].sum(axis=1)
    else:
        raise NotExportableError(f"with statistics of the type {kind}")
    return _statistic(item, good, total), _statistic(item, 0, all_unknown)


def _statistic(item: Mapping[str, Any], good: Any, total: Any) -> Any:
    single = np.float32
    share = (np.asarray(good).astype(single) + single(item["prior_numerator"])) / (
        np.asarray(total).astype(single) + single(item["prior_denomerator"])
    )
    return (share + single(item["shift"])) * single(item["scale"])


def _save_trees(
    document: Mapping[str, Any], export: _Export, folder: Path, number: str
) -> list[str]:
    trees = document["oblivious_trees"]
    outputs = len(document["scale_and_bias"][1])
    deepest = max(len(tree["splits"] or ()) for tree in trees)
    splits = np.full((len(trees), max(1, deepest)), len(export.questions), dtype=np.int64)
    for at, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"] or ()):
            question = split["split_index"]
            if split.get("border") not in (None, export.questions[question][1]):
                raise NotExportableError("whose splits are numbered in an unsupported way")
            splits[at, level] = question
    arrays = {
        "columns": np.array([column for column, _ in export.questions], dtype=np.int64),
        "borders": np.array([border for _, border in export.questions], dtype=np.float32),
        "splits": splits.astype(np.int32),
        "leaves": np.concatenate(
            [np.array(tree["leaf_values"]).reshape(-1, outputs) for tree in trees]
        ),
    }
    for name, array in arrays.items():
        np.save(folder / f"{number}.catboost.{name}.npy", array)
    return [f"{number}.catboost.{name}.npy" for name in arrays]
