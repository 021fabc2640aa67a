"""Check what SageMaker needs to start jobs: images in the region, instance quotas."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from autogluon_cli.checks.finding import Finding
from autogluon_cli.framework.invocation import Invocation
from autogluon_cli.framework.local_endpoint import is_local

_IMAGE = re.compile(
    r"(?P<registry>\d{12})\.dkr\.ecr\.(?P<region>[^.]+)\.[^/]+/(?P<name>[^:]+):(?P<tag>.+)"
)
_USES = {
    "training": "for training job usage",
    "endpoint": "for endpoint usage",
    "batch": "for transform job usage",
    "drift": "for processing job usage",
}
_SPOT = "for spot training job usage"


def check_images(invocation: Invocation) -> Iterator[Finding]:
    """Check that the AutoGluon images of all predictors exist in the region."""
    specs = [
        invocation.connection.spec(name) for name in invocation.connection.deployment.predictors
    ]
    keys = ("image_uri", "inference_image_uri", "processing_image_uri")
    uris = {spec[key] for spec in specs for key in keys if spec.get(key)}
    for uri in sorted(uris):
        if _is_embedded():
            detail = f"{uri}: the embedded AWS does not pull images; it uses its own environment"
            yield Finding("image", "not checked", detail)
        else:
            yield _image(invocation, uri)


def _is_embedded() -> bool:
    return is_local(os.environ.get("AWS_ENDPOINT_URL", ""))


def _image(invocation: Invocation, uri: str) -> Finding:
    match = _IMAGE.fullmatch(uri)
    if match is None:
        return Finding("image", "not checked", f"{uri} has no tag to look for")
    ecr = invocation.session.client("ecr", region_name=match["region"])
    try:
        answer = ecr.batch_get_image(
            registryId=match["registry"],
            repositoryName=match["name"],
            imageIds=[{"imageTag": match["tag"]}],
        )
        found = bool(answer["images"])
    except ecr.exceptions.RepositoryNotFoundException:
        found = False
    if found:
        return Finding("image", "ok", uri)
    fix = "set framework_version or image_uri in the settings, then agcdk deploy"
    return Finding("image", "missing", f"{uri} is not in {match['region']}", fix)


def check_quotas(invocation: Invocation) -> Iterator[Finding]:
    """Check that the quotas of instance types hold what one job or endpoint takes."""
    wanted: dict[str, int] = {}
    for name, count in _wanted(invocation):
        wanted[name] = max(count, wanted.get(name, 0))
    if not wanted:
        return
    if _is_embedded():
        detail = "the embedded AWS has no quotas: jobs use what the machine has"
        yield Finding("quotas", "not checked", detail)
        return
    pages = invocation.client("service-quotas").get_paginator("list_service_quotas")
    quotas = {
        quota["QuotaName"]: quota
        for page in pages.paginate(ServiceCode="sagemaker")
        for quota in page["Quotas"]
    }
    for name, count in wanted.items():
        yield _quota(name, count, quotas.get(name))


def _wanted(invocation: Invocation) -> Iterator[tuple[str, int]]:
    """Yield the names of quotas, each with the instances that one job or endpoint takes."""
    for predictor in invocation.connection.deployment.predictors:
        spec = invocation.connection.spec(predictor)
        for section, use in _USES.items():
            for kind, count in _instances(spec.get(section) or {}).items():
                yield f"{kind} {use}", count
        for step in (spec.get("processing") or {}).values():
            for kind, count in _instances(step).items():
                yield f"{kind} {_USES['drift']}", count
        if spec["training"].get("spot"):
            yield f"{spec['training']['instance_type']} {_SPOT}", 1


def _instances(section: Mapping[str, Any]) -> Counter[str]:
    """Return how many instances of each type a section asks for; serverless ones have none."""
    found: Counter[str] = Counter()
    for part in (section, *(section.get("variants") or {}).values()):
        if part.get("instance_type"):
            count = part.get("instance_count") or part.get("initial_instance_count") or 1
            found[part["instance_type"]] += count
    return found


def _quota(name: str, count: int, quota: dict[str, Any] | None) -> Finding:
    if quota is None:
        return Finding("quotas", "not checked", f"{name}: Service Quotas does not list it")
    if quota["Value"] >= count:
        return Finding("quotas", "ok", f"{name}: {quota['Value']:g}")
    fix = (
        "aws service-quotas request-service-quota-increase --service-code sagemaker "
        f"--quota-code {quota['QuotaCode']} --desired-value {count}"
    )
    lacking = "0" if count == 1 else f"{quota['Value']:g} of {count}"
    return Finding("quotas", "missing", f"{name}: {lacking}", fix)
