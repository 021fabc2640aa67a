"""Choose the instances that a promotion gives its endpoint, within the settings' guardrails.

A promotion that asks for nothing changes nothing. One that asks for the settings' own value follows
the settings again, and so does the next one after the endpoint was off.
"""

import json
from collections.abc import Mapping

from autogluon_contracts.documents.execution_inputs import PromoteInput
from autogluon_contracts.documents.predictor_spec import EndpointSpec, PredictorSpec
from autogluon_contracts.names import (
    AS_SETTINGS,
    ENGINE_PARAMETER,
    INITIAL_INSTANCE_COUNT_PARAMETER,
    INSTANCE_TYPE_PARAMETER,
    MAIN_VARIANT,
    SCALING_OFF,
    SCALING_ON,
    SCALING_PARAMETER,
    UPDATE_AT_ONCE,
    UPDATE_PARAMETER,
    WEIGHT_AS_SETTINGS,
    weight_parameter,
)
from autogluon_lambdas.logic.promotion.variants import chosen_weights, weights_of
from autogluon_lambdas.logic.registry.model_choice import NONE
from autogluon_lambdas.logic.sagemaker.instances import chosen_instance_type
from autogluon_lambdas.models.errors import InvalidInputError, PromotionError

_ASKED = ("instance_type", "initial_instance_count", "engine", "weights")
_PARAMETERS = (
    INSTANCE_TYPE_PARAMETER,
    INITIAL_INSTANCE_COUNT_PARAMETER,
    ENGINE_PARAMETER,
    UPDATE_PARAMETER,
)


def endpoint_parameters(
    asked: PromoteInput, spec: PredictorSpec, deployed: Mapping[str, str]
) -> dict[str, str]:
    """Return the stack's parameters to change; those not named keep their values.

    Args:
        deployed: the stack's parameters as they are.

    Raises:
        InvalidInputError: outside the guardrails, or nothing would be served.
        PromotionError: the stack has no such parameter yet.
    """
    if asked.model == NONE or spec.endpoint is None:
        _refuse_instances_of_nothing(asked)
        if asked.variant != MAIN_VARIANT:
            return {}
        settings = dict.fromkeys(_PARAMETERS, AS_SETTINGS) | {
            weight_parameter(name): WEIGHT_AS_SETTINGS for name in weights_of(spec, {})
        }
        return {name: value for name, value in settings.items() if name in deployed}
    wanted = chosen_weights(asked, spec, deployed)
    own_type = spec.endpoint.instance_type
    if own_type is None:
        _refuse_instances_of_none(asked, spec)
    elif asked.instance_type is not None:
        wanted[INSTANCE_TYPE_PARAMETER] = _type(
            asked.instance_type, own_type, spec.endpoint, spec.name
        )
    if asked.initial_instance_count is not None:
        wanted[INITIAL_INSTANCE_COUNT_PARAMETER] = _count(
            asked.initial_instance_count, spec.endpoint, spec.name
        )
    if asked.engine is not None:
        own = asked.engine == spec.serving.engine
        wanted[ENGINE_PARAMETER] = AS_SETTINGS if own else asked.engine
    if UPDATE_PARAMETER in deployed:  # else all updates are at once
        wanted[UPDATE_PARAMETER] = UPDATE_AT_ONCE if asked.at_once else AS_SETTINGS
    wanted = {n: v for n, v in wanted.items() if n in deployed or v != AS_SETTINGS}
    missing = [name for name in wanted if name not in deployed]
    if missing:
        raise PromotionError(
            f"The stack {spec.endpoint.stack_name} has no parameter {missing[0]}, because it was "
            "deployed before the YAML allowed a choice.",
            advice="Run cdk deploy, then promote again.",
        )
    return wanted


def must_pause_scaling(
    spec: PredictorSpec,
    wanted: Mapping[str, str],
    deployed: Mapping[str, str],
    *,
    loses_variant: bool = False,
) -> bool:
    """Return whether scaling has to be off before the endpoint in service is updated.

    SageMaker refuses another instance type for a variant that is a scalable target, and the
    removal of such a variant (SageMaker's guide, "Update endpoints that use automatic scaling"),
    and CloudFormation deletes the target only after it has updated the endpoint. So one update
    takes the targets away, and the next one changes the endpoint and registers them again.

    Args:
        wanted: the stack's parameters to change.
        deployed: the stack's parameters as they are.
        loses_variant: whether a variant that scales is taken out.

    Raises:
        PromotionError: the stack has no parameter to switch scaling off yet.
    """
    if spec.endpoint is None or not spec.endpoint.autoscaled:
        return False
    changes_type = _changes_type(wanted, deployed)
    if not changes_type and not loses_variant:
        return False
    if SCALING_PARAMETER not in deployed:
        raise PromotionError(
            f"The stack {spec.endpoint.stack_name} has no parameter {SCALING_PARAMETER}, which "
            "this change needs on an endpoint that scales automatically.",
            advice="Run cdk deploy, then promote again.",
        )
    return deployed[SCALING_PARAMETER] == SCALING_ON


