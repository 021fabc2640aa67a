"""S3 takes no access control list unless a bucket's Object Ownership allows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from embedded_aws.runtime import Runtime
from tests.unit.embedded_iam.calls import refused

WRITES: dict[str, dict[str, Any]] = {
    "put_object": {"Key": "k", "Body": b"x"},
    "copy_object": {"Key": "copy", "CopySource": "{bucket}/object"},
    "create_multipart_upload": {"Key": "k"},
    "put_object_acl": {"Key": "object"},
}


@pytest.fixture
def bucket(runtime: Runtime, unique: Callable[[str], str]) -> str:
    name = unique("lists")
    runtime.client("s3").create_bucket(Bucket=name)
    runtime.client("s3").put_object(Bucket=name, Key="object", Body=b"x")
    return name


def allow_lists(runtime: Runtime, bucket: str) -> None:
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    runtime.client("s3").put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=rules)


@pytest.mark.parametrize("operation", WRITES)
def test_a_new_buckets_owner_owns_its_objects(
    runtime: Runtime, bucket: str, operation: str
) -> None:
    s3 = runtime.client("s3")

    def write(**lists: str) -> None:
        members = {
            name: value.format(bucket=bucket) if isinstance(value, str) else value
            for name, value in WRITES[operation].items()
        }
        getattr(s3, operation)(Bucket=bucket, **members, **lists)

    not_allowed = ("AccessControlListNotSupported", "The bucket does not allow ACLs")
    assert refused(lambda: write(ACL="private")) == not_allowed
    assert refused(lambda: write(ACL="public-read")) == not_allowed
    assert refused(lambda: write(GrantRead="id=another")) == not_allowed
    write(ACL="bucket-owner-full-control")

    allow_lists(runtime, bucket)
    write(ACL="private")
    code, message = refused(lambda: write(ACL="public-read"))
    assert code == "NotImplemented"
    assert "with ACL public-read: access control lists grant nothing here" in message


def test_a_buckets_own_list(runtime: Runtime, bucket: str, unique: Callable[[str], str]) -> None:
    s3 = runtime.client("s3")
    controls = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]
    assert controls == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    listed = refused(lambda: s3.put_bucket_acl(Bucket=bucket, ACL="private"))
    assert listed[0] == "AccessControlListNotSupported"
    s3.delete_bucket_ownership_controls(Bucket=bucket)
    s3.put_bucket_acl(Bucket=bucket, ACL="private")
    listed = refused(lambda: s3.put_bucket_acl(Bucket=bucket, ACL="authenticated-read"))
    assert listed[0] == "NotImplemented"

    public = {"Bucket": unique("public"), "ACL": "public-read"}
    assert refused(lambda: s3.create_bucket(**public))[0] == "InvalidBucketAclWithObjectOwnership"
    public["ObjectOwnership"] = "ObjectWriter"
    assert refused(lambda: s3.create_bucket(**public))[0] == "NotImplemented"
    s3.create_bucket(Bucket=public["Bucket"], ACL="private")
