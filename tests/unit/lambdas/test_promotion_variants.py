"""Promotions of one of several variants, and of their weights."""

from dataclasses import asdict
from typing import Any

import pytest

from autogluon_lambdas.logic.promotion.prepare import PromotionPreparer
from autogluon_lambdas.logic.promotion.verify import PromotionVerifier
from autogluon_lambdas.models.errors import InvalidInputError, PromotionError
from autogluon_lambdas.models.events.promotion import Promotion
from autogluon_lambdas.ports import EndpointState, StackState, VariantState
from tests.fakes.lambda_environment import ENVIRONMENT, planner_event
from tests.fakes.lambda_ports import (
    FakeEndpoints,
    FakeExecutions,
    FakeLocks,
    FakePredictors,
    FakeRegistry,
    FakeStacks,
    package,
)
from tests.fakes.sandbox import GROUP_ARN, spec
from tests.fakes.store import FakeStore

STACK = "autogluon-sandbox-income-endpoint"
PARAMETER = "/autogluon/sandbox/predictors/income/variants/challenger/live-model"
ONE, TWO, THREE = (f"{GROUP_ARN}/{number}" for number in (1, 2, 3))
BESIDE = {"weight": 0.1, "instance_type": "ml.m5.large", "initial_instance_count": 1}
WEIGHTS = {"WeightMain": "9999", "WeightChallenger": "9999"}
MAIN = {
    "name": "AllTraffic",
    "model": ONE,
    "weight": 0.9,
    "instance_type": "ml.m5.large",
    "initial_instance_count": 1,
    "is_shadow": False,
}
CHALLENGER = {**MAIN, "name": "challenger", "model": TWO, "weight": 0.1}


def _spec(**changes: Any) -> dict[str, Any]:
    endpoint = {**spec()["endpoint"], "instance_type": "ml.m5.large", "weight": 0.9}
    return spec(endpoint={**endpoint, "variants": {"challenger": BESIDE}, **changes})


def _prepare(
    model: object,
    variant: str = "challenger",
    *,
    live: str = ONE,
    beside: str = "none",
    endpoint: dict[str, Any] | None = None,
    parameters: dict[str, str] | None = None,
    deployed: bool = True,
    **asked: Any,
) -> dict[str, Any]:
    resolved = {"/autogluon/sandbox/predictors/income/live-model": live}
    if deployed:
        resolved[PARAMETER] = beside
    state = StackState("UPDATE_COMPLETE", resolved, {**WEIGHTS, **(parameters or {})})
    preparer = PromotionPreparer(
        ENVIRONMENT,
        FakePredictors(_spec(**(endpoint or {})), live=live, beside={"challenger": beside}),
        FakeRegistry(package(1), package(2), package(3)),
        FakeStacks(**{STACK: state}),
        FakeExecutions(),
        FakeStore(),
        FakeLocks(),
    )
    event = planner_event({"predictor": "income", "model": model, "variant": variant, **asked})
    promotion: dict[str, Any] = preparer.prepare(event)["promotion"]
    return promotion


def test_a_promotion_of_a_variant_changes_its_parameter_only() -> None:
    promotion = _prepare(2)

    assert (promotion["parameter_name"], promotion["variant"]) == (PARAMETER, "challenger")
    assert (promotion["previous"], promotion["target"]) == ("none", TWO)
    assert (promotion["changed"], promotion["stack_parameters"]) == (True, {})
    assert promotion["variants"] == [MAIN, CHALLENGER]


def test_the_main_variant_is_promoted_beside_the_others() -> None:
    promotion = _prepare(3, "main", beside=TWO)

    assert promotion["parameter_name"] == "/autogluon/sandbox/predictors/income/live-model"
    assert (promotion["previous"], promotion["target"]) == (ONE, THREE)
    assert promotion["variants"] == [{**MAIN, "model": THREE}, CHALLENGER]


def test_a_variant_without_a_model_is_not_expected() -> None:
    assert _prepare("none", beside=TWO)["variants"] == [MAIN]
    assert _prepare("none", "main", beside=TWO)["variants"] == []


def test_weights_are_parameters_of_the_stack() -> None:
    promotion = _prepare(
        "last-live",
        "main",
        beside=TWO,
        parameters={"WeightMain": "0.5"},
        weights={"challenger": 0.25, "main": 0.9},
    )

    assert promotion["target"] == ONE
    assert promotion["changed"]
    # The settings' own weight follows the settings again.
    assert promotion["stack_parameters"] == {"WeightMain": "9999", "WeightChallenger": "0.25"}
    assert promotion["previous_parameters"] == {
        "WeightMain": "0.5",
        "WeightChallenger": "9999",
    }
    assert [each["weight"] for each in promotion["variants"]] == [0.9, 0.25]


def test_weights_that_stay_are_what_the_stack_has() -> None:
    chosen = {"WeightMain": "0.5", "WeightChallenger": "0.125"}

    promotion = _prepare(2, parameters=chosen)

    assert [each["weight"] for each in promotion["variants"]] == [0.5, 0.125]


def test_an_endpoint_that_goes_out_of_service_forgets_its_weights() -> None:
    promotion = _prepare("none", "main", parameters={"WeightMain": "0.5"})

    assert promotion["stack_parameters"] == WEIGHTS


