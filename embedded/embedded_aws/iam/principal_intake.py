"""Check principals that requests name outside of policies.

Source: Lambda API reference, AddPermission and AddLayerVersionPermission; KMS API reference,
CreateGrant ("you must use an ARN"); SNS and SQS API reference, AddPermission.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.documents.known_principals import is_known, is_service
from embedded_aws.iam.moto_state import MotoState

_ACCOUNT = re.compile(r"\d{12}")


def refuse_unknown_principal(call: ApiCall, state: MotoState) -> None:
    """Raise ApiError when the call gives a permission to a principal that does not exist."""
    check = _CHECKS.get((call.service, call.operation))
    if check is not None:
        check(call, state)


def _check_function(call: ApiCall, state: MotoState) -> None:
    name = str(call.params["Principal"])
    if not (is_service(name) or is_known(name, state, call.account_id)):
        raise ApiError(
            "InvalidParameterValueException",
            "The provided principal was invalid. Please check the principal and try again.",
            status=400,
        )


def _check_grant(call: ApiCall, state: MotoState) -> None:
    for member in ("GranteePrincipal", "RetiringPrincipal"):
        name = call.params.get(member)
        is_arn = name is not None and str(name).startswith("arn:")
        if name is not None and not (is_arn and is_known(str(name), state, call.account_id)):
            raise ApiError("InvalidArnException", f"{name} is not a valid principal.", status=400)


def _check_topic(call: ApiCall, state: MotoState) -> None:
    del state
    for name in _unknown_accounts(call, "AWSAccountId"):
        message = f"Invalid parameter: AWSAccountId Reason: {name} is not an account id"
        raise ApiError("InvalidParameter", message, status=400)


def _check_queue(call: ApiCall, state: MotoState) -> None:
    del state
    for name in _unknown_accounts(call, "AWSAccountIds"):
        raise ApiError(
            "InvalidParameterValue",
            f"Value [{name}] for parameter PrincipalId is invalid. Reason: Unable to verify.",
            status=400,
        )


def _unknown_accounts(call: ApiCall, member: str) -> Iterator[str]:
    for name in call.params.get(member) or ():
        if not _ACCOUNT.fullmatch(str(name)):
            yield str(name)


_CHECKS: Mapping[tuple[str, str], Callable[[ApiCall, MotoState], None]] = {
    ("lambda", "AddPermission"): _check_function,
    ("lambda", "AddLayerVersionPermission"): _check_function,
    ("kms", "CreateGrant"): _check_grant,
    ("sns", "AddPermission"): _check_topic,
    ("sqs", "AddPermission"): _check_queue,
}
