"""Decide which of an endpoint's variants a promotion changes, and what all of them run then."""

import json
from collections.abc import Mapping

from autogluon_contracts.documents.execution_inputs import PromoteInput
from autogluon_contracts.documents.predictor_spec import EndpointSpec, PredictorSpec, VariantSpec
from autogluon_contracts.names import (
    AS_SETTINGS,
    INITIAL_INSTANCE_COUNT_PARAMETER,
    INSTANCE_TYPE_PARAMETER,
    MAIN_VARIANT,
    NO_MODEL,
    SHADOW_VARIANT,
    WEIGHT_AS_SETTINGS,
    production_variant,
    weight_parameter,
)
from autogluon_contracts.suggestions import did_you_mean
from autogluon_contracts.wording import listed
from autogluon_lambdas.models.errors import InvalidInputError, PromotionError
from autogluon_lambdas.models.events.promotion import ExpectedVariant

# What the settings alone decide for variants beside the main one.
_OF_THE_MAIN_ONE = ("instance_type", "initial_instance_count", "engine")
_WORDS_OF_THE_MAIN_ONE = ("previous", "last-live")


def variants_of(spec: PredictorSpec) -> Mapping[str, VariantSpec]:
    """Return the variants beside the main one; none without an endpoint."""
    return {} if spec.endpoint is None else spec.endpoint.variants or {}


def require_variant(asked: PromoteInput, spec: PredictorSpec) -> None:
    """Raise InvalidInputError for an unknown variant, and for what only the main one takes."""
    if asked.variant == MAIN_VARIANT:
        return
    known = (MAIN_VARIANT, *variants_of(spec))
    if asked.variant not in known:
        raise InvalidInputError(
            f'input.variant: got "{asked.variant}"; predictor "{spec.name}" has '
            f"{listed(known)}{did_you_mean(asked.variant, known)}.",
            advice="Declare it in the YAML (endpoint.variants, or endpoint.shadow), and deploy.",
        )
    for name in _OF_THE_MAIN_ONE:
        if (value := getattr(asked, name)) is not None:
            raise InvalidInputError(
                f'input.{name}: got {json.dumps(value)} with variant "{asked.variant}", for which '
                "the settings decide.",
                advice="Leave it out.",
            )
    if asked.model in _WORDS_OF_THE_MAIN_ONE:
        raise InvalidInputError(
            f'input.model: got "{asked.model}" with variant "{asked.variant}"; the registry knows '
            "that of the main variant only.",
            advice="Name a version.",
        )


def require_main_model(asked: PromoteInput, main: str) -> None:
    """Raise PromotionError for a model of a variant whose endpoint does not exist."""
    if asked.variant != MAIN_VARIANT and asked.model != NO_MODEL and main == NO_MODEL:
        raise PromotionError(
            f'The endpoint of predictor "{asked.predictor}" does not exist, because no model is '
            f'live in its main variant, and "{asked.variant}" answers beside it.',
            advice="Promote a version without a variant first.",
        )


def chosen_weights(
    asked: PromoteInput, spec: PredictorSpec, deployed: Mapping[str, str]
) -> dict[str, str]:
    """Return the stack's parameters for the weights that were asked for.

    Raises:
        InvalidInputError: a variant is unknown or a shadow, or no request would be answered.
    """
    if not asked.weights:
        return {}
    weights = weights_of(spec, deployed)
    for name in asked.weights:
        if name not in weights:
            raise InvalidInputError(
                f'input.weights: got "{name}"; predictor "{spec.name}" shares its requests among '
                f"{listed(tuple(weights)) or 'no variants'}{did_you_mean(name, weights)}.",
                advice="Declare it in the YAML (endpoint.variants), and deploy.",
            )
    rounded = {name: float(_written(weight)) for name, weight in asked.weights.items()}
    if not sum({**weights, **rounded}.values()) > 0:
        raise InvalidInputError(
            "input.weights: all weights would be 0.", advice="Give one variant a weight above 0."
        )
    own = weights_of(spec, {})
    return {
        weight_parameter(name): WEIGHT_AS_SETTINGS if weight == own[name] else _written(weight)
        for name, weight in asked.weights.items()
    }


def weights_of(spec: PredictorSpec, deployed: Mapping[str, str]) -> dict[str, float]:
    """Return the weights of the variants that share requests; none where one has them all.

    Args:
        deployed: the stack's parameters.
    """
    sharing = {name: each for name, each in variants_of(spec).items() if name != SHADOW_VARIANT}
    if spec.endpoint is None or not sharing:
        return {}
    own = {MAIN_VARIANT: spec.endpoint.weight} | {
        name: each.weight for name, each in sharing.items()
    }
    return {
        name: float(_chosen(deployed, weight_parameter(name), WEIGHT_AS_SETTINGS) or weight)
        for name, weight in own.items()
    }


def expected_variants(
    spec: PredictorSpec, live_models: Mapping[str, str], deployed: Mapping[str, str]
) -> list[ExpectedVariant]:
    """Return what the endpoint has to run, by the parameters; nothing without a main model.

    Args:
        live_models: what each variant's parameter holds.
        deployed: the stack's other parameters as they will be.
    """
    if spec.endpoint is None or live_models[MAIN_VARIANT] == NO_MODEL:
        return []
    main = ExpectedVariant(name=production_variant(MAIN_VARIANT), model=live_models[MAIN_VARIANT])
    beside = variants_of(spec)
    if not beside:
        return [main]
    weights = weights_of(spec, deployed)
    expected = [_main_in_full(main, spec.endpoint, weights.get(MAIN_VARIANT), deployed)]
    for name, variant in beside.items():
        if live_models[name] != NO_MODEL:
            expected.append(
                ExpectedVariant(
                    name=production_variant(name),
                    model=live_models[name],
                    weight=weights.get(name),
                    instance_type=variant.instance_type,
                    initial_instance_count=variant.initial_instance_count,
                    is_shadow=name == SHADOW_VARIANT,
                )
            )
    return expected


def _main_in_full(
    main: ExpectedVariant,
    endpoint: EndpointSpec,
    weight: float | None,
    deployed: Mapping[str, str],
) -> ExpectedVariant:
    count = _chosen(deployed, INITIAL_INSTANCE_COUNT_PARAMETER)
    return ExpectedVariant(
        name=main.name,
        model=main.model,
        weight=weight,
        instance_type=_chosen(deployed, INSTANCE_TYPE_PARAMETER) or endpoint.instance_type,
        initial_instance_count=int(count or endpoint.initial_instance_count),
    )


def _chosen(
    deployed: Mapping[str, str], parameter: str, as_settings: str = AS_SETTINGS
) -> str | None:
    """Return what a promotion chose; None where the settings decide."""
    value = deployed.get(parameter, as_settings)
    return None if value == as_settings else value


def _written(weight: float) -> str:
    """Return a weight as the stack's parameter takes it: at most 6 places, no exponent."""
    return f"{weight:.6f}".rstrip("0").rstrip(".")
