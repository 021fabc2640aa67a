"""Patches that leave every decision to this package. Each has a contract test."""

from __future__ import annotations

import functools
import json
from typing import Any

from moto.core.config import default_user_config
from moto.iam.access_control import PermissionResult
from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend
from moto.s3.models import FakeBucket


def keep_aws_managed_policies() -> None:
    """Fill moto's IAM store with AWS's own managed policies when it is first used.

    moto decodes their 4.7 MB again for each partition; here they are decoded once.
    """
    default_user_config["iam"]["load_aws_managed_policies"] = True
    IAMBackend._init_aws_policies = _managed_policies


def leave_bucket_policies_to_the_authorizer() -> None:
    """Stop moto's S3 from evaluating bucket policies: it ignores their conditions.

    Without this, a bucket with `enforce_ssl` answers 403 to every caller.
    """

    def permitted(_bucket: FakeBucket, _action: str, _resource: str) -> PermissionResult:
        return PermissionResult.PERMITTED

    FakeBucket.get_permission = permitted


def let_owners_of_buckets_own_the_objects() -> None:
    """Give new buckets the Object Ownership that S3 has given them since April 2023."""
    make = FakeBucket.__init__
    if hasattr(make, "__wrapped__"):
        return

    @functools.wraps(make)
    def enforced(self: FakeBucket, *arguments: Any, **named: Any) -> None:
        make(self, *arguments, **named)
        self.ownership_rule = "BucketOwnerEnforced"  # as moto keeps what a request asks for

    FakeBucket.__init__ = enforced


def _managed_policies(backend: IAMBackend) -> list[AWSManagedPolicy]:
    return [
        AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, policy)
        for name, policy in _decoded_policies().items()
    ]


@functools.cache
def _decoded_policies() -> dict[str, Any]:
    policies: dict[str, Any] = json.loads(aws_managed_policies_data)
    return policies