@pytest.mark.parametrize(
    ("model", "beside", "pauses", "to_put_back"),
    [("none", TWO, True, False), (2, "none", False, True), (3, TWO, False, False)],
)
def test_a_variant_that_scales_is_taken_out_after_its_scaling(
    model: object, beside: str, pauses: bool, to_put_back: bool
) -> None:
    promotion = _prepare(
        model, beside=beside, endpoint={"autoscaled": True}, parameters={"Scaling": "on"}
    )

    assert promotion["pauses_scaling"] is pauses
    assert promotion["put_back_pauses_scaling"] is to_put_back
    ends_on = promotion["previous_parameters"].get("Scaling") == "on"
    assert ends_on is (pauses or to_put_back)


def test_a_shadow_is_expected_among_the_shadows() -> None:
    [_, shadow] = _prepare(
        2, "challenger", endpoint={"variants": {"challenger": BESIDE, "shadow": BESIDE}}
    )["variants"]
    assert shadow["is_shadow"] is False
    predictors = FakePredictors(_spec(variants={"shadow": BESIDE}), live=ONE, beside={})
    state = StackState(
        "UPDATE_COMPLETE",
        {
            "/autogluon/sandbox/predictors/income/live-model": ONE,
            "/autogluon/sandbox/predictors/income/variants/shadow/live-model": "none",
        },
    )
    preparer = PromotionPreparer(
        ENVIRONMENT,
        predictors,
        FakeRegistry(package(1), package(2)),
        FakeStacks(**{STACK: state}),
        FakeExecutions(),
        FakeStore(),
        FakeLocks(),
    )
    event = planner_event({"predictor": "income", "model": 2, "variant": "shadow"})

    [main, shadow] = preparer.prepare(event)["promotion"]["variants"]

    assert (main["weight"], shadow["weight"]) == (None, None)
    assert (shadow["name"], shadow["model"], shadow["is_shadow"]) == ("shadow", TWO, True)


@pytest.mark.parametrize(
    ("options", "error", "part"),
    [
        ({"variant": "chalenger"}, InvalidInputError, 'got "chalenger"; predictor "income" has'),
        ({"instance_type": "ml.m5.xlarge"}, InvalidInputError, "input.instance_type: got"),
        ({"engine": "autogluon"}, InvalidInputError, "for which the settings decide"),
        ({"model": "previous"}, InvalidInputError, "Name a version"),
        ({"live": "none"}, PromotionError, "no model is live in its main variant"),
        ({"deployed": False}, PromotionError, 'has no variant "challenger" yet'),
        ({"weights": {"other": 1}}, InvalidInputError, 'input.weights: got "other"'),
        ({"weights": {"main": 0, "challenger": 0}}, InvalidInputError, "all weights would be 0"),
        # The stack's parameters have six places.
        ({"weights": {"main": 1e-7, "challenger": 0}}, InvalidInputError, "weights would be 0"),
        ({"weights": {"main": -1}}, InvalidInputError, "input.weights.main"),
        (
            {"model": "none", "weights": {"main": 1}},
            InvalidInputError,
            'input.weights: got {"main": 1} with model "none"',
        ),
    ],
)
def test_what_a_variant_cannot_get_is_refused(
    options: dict[str, Any], error: type[Exception], part: str
) -> None:
    options = {"model": 2, **options}

    with pytest.raises(error) as caught:
        _prepare(options.pop("model"), **options)

    assert part in str(caught.value)


def _verified(*running: dict[str, Any], **changes: Any) -> dict[str, Any]:
    promotion = asdict(
        Promotion(
            predictor="income",
            parameter_name=PARAMETER,
            previous="none",
            target=TWO,
            stack_name=STACK,
            endpoint_name="autogluon-sandbox-income",
            changed=True,
            stack_token="promote-1",
            variant="challenger",
        )
    )
    promotion |= {"variants": [MAIN, CHALLENGER], **changes}
    variants = tuple(
        VariantState(
            **{name: value for name, value in each.items() if name != "model"},
            model_package_arns=(each["model"],),
        )
        for each in running
    )
    verifier = PromotionVerifier(
        FakePredictors(live=ONE, beside={"challenger": TWO}),
        FakeEndpoints(EndpointState("InService", "config-2", variants)),
    )
    return verifier.verify({"promotion": promotion})


def test_an_endpoint_with_exactly_the_expected_variants_is_verified() -> None:
    # SageMaker keeps 32 bits of a weight.
    answer = _verified(MAIN, {**CHALLENGER, "weight": 0.10000000149011612})

    assert (answer["variant"], answer["live_model"]) == ("challenger", TWO)
    assert answer["weights"] == {"main": 0.9, "challenger": 0.10000000149011612}


@pytest.mark.parametrize(
    ("running", "part"),
    [
        ((MAIN,), f"runs {ONE} (configuration config-2) instead of {ONE} in main, {TWO} in chal"),
        ((MAIN, {**CHALLENGER, "model": THREE}), f"runs {ONE} in main, {THREE} in challenger"),
        ((MAIN, CHALLENGER, {**CHALLENGER, "name": "other"}), f"{TWO} in other (configuration"),
        ((MAIN, {**CHALLENGER, "is_shadow": True}), "instead of"),
        ((MAIN, {**CHALLENGER, "weight": 0.9}), "has weight 0.9 in variant challenger"),
        (({**MAIN, "instance_type": "ml.m5.xlarge"}, CHALLENGER), "ml.m5.xlarge in variant main"),
        (({**MAIN, "initial_instance_count": 2}, CHALLENGER), "count 2 in variant main"),
    ],
)
def test_an_endpoint_with_other_variants_was_rolled_back(
    running: tuple[dict[str, Any], ...], part: str
) -> None:
    with pytest.raises(PromotionError, match="SageMaker may have rolled it back") as caught:
        _verified(*running)

    assert part in str(caught.value)
