"""Choose the instance types of an endpoint's variants: one, or the first pool with capacity.

SageMaker fills a variant from its pools in the order of their priorities (SageMaker AI Developer
Guide, "Deploy to multiple instance types with instance pools"). Here all instances of a variant are
of one type: capacity for some of them only does not occur.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from embedded_aws.sagemaker.errors import invalid
from embedded_aws.sagemaker.hosting.serverless.settings import is_serverless
from embedded_aws.sagemaker.planned_faults import endpoint_without_capacity
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.state import Record

Types = Mapping[str, str | None]
"""The type of each variant; None where none of its types has capacity."""


PRODUCTION, SHADOW = "ProductionVariants", "ShadowProductionVariants"


def all_variants(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the variants of an endpoint configuration, those that answer before its shadows."""
    return [*config[PRODUCTION], *(config.get(SHADOW) or ())]


def types_of(variant: Mapping[str, Any]) -> list[str]:
    """Return the types of a ProductionVariant, the first choice first; none if serverless."""
    pools = sorted(variant.get("InstancePools") or (), key=lambda pool: int(pool["Priority"]))
    if pools:
        return [pool["InstanceType"] for pool in pools]
    return [] if is_serverless(variant) else [variant["InstanceType"]]


def check_types(variant: Mapping[str, Any]) -> None:
    """Refuse a variant that has neither a type nor pools, or both; raises ApiError."""
    name, pools = variant["VariantName"], variant.get("InstancePools")
    if (variant.get("InstanceType") is None) == (not pools):
        raise invalid(f"ProductionVariants: {name} needs either InstanceType or InstancePools.")
    if not pools:
        if variant.get("VariantInstanceProvisionTimeoutInSeconds") is not None:
            raise invalid(
                f"ProductionVariants: {name}: this endpoint supports "
                "VariantInstanceProvisionTimeoutInSeconds with InstancePools only."
            )
        return
    for member in ("InstanceType", "Priority"):
        values = [pool[member] for pool in pools]
        if len(set(values)) != len(values):
            raise invalid(f"ProductionVariants: {name}: a {member} is in two of its InstancePools.")


def types_with_capacity(
    service: SageMaker, operation: str, request: Mapping[str, Any], config: Record
) -> Types:
    """Return the type that each variant gets, as the faults on demand leave them."""
    place = f"sagemaker:{operation}"

    def has_capacity(instance_type: str) -> bool:
        values = {**request, "InstanceType": instance_type}
        return service.runtime.faults.take(place, values, ("capacity",)) is None

    return {
        variant["VariantName"]: next(filter(has_capacity, types_of(variant)), None)
        for variant in all_variants(config.request)
        if not is_serverless(variant)
    }


def require_capacity(types: Types) -> None:
    """Raise JobError where a variant gets no instances."""
    if None in types.values():
        raise endpoint_without_capacity()
