"""Build a production variant that SageMaker starts at a request."""

from aws_cdk import aws_sagemaker as sagemaker

from autogluon_constructs.settings.endpoint_modes.serverless import ServerlessVariant
from autogluon_contracts.names import production_variant


def serverless_variant(
    variant: ServerlessVariant, *, model: sagemaker.CfnModel
) -> sagemaker.CfnEndpointConfig.ProductionVariantProperty:
    """Return the variant, which is the only one of its endpoint."""
    config = sagemaker.CfnEndpointConfig
    return config.ProductionVariantProperty(
        variant_name=production_variant(variant.name),
        model_name=model.attr_model_name,
        initial_variant_weight=variant.weight,
        serverless_config=config.ServerlessConfigProperty(
            memory_size_in_mb=variant.memory_mb,
            max_concurrency=variant.max_concurrency,
            provisioned_concurrency=variant.provisioned_concurrency,
        ),
    )
