"""Say what a deployment itself starts or ends that is billed by the hour, without a promotion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from autogluon_cli.changes.section import Change, Section
from autogluon_cli.changes.templates import StackTemplates
from autogluon_cli.changes.values import text_of
from autogluon_cli.costs.estimates import HOURS_PER_MONTH, monthly_price
from autogluon_contracts.names import variant_named

# An interface endpoint in one zone, without its traffic; source: AWS PrivateLink's price list for
# us-east-1, from memory.
_INTERFACE_USD_PER_HOUR = 0.01

Resources = Mapping[str, Mapping[str, Any]]


def standing_section(
    stacks: Sequence[StackTemplates],
    predictors: Mapping[str, str],
    is_live: Callable[[str, str], bool],
) -> Section | None:
    """Return what changes of instances and interface endpoints that start with their stack.

    These are shared endpoints, the notebook, the interface endpoints of a created network, and the
    least instances of endpoints that scale. What else a live model runs on is its predictor's.

    Args:
        predictors: whose endpoint a stack holds, by the CDK's name of the stack.
        is_live: whether a predictor has a model in service for a variant.
    """
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    changes: list[str] = []
    for stack in stacks:
        for found, resources in zip((before, after), stack.resources(), strict=True):
            found |= _standing(resources)
        if stack.name in predictors:
            changes += _least_instances(stack, predictors[stack.name], is_live)
    changes += [
        f"{what}: {before.get(what, 'none')} -> {after.get(what, 'none')}"
        for what in dict.fromkeys((*before, *after))
        if before.get(what) != after.get(what)
    ]
    told = [Change(what, is_billed=True) for what in changes]
    return Section("Billed by the hour", told) if told else None


def _standing(resources: Resources) -> Iterator[tuple[str, str]]:
    """Yield what a stack holds unconditionally, and what that costs."""
    config = next(_of_type(resources, "AWS::SageMaker::EndpointConfig"), None)
    for endpoint in _of_type(resources, "AWS::SageMaker::Endpoint"):
        if config is not None:
            [variant] = config["ProductionVariants"]
            yield f"endpoint {text_of(endpoint['EndpointName'])}", _shared(variant)
    for notebook in _of_type(resources, "AWS::SageMaker::NotebookInstance"):
        kind = notebook["InstanceType"]
        yield "notebook", f"1 x {kind}{monthly_price(kind, 1)} while it runs"
    zones = [
        len(endpoint["SubnetIds"])
        for endpoint in _of_type(resources, "AWS::EC2::VPCEndpoint")
        if endpoint.get("VpcEndpointType") == "Interface"
    ]
    if zones:
        usd = sum(zones) * _INTERFACE_USD_PER_HOUR * HOURS_PER_MONTH
        yield (
            "interface endpoints",
            f"{len(zones)} in {max(zones)} zones, about {usd:,.0f} USD a month without traffic",
        )


def _of_type(resources: Resources, kind: str) -> Iterator[Mapping[str, Any]]:
    """Yield the properties of resources that exist whatever is live."""
    for resource in resources.values():
        if resource["Type"] == kind and "Condition" not in resource:
            yield resource.get("Properties", {})


def _shared(variant: Mapping[str, Any]) -> str:
    kind, first = variant["InstanceType"], int(variant["InitialInstanceCount"])
    scaling = variant["ManagedInstanceScaling"]
    least, most = int(scaling["MinInstanceCount"]), int(scaling["MaxInstanceCount"])
    bounds = f", {least} to {most} with the copies on it" if least != most else ""
    return f"{first} x {kind}{monthly_price(kind, first)}{bounds}"


def _least_instances(
    stack: StackTemplates, predictor: str, is_live: Callable[[str, str], bool]
) -> Iterator[str]:
    """Yield where scaling keeps another number of instances at least than before."""
    before, after = map(_targets, stack.resources())
    for variant, least in after.items():
        was = before.get(variant, least)  # without scaling it has the settings' number, at least
        if was == least or not is_live(predictor, variant):
            continue
        kind = _instance_type(stack.resources()[1], variant)
        price = monthly_price(kind, least) if kind is not None else ""
        yield f"scaling of {predictor}, {variant}: at least {was} -> {least} instances{price}"


def _targets(resources: Resources) -> dict[str, int]:
    """Return the least instances of each variant that scales."""
    return {
        variant_named(text_of(target["ResourceId"]).rpartition("/")[2]): int(target["MinCapacity"])
        for target in (
            resource["Properties"]
            for resource in resources.values()
            if resource["Type"] == "AWS::ApplicationAutoScaling::ScalableTarget"
        )
        if target["ScalableDimension"] == "sagemaker:variant:DesiredInstanceCount"
    }


def _instance_type(resources: Resources, variant: str) -> str | None:
    """Return a variant's type; None where a promotion may choose it."""
    for resource in resources.values():
        if resource["Type"] == "AWS::SageMaker::EndpointConfig":
            for each in resource["Properties"]["ProductionVariants"]:
                if variant_named(each["VariantName"]) == variant:
                    kind = each.get("InstanceType")
                    return kind if isinstance(kind, str) else None
    return None
