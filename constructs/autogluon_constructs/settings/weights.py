"""Where pretrained weights are mirrored from, and on what; which of them predictors use."""

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from autogluon_constructs.settings.fields import (
    NAME,
    ProcessingInstanceType,
    as_tuple,
    refuse,
)
from autogluon_constructs.settings.section import Section
from autogluon_contracts.models.known_weights import HUB

_HUB = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?")
_LONGEST_SECONDS = 5 * 24 * 3600


def _hub(url: str) -> str:
    if _HUB.fullmatch(url) is None:
        raise refuse(f"allowed: the URL of a hub without a slash at its end, such as '{HUB}'")
    return url


def _once_each(names: Sequence[str]) -> Sequence[str]:
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled is not None:
        raise refuse(f"'{doubled}' is named twice; name each set once")
    return names


class Weights(Section):
    """How `agcdk weights add` mirrors pretrained weights into the artifact bucket.

    The job is the only one of an environment that reads from the internet; in an environment with
    a network it runs in that network, and reads from what that lets it reach.
    """

    hub: Annotated[str, AfterValidator(_hub)] = HUB
    """Where weights come from: Hugging Face, or a mirror of it with the same API."""
    network: Literal["environment", "none"] = "environment"
    """Where the job runs: in the environment's network, if it has one, or in SageMaker's own."""
    instance_type: ProcessingInstanceType = "ml.m5.large"
    """What the job runs on; it needs no GPU."""
    volume_size_gb: Annotated[int, Field(ge=1, le=16_384)] = 50
    """Room for the largest set of weights, in GB."""
    max_runtime_seconds: Annotated[int, Field(ge=60, le=_LONGEST_SECONDS)] = 7200
    """When SageMaker stops the job."""


WeightsName = Annotated[str, Field(pattern=NAME, max_length=30)]
WeightsNames = Annotated[
    tuple[WeightsName, ...],
    BeforeValidator(as_tuple),
    AfterValidator(_once_each),
    Field(max_length=20),
]
