"""Members that an operation's model does not have: AWS ignores them, this gateway refuses them.

A member that is ignored would be neither honoured nor checked, so it is answered with 501.
"""

from __future__ import annotations

from collections.abc import Iterable

from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS

from autogluon_contracts.suggestions import did_you_mean
from embedded_aws.gateway.api_error import ApiError

# What every form carries beside its members (AWS's "Common parameters"), in all signature versions.
_COMMON = frozenset(
    {
        "Action",
        "Version",
        "AWSAccessKeyId",
        "Expires",
        "SecurityToken",
        "Signature",
        "SignatureMethod",
        "SignatureVersion",
        "Timestamp",
        "ContentType",
    }
)
_COMMON_PREFIX = "x-amz-"


def unknown_member(
    operation_model: OperationModel, member: str, known: Iterable[str] = ()
) -> ApiError:
    """Return the error that names a member which the operation does not have."""
    hint = did_you_mean(member.rpartition(".")[2], known)
    return ApiError(
        "NotImplemented",
        f"The embedded AWS does not support {operation_model.name}.{member}{hint}: the API's model "
        "has no such member.",
        status=501,
    )


def refuse_unknown_parameters(
    operation_model: OperationModel, protocol: str, parameters: Iterable[str]
) -> None:
    """Raise for a form's parameter that belongs to no member of the operation."""
    known = _wire_names(operation_model, protocol)
    for parameter in parameters:
        name = parameter.partition(".")[0]
        if name in _COMMON or name in known or name.lower().startswith(_COMMON_PREFIX):
            continue
        raise unknown_member(operation_model, name, sorted(known))


def _wire_names(operation_model: OperationModel, protocol: str) -> frozenset[str]:
    """Return the first parts of the parameters of a form; cached with the operation."""
    cached: frozenset[str] | None = operation_model.__dict__.get("_embedded_aws_form_names")
    if cached is None:
        parser = PROTOCOL_PARSERS[protocol](operation_model)
        shape = operation_model.input_shape
        cached = frozenset(
            name
            for member_name, member in (shape.members.items() if shape is not None else ())
            for name in (
                parser._get_serialized_name(member, member_name),
                # A flattened list may carry its items' name instead of its own.
                parser._get_serialized_name(member.member, member_name)
                if member.type_name == "list"
                else member_name,
            )
        )
        operation_model.__dict__["_embedded_aws_form_names"] = cached
    return cached
