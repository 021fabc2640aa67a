"""Patches of moto's S3, whose answers differ from S3's.

Every patch has a contract test that fails when moto changes (test_moto_s3.py).
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

from moto.s3.models import FakeBucket, S3Backend
from moto.s3.responses import S3Response

_writing = threading.Lock()


def patch_moto_s3() -> None:
    """Replace moto's check of log buckets, log delivery, writes, tags. Safe to call twice."""
    # moto demands the log delivery policy before logging may be switched on. S3 does not, and
    # cannot: that policy names the logging bucket, so templates create it afterwards.
    FakeBucket._log_permissions_enabled_policy = staticmethod(_may_log)
    # moto writes an invented line (fixed status, size, key and address) at the very moment of
    # each request, also of the one that deletes the bucket, so that log buckets are never empty.
    # S3 delivers hours later without a guarantee; here no access logs are delivered at all.
    S3Backend.log_incoming_request = _deliver_nothing
    # moto compares first and writes afterwards, so that of two conditional writes both succeed.
    if not hasattr(S3Response.put_object, "__wrapped__"):
        S3Response.put_object = _one_at_a_time(S3Response.put_object)
    # moto forgets them with the others; S3 refuses to ("System tags cannot be removed").
    if not hasattr(S3Backend.put_bucket_tagging, "__wrapped__"):
        S3Backend.put_bucket_tagging = _keeping_system_tags(S3Backend.put_bucket_tagging)
        S3Backend.delete_bucket_tagging = _keeping_system_tags(S3Backend.delete_bucket_tagging)


def _may_log(target_bucket: Any, target_prefix: str | None) -> bool:
    del target_bucket, target_prefix
    return True


def _deliver_nothing(backend: Any, request: Any, bucket_name: str) -> None:
    del backend, request, bucket_name


def _one_at_a_time(put_object: Callable[[S3Response], Any]) -> Callable[[S3Response], Any]:
    @functools.wraps(put_object)
    def put(response: S3Response) -> Any:
        with _writing:
            return put_object(response)

    return put


def _keeping_system_tags(write: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(write)
    def keep(backend: S3Backend, bucket_name: str, *arguments: Any) -> None:
        arn = backend.get_bucket(bucket_name).arn
        tags = backend.tagger.get_tag_dict_for_resource(arn)
        write(backend, bucket_name, *arguments)
        kept = {key: value for key, value in tags.items() if key.startswith("aws:")}
        backend.tagger.tag_resource(arn, [{"Key": k, "Value": v} for k, v in kept.items()])

    return keep
