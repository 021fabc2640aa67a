"""Versions that answer side by side, and a shadow."""

from __future__ import annotations

from typing import Any

import pytest

from autogluon_constructs.settings import Endpoint, SettingsError, parse_environment


def parsed(**endpoint: Any) -> Endpoint:
    predictor = {
        "init_args": {"label": "y"},
        "endpoint": {"instance_type": "ml.m5.large"} | endpoint,
    }
    found = parse_environment("dev", {"predictors": {"p": predictor}}, file="config/dev.yaml")
    declared = found.predictors["p"].endpoint
    assert declared is not None
    return declared


def test_variants_have_the_endpoints_instances_unless_they_name_their_own() -> None:
    endpoint = parsed(
        initial_instance_count=2,
        variants={
            "main": {"weight": 3.0},
            "small": {"weight": 1.0, "instance_type": "ml.t2.medium", "initial_instance_count": 1},
            "same": {"weight": 0.5},
        },
    )

    assert endpoint.main_variant.weight == 3
    found = [
        (each.name, each.weight, each.instance_type, each.initial_instance_count)
        for each in endpoint.variants_beside
    ]
    assert found == [("small", 1.0, "ml.t2.medium", 1), ("same", 0.5, "ml.m5.large", 2)]
    assert endpoint.all_instance_types == ("ml.m5.large", "ml.t2.medium")


def test_a_shadow_is_as_heavy_as_what_it_copies() -> None:
    [shadow] = parsed(shadow={}).variants_beside

    assert (shadow.name, shadow.weight, shadow.is_shadow) == ("shadow", 1, True)


TWO = {"main": {"weight": 0.9}, "challenger": {"weight": 0.1}}


@pytest.mark.parametrize(
    ("endpoint", "part"),
    [
        ({"variants": {"challenger": {"weight": 1.0}}}, "'main' is missing"),
        (
            {"variants": {**TWO, "main": {"weight": 1.0, "initial_instance_count": 2}}},
            "variants.main has only a weight",
        ),
        ({"variants": {"main": {"weight": 1.0}}}, "got 'main' alone"),
        ({"variants": {**TWO, "shadow": {"weight": 1.0}}}, "variants.shadow: the name is reserved"),
        (
            {"variants": {"main": {"weight": 0.0}, "other": {"weight": 0.0}}},
            "all weights are 0",
        ),
        ({"variants": {**TWO, "a-1": {"weight": 1.0}, "a1": {"weight": 1.0}}}, "'a1' and 'a-1'"),
        (
            {"variants": {"main": {"weight": 1.0}} | {f"v{n}": {"weight": 1.0} for n in range(10)}},
            "got 11; SageMaker allows at most 10",
        ),
        ({"variants": TWO, "shadow": {}}, "copies the requests of an endpoint's only variant"),
        ({"shadow": {}, "fallback_instance_types": ["ml.m5.xlarge"]}, "not supported yet"),
        ({"shadow": {}, "capture": {"percentage": 10}}, "capture with shadow is not supported yet"),
        ({"variants": {**TWO, "main": {"weight": -1.0}}}, "variants.main.weight"),
        ({"variants": {**TWO, "Big": {"weight": 1.0}}}, "variants.Big"),
        ({"mode": "asynchronous", "variants": TWO}, "SageMaker has one variant on an asynchronous"),
        ({"mode": "asynchronous", "shadow": {}}, "SageMaker has no shadows on an asynchronous"),
        (
            {
                "variants": {**TWO, "challenger": {"weight": 1.0, "initial_instance_count": 5}},
                "autoscaling": {
                    "min_capacity": 1,
                    "max_capacity": 2,
                    "target_invocations_per_instance": 10.0,
                },
            },
            "lies outside autoscaling's min_capacity 1 to max_capacity 2, which hold for each",
        ),
        (
            {"variants": {**TWO, "gpu": {"weight": 1.0, "instance_type": "ml.g5.xlarge"}}},
            "endpoint.variants.gpu.instance_type: got 'ml.g5.xlarge'",
        ),
    ],
)
def test_what_sagemaker_does_not_take_is_refused(endpoint: dict[str, Any], part: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parsed(**endpoint)

    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"variant": "chalenger"}, "input.variant: got 'chalenger'; allowed: main, challenger"),
        (
            {"variant": "challenger", "initial_instance_count": 2},
            "input.initial_instance_count: got '2' with variant 'challenger', for which the",
        ),
        (
            {"variant": "challenger", "model": "last-live"},
            "input.model: got 'last-live' with variant 'challenger', and the registry knows",
        ),
        ({"weights": {"other": 1}}, "input.weights: got 'other'; allowed: main, challenger"),
        ({"model": "none", "weights": {"main": 1}}, "with model 'none'; leave it out"),
        # A type of another variant is not one that a promotion may choose.
        (
            {"instance_type": "ml.t2.large"},
            "input.instance_type: got 'ml.t2.large'; allowed: ml.m5",
        ),
    ],
)
def test_a_schedule_promotes_only_what_the_endpoint_has(
    asked: dict[str, Any], sentence: str
) -> None:
    beside = {**TWO, "challenger": {"weight": 0.1, "instance_type": "ml.t2.large"}}

    with pytest.raises(SettingsError) as caught:
        _scheduled(asked, variants=beside)

    assert sentence in str(caught.value)


def test_a_schedule_may_promote_a_variant_and_shift_weights() -> None:
    _scheduled({"variant": "challenger"}, variants=TWO)
    _scheduled({"weights": {"main": 0.5, "challenger": 0.5}}, variants=TWO)
    _scheduled({"variant": "shadow"}, shadow={})
    with pytest.raises(SettingsError, match="the endpoint has one variant, which gets all"):
        _scheduled({"weights": {"main": 0.5}}, shadow={})


def _scheduled(asked: dict[str, Any], **endpoint: Any) -> None:
    schedule = {
        "workflow": "promote",
        "expression": "rate(7 days)",
        "input": {"model": "latest-approved", **asked},
    }
    predictor = {
        "init_args": {"label": "y"},
        "endpoint": {"instance_type": "ml.m5.large"} | endpoint,
        "schedules": {"weekly": schedule},
    }
    parse_environment("dev", {"predictors": {"p": predictor}}, file="config/dev.yaml")
