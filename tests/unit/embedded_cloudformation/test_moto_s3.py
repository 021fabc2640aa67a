"""Contract with moto: what is patched is still there, and patching still helps."""

from __future__ import annotations

import inspect

from moto.s3 import models, responses

from embedded_aws.cloudformation.moto_s3 import patch_moto_s3


def test_moto_still_asks_the_patched_check_before_it_switches_logging_on() -> None:
    assert "self._log_permissions_enabled_policy(" in inspect.getsource(
        models.FakeBucket.set_logging
    )
    patch_moto_s3()
    bucket = models.FakeBucket("b", "123456789012", "us-east-1")
    assert bucket._log_permissions_enabled_policy(target_bucket=bucket, target_prefix=None)


def test_moto_still_delivers_access_logs_through_the_patched_method() -> None:
    assert "self.backend.log_incoming_request(" in inspect.getsource(responses.S3Response)
    patch_moto_s3()
    backend = models.S3Backend("us-east-1", "123456789012")
    assert backend.log_incoming_request(request=None, bucket_name="b") is None
    assert "put_object" not in inspect.getsource(models.S3Backend.log_incoming_request)


def test_moto_still_compares_and_writes_in_the_patched_method() -> None:
    patch_moto_s3()
    source = inspect.getsource(inspect.unwrap(responses.S3Response.put_object))
    assert source.index('self.headers.get("If-None-Match")') < source.index("backend.put_object(")
    assert inspect.unwrap(responses.S3Response.put_object) is not responses.S3Response.put_object


def test_moto_still_forgets_system_tags_in_the_patched_methods() -> None:
    patch_moto_s3()
    for patched in (models.S3Backend.put_bucket_tagging, models.S3Backend.delete_bucket_tagging):
        source = inspect.getsource(inspect.unwrap(patched))
        assert "self.tagger.delete_all_tags_for_resource(bucket.arn)" in source
        assert inspect.unwrap(patched) is not patched
