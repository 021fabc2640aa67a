"""Which service and operation a request means."""

from __future__ import annotations

import functools

import botocore.session
from moto.moto_server.werkzeug_app import BackendRequest

# botocore services that sign with another name than their own. SageMaker's runtime shares its
# control plane's name and is told apart by the path.
_SERVICE_BY_SIGNING_NAME = {
    "states": "stepfunctions",
    "servicequotas": "service-quotas",
    "monitoring": "cloudwatch",
    "tagging": "resourcegroupstaggingapi",
    "email": "sesv2",
}


def service_name(signing_name: str, request: BackendRequest) -> str:
    """Return botocore's name of the service that a signed request is for."""
    if signing_name == "sagemaker" and request.path.startswith("/endpoints/"):
        return "sagemaker-runtime"
    if signing_name in _SERVICE_BY_SIGNING_NAME:
        return _SERVICE_BY_SIGNING_NAME[signing_name]
    return signing_name if signing_name in _known_services() else "s3"


@functools.cache
def _known_services() -> frozenset[str]:
    return frozenset(botocore.session.get_session().get_available_services())
