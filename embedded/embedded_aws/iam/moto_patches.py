"""Patches that leave every decision to this package. Each has a contract test."""

from __future__ import annotations

from moto.core.config import default_user_config
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket


def keep_aws_managed_policies() -> None:
    """Fill moto's IAM store with AWS's own managed policies when it is first used (0.1 s)."""
    default_user_config["iam"]["load_aws_managed_policies"] = True


def leave_bucket_policies_to_the_authorizer() -> None:
    """Stop moto's S3 from evaluating bucket policies: it ignores their conditions.

    Without this, a bucket with `enforce_ssl` answers 403 to every caller.
    """

    def permitted(_bucket: FakeBucket, _action: str, _resource: str) -> PermissionResult:
        return PermissionResult.PERMITTED

    FakeBucket.get_permission = permitted
