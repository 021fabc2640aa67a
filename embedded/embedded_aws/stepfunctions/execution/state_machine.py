"""State machines: their settings and the rules for names and ARNs."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from embedded_aws.gateway import ApiError

_FORBIDDEN_IN_NAMES = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]")
_MACHINE_ARN = re.compile(r"^arn:[a-z-]+:states:[a-z0-9-]+:\d{12}:stateMachine:([^:]+)(:.+)?$")


@dataclass
class StateMachine:
    """A STANDARD state machine. Executions keep the definition and role they started with."""

    name: str
    arn: str
    region: str
    definition: str
    role_arn: str
    logging: dict[str, Any]
    tracing: dict[str, Any]
    encryption: dict[str, Any]
    tags: dict[str, str]
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))
    revision: str = field(default_factory=lambda: str(uuid.uuid4()))
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def describe(self) -> dict[str, Any]:
        """Return DescribeStateMachine's answer."""
        return {
            "stateMachineArn": self.arn,
            "name": self.name,
            "status": "ACTIVE",
            "definition": self.definition,
            "roleArn": self.role_arn,
            "type": "STANDARD",
            "creationDate": self.created,
            "loggingConfiguration": self.logging,
            "tracingConfiguration": self.tracing,
            "encryptionConfiguration": self.encryption,
            "revisionId": self.revision,
        }


def with_logging_defaults(logging: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a logging configuration with Step Functions' defaults: no logging."""
    return {"level": "OFF", "includeExecutionData": False, **(logging or {})}


def check_name(name: str) -> None:
    """Raise ApiError InvalidName for a state machine's or execution's name that AWS refuses."""
    if not 1 <= len(name) <= 80 or _FORBIDDEN_IN_NAMES.search(name):
        raise ApiError(
            "InvalidName",
            f"Invalid Name: '{name}' (1 to 80 characters, without spaces, wildcards, brackets, "
            "quotes, control characters or any of # % \\ ^ | ~ ` $ & , ; : /)",
        )


def check_machine_arn(arn: str) -> str:
    """Return the ARN; raises ApiError unless it is a state machine's own."""
    match = _MACHINE_ARN.match(arn)
    if match is None:
        raise ApiError("InvalidArn", f"Invalid Arn: 'Invalid ARN prefix: {arn}'")
    if match[2]:
        raise ApiError(
            "InvalidArn",
            f"The embedded AWS does not support state machine versions and aliases, got '{arn}'; "
            "use the state machine's own ARN.",
        )
    return arn
