"""Make rows to prove compiled members on, from the schema and from splits.

Numbers lie on a tree's split, a little below and above it, where a row changes sides; and far
from all of them. Cells are missing where the schema lets them be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.schema.feature_table import MISSING_CODE, MISSING_MOMENT, FeatureTable
from autogluon_jobs.tabular.direct.sample_rows import UNSEEN

_SHARE_MISSING = 0.08
_MOST_SPLITS = 4096
_WHOLE_DAYS = 20_000  # since 1970, so up to 2024
_NANOSECONDS_PER_DAY = 86_400 * 10**9


def probe_table(schema: FeatureSchema, seen: Mapping[str, Any], count: int) -> FeatureTable:
    """Make rows of every kind of value that a request can hold; the same ones each time.

    Args:
        schema: what the predictor takes.
        seen: splits of numbers and known words of texts, for some of the features.
        count: how many rows.
    """
    dice = np.random.default_rng(0)
    columns = [_values(item, seen.get(item.name), count, dice) for item in schema.features]
    return FeatureTable.of_rows(schema.features, list(zip(*columns, strict=True)))


def splits_of(members: Iterable[Any], schema: FeatureSchema) -> dict[str, Any]:
    """Find where the forests of fitted AutoGluon models split the schema's numbers, by name."""
    numbers = {item.name for item in schema.features if item.kind in ("int", "float")}
    found: dict[str, list[Any]] = {}
    for member in members:
        for estimator in getattr(getattr(member, "model", None), "estimators_", ()):
            tree = getattr(estimator, "tree_", None)
            if tree is None or len(member.features) != tree.n_features:
                continue
            for at, name in enumerate(member.features):
                if name not in numbers:
                    continue
                found.setdefault(name, []).append(tree.threshold[tree.feature == at])
    joint = {name: np.unique(np.concatenate(parts)) for name, parts in found.items()}
    return {name: values[:: 1 + len(values) // _MOST_SPLITS] for name, values in joint.items()}


def words_of(rules: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the words that feature rules know, by feature."""
    return {rule["source"]: list(rule["table"]) for rule in rules if rule["op"] == "text_codes"}


def _values(feature: Feature, seen: Any, count: int, dice: Any) -> list[Any]:
    values = _present(feature, seen, count, dice)
    if not feature.nullable or feature.kind == "int":
        return values
    missing = _MISSING[feature.kind]
    gone = dice.random(count) < _SHARE_MISSING
    return [missing if lost else value for lost, value in zip(gone, values, strict=True)]


_MISSING: dict[str, Any] = {
    "float": np.nan, "bool": np.nan, "category": MISSING_CODE, "text": None,
    "datetime": MISSING_MOMENT,
}  # fmt: skip


def _present(feature: Feature, seen: Any, count: int, dice: Any) -> list[Any]:
    if feature.allowed is not None:
        known = [_read(feature, item) for item in feature.allowed]
        return [known[at] for at in dice.integers(len(known), size=count)]
    if feature.kind == "category":
        codes: list[int] = dice.integers(len(feature.categories or ()), size=count).tolist()
        return codes
    if feature.kind == "bool":
        return [int(value) for value in dice.integers(2, size=count)]
    if feature.kind == "text":
        words = [*(seen or ()), UNSEEN]
        return [words[at] for at in dice.integers(len(words), size=count)]
    if feature.kind == "datetime":
        days = dice.integers(_WHOLE_DAYS, size=count).tolist()
        return [day * _NANOSECONDS_PER_DAY for day in days]
    numbers = _numbers(seen, count, dice)
    if feature.kind == "int":
        return [int(number) for number in np.rint(numbers)]
    return [float(number) for number in numbers]


def _read(feature: Feature, item: Any) -> Any:
    if feature.kind == "category":
        return (feature.categories or ()).index(item)
    if feature.kind == "datetime":
        return int(np.datetime64(item, "ns").astype(np.int64))
    return int(item) if feature.kind == "bool" else item


def _numbers(splits: Any, count: int, dice: Any) -> Any:
    far = dice.choice([-1.0, 1.0], count) * 10.0 ** dice.uniform(-4, 7, count)
    if splits is None or not len(splits):
        return far
    near = dice.choice(splits, count)
    single = near.astype(np.float32)  # forests compare rows rounded to 32 bits
    return np.choose(
        dice.integers(7, size=count),
        [
            near, np.nextafter(near, np.inf), np.nextafter(near, -np.inf),
            np.nextafter(single, np.float32(np.inf)), np.nextafter(single, np.float32(-np.inf)),
            near + dice.normal(size=count), far,
        ],
    )  # fmt: skip
