"""Members that an operation's model does not have: AWS ignores them, this gateway refuses them.

A member that is ignored would be neither honoured nor checked, so it is answered with 501.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from moto.core.model import OperationModel

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


class ReadParameters(Mapping[str, str]):
    """A form's parameters, which remember what a parser asked for."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self._parameters = parameters
        self._read: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self._read.add(name)
        return self._parameters[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def refuse_unread(self, operation_model: OperationModel) -> None:
        """Raise for a parameter that belongs to no member of the operation."""
        shape = operation_model.input_shape
        known = () if shape is None else tuple(shape.members)
        for name in self._parameters:
            if (
                name not in self._read
                and name not in _COMMON
                and not name.lower().startswith(_COMMON_PREFIX)
            ):
                raise unknown_member(operation_model, name, known)
