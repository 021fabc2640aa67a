"""Preparing and verifying a promotion."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from autogluon_lambdas.logic.promotion.prepare import PromotionPreparer
from autogluon_lambdas.logic.promotion.verify import PromotionVerifier
from autogluon_lambdas.models.errors import (
    InvalidInputError,
    ModelNotReadyError,
    PredictorBusyError,
    PromotionError,
)
from autogluon_lambdas.models.model_package import ModelPackage
from autogluon_lambdas.ports import (
    ComponentState,
    EndpointState,
    ServerlessState,
    StackState,
    VariantState,
)
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
PARAMETER = "/autogluon/sandbox/predictors/income/live-model"
ONE, TWO = f"{GROUP_ARN}/1", f"{GROUP_ARN}/2"


def _prepare(
    model: object,
    *,
    live: str = "none",
    stack: StackState | str | None = "UPDATE_COMPLETE",
    asked: dict[str, Any] | None = None,
    schemas: Mapping[str, str] | None = None,
    two: ModelPackage | None = None,
    **spec_changes: Any,
) -> dict[str, Any]:
    stacks = FakeStacks(**({} if stack is None else {STACK: stack}))
    registry = FakeRegistry(
        package(1),
        two or package(2),
        package(3, "PendingManualApproval"),
        package(4, registration="InProgress"),
        package(5, registration="Failed"),
    )
    predictors = FakePredictors(spec(**spec_changes), live=live)
    store = FakeStore(schemas or {})
    preparer = PromotionPreparer(
        ENVIRONMENT, predictors, registry, stacks, FakeExecutions(), store, FakeLocks()
    )
    event = planner_event({"predictor": "income", "model": model, **(asked or {})})
    promotion: dict[str, Any] = preparer.prepare(event)["promotion"]
    return promotion


def _autoscaled(chosen: str, **parameters: str) -> dict[str, Any]:
    endpoint = {**spec()["endpoint"], "allowed_instance_types": ["ml.m5.large", "ml.m5.xlarge"]}
    return {
        "stack": StackState("UPDATE_COMPLETE", {}, {"InstanceType": chosen, **parameters}),
        "endpoint": {**endpoint, "autoscaled": True},
        "asked": {"instance_type": "ml.m5.xlarge"},
    }


def test_another_type_for_an_endpoint_that_scales_automatically_pauses_scaling() -> None:
    promotion = _prepare(2, live=ONE, **_autoscaled("settings", Scaling="on"))

    assert promotion["pauses_scaling"] is True
    assert promotion["put_back_pauses_scaling"] is True
    assert promotion["stack_parameters"] == {"InstanceType": "ml.m5.xlarge", "Scaling": "on"}
    assert promotion["previous_parameters"] == {"InstanceType": "settings", "Scaling": "on"}


@pytest.mark.parametrize(("chosen", "changes"), [("settings", True), ("ml.m5.xlarge", False)])
def test_a_promotion_that_was_cut_off_leaves_scaling_to_the_next_one(
    chosen: str, changes: bool
) -> None:
    promotion = _prepare(2, live=TWO, **_autoscaled(chosen, Scaling="off"))

    # It scales again by then.
    assert promotion["put_back_pauses_scaling"] is changes

    assert (promotion["changed"], promotion["pauses_scaling"]) == (True, False)
    assert promotion["stack_parameters"]["Scaling"] == "on"
    assert promotion["previous_parameters"]["Scaling"] == "on"


def test_a_stack_that_cannot_pause_scaling_has_to_be_deployed_first() -> None:
    with pytest.raises(PromotionError, match=r"no parameter Scaling.*Run cdk deploy"):
        _prepare(2, live=ONE, **_autoscaled("settings"))


@pytest.mark.parametrize(("live", "chosen"), [("none", "settings"), (ONE, "ml.m5.xlarge")])
def test_a_type_that_is_new_or_stays_pauses_nothing(live: str, chosen: str) -> None:
    promotion = _prepare(2, live=live, **_autoscaled(chosen, Scaling="on"))

    assert (promotion["target"], promotion["pauses_scaling"]) == (TWO, False)
    assert promotion["put_back_pauses_scaling"] is False
    assert "Scaling" not in promotion["stack_parameters"]


@pytest.mark.parametrize("asked", [{"instance_type": "ml.m5.large"}, {"initial_instance_count": 2}])
def test_a_serverless_endpoint_has_no_instances_to_choose(asked: dict[str, Any]) -> None:
    endpoint = {
        "name": "e",
        "stack_name": STACK,
        "mode": "serverless",
        "serverless": {"memory_mb": 4096, "max_concurrency": 5},
    }
    with pytest.raises(InvalidInputError, match=r"is serverless and has no instances to choose"):
        _prepare(2, endpoint=endpoint, asked=asked)
    assert _prepare(2, endpoint=endpoint)["target"] == TWO


def test_a_component_has_no_instances_to_choose() -> None:
    endpoint = {
        "name": "e",
        "stack_name": STACK,
        "mode": "component",
        "component": {"shared_endpoint": "small", "copies": 1, "memory_mb": 1024, "cpus": 1},
    }
    with pytest.raises(InvalidInputError, match=r"is a component of small and has no instances"):
        _prepare(2, endpoint=endpoint, asked={"initial_instance_count": 2})
    promotion = _prepare(2, endpoint=endpoint)
    assert (promotion["target"], promotion["is_component"]) == (TWO, True)


def test_a_first_promotion() -> None:
    promotion = _prepare(2, stack="CREATE_COMPLETE")

    token = promotion.pop("stack_token")
    assert re.fullmatch(r"[a-zA-Z0-9][-a-zA-Z0-9]{0,127}", token)
    assert promotion == {
        "predictor": "income",
        "parameter_name": PARAMETER,
        "previous": "none",
        "target": TWO,
        "stack_name": STACK,
        "endpoint_name": "autogluon-sandbox-income",
        "changed": True,
        "stack_parameters": {},
        "previous_parameters": {},
        "pauses_scaling": False,
        "put_back_pauses_scaling": False,
        "instance_type": None,
        "initial_instance_count": None,
        "engine": None,
        "variant": "main",
        "variants": [
            {
                "name": "AllTraffic",
                "model": TWO,
                "weight": None,
                "instance_type": None,
                "initial_instance_count": None,
                "is_shadow": False,
            }
        ],
        "is_component": False,
    }


@pytest.mark.parametrize(
    ("model", "live", "target", "changed"),
    [
        (1, TWO, ONE, True),
        ("previous", TWO, ONE, True),
        ("last-live", TWO, TWO, False),
        ("last-live", ONE, ONE, False),
        ("none", TWO, "none", True),
        ("none", "none", "none", False),
        (TWO, TWO, TWO, False),
    ],
)
def test_targets(model: object, live: str, target: str, changed: bool) -> None:
    promotion = _prepare(model, live=live)

    assert (promotion["previous"], promotion["target"]) == (live, target)
    assert promotion["changed"] is changed


def test_a_stack_that_lags_behind_the_parameter_is_updated() -> None:
    stack = StackState("UPDATE_COMPLETE", {PARAMETER: ONE})

    promotion = _prepare(2, live=TWO, stack=stack)

    # What was served until then is what a failure goes back to.
    assert (promotion["previous"], promotion["changed"]) == (ONE, True)


def test_a_stack_in_step_with_the_parameter_is_left_alone() -> None:
    stack = StackState("UPDATE_COMPLETE", {PARAMETER: TWO})

    assert _prepare(2, live=TWO, stack=stack)["changed"] is False


def test_a_predictor_without_endpoint_needs_no_stack() -> None:
    promotion = _prepare(1, stack=None, endpoint=None)

    assert promotion["stack_name"] is None
    assert promotion["endpoint_name"] is None
    assert promotion["changed"] is True


ENDPOINT = {
    **spec()["endpoint"],
    "allowed_instance_types": ["ml.m5.large", "ml.m5.xlarge"],
    "initial_instance_count": 1,
    "max_initial_instance_count": 3,
}


def _stack(instance_type: str = "settings", count: str = "settings") -> StackState:
    parameters = {"InstanceType": instance_type, "InitialInstanceCount": count}
    return StackState("UPDATE_COMPLETE", {PARAMETER: TWO}, parameters)


def _prepare_on(stack: StackState, model: object = 2, **asked: Any) -> dict[str, Any]:
    return _prepare(model, live=TWO, stack=stack, asked=asked, endpoint=ENDPOINT)


@pytest.mark.parametrize(
    ("stack", "asked", "changes", "before"),
    [
        (
            _stack(),
            {"instance_type": "ml.m5.xlarge", "initial_instance_count": 3},
            {"InstanceType": "ml.m5.xlarge", "InitialInstanceCount": "3"},
            {"InstanceType": "settings", "InitialInstanceCount": "settings"},
        ),
        (
            _stack("ml.m5.xlarge", "2"),
            {"instance_type": "ml.m5.large"},
            {"InstanceType": "settings"},
            {"InstanceType": "ml.m5.xlarge"},
        ),
        (
            _stack(count="2"),
            {"initial_instance_count": 1},
            {"InitialInstanceCount": "settings"},
            {"InitialInstanceCount": "2"},
        ),
    ],
)
def test_other_instances_for_the_live_model_are_a_change_of_the_stack_alone(
    stack: StackState, asked: dict[str, Any], changes: dict[str, str], before: dict[str, str]
) -> None:
    promotion = _prepare_on(stack, **asked)

    assert promotion["changed"] is True
    assert (promotion["target"], promotion["previous"]) == (TWO, TWO)
    assert promotion["stack_parameters"] == changes
    assert promotion["previous_parameters"] == before
    assert {name: promotion[name] for name in asked} == asked


@pytest.mark.parametrize(
    ("stack", "asked"),
    [
        (_stack("ml.m5.xlarge", "2"), {}),
        (_stack("ml.m5.xlarge"), {"instance_type": "ml.m5.xlarge"}),
        (_stack(), {"instance_type": "ml.m5.large", "initial_instance_count": 1}),
    ],
)
def test_a_promotion_without_a_wish_or_with_what_is_leaves_the_instances(
    stack: StackState, asked: dict[str, Any]
) -> None:
    assert _prepare_on(stack, **asked)["changed"] is False


@pytest.mark.parametrize(
    ("own", "deployed", "asked", "changes"),
    [
        ("auto", "settings", "autogluon", {"ServingEngine": "autogluon"}),
        ("auto", "autogluon", "auto", {"ServingEngine": "settings"}),
        ("autogluon", "settings", "auto", {"ServingEngine": "auto"}),
        ("auto", "settings", None, {}),
    ],
)
def test_a_promotion_may_choose_the_engine_without_training_anew(
    own: str, deployed: str, asked: str | None, changes: dict[str, str]
) -> None:
    stack = StackState("UPDATE_COMPLETE", {PARAMETER: TWO}, {"ServingEngine": deployed})
    serving = {**spec()["serving"], "engine": own}
    wish = {} if asked is None else {"engine": asked}

    promotion = _prepare(2, live=TWO, stack=stack, asked=wish, serving=serving)

    assert promotion["stack_parameters"] == changes
    assert promotion["changed"] is bool(changes)
    assert promotion["engine"] == asked


@pytest.mark.parametrize(
    ("deployed", "at_once", "changes"),
    [
        ("settings", True, {"Update": "at-once"}),
        ("at-once", False, {"Update": "settings"}),
        (None, True, {}),
    ],
)
def test_a_promotion_says_how_requests_move_and_goes_back_at_once(
    deployed: str | None, at_once: bool, changes: dict[str, str]
) -> None:
    parameters = {} if deployed is None else {"Update": deployed}
    stack = StackState("UPDATE_COMPLETE", {PARAMETER: TWO}, parameters)

    promotion = _prepare(1, live=TWO, stack=stack, asked={"at_once": at_once})

    assert promotion["stack_parameters"] == changes
    assert promotion["previous_parameters"] == dict.fromkeys(changes, "at-once")


def test_how_requests_move_is_no_reason_to_move_them() -> None:
    stack = StackState("UPDATE_COMPLETE", {PARAMETER: TWO}, {"Update": "at-once"})

    assert _prepare(2, live=TWO, stack=stack)["changed"] is False


def test_what_sagemaker_says_of_a_rollback_is_told() -> None:
    found = _state("InService", "config-1", (ONE,))
    told = replace(found, failure_reason="alarm(s) [five] went into ALARM state.")
    with pytest.raises(PromotionError, match=r"rolled it back: alarm\(s\) \[five\]"):
        _verify(told)


def test_without_a_model_the_next_one_starts_on_the_settings_instances() -> None:
    promotion = _prepare_on(_stack("ml.m5.xlarge", "2"), model="none")

    assert set(promotion["stack_parameters"].values()) == {"settings"}
    assert promotion["previous_parameters"] == {
        "InstanceType": "ml.m5.xlarge",
        "InitialInstanceCount": "2",
    }


@pytest.mark.parametrize(
    ("options", "asked", "sentence"),
    [
        (
            {"endpoint": ENDPOINT},
            {"instance_type": "ml.m5.24xlarge"},
            'input.instance_type: got "ml.m5.24xlarge". Allowed for predictor "income": '
            "ml.m5.large, ml.m5.xlarge.",
        ),
        (
            {"endpoint": ENDPOINT},
            {"initial_instance_count": 4},
            'input.initial_instance_count: got 4. Allowed for predictor "income": 1 to 3 '
            "(endpoint.max_initial_instance_count in the YAML). To follow the load, use "
            "endpoint.autoscaling.",
        ),
        (
            {},
            {"initial_instance_count": 2},
            'input.initial_instance_count: got 2. Allowed for predictor "income": 1 '
            "(endpoint.max_initial_instance_count in the YAML). To follow the load, use "
            "endpoint.autoscaling.",
        ),
        (
            {"endpoint": None, "stack": None},
            {"instance_type": "ml.m5.large"},
            'input.instance_type: got "ml.m5.large" with a predictor without an endpoint. '
            "Leave it out.",
        ),
    ],
)
def test_instances_outside_the_guardrails_are_refused(
    options: dict[str, Any], asked: dict[str, Any], sentence: str
) -> None:
    assert _problem(1, InvalidInputError, asked=asked, **options) == sentence


def test_instances_for_no_model_are_refused() -> None:
    asked = {"initial_instance_count": 2}

    assert _problem("none", InvalidInputError, asked=asked, endpoint=ENDPOINT) == (
        'input.initial_instance_count: got 2 with model "none". Leave it out.'
    )


def test_a_stack_from_before_the_choice_has_to_be_deployed_first() -> None:
    assert _problem(1, asked={"instance_type": "ml.m5.xlarge"}, endpoint=ENDPOINT) == (
        f"The stack {STACK} has no parameter InstanceType, because it was deployed before the "
        "YAML allowed a choice. Run cdk deploy, then promote again."
    )
    settings = {"instance_type": "ml.m5.large", "initial_instance_count": 1}
    assert _prepare(1, asked=settings)["stack_parameters"] == {}


def _problem(model: object, error: type[Exception] = PromotionError, **options: Any) -> str:
    with pytest.raises(error) as caught:
        _prepare(model, **options)
    return str(caught.value)


def test_a_version_that_is_still_being_registered_is_asked_for_again() -> None:
    assert _problem(4, ModelNotReadyError) == (
        'SageMaker is still registering version 4 of predictor "income". Promote it in a minute.'
    )


def test_a_version_that_could_not_be_registered_is_refused() -> None:
    assert "could not register version 5" in _problem(5)


def test_a_version_that_is_not_approved_tells_how_to_approve_it() -> None:
    assert _problem(3) == (
        'Version 3 of predictor "income" is PendingManualApproval, and only approved versions '
        "go live. Approve it with `aws sagemaker update-model-package --model-approval-status "
        f"Approved --model-package-arn {GROUP_ARN}/3`."
    )


@pytest.mark.parametrize(
    ("stack", "part"),
    [
        ("REVIEW_IN_PROGRESS", "cannot be updated. Repair it with cdk deploy"),
        ("UPDATE_ROLLBACK_FAILED", "cannot be updated. Repair it with cdk deploy"),
        (None, f"The stack {STACK} does not exist. Deploy it first with cdk deploy."),
    ],
)
def test_a_stack_that_cannot_be_updated_is_named(stack: str | None, part: str) -> None:
    assert part in _problem(1, stack=stack)


@pytest.mark.parametrize(
    "status", ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "CREATE_IN_PROGRESS"]
)
def test_a_stack_that_changes_is_waited_for(status: str) -> None:
    assert f"is {status}. Wait until it is done" in _problem(1, PredictorBusyError, stack=status)


def test_a_model_is_required() -> None:
    preparer = PromotionPreparer(
        ENVIRONMENT,
        FakePredictors(),
        FakeRegistry(),
        FakeStacks(),
        FakeExecutions(),
        FakeStore(),
        FakeLocks(),
    )

    with pytest.raises(InvalidInputError, match=r"^input\.model: missing; give "):
        preparer.prepare(planner_event({"predictor": "income"}))


def _state(status: str, config: str, packages: tuple[str, ...], **instances: Any) -> EndpointState:
    main = VariantState(name="AllTraffic", model_package_arns=packages, **instances)
    return EndpointState(status, config, (main,))


def _promotion(**changes: Any) -> dict[str, Any]:
    return {
        "promotion": {
            "predictor": "income",
            "parameter_name": PARAMETER,
            "previous": ONE,
            "target": TWO,
            "stack_name": STACK,
            "endpoint_name": "autogluon-sandbox-income",
            "changed": True,
            "stack_token": "promote-1",
            **changes,
        }
    }


def _verify(state: EndpointState | None, *, live: str = TWO, **changes: Any) -> dict[str, Any]:
    verifier = PromotionVerifier(FakePredictors(live=live), FakeEndpoints(state))
    return verifier.verify(_promotion(**changes))


def test_an_endpoint_that_runs_the_target_is_verified() -> None:
    assert _verify(_state("InService", "config-2", (TWO,))) == {
        "predictor": "income",
        "variant": "main",
        "live_model": TWO,
        "previous": ONE,
        "endpoint_name": "autogluon-sandbox-income",
        "endpoint_status": "InService",
        "endpoint_config_name": "config-2",
        "instance_type": None,
        "initial_instance_count": None,
        "engine": "auto",
        "serverless": None,
        "component": None,
        "weights": {"main": None},
    }


def test_a_component_is_verified_instead_of_an_endpoint() -> None:
    copies = ComponentState("autogluon-sandbox-small", copies=2)
    found = _state("InService", "model-2", (TWO,), component=copies)
    answer = _verify(found, is_component=True)
    assert answer["component"] == {"endpoint_name": "autogluon-sandbox-small", "copies": 2}

    stale = _state("InService", "model-1", (ONE,), component=copies)
    with pytest.raises(PromotionError, match=r"inference component .* runs .*\(model model-1\)"):
        _verify(stale, is_component=True)
    with pytest.raises(PromotionError, match=r"inference component \S+ has engine auto \(model m"):
        _verify(found, is_component=True, engine="onnx")
    scaling = _state("Updating", "model-2", (TWO,), component=copies)
    assert _verify(scaling, is_component=True)["endpoint_status"] == "Updating"
    with pytest.raises(PromotionError, match="is Failed instead of InService"):
        _verify(_state("Failed", "model-2", (TWO,), component=copies), is_component=True)


def test_what_a_serverless_endpoint_has_is_told() -> None:
    found = _state(
        "InService", "config-1", (TWO,), serverless=ServerlessState(4096, max_concurrency=5)
    )
    answer = _verify(found)
    assert answer["serverless"] == {"memory_mb": 4096, "max_concurrency": 5}
    assert (answer["instance_type"], answer["initial_instance_count"]) == (None, None)


def test_instances_that_were_asked_for_are_verified_too() -> None:
    found = _state(
        "InService", "config-1", (TWO,), instance_type="ml.m5.large", initial_instance_count=2
    )

    answer = _verify(found, instance_type="ml.m5.large", initial_instance_count=2)

    assert (answer["instance_type"], answer["initial_instance_count"]) == ("ml.m5.large", 2)
    with pytest.raises(PromotionError) as caught:
        _verify(found, instance_type="ml.m5.xlarge")
    assert str(caught.value) == (
        "The endpoint autogluon-sandbox-income has instance_type ml.m5.large (configuration "
        "config-1) instead of ml.m5.xlarge; SageMaker may have rolled it back."
    )


def test_no_model_and_no_endpoint_is_verified() -> None:
    assert _verify(None, live="none", target="none")["endpoint_status"] is None


def test_a_predictor_without_endpoint_is_verified_by_its_parameter() -> None:
    answer = _verify(None, endpoint_name=None, stack_name=None)

    assert answer["live_model"] == TWO
    assert answer["endpoint_name"] is None


@pytest.mark.parametrize(
    ("state", "options", "part"),
    [
        (
            _state("InService", "config-1", (ONE,)),
            {},
            f"runs {ONE} (configuration config-1) instead of {TWO}; SageMaker may have rolled it",
        ),
        (_state("InService", "c", ()), {}, "runs a model from no package"),
        (_state("InService", "c", (TWO, ONE)), {}, "instead of"),
        (_state("Failed", "c", (TWO,)), {}, "is Failed instead of InService"),
        (None, {}, "does not exist after the update"),
        (
            _state("Deleting", "c", (TWO,)),
            {"live": "none", "target": "none"},
            "still exists (Deleting) although no model is live",
        ),
        (
            _state("InService", "c", (TWO,)),
            {"live": ONE},
            f"holds {ONE} instead of {TWO}; another promotion may have changed it",
        ),
    ],
)
def test_what_did_not_take_effect_is_one_sentence(
    state: EndpointState | None, options: dict[str, Any], part: str
) -> None:
    with pytest.raises(PromotionError) as caught:
        _verify(state, **options)

    assert part in str(caught.value)
