"""Which service and operation a request means.

Services that share a signing name are told apart as AWS's own endpoints are: by the prefix of
X-Amz-Target, by a form's Version, or by the path.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from moto.core.model import OperationModel
from moto.core.routing import NotFound, get_service_router
from moto.moto_server.werkzeug_app import BackendRequest

from embedded_aws.gateway.service_index import ServiceNames, service_index

# The first of siblings that no request tells apart: DocumentDB and Neptune sign, version and name
# their operations as RDS does.
_FIRST_OF_SIBLINGS = ("rds", "sagemaker-runtime", "apigatewaymanagementapi")
# Every path of S3 Control begins with its version, and each call names the account; a bucket may
# have the version's name, but its calls carry no such header.
_S3_CONTROL_PATH = "/v20180820/"
_S3_CONTROL_HEADER = "x-amz-account-id"


class Route(NamedTuple):
    """Where a request leads."""

    service: str | None  # botocore's name; None for a signing name of no known service
    operation: OperationModel | None = None  # None when no operation of the service matches
    url_params: dict[str, Any] = {}


def find_route(signing_name: str, request: BackendRequest) -> Route:
    """Return the service and the operation of a signed request."""
    candidates = _candidates(signing_name, request)
    for names in candidates:
        try:
            operation, url_params = get_service_router(names.service).match(request)
        except (NotFound, NotImplementedError):
            continue
        return Route(names.service, operation, url_params)
    return Route(candidates[0].service if candidates else None)


def _candidates(signing_name: str, request: BackendRequest) -> list[ServiceNames]:
    index = service_index()
    target = request.headers.get("X-Amz-Target")
    if target is not None and (targeted := index.targeted_by(target.rpartition(".")[0])):
        return targeted
    signed = index.signed_for(signing_name)
    if len(signed) < 2:
        return signed
    if signing_name == "s3":
        is_control = (
            request.path.startswith(_S3_CONTROL_PATH) and _S3_CONTROL_HEADER in request.headers
        )
        return [index.by_name["s3control" if is_control else "s3"]]
    if request.values.get("Action") and (forms := [each for each in signed if each.takes_forms]):
        version = request.values.get("Version")
        return _in_order([each for each in forms if each.api_version == version] or forms)
    return _in_order([each for each in signed if each.is_rest] or signed)


def _in_order(siblings: list[ServiceNames]) -> list[ServiceNames]:
    """Put first whose name is the signing name, and the first of siblings that look alike."""
    return sorted(
        siblings,
        key=lambda each: (
            each.service not in _FIRST_OF_SIBLINGS and each.service != each.signing_name
        ),
    )
