"""Build an endpoint without a model, on whose instances predictors run as components."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from autogluon_constructs.network.placement import Placement
from autogluon_constructs.settings import SharedEndpoint
from autogluon_contracts import names

_ROUTING = {
    "least-outstanding-requests": "LEAST_OUTSTANDING_REQUESTS",
    "random": "RANDOM",
}


class AutoGluonSharedEndpoint(Construct):
    """EndpointConfig and Endpoint. Instances come and go with the copies of components.

    SageMaker wants the role, the network and the isolation of containers in the configuration where
    its variant has no model (API reference, CreateEndpointConfig).
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        name: str,
        settings: SharedEndpoint,
        serving_role: iam.IRole,
        key: kms.IKey,
        network_isolation: bool,
        placement: Placement | None,
    ) -> None:
        super().__init__(scope, construct_id)
        types = sagemaker.CfnEndpointConfig
        config = types(
            self,
            "Config",
            execution_role_arn=serving_role.role_arn,
            kms_key_id=key.key_arn if settings.has_volume_key else None,
            enable_network_isolation=network_isolation,
            vpc_config=None
            if placement is None
            else types.VpcConfigProperty(
                subnets=list(placement.subnets), security_group_ids=list(placement.security_groups)
            ),
            production_variants=[
                types.ProductionVariantProperty(
                    variant_name=names.VARIANT,
                    instance_type=settings.instance_type,
                    initial_instance_count=settings.first_instances,
                    managed_instance_scaling=types.ManagedInstanceScalingProperty(
                        status="ENABLED",
                        min_instance_count=settings.min_instances,
                        max_instance_count=settings.max_instances,
                    ),
                    routing_config=types.RoutingConfigProperty(
                        routing_strategy=_ROUTING[settings.routing]
                    ),
                )
            ],
        )
        self.endpoint = sagemaker.CfnEndpoint(
            self,
            "Endpoint",
            endpoint_name=names.endpoint(environment, name),
            endpoint_config_name=config.attr_endpoint_config_name,
        )
