"""Export AutoGluon's feature generators as the rules of `encoding`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from autogluon_jobs.schema.feature_schema import Feature, FeatureSchema
from autogluon_jobs.tabular.direct.export.export_texts import (
    ngram_rules,
    statistic_rules,
    without_repetition,
)
from autogluon_jobs.tabular.direct.files.artifact_files import NotExportableError

Rule = dict[str, Any]

_LIBRARY = "autogluon"
_PASSED_OVER = (
    "FillNaFeatureGenerator", "DropUniqueFeatureGenerator", "DropDuplicatesFeatureGenerator",
)  # fmt: skip


def encoding_rules(generator: Any, schema: FeatureSchema) -> list[Rule]:
    """Return one rule for each feature that the generator puts out, in its order.

    Args:
        generator: the fitted pipeline of a predictor.
        schema: what requests hold.

    Raises:
        NotExportableError: a generator that has no rule; named.
    """
    _require_autogluons(generator)
    rules: dict[str, Rule] = {}
    two_valued: dict[str, Any] = {}
    for stage in getattr(generator, "generators", [[generator]]):
        for part in stage:
            _require_autogluons(part)
            name = type(part).__name__
            if name == "AsTypeFeatureGenerator":
                two_valued = part._bool_features
            elif name in _EXPORTERS:
                _require_bare(part, _FOLLOWERS.get(name, _NO_FOLLOWERS))
                rules.update(_EXPORTERS[name](part, schema, two_valued))
            elif name not in _PASSED_OVER:
                raise NotExportableError(f"features made by {name}")
    missing = [name for name in generator.features_out if name not in rules]
    if missing or generator._post_generators or generator._pre_astype_generator:
        raise NotExportableError(f"the features {', '.join(missing) or 'of further generators'}")
    return without_repetition([rules[name] | {"name": name} for name in generator.features_out])


def _require_autogluons(generator: Any) -> None:
    """Refuse a generator of a person's own, whatever its name: what it computes is not known."""
    kind = type(generator)
    if not kind.__module__.startswith(f"{_LIBRARY}."):
        raise NotExportableError(f"features made by {kind.__module__}.{kind.__name__}")


def _require_bare(part: Any, followers: tuple[tuple[str, ...], ...]) -> None:
    post = tuple(type(item).__name__ for item in part._post_generators)
    if post not in followers or part.passthrough_features:
        raise NotExportableError(f"{type(part).__name__} followed by {', '.join(post)}")
    if part._pre_astype_generator is not None:
        raise NotExportableError(f"{type(part).__name__} with enforced types")


def _identity(part: Any, schema: FeatureSchema, two_valued: dict[str, Any]) -> dict[str, Rule]:
    rules = {}
    for name in part.features_in:
        feature = schema.by_name[name]
        if name in two_valued:
            rules[name] = _equals(feature, two_valued[name])
        elif feature.kind in ("int", "float", "bool"):
            rules[name] = {"op": "number", "source": name}
        else:
            raise NotExportableError(f'the {feature.kind} "{name}" left as it is')
    return rules


def _equals(feature: Feature, wanted: Any) -> Rule:
    rule: Rule = {"op": "equals", "source": feature.name}
    if pd.isna(wanted):
        raise NotExportableError(f'"{feature.name}", of which missing values are one of two')
    if feature.kind == "category":
        return rule | {"value": (feature.categories or ()).index(wanted)}
    if feature.kind == "datetime":
        return rule | {"value": pd.Timestamp(wanted).value}
    return rule | {"value": wanted.item() if hasattr(wanted, "item") else wanted}


def _categories(part: Any, schema: FeatureSchema, _: dict[str, Any]) -> dict[str, Rule]:
    if part._fillna_map:
        raise NotExportableError("categories whose missing values are filled")
    rules = {}
    for name, kept in (part.category_map or {}).items():
        feature = schema.by_name[name]
        codes = {value: code for code, value in enumerate(kept)}
        if feature.kind == "category":
            table = [codes.get(value) for value in feature.categories or ()]
            rules[name] = {"op": "codes", "source": name, "table": table}
        elif feature.kind == "text":
            rules[name] = {"op": "text_codes", "source": name, "table": codes}
        else:
            raise NotExportableError(f'the {feature.kind} "{name}" read as a category')
    return rules


def _dates(part: Any, schema: FeatureSchema, _: dict[str, Any]) -> dict[str, Rule]:
    rules = {}
    for name in part.features_in:
        if schema.by_name[name].kind != "datetime":
            raise NotExportableError(f'dates in the {schema.by_name[name].kind} "{name}"')
        common = {"op": "moment", "source": name, "fill": part._fillna_map[name].value}
        rules[name] = common | {"part": "ns"}
        for item in part.features:
            if item not in ("year", "month", "day", "dayofweek"):
                raise NotExportableError(f'the part "{item}" of dates')
            rules[f"{name}.{item}"] = common | {"part": item}
    return rules


_EXPORTERS: dict[str, Callable[[Any, FeatureSchema, dict[str, Any]], dict[str, Rule]]] = {
    "IdentityFeatureGenerator": _identity,
    "CategoryFeatureGenerator": _categories,
    "DatetimeFeatureGenerator": _dates,
    "TextSpecialFeatureGenerator": statistic_rules,
    "TextNgramFeatureGenerator": ngram_rules,
}
_NO_FOLLOWERS: tuple[tuple[str, ...], ...] = ((),)
_FOLLOWERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "CategoryFeatureGenerator": ((), ("CategoryMemoryMinimizeFeatureGenerator",)),
    "TextSpecialFeatureGenerator": (
        ("BinnedFeatureGenerator", "DropDuplicatesFeatureGenerator"), ("BinnedFeatureGenerator",),
    ),
}  # fmt: skip
