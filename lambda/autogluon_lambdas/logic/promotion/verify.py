"""Verify that the endpoint runs what the live-model parameter says."""

from dataclasses import asdict, dataclass
from typing import Any

from autogluon_lambdas.logic.registry.model_choice import NONE
from autogluon_lambdas.models.errors import PromotionError
from autogluon_lambdas.models.events.promotion import Promotion
from autogluon_lambdas.ports import Endpoints, EndpointState, PredictorStore


@dataclass(frozen=True)
class PromotionVerifier:
    """Compares what is with what was asked for."""

    predictors: PredictorStore
    endpoints: Endpoints

    def verify(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the outcome of `{"promotion"}`; raises PromotionError when it had no effect.

        SageMaker can roll an endpoint back silently, so its model is followed down to the package.
        """
        promotion = Promotion.from_event(event)
        live = self.predictors.live_model(promotion.predictor)
        if live != promotion.target:
            raise PromotionError(
                f"The parameter {promotion.parameter_name} holds {live} instead of "
                f"{promotion.target}; another promotion may have changed it."
            )
        state = self._state(promotion)
        return {
            "predictor": promotion.predictor,
            "live_model": live,
            "previous": promotion.previous,
            "endpoint_name": promotion.endpoint_name,
            "endpoint_status": state.status if state else None,
            "endpoint_config_name": state.config_name if state else None,
            "instance_type": state.instance_type if state else None,
            "initial_instance_count": state.initial_instance_count if state else None,
            "engine": state.engine if state else None,
            "serverless": asdict(state.serverless) if state and state.serverless else None,
        }

    def _state(self, promotion: Promotion) -> EndpointState | None:
        name = promotion.endpoint_name
        if name is None:
            return None
        state = self.endpoints.state(name)
        if promotion.target == NONE:
            if state is not None:
                raise PromotionError(
                    f"The endpoint {name} still exists ({state.status}) although no model is live."
                )
            return None
        if state is None:
            raise PromotionError(f"The endpoint {name} does not exist after the update.")
        if state.status != "InService":
            raise PromotionError(f"The endpoint {name} is {state.status} instead of InService.")
        if state.model_package_arns != (promotion.target,):
            running = ", ".join(state.model_package_arns) or "a model from no package"
            raise PromotionError(
                f"The endpoint {name} runs {running} (configuration {state.config_name}) instead "
                f"of {promotion.target}; SageMaker may have rolled it back."
            )
        _require_instances(promotion, state)
        return state


def _require_instances(promotion: Promotion, state: EndpointState) -> None:
    for name in ("instance_type", "initial_instance_count", "engine"):
        asked, found = getattr(promotion, name), getattr(state, name)
        if asked not in (None, found):
            raise PromotionError(
                f"The endpoint {promotion.endpoint_name} has {name} {found} (configuration "
                f"{state.config_name}) instead of {asked}; SageMaker may have rolled it back."
            )
