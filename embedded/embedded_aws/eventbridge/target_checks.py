"""Check targets as PutTargets does, and refuse by name what is not delivered here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from embedded_aws.deliveries.targets import TARGET_SERVICES, arn_service
from embedded_aws.eventbridge.buses import Rule, invalid
from embedded_aws.eventbridge.target_input import InputError, check_input
from embedded_aws.gateway import ApiError

_ARN = re.compile(r"arn:aws[\w-]*:[\w-]+:[\w-]*:\d{12}:.+")
_MANAGED_PREFIX = "StepFunctionsGetEventsFor"  # Step Functions' own rules, which need no role
_HONOURED = frozenset(
    {
        "Arn",
        "DeadLetterConfig",
        "Id",
        "Input",
        "InputPath",
        "InputTransformer",
        "RetryPolicy",
        "RoleArn",
        "SqsParameters",
    }
)


def check_target(target: Mapping[str, Any], rule: Rule) -> None:
    """Refuse a target that AWS refuses, or that is not supported. Raises ApiError."""
    arn = str(target["Arn"])
    if not _ARN.fullmatch(arn):
        raise invalid(
            f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format."
        )
    _refuse_unsupported(target, arn)
    has_role = target.get("RoleArn") or rule.role_arn or rule.name.startswith(_MANAGED_PREFIX)
    if arn_service(arn) == "states" and not has_role:
        raise invalid(f"RoleArn is required for target {arn}.")
    if arn.endswith(".fifo") and not target.get("SqsParameters"):
        raise invalid(f"Parameter(s) SqsParameters must be specified for target: {target['Id']}.")
    if target.get("SqsParameters") and arn_service(arn) != "sqs":
        raise invalid(f"Parameter(s) SqsParameters not supported for target: {target['Id']}.")
    dead_letters = (target.get("DeadLetterConfig") or {}).get("Arn")
    if dead_letters and (arn_service(dead_letters) != "sqs" or dead_letters.endswith(".fifo")):
        raise invalid(
            f"Parameter DeadLetterConfig.Arn is not valid for target {target['Id']}. Reason: "
            "a dead-letter queue must be a standard Amazon SQS queue."
        )
    try:
        check_input(target)
    except InputError as error:
        raise invalid(str(error)) from error


def _refuse_unsupported(target: Mapping[str, Any], arn: str) -> None:
    unknown = sorted({name for name, value in target.items() if value} - _HONOURED)
    if unknown:
        raise _unsupported(f"Targets.{unknown[0]}")
    service = arn_service(arn)
    if service not in TARGET_SERVICES or (service == "logs" and ":log-group:" not in arn):
        raise _unsupported(
            f"targets such as {arn}; supported are Lambda functions, state machines, SNS topics, "
            "SQS queues and log groups"
        )


def _unsupported(what: str) -> ApiError:
    return ApiError(
        "NotImplemented",
        f"The embedded AWS does not support events:PutTargets with {what}.",
        status=501,
    )