def must_pause_to_put_back(
    spec: PredictorSpec,
    wanted: Mapping[str, str],
    deployed: Mapping[str, str],
    *,
    gains_variant: bool = False,
) -> bool:
    """Return whether scaling has to be off before a promotion is put back; see above.

    The former type is another one, too, and a variant that came in goes out. A stack that has no
    parameter to switch scaling off yet is put back by one update, which SageMaker refuses.
    """
    if spec.endpoint is None or not spec.endpoint.autoscaled:
        return False
    changes = gains_variant or _changes_type(wanted, deployed)
    return changes and SCALING_PARAMETER in deployed


def _changes_type(wanted: Mapping[str, str], deployed: Mapping[str, str]) -> bool:
    chosen = wanted.get(INSTANCE_TYPE_PARAMETER)
    return chosen is not None and chosen != deployed.get(INSTANCE_TYPE_PARAMETER)


def scaling_on(deployed: Mapping[str, str], *, paused: bool) -> dict[str, str]:
    """Return the parameter that switches scaling on again, also where a promotion was cut off."""
    is_off = paused or deployed.get(SCALING_PARAMETER) == SCALING_OFF
    return {SCALING_PARAMETER: SCALING_ON} if is_off else {}


def put_back_at_once(deployed: Mapping[str, str]) -> dict[str, str]:
    """Return the parameter with which a failed promotion goes back without a canary of its own."""
    return {UPDATE_PARAMETER: UPDATE_AT_ONCE} if UPDATE_PARAMETER in deployed else {}


def _refuse_instances_of_nothing(asked: PromoteInput) -> None:
    for name in _ASKED:
        if getattr(asked, name) is not None:
            why = f'model "{NONE}"' if asked.model == NONE else "a predictor without an endpoint"
            raise InvalidInputError(
                f"input.{name}: got {json.dumps(getattr(asked, name))} with {why}.",
                advice="Leave it out.",
            )


def _refuse_instances_of_none(asked: PromoteInput, spec: PredictorSpec) -> None:
    """Refuse a choice of instances where there are none, or where others share them."""
    if spec.endpoint is not None and spec.endpoint.component is not None:
        what = f"is a component of {spec.endpoint.component.shared_endpoint}"
        decides = "endpoint.copies and the shared endpoint's settings"
    else:
        what, decides = "is serverless", "endpoint.memory_mb and endpoint.max_concurrency"
    for name in ("instance_type", "initial_instance_count"):
        if getattr(asked, name) is not None:
            raise InvalidInputError(
                f"input.{name}: got {json.dumps(getattr(asked, name))}, but the endpoint of "
                f'predictor "{spec.name}" {what} and has no instances to choose.',
                advice=f"Leave it out; {decides} in the YAML decide what it has.",
            )


def _type(asked: str, own: str, endpoint: EndpointSpec, predictor: str) -> str:
    if endpoint.fallback_instance_types:
        raise InvalidInputError(
            f'input.instance_type: got "{asked}", but the endpoint of predictor "{predictor}" has '
            "fallback_instance_types, among which SageMaker chooses.",
            advice="Leave it out.",
        )
    chosen = chosen_instance_type(asked, own, endpoint.allowed_instance_types, predictor)
    return AS_SETTINGS if chosen == own else chosen


def _count(asked: int, endpoint: EndpointSpec, predictor: str) -> str:
    own, most = endpoint.initial_instance_count, endpoint.max_initial_instance_count
    if asked == own:
        return AS_SETTINGS
    if most is None or asked > most:
        allowed = f"{own}" if most is None else f"1 to {most}"
        raise InvalidInputError(
            f"input.initial_instance_count: got {asked}.",
            advice=f'Allowed for predictor "{predictor}": {allowed} '
            "(endpoint.max_initial_instance_count in the YAML). To follow the load, use "
            "endpoint.autoscaling.",
        )
    return str(asked)
