"""A version that would break the callers of the live one is refused, unless told otherwise."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from autogluon_contracts.documents.model_package import VersionMetadata
from autogluon_lambdas.models.errors import PromotionError
from tests.fakes.lambda_ports import package
from tests.fakes.sandbox import GROUP_ARN, spec
from tests.unit.lambdas.test_promotion import _prepare

ONE = f"{GROUP_ARN}/1"
AGE = {"name": "age", "kind": "int", "nullable": True}
JOB = {"name": "job", "kind": "category", "nullable": True}
SCHEMA: dict[str, Any] = {
    "version": 1,
    "label": "class",
    "problem_type": "binary",
    "classes": ["no", "yes"],
    "positive_class": "yes",
    "ignored": ["weight"],
    "features": [AGE, JOB],
}


def _schemas(**new: Any) -> dict[str, str]:
    folder = "s3://artifact-bucket/income/runs/run-{}/report/feature_schema.json"
    return {
        folder.format(1): json.dumps(SCHEMA),
        folder.format(2): json.dumps(SCHEMA | new),
    }


def _promoted(*, live: str = ONE, **new: Any) -> str:
    more = {name: new.pop(name) for name in ("asked", "two", "init_args") if name in new}
    target: str = _prepare(2, live=live, schemas=_schemas(**new), **more)["target"]
    return target


BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "new feature": (
        {"features": [AGE, JOB, {"name": "zip", "kind": "int"}]},
        "it needs zip, which they do not send",
    ),
    "feature gone": ({"features": [AGE]}, "it does not know job, which they send"),
    "feature ignored": (
        {"features": [AGE], "ignored": ["job"]},
        "rows without a header in another order or number of columns",
    ),
    "order": ({"features": [JOB, AGE]}, "rows without a header in another order"),
    "kind": ({"features": [AGE, {**JOB, "kind": "float"}]}, "job is float instead of category"),
    "fewer values": (
        {"features": [AGE, {**JOB, "allowed": ["a", "b"]}]},
        "job takes only a, b",
    ),
    "missing values": (
        {"features": [{**AGE, "nullable": False}, JOB]},
        "age may not be missing any more",
    ),
    "label": (
        {"label": "klass"},
        "columns klass, no_proba, yes_proba instead of class, no_proba, yes_proba",
    ),
    "classes": (
        {"classes": ["no", "yes", "so"], "problem_type": "multiclass"},
        "columns class, no_proba, yes_proba, so_proba instead of class",
    ),
    "problem type": (
        {"classes": None, "problem_type": "regression"},
        "its answers have the columns class instead of class, no_proba",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_breaks_callers_is_refused_and_named(name: str) -> None:
    new, clause = BREAKS[name]
    with pytest.raises(PromotionError) as caught:
        _promoted(**new)
    text = str(caught.value)
    assert text.startswith('Version 2 of predictor "income" would break callers of the live ver')
    assert clause in text
    assert text.endswith('promote it with "allow_schema_change": true.')
    assert _promoted(**new, asked={"allow_schema_change": True}).endswith("/2")


@pytest.mark.parametrize(
    "new",
    [
        {},
        {"ignored": []},
        {"features": [{**AGE, "kind": "float"}, {**JOB, "kind": "text"}]},
        {"features": [AGE, {**JOB, "categories": ["new"]}]},
    ],
)
def test_what_callers_do_not_notice_is_promoted(new: dict[str, Any]) -> None:
    assert _promoted(**new).endswith("/2")


def test_going_back_to_what_was_live_is_never_refused() -> None:
    since = VersionMetadata(live_since="2026-11-29T08:00:00Z")
    two = replace(package(2), metadata=since)
    assert _promoted(label="klass", two=two).endswith("/2")


def test_there_are_no_callers_to_break_where_nothing_is_live() -> None:
    assert _promoted(live="none", label="klass").endswith("/2")


def test_a_predictor_whose_runs_name_their_own_label_takes_any_version() -> None:
    assert _promoted(label="klass", init_args={}).endswith("/2")
    assert "label" in spec()["init_args"]


def test_versions_of_other_programs_are_not_judged() -> None:
    assert _prepare(2, live=ONE, schemas={})["target"].endswith("/2")


FACTS: dict[str, Any] = {
    "id_column": "store", "timestamp_column": "day", "prediction_length": 2, "freq": "D",
    "known_covariates": ["promo"], "resampled": True,
}  # fmt: skip
SERIES: dict[str, Any] = {
    "version": 1,
    "type": "timeseries",
    "label": "sales",
    "problem_type": "timeseries",
    "classes": None,
    "quantile_levels": [0.1, 0.9],
    "details": FACTS,
    "features": [{"name": name} for name in ("store", "day", "sales", "profit", "promo")],
}
TIME_SERIES: dict[str, Any] = {"type": "timeseries", "init_args": {"prediction_length": 2}}


def _series_promoted(new: dict[str, Any], **more: Any) -> str:
    folder = "s3://artifact-bucket/income/runs/run-{}/report/feature_schema.json"
    schemas = {folder.format(1): json.dumps(SERIES), folder.format(2): json.dumps(SERIES | new)}
    target: str = _prepare(2, live=ONE, schemas=schemas, **TIME_SERIES | more)["target"]
    return target


@pytest.mark.parametrize(
    ("new", "clause"),
    [
        ({"label": "profit"}, "it forecasts profit instead of sales"),
        ({"details": {**FACTS, "prediction_length": 3}}, "it forecasts 3 steps instead of 2"),
        ({"details": {**FACTS, "freq": "W-SUN"}}, "its steps are W-SUN instead of D"),
        (
            {"details": {**FACTS, "id_column": "profit"}},
            "answers have the columns profit, day, mean, 0.1, 0.9 instead of store, day, mean",
        ),
        (
            {"quantile_levels": [0.5]},
            "answers have the columns store, day, mean, 0.5 instead of store, day, mean, 0.1, 0.9",
        ),
        (
            {"details": {**FACTS, "known_covariates": ["promo", "profit"]}},
            "it needs the future of profit, which they do not send",
        ),
        (
            {"details": {**FACTS, "known_covariates": []}},
            "it makes no use of the future of promo, which they send",
        ),
        ({"details": {**FACTS, "resampled": False}}, "its series may not have gaps any more"),
        ({"features": SERIES["features"][:-1]}, "it does not know promo, which they send"),
        (SCHEMA | {"type": "tabular"}, "it is a tabular model instead of a timeseries one"),
    ],
)
def test_what_breaks_callers_of_forecasts_is_refused_and_named(
    new: dict[str, Any], clause: str
) -> None:
    with pytest.raises(PromotionError) as caught:
        _series_promoted(new)
    assert f"live version 1: {clause}" in str(caught.value).replace("its answers", "answers")
    assert _series_promoted(new, asked={"allow_schema_change": True}).endswith("/2")


def test_forecasts_alike_are_promoted_and_runs_that_say_what_they_forecast_too() -> None:
    assert _series_promoted({}).endswith("/2")
    another = {"details": {**FACTS, "prediction_length": 3}}
    assert _series_promoted(another, init_args={}).endswith("/2")
