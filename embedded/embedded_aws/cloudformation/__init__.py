"""CloudFormation: an engine that deploys templates through the APIs of the other services."""

from embedded_aws.cloudformation.api.service import install_engine
from embedded_aws.cloudformation.moto_s3 import patch_moto_s3
from embedded_aws.cloudformation.resource_faults import disturb_with
from embedded_aws.cloudformation.resources import all_handlers
from embedded_aws.cloudformation.resources.registry import Registry
from embedded_aws.runtime import Runtime


def install(runtime: Runtime) -> None:
    """Answer the CloudFormation API with this engine and every resource type it knows."""
    patch_moto_s3()
    disturb = disturb_with(runtime.faults)
    install_engine(runtime, Registry(all_handlers(runtime), disturb))
