"""Where moto's S3 is stricter than S3, in a way that stops templates from deploying.

The patch has a contract test that fails when moto changes (test_moto_s3.py).
"""

from __future__ import annotations

from typing import Any

from moto.s3.models import FakeBucket


def patch_moto_s3() -> None:
    """Replace a check of moto's buckets. Safe to call twice."""
    # moto demands the log delivery policy before logging may be switched on. S3 does not, and
    # cannot: that policy names the logging bucket, so templates create it afterwards.
    FakeBucket._log_permissions_enabled_policy = staticmethod(_may_log)


def _may_log(target_bucket: Any, target_prefix: str | None) -> bool:
    del target_bucket, target_prefix
    return True
