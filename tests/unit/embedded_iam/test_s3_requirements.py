"""S3 call -> the actions and resources it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from embedded_aws.gateway import ApiCall
from tests.unit.embedded_iam.calls import needed

OBJECT = {"Bucket": "b", "Key": "k/x"}

MakeCall = Callable[..., ApiCall]


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        ("ListBuckets", {}, ["s3:ListAllMyBuckets *"]),
        ("CreateBucket", {"Bucket": "b"}, ["s3:CreateBucket arn:aws:s3:::b"]),
        ("HeadBucket", {"Bucket": "b"}, ["s3:ListBucket arn:aws:s3:::b"]),
        ("ListObjectsV2", {"Bucket": "b"}, ["s3:ListBucket arn:aws:s3:::b"]),
        ("ListObjectVersions", {"Bucket": "b"}, ["s3:ListBucketVersions arn:aws:s3:::b"]),
        ("GetBucketEncryption", {"Bucket": "b"}, ["s3:GetEncryptionConfiguration arn:aws:s3:::b"]),
        ("GetBucketLocation", {"Bucket": "b"}, ["s3:GetBucketLocation arn:aws:s3:::b"]),
        ("DeleteBucketTagging", {"Bucket": "b"}, ["s3:PutBucketTagging arn:aws:s3:::b"]),
        ("GetObject", OBJECT, ["s3:GetObject arn:aws:s3:::b/k/x"]),
        ("HeadObject", OBJECT, ["s3:GetObject arn:aws:s3:::b/k/x"]),
        ("GetObject", OBJECT | {"VersionId": "1"}, ["s3:GetObjectVersion arn:aws:s3:::b/k/x"]),
        ("HeadObject", OBJECT | {"VersionId": "1"}, ["s3:GetObjectVersion arn:aws:s3:::b/k/x"]),
        ("PutObject", OBJECT, ["s3:PutObject arn:aws:s3:::b/k/x"]),
        (
            "PutObject",
            OBJECT | {"IfMatch": '"e"'},
            ["s3:PutObject arn:aws:s3:::b/k/x", "s3:GetObject arn:aws:s3:::b/k/x"],
        ),
        ("PutObject", OBJECT | {"IfNoneMatch": "*"}, ["s3:PutObject arn:aws:s3:::b/k/x"]),
        (
            "PutObject",
            OBJECT | {"Tagging": "a=1", "ACL": "private"},
            [
                "s3:PutObject arn:aws:s3:::b/k/x",
                "s3:PutObjectTagging arn:aws:s3:::b/k/x",
                "s3:PutObjectAcl arn:aws:s3:::b/k/x",
            ],
        ),
        ("CreateMultipartUpload", OBJECT, ["s3:PutObject arn:aws:s3:::b/k/x"]),
        ("UploadPart", OBJECT, ["s3:PutObject arn:aws:s3:::b/k/x"]),
        ("CompleteMultipartUpload", OBJECT, ["s3:PutObject arn:aws:s3:::b/k/x"]),
        ("AbortMultipartUpload", OBJECT, ["s3:AbortMultipartUpload arn:aws:s3:::b/k/x"]),
        ("ListParts", OBJECT, ["s3:ListMultipartUploadParts arn:aws:s3:::b/k/x"]),
        (
            "CopyObject",
            OBJECT | {"CopySource": "src/a%20b"},
            ["s3:PutObject arn:aws:s3:::b/k/x", "s3:GetObject arn:aws:s3:::src/a b"],
        ),
        (
            "UploadPartCopy",
            OBJECT | {"CopySource": "/src/a?versionId=7"},
            ["s3:PutObject arn:aws:s3:::b/k/x", "s3:GetObjectVersion arn:aws:s3:::src/a"],
        ),
        (
            "DeleteObjects",
            {"Bucket": "b", "Delete": {"Objects": [{"Key": "x"}, {"Key": "y", "VersionId": "1"}]}},
            ["s3:DeleteObject arn:aws:s3:::b/x", "s3:DeleteObjectVersion arn:aws:s3:::b/y"],
        ),
    ],
)
def test_s3(make_call: MakeCall, operation: str, params: dict[str, Any], expected: Any) -> None:
    assert needed(make_call("s3", operation, **params)) == expected
