"""Define predictors that an algorithm resource trains: one's own, shared, or the Marketplace's."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator

from autogluon_constructs.settings.bring_your_own.script import TYPE, Script
from autogluon_constructs.settings.endpoint_modes import (
    ComponentEndpoint,
    RealTimeEndpoint,
    ServerlessEndpoint,
)
from autogluon_constructs.settings.fields import refuse
from autogluon_constructs.settings.serving import Serving

# AlgorithmArn, and the names that CreateAlgorithm takes (botocore's API model, November 2026).
_ARN = re.compile(
    r"arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:\d{12}:algorithm/[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
)
_ONLY_ANSWERS = frozenset({"answers"})


def _algorithm_arn(arn: str) -> str:
    if _ARN.fullmatch(arn) is None:
        raise refuse("allowed: 'arn:<partition>:sagemaker:<region>:<account>:algorithm/<name>'")
    return arn


AlgorithmArn = Annotated[str, AfterValidator(_algorithm_arn)]


def algorithm_resource_problems(fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield what predictors of an algorithm resource cannot have."""
    if fields.get("algorithm_arn") is None or "type" not in fields:
        return
    if fields["type"] != TYPE:
        yield (
            f"algorithm_arn: given with type '{fields['type']}'; set type: {TYPE}, or leave it out"
        )
        return
    script, serving = fields.get("script"), fields.get("serving")
    if isinstance(script, Script):
        for name in sorted(script.model_fields_set - _ONLY_ANSWERS):
            yield (
                f"script.{name}: given with algorithm_arn, whose algorithm has all that trains, "
                "serves and measures; leave it out"
            )
    if isinstance(serving, Serving):
        for name in sorted(serving.model_fields_set):
            yield (
                f"serving.{name}: given with algorithm_arn, whose models have the algorithm's own "
                "environment; leave it out"
            )
    if fields.get("network_isolation") is False:
        yield (
            "network_isolation: got False with algorithm_arn, whose containers always run without "
            "network access; leave it out"
        )
    yield from _endpoint_problems(fields.get("endpoint"))


def _endpoint_problems(endpoint: object) -> Iterator[str]:
    if isinstance(endpoint, ServerlessEndpoint | ComponentEndpoint):
        yield (
            f"endpoint.mode: got '{endpoint.mode}' with algorithm_arn, whose containers run "
            "without network access on instances of their own; allowed: 'real-time' or "
            "'asynchronous'"
        )
    if isinstance(endpoint, RealTimeEndpoint) and endpoint.pipeline is not None:
        yield (
            "endpoint.pipeline: given with algorithm_arn, whose models are in no pipeline with "
            "containers of your own; leave it out"
        )
