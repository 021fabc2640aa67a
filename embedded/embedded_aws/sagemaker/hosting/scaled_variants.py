"""Refuse updates of variants that Application Auto Scaling scales."""

from __future__ import annotations

from embedded_aws.sagemaker.errors import invalid
from embedded_aws.sagemaker.hosting.endpoint import Endpoint
from embedded_aws.sagemaker.hosting.instance_pools import types_of
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record


def check_scaled_variants(
    service: SageMaker, region: str, endpoint: Endpoint, config: Record
) -> None:
    """Refuse a configuration that removes a scaled variant or changes its instance type.

    SageMaker guide, "Update endpoints that use auto scaling": "If the update would change the
    instance type for any model that is a target for auto scaling, the update fails." The first and
    last step of its procedure are required for removing a variant, too.

    Raises:
        ApiError: names the variants.
    """
    types = {item["VariantName"]: types_of(item) for item in config.request["ProductionVariants"]}
    variants = endpoint.deployment.variants.values() if endpoint.deployment else ()
    changed = {
        f"endpoint/{endpoint.name}/variant/{variant.name}": variant.name
        for variant in variants
        if types.get(variant.name) != list(variant.instance_types)
    }
    if not changed:
        return
    scaling = service.runtime.client("application-autoscaling", region=region)
    targets = scaling.describe_scalable_targets(
        ServiceNamespace="sagemaker",
        ResourceIds=list(changed),
        ScalableDimension="sagemaker:variant:DesiredInstanceCount",
    )["ScalableTargets"]
    if targets:
        names = ", ".join(changed[target["ResourceId"]] for target in targets)
        raise invalid(
            f'The variant(s) "[{names}]" must be deregistered as scalable targets with AutoScaling '
            "before they can be removed or have their instance type updated."
        )
