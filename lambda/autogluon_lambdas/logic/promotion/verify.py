"""Verify that the endpoint runs what the live-model parameter says."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from math import isclose
from typing import Any, TypeVar

from autogluon_contracts.names import production_variant, variant_named
from autogluon_lambdas.models.errors import PromotionError
from autogluon_lambdas.models.events.promotion import ExpectedVariant, Promotion
from autogluon_lambdas.ports import Endpoints, EndpointState, PredictorStore, VariantState


@dataclass(frozen=True)
class PromotionVerifier:
    """Compares what is with what was asked for."""

    predictors: PredictorStore
    endpoints: Endpoints

    def verify(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the outcome of `{"promotion"}`; raises PromotionError when it had no effect.

        SageMaker can roll an endpoint back silently, so the model of each variant is followed down
        to its package.
        """
        promotion = Promotion.from_event(event)
        live = self.predictors.live_model(promotion.predictor, promotion.variant)
        if live != promotion.target:
            raise PromotionError(
                f"The parameter {promotion.parameter_name} holds {live} instead of "
                f"{promotion.target}; another promotion may have changed it."
            )
        state = self._state(promotion)
        own = _own(promotion, state)
        return {
            "predictor": promotion.predictor,
            "variant": promotion.variant,
            "live_model": live,
            "previous": promotion.previous,
            "endpoint_name": promotion.endpoint_name,
            "endpoint_status": state.status if state else None,
            "endpoint_config_name": state.config_name if state else None,
            "instance_type": own.instance_type if own else None,
            "initial_instance_count": own.initial_instance_count if own else None,
            "engine": own.engine if own else None,
            "serverless": asdict(own.serverless) if own and own.serverless else None,
            "component": asdict(own.component) if own and own.component else None,
            "weights": {
                variant_named(each.name): each.weight
                for each in (state.variants if state else ())
                if not each.is_shadow
            },
        }

    def _state(self, promotion: Promotion) -> EndpointState | None:
        name = promotion.endpoint_name
        if name is None:
            return None
        which = _which(promotion)
        if promotion.is_component:
            state = self.endpoints.component_state(name)
        else:
            state = self.endpoints.state(name)
        if not promotion.variants:
            if state is not None:
                raise PromotionError(
                    f"{which} still exists ({state.status}) although no model is live."
                )
            return None
        if state is None:
            raise PromotionError(f"{which} does not exist after the update.")
        # Scaling may have begun to change a component that CloudFormation saw in service.
        settled = ("InService", "Updating") if promotion.is_component else ("InService",)
        if state.status not in settled:
            raise PromotionError(f"{which} is {state.status} instead of InService.")
        running = _models(state.variants, lambda each: ", ".join(each.model_package_arns))
        wanted = _models(promotion.variants, lambda each: each.model)
        if running != wanted:
            raise PromotionError(
                f"{which} runs {_in_words(running)} ({_source(promotion, state)}) instead of "
                f"{_in_words(wanted)}; {_rolled_back(state)}"
            )
        _require_properties(promotion, state)
        return state


def _own(promotion: Promotion, state: EndpointState | None) -> VariantState | None:
    """Return the promoted variant as it runs; None where it is out of service."""
    name = production_variant(promotion.variant)
    return next((each for each in (state.variants if state else ()) if each.name == name), None)


VariantT = TypeVar("VariantT", VariantState, ExpectedVariant)


def _models(
    variants: Sequence[VariantT], model: Callable[[VariantT], str]
) -> dict[tuple[str, bool], str]:
    return {(each.name, each.is_shadow): model(each) for each in variants}


def _in_words(models: dict[tuple[str, bool], str]) -> str:
    if len(models) == 1:
        return next(iter(models.values())) or "a model from no package"
    return ", ".join(
        f"{model or 'a model from no package'} in {variant_named(name)}"
        for (name, _), model in models.items()
    )


def _require_properties(promotion: Promotion, state: EndpointState) -> None:
    """Compare weights and instances, and what else the promotion asked of its variant."""
    found = {each.name: each for each in state.variants}
    wanted = [
        (found[each.name], name, getattr(each, name))
        for each in promotion.variants
        for name in ("instance_type", "initial_instance_count", "weight")
    ]
    own = _own(promotion, state)
    if own is not None:
        asked = ("instance_type", "initial_instance_count", "engine")
        wanted += [(own, name, getattr(promotion, name)) for name in asked]
    for variant, name, value in wanted:
        running = getattr(variant, name)
        if value is None or value == running or _is_same_number(value, running):
            continue
        beside = "" if len(found) == 1 else f" in variant {variant_named(variant.name)}"
        raise PromotionError(
            f"{_which(promotion)} has {name} {running}{beside} ({_source(promotion, state)}) "
            f"instead of {value}; {_rolled_back(state)}"
        )


def _which(promotion: Promotion) -> str:
    kind = "inference component" if promotion.is_component else "endpoint"
    return f"The {kind} {promotion.endpoint_name}"


def _rolled_back(state: EndpointState) -> str:
    if state.failure_reason is None:
        return "SageMaker may have rolled it back."
    return f"SageMaker rolled it back: {state.failure_reason}"


def _source(promotion: Promotion, state: EndpointState) -> str:
    kind = "model" if promotion.is_component else "configuration"
    return f"{kind} {state.config_name}"


def _is_same_number(wanted: Any, running: Any) -> bool:
    """Return whether two weights are the same; SageMaker keeps 32 bits of them."""
    if not (isinstance(wanted, float) and isinstance(running, int | float)):
        return False
    return isclose(wanted, running, rel_tol=1e-6)
