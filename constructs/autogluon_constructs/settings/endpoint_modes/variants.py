"""Define the variants that a real-time endpoint has beside its main one."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from autogluon_constructs.settings.fields import NAME, HostingInstanceType
from autogluon_constructs.settings.section import Section
from autogluon_contracts.documents.predictor_spec import MOST_WEIGHT
from autogluon_contracts.names import MAIN_VARIANT, SHADOW_VARIANT, VARIANT, pascal_case
from autogluon_contracts.suggestions import did_you_mean

VariantName = Annotated[str, Field(pattern=NAME, max_length=30)]

_MOST = 10  # API reference, CreateEndpointConfig: ProductionVariants


class Shadow(Section):
    """A variant that gets a copy of each request, and whose answers are dropped.

    Its own live model is chosen by a promotion of the variant `shadow`; its metrics and its log
    show how it does.
    """

    instance_type: HostingInstanceType | None = None
    """What it runs on; if left out, the endpoint's `instance_type`."""
    initial_instance_count: int | None = Field(default=None, ge=1, le=1000)
    """How many instances it has; if left out, the endpoint's `initial_instance_count`."""


class Variant(Section):
    """One of several versions that answer side by side.

    The main variant has the endpoint's own instances, and only a weight here.
    """

    weight: float = Field(ge=0, le=MOST_WEIGHT, allow_inf_nan=False)
    """Its share of the requests, in relation to the others' weights."""
    instance_type: HostingInstanceType | None = None
    """What it runs on; if left out, the endpoint's `instance_type`."""
    initial_instance_count: int | None = Field(default=None, ge=1, le=1000)
    """How many instances it starts with; if left out, the endpoint's `initial_instance_count`."""


def variant_problems(variants: Mapping[str, Variant]) -> Iterator[str]:
    """Yield what is wrong with variants that are valid by themselves."""
    if not variants:
        return
    main = variants.get(MAIN_VARIANT)
    if main is None:
        yield (
            f"variants: '{MAIN_VARIANT}' is missing, which has the endpoint's own instances"
            f"{did_you_mean(MAIN_VARIANT, variants)}; give {MAIN_VARIANT}: {{weight: 0.9}}"
        )
    elif main.instance_type is not None or main.initial_instance_count is not None:
        yield (
            f"variants.{MAIN_VARIANT} has only a weight; its instances are the endpoint's "
            "instance_type and initial_instance_count"
        )
    elif len(variants) == 1:
        yield (
            f"variants: got '{MAIN_VARIANT}' alone, which answers everything whatever its weight; "
            "add a variant, or leave variants out"
        )
    if len(variants) > _MOST:
        yield f"variants: got {len(variants)}; SageMaker allows at most {_MOST}"
    if not sum(variant.weight for variant in variants.values()) > 0:
        yield "variants: all weights are 0; give at least one a weight above 0"
    ids: dict[str, str] = {}
    for name in variants:
        if name in (SHADOW_VARIANT, VARIANT.lower()):
            yield f"variants.{name}: the name is reserved; choose another one"
        other = ids.setdefault(pascal_case(name), name)
        if other != name:
            yield f"variants: '{name}' and '{other}' differ in hyphens only; rename one of them"
