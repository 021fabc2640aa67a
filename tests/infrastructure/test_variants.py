"""Variants beside the main one exist while their own live models do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autogluon_constructs.settings import Environment, parse_environment
from autogluon_constructs.settings.reading.yaml_text import parse_yaml
from tests.infrastructure.conftest import Template, Templates
from tests.infrastructure.templates import flat, of_type, only

EXAMPLE = Path(__file__).parents[2] / "examples/variants/challenger.yaml"


def settings(**endpoint: Any) -> Environment:
    values = parse_yaml(EXAMPLE.read_text())
    values["alarms"] = {"failed_runs": 1, "endpoints": {"server_errors": 1}}
    values["predictors"]["housing"]["endpoint"] |= endpoint
    if "shadow" in endpoint:
        del values["predictors"]["housing"]["endpoint"]["variants"]
    return parse_environment("dev", values, file="config/dev.yaml")


@pytest.fixture(scope="module")
def variants(synthesize: Callable[[Environment], Templates]) -> Template:
    scaling = {"min_capacity": 1, "max_capacity": 2, "target_cpu_percent": 50}
    return synthesize(settings(autoscaling=scaling))["HousingEndpoint"]


@pytest.fixture(scope="module")
def shadowed(synthesize: Callable[[Environment], Templates]) -> Template:
    return synthesize(settings(shadow={}))["HousingEndpoint"]


def condition(template: Template, part: str) -> str:
    [name] = [name for name in template["Conditions"] if part in name]
    return str(name)


def test_a_variant_is_in_the_configuration_while_it_has_a_model(variants: Template) -> None:
    main, beside = only(variants, "AWS::SageMaker::EndpointConfig")["Properties"][
        "ProductionVariants"
    ]
    is_live, there, absent = beside["Fn::If"]

    assert is_live == condition(variants, "ChallengerIsLive")
    assert absent == {"Ref": "AWS::NoValue"}
    assert (main["VariantName"], there["VariantName"]) == ("AllTraffic", "challenger")
    assert main["ModelName"] != there["ModelName"]
    expression = variants["Conditions"][is_live]["Fn::And"]
    assert {"Condition": condition(variants, "EndpointIsLive")} in expression


def test_weights_are_parameters_that_follow_the_settings_at_first(variants: Template) -> None:
    config = only(variants, "AWS::SageMaker::EndpointConfig")["Properties"]
    weights = [
        config["ProductionVariants"][0]["InitialVariantWeight"],
        config["ProductionVariants"][1]["Fn::If"][1]["InitialVariantWeight"],
    ]

    assert [each["Fn::If"][1:] for each in weights] == [
        [0.9, {"Ref": "WeightMain"}],
        [0.1, {"Ref": "WeightChallenger"}],
    ]
    for name in ("WeightMain", "WeightChallenger"):
        assert variants["Parameters"][name]["Default"] == 9999
    # Else an update would keep the weights of before.
    endpoint = only(variants, "AWS::SageMaker::Endpoint")["Properties"]
    assert endpoint["RetainAllVariantProperties"] is True
    assert endpoint["ExcludeRetainedVariantProperties"] == [
        {"VariantPropertyType": "DesiredWeight"}
    ]


def test_each_variant_scales_and_is_watched_by_itself(variants: Template) -> None:
    targets = {
        flat(each["Properties"]["ResourceId"]).rpartition("/")[2]: each["Condition"]
        for each in of_type(variants, "AWS::ApplicationAutoScaling::ScalableTarget").values()
    }
    assert set(targets) == {"AllTraffic", "challenger"}
    assert targets["challenger"] == condition(variants, "ChallengerScales")
    watched = {
        next(
            d["Value"] for d in each["Properties"]["Dimensions"] if d["Name"] == "VariantName"
        ): each["Condition"]
        for each in of_type(variants, "AWS::CloudWatch::Alarm").values()
    }
    assert watched == {
        "AllTraffic": condition(variants, "EndpointIsLive"),
        "challenger": condition(variants, "ChallengerIsLive"),
    }


def test_a_shadow_is_among_the_shadows_while_it_has_a_model(shadowed: Template) -> None:
    config = only(shadowed, "AWS::SageMaker::EndpointConfig")["Properties"]
    [main] = config["ProductionVariants"]
    is_live, [shadow], absent = config["ShadowProductionVariants"]["Fn::If"]

    assert (is_live, absent) == (condition(shadowed, "ShadowIsLive"), {"Ref": "AWS::NoValue"})
    assert (shadow["VariantName"], shadow["InitialVariantWeight"]) == ("shadow", 1)
    assert main["InitialVariantWeight"] == 1
    assert not [name for name in shadowed["Parameters"] if name.startswith("Weight")]
