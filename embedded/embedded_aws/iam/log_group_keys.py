"""Refuse a log group under a key that CloudWatch Logs may not use for it.

Source: CloudWatch Logs user guide, "Encrypt log data using AWS Key Management Service".
"""

from __future__ import annotations

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.authorizer import Authorizer
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.requirements.arns import arn
from embedded_aws.iam.requirements.by_hand import log_group_named

_ACTIONS = ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey")
_CALLS = frozenset({("logs", "CreateLogGroup"), ("logs", "AssociateKmsKey")})


class LogGroupKeys:
    """Asks the key's policy for the service, with the log group as encryption context."""

    def __init__(self, authorizer: Authorizer, state: MotoState) -> None:
        self._authorizer = authorizer
        self._state = state

    def check(self, call: ApiCall) -> None:
        """Raise ApiError when the service may not use the key that a call names."""
        key_arn = call.params.get("kmsKeyId")
        if (call.service, call.operation) not in _CALLS or not key_arn:
            return
        group = arn(call, "logs", f"log-group:{log_group_named(call)}")
        if not self._admits(str(key_arn), call.region, group):
            raise ApiError(
                "InvalidParameterException",
                f"The specified KMS Key Id could not be found or is not allowed to be used with "
                f"Arn '{group}'",
                status=400,
            )

    def _admits(self, key_arn: str, region: str, group: str) -> bool:
        # An ARN is the only form of a key that the API takes.
        key = self._state.key(key_arn, region) if key_arn.startswith("arn:") else None
        context = {"kms:EncryptionContext:aws:logs:arn": group}
        service = f"logs.{region}.amazonaws.com"
        return (
            key is not None
            and key.encrypts_data
            and all(
                self._authorizer.service_may(service, action, key.arn, context).allowed
                for action in _ACTIONS
            )
        )
