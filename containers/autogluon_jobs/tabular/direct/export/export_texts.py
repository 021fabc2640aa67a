"""Export AutoGluon's generators of text features as the rules of `text_features`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autogluon_jobs.schema.feature_schema import FeatureSchema
from autogluon_jobs.tabular.direct.files.artifact_files import NotExportableError

Rule = dict[str, Any]

_COMBINED = "__nlp__"  # AutoGluon's, for all texts together


def ngram_rules(part: Any, schema: FeatureSchema, _: dict[str, Any]) -> dict[str, Rule]:
    """Return the rules of a `TextNgramFeatureGenerator`.

    Raises:
        NotExportableError: a vectorizer that cuts texts up, or counts, in an unsupported way.
    """
    rules: dict[str, Rule] = {}
    fitted = (
        zip(part.vectorizer_features, part.vectorizers, strict=True) if part.features_in else ()
    )
    for number, (feature, vectorizer) in enumerate(fitted):
        sources = list(part.features_in) if feature == _COMBINED else [feature]
        _require_texts(sources, schema)
        vocabulary = _vocabulary(vectorizer, sources)
        names = list(part._feature_names_dict[feature])
        if len(names) != len(vocabulary["terms"]) + 1:
            raise NotExportableError("n-grams that are named in an unsupported way")
        for place, name in enumerate(names):
            term = place if place < len(names) - 1 else None
            rules[str(name)] = {
                "op": "term", "source": sources[0], "text": number, "term": term,
                "vocabulary": vocabulary,
            }  # fmt: skip
    return rules


def without_repetition(rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules, with each text's vocabulary in the first of its rules alone."""
    seen: set[int] = set()
    kept = []
    for rule in rules:
        repeated = rule["op"] == "term" and rule["text"] in seen
        kept.append({k: v for k, v in rule.items() if k != "vocabulary"} if repeated else rule)
        if rule["op"] == "term":
            seen.add(rule["text"])
    return kept


def _vocabulary(vectorizer: Any, sources: list[str]) -> Rule:
    if type(vectorizer).__name__ != "CountVectorizer":
        raise NotExportableError(f"n-grams weighted by {type(vectorizer).__name__}")
    for name, known in (
        ("analyzer", "word"), ("strip_accents", None), ("tokenizer", None), ("preprocessor", None),
        ("input", "content"),
    ):  # fmt: skip
        if getattr(vectorizer, name) != known:
            raise NotExportableError(f"n-grams whose {name} is {getattr(vectorizer, name)!r}")
    if np.dtype(vectorizer.dtype) != np.uint8:
        raise NotExportableError(f"n-grams counted as {np.dtype(vectorizer.dtype)}")
    shortest, longest = vectorizer.ngram_range
    terms = vectorizer.vocabulary_
    return {
        "sources": sources,
        "terms": sorted(terms, key=terms.__getitem__),
        "lowercase": bool(vectorizer.lowercase),
        "token_pattern": vectorizer.token_pattern,
        "stop_words": sorted(vectorizer.get_stop_words() or ()),
        "shortest": int(shortest),
        "longest": int(longest),
        "binary": bool(vectorizer.binary),
    }


def statistic_rules(part: Any, schema: FeatureSchema, _: dict[str, Any]) -> dict[str, Rule]:
    """Return the rules of a `TextSpecialFeatureGenerator` and the bins after it.

    Raises:
        NotExportableError: statistics that are not in bins, or of symbols that are letters.
    """
    _require_texts(part.features_in, schema)
    binned = [item for item in part._post_generators if hasattr(item, "_bin_map")]
    if part.features_in and len(binned) != 1:
        raise NotExportableError("statistics of texts that are not in bins")
    rules: dict[str, Rule] = {}
    for source, names in part._feature_names_dict.items():
        for statistic, name in names.items():
            if isinstance(name, str):
                rules[name] = {"op": "statistic", "source": source, "statistic": statistic}
                continue
            if len(statistic) != 1 or statistic.isalnum():
                raise NotExportableError(f'the symbol "{statistic}" of texts')
            for kind in ("count", "ratio"):
                rules[name[kind]] = {
                    "op": "statistic", "source": source, "symbol": str(statistic),
                    "statistic": f"symbol_{kind}",
                }  # fmt: skip
    bins = binned[0]._bin_map if binned else {}
    return {name: rule | {"bins": _finite(bins[name])} for name, rule in rules.items()
            if name in bins}  # fmt: skip


def _finite(bins: Any) -> list[float]:
    """Return the bins without the infinite one at the end."""
    return [float(edge) for edge in bins if edge != np.inf]


def _require_texts(sources: Sequence[str], schema: FeatureSchema) -> None:
    for name in sources:
        if schema.by_name[name].kind != "text":
            raise NotExportableError(f'texts in the {schema.by_name[name].kind} "{name}"')
