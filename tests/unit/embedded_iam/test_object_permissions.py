"""S3 over HTTP: roles reach the objects that their policies name, and no others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests

from embedded_aws.runtime import Runtime
from tests.unit.embedded_iam.calls import refused
from tests.unit.embedded_iam.policies import allow, policy_text

AsRole = Callable[..., Callable[[str], Any]]


def test_s3_object_permissions_end_at_their_prefix(as_role: AsRole, bucket: str) -> None:
    s3 = as_role(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/open/*"))("s3")
    assert s3.get_object(Bucket=bucket, Key="open/a.csv")["Body"].read() == b"a"
    code, message = refused(lambda: s3.get_object(Bucket=bucket, Key="closed/b.csv"))
    assert code == "AccessDenied"
    assert "is not authorized to perform: s3:GetObject on resource: " in message
    assert f'"arn:aws:s3:::{bucket}/closed/b.csv" because no identity-based policy' in message
    assert refused(lambda: s3.put_object(Bucket=bucket, Key="open/a.csv", Body=b""))[0] == code
    assert refused(lambda: s3.list_objects_v2(Bucket=bucket))[0] == code


def test_a_missing_object_is_403_without_list_permission_and_404_with_it(
    as_role: AsRole, bucket: str
) -> None:
    read = allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*")
    blind = as_role(read)("s3")
    code, message = refused(lambda: blind.get_object(Bucket=bucket, Key="none"))
    assert (code, "s3:ListBucket" in message) == ("AccessDenied", True)
    assert refused(lambda: blind.head_object(Bucket=bucket, Key="none"))[0] == "403"
    seeing = as_role(read, allow("s3:ListBucket", f"arn:aws:s3:::{bucket}"))("s3")
    assert refused(lambda: seeing.get_object(Bucket=bucket, Key="none"))[0] == "NoSuchKey"


def test_a_listing_is_limited_by_its_prefix(as_role: AsRole, bucket: str) -> None:
    s3 = as_role(
        allow(
            "s3:ListBucket",
            f"arn:aws:s3:::{bucket}",
            Condition={"StringLike": {"s3:prefix": "open/*"}},
        )
    )("s3")
    assert s3.list_objects_v2(Bucket=bucket, Prefix="open/")["KeyCount"] == 1
    assert refused(lambda: s3.list_objects_v2(Bucket=bucket))[0] == "AccessDenied"


def test_enforce_ssl_blocks_nobody_but_other_denies_of_a_bucket_do(
    runtime: Runtime, as_role: AsRole, bucket: str
) -> None:
    everything = f"arn:aws:s3:::{bucket}/*"
    enforce_ssl = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", everything],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    no_deletion = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:DeleteObject",
        "Resource": everything,
    }
    runtime.client("s3").put_bucket_policy(
        Bucket=bucket, Policy=policy_text(enforce_ssl, no_deletion)
    )
    s3 = as_role(allow("s3:*"))("s3")
    assert s3.get_object(Bucket=bucket, Key="open/a.csv")["Body"].read() == b"a"
    _, message = refused(lambda: s3.delete_object(Bucket=bucket, Key="open/a.csv"))
    assert message.endswith("with an explicit deny in a resource-based policy")


def test_a_presigned_url_carries_the_rights_of_its_signer(as_role: AsRole, bucket: str) -> None:
    s3 = as_role(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/open/*"))("s3")
    answers = [
        requests.get(
            s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}),
            timeout=5,
        ).status_code
        for key in ("open/a.csv", "closed/b.csv")
    ]
    assert answers == [200, 403]
