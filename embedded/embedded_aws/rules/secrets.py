"""Secrets of Secrets Manager.

Source: Secrets Manager API reference, errors of these operations: InvalidRequestException where
"the secret is scheduled for deletion". moto says so of five other operations itself.
"""

from __future__ import annotations

from moto.secretsmanager.models import secretsmanager_backends

from embedded_aws.gateway import ApiCall, ApiError

CHANGES = (
    *("PutSecretValue", "UpdateSecretVersionStage", "TagResource", "UntagResource"),
    *("PutResourcePolicy", "DeleteResourcePolicy", "ReplicateSecretToRegions"),
)


def check_not_deleted(call: ApiCall) -> None:
    """Raise ApiError where a secret is changed that is scheduled for deletion."""
    backend = secretsmanager_backends[call.account_id][call.region]
    secret = backend.secrets.get(str(call.params.get("SecretId", "")))
    if secret is not None and secret.is_deleted():
        raise ApiError(
            "InvalidRequestException",
            "You can't perform this operation on the secret because it was marked for deletion.",
            status=400,
        )
