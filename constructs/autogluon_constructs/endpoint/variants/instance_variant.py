"""Build a production variant that runs on instances."""

from aws_cdk import Token
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from autogluon_constructs.endpoint.chosen_values import chosen_value
from autogluon_constructs.endpoint.variants.variant_weights import chosen_weight
from autogluon_constructs.settings.endpoint_modes.instance_variant import InstanceVariant
from autogluon_contracts import names
from autogluon_contracts.documents.predictor_spec import HostImages


def instance_variant(
    scope: Construct,
    variant: InstanceVariant,
    *,
    model: sagemaker.CfnModel,
    ami: HostImages | None,
    shares_requests: bool = False,
) -> sagemaker.CfnEndpointConfig.ProductionVariantProperty:
    """Return the variant; where promotions may choose its instances, parameters of the stack do.

    Args:
        shares_requests: whether other variants answer beside it, so that its weight matters.
    """
    pools = _instance_pools(variant)
    return sagemaker.CfnEndpointConfig.ProductionVariantProperty(
        variant_name=names.production_variant(variant.name),
        model_name=model.attr_model_name,
        instance_type=None if pools else _instance_type(scope, variant),
        instance_pools=pools,
        initial_instance_count=_instance_count(scope, variant),
        initial_variant_weight=(
            Token.as_number(chosen_weight(scope, variant)) if shares_requests else variant.weight
        ),
        inference_ami_version=ami.inference_ami_version if ami is not None else None,
    )


def _instance_pools(
    variant: InstanceVariant,
) -> list[sagemaker.CfnEndpointConfig.InstancePoolProperty] | None:
    """Return the types by priority where there are several: SageMaker takes a type or pools."""
    if not variant.fallback_instance_types:
        return None
    types = (variant.instance_type, *variant.fallback_instance_types)
    return [
        sagemaker.CfnEndpointConfig.InstancePoolProperty(instance_type=name, priority=priority)
        for priority, name in enumerate(types, start=1)
    ]


def _instance_type(scope: Construct, variant: InstanceVariant) -> str:
    others = {name: name for name in variant.allowed_instance_types}
    if not others:
        return variant.instance_type
    own = variant.instance_type
    return Token.as_string(chosen_value(scope, names.INSTANCE_TYPE_PARAMETER, own, others))


def _instance_count(scope: Construct, variant: InstanceVariant) -> int | float:
    most = variant.max_initial_instance_count
    if most is None:
        return variant.initial_instance_count
    others = {str(count): count for count in range(1, most + 1)}
    own = variant.initial_instance_count
    return Token.as_number(chosen_value(scope, names.INITIAL_INSTANCE_COUNT_PARAMETER, own, others))
