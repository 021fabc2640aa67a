"""Associate KMS keys with log groups, which moto knows only of new ones.

Whether the key and its policy admit the group is judged before (`iam/log_group_keys.py`).
"""

from __future__ import annotations

import re
from typing import Any

from moto.logs.models import logs_backends

from embedded_aws.gateway import ApiCall, ApiError, Operation

_GROUP = re.compile(r"arn:[\w-]+:logs:[\w-]+:\d{12}:log-group:(?P<name>[^:*]+)")
_QUERY_RESULTS = ":query-result:"


def encryption_operations() -> dict[str, Operation]:
    """Return the handlers by operation."""
    return {"AssociateKmsKey": _associate, "DisassociateKmsKey": _disassociate}


def _associate(call: ApiCall) -> None:
    _group(call).kms_key_id = call.params["kmsKeyId"]


def _disassociate(call: ApiCall) -> None:
    _group(call).kms_key_id = None


def _group(call: ApiCall) -> Any:
    name, resource = call.params.get("logGroupName"), call.params.get("resourceIdentifier")
    if (name is None) == (resource is None):
        raise _invalid("Specify either logGroupName or resourceIdentifier, and not both.")
    if resource is not None:
        name = _name_in(call.operation, resource)
    group = logs_backends[call.account_id][call.region].groups.get(name)
    if group is None:
        raise ApiError(
            "ResourceNotFoundException", "The specified log group does not exist.", status=400
        )
    return group


def _name_in(operation: str, resource: str) -> str:
    if _QUERY_RESULTS in resource:
        raise ApiError(
            "NotImplemented",
            f"The embedded AWS does not support logs:{operation} for the results of queries; "
            "they are not stored here.",
            status=501,
        )
    found = _GROUP.fullmatch(resource)
    if found is None:
        raise _invalid(f"resourceIdentifier: got {resource!r}, not the ARN of a log group.")
    return found["name"]


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidParameterException", message, status=400)
