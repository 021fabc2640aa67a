"""Say what a portable scorer can hold: kinds of members in `direct/model.json`, with libraries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

SCORER_MODULE = "autogluon_jobs.tabular.portable.scorer"
"""In the artifact's `code`; what a portable scorer is made of."""
ALWAYS = ("numpy",)
"""Whose version is that of the training."""
READERS = ("pyarrow",)
"""Of any version: rows are read by the schema, not by guesses."""

_LIBRARIES: dict[str, tuple[str, ...]] = {
    "lightgbm": ("lightgbm",),
    "forest": ("lightgbm",),
    "xgboost": ("xgboost", "xgboost-cpu"),
    "catboost": (),
    "linear": ("scipy",),
    "neighbours": ("scikit-learn",),
}


def libraries_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the libraries of the members that `model.json` lists, for portable kinds."""
    found = {name for _, kind in _members(document) for name in _LIBRARIES.get(kind, ())}
    return (*ALWAYS, *sorted(found))


def not_portable(document: Mapping[str, Any]) -> list[str]:
    """Return what of `model.json` needs more than libraries of trees and of linear models."""
    left = [str(node["foreign"]) for node in document["models"] if "foreign" in node]
    kinds = dict(_members(document))
    return [*left, *(f"{name}, a {kind}" for name, kind in kinds.items() if kind not in _LIBRARIES)]


def _members(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    models: Sequence[Mapping[str, Any]] = document["models"]
    for node in models:
        for member in node.get("members", ()):
            yield node["name"], member["kind"]
