"""The requirements of S3 calls, listed because few operations share their action's name.

Source: Amazon S3 user guide, "Required permissions for Amazon S3 API operations".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.policy.context import Value
from embedded_aws.iam.requirements.model import Requirement, UnknownActionError
from embedded_aws.iam.requirements.reference import find_action

_ON_BUCKET = {
    "HeadBucket": "ListBucket",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "GetBucketCors": "GetBucketCORS",
    "PutBucketCors": "PutBucketCORS",
    "DeleteBucketCors": "PutBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "PutBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketTagging": "PutBucketTagging",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
    "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
    "PutBucketInventoryConfiguration": "PutInventoryConfiguration",
    "DeleteBucketInventoryConfiguration": "PutInventoryConfiguration",
    "GetBucketMetricsConfiguration": "GetMetricsConfiguration",
    "PutBucketMetricsConfiguration": "PutMetricsConfiguration",
}
_ON_OBJECT = {
    "HeadObject": "GetObject",
    "SelectObjectContent": "GetObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "UploadPartCopy": "PutObject",
    "ListParts": "ListMultipartUploadParts",
}
# With a VersionId in the request these need the action on the version.
_VERSIONED = {
    "GetObject": "GetObjectVersion",
    "GetObjectAcl": "GetObjectVersionAcl",
    "GetObjectAttributes": "GetObjectVersionAttributes",
    "GetObjectTagging": "GetObjectVersionTagging",
    "PutObjectAcl": "PutObjectVersionAcl",
    "PutObjectTagging": "PutObjectVersionTagging",
    "DeleteObject": "DeleteObjectVersion",
    "DeleteObjectTagging": "DeleteObjectVersionTagging",
}
# Parameters of a write that need a further action on the same object.
_WRITE_EXTRAS = {
    "Tagging": "PutObjectTagging",
    "ACL": "PutObjectAcl",
    "GrantRead": "PutObjectAcl",
    "GrantFullControl": "PutObjectAcl",
    "ObjectLockMode": "PutObjectRetention",
    "ObjectLockLegalHoldStatus": "PutObjectLegalHold",
    "IfMatch": "GetObject",
}


def s3_requirements(call: ApiCall, state: MotoState) -> list[Requirement]:
    """Return actions on buckets and objects; the caller adds their `s3:` condition keys.

    Raises:
        ApiError: the request names an access point.
        UnknownActionError: the operation is not known.
    """
    params = call.params
    bucket, key = params.get("Bucket"), params.get("Key")
    if isinstance(bucket, str) and bucket.startswith("arn:"):
        raise ApiError(
            "NotImplemented",
            f"The embedded AWS does not support S3 access points (Bucket was {bucket}); "
            "name the bucket itself.",
            status=501,
        )
    if call.operation == "ListBuckets":
        return [Requirement("s3:ListAllMyBuckets", "*")]
    if call.operation == "DeleteObjects":
        return _deletions(params)
    if key is not None:
        return _on_object(call, state, str(bucket), str(key))
    action = _known(_ON_BUCKET.get(call.operation, call.operation))
    return [Requirement(action, f"arn:aws:s3:::{bucket}" if bucket else "*")]


def _on_object(call: ApiCall, state: MotoState, bucket: str, key: str) -> list[Requirement]:
    params = call.params
    name = _ON_OBJECT.get(call.operation, call.operation)
    if params.get("VersionId"):
        name = _VERSIONED.get(name, name)
    resource = object_arn(bucket, key)
    needed = [Requirement(_known(name), resource)]
    if name == "PutObject":
        extras = dict.fromkeys(extra for p, extra in _WRITE_EXTRAS.items() if params.get(p))
        needed += [Requirement(f"s3:{extra}", resource) for extra in extras]
    reads = call.operation in {"GetObject", "HeadObject"} and state.bucket_exists(bucket)
    if reads and state.object(bucket, key, params.get("VersionId")) is None:
        # A caller that may not list the bucket gets 403 for a missing object, not 404.
        needed.append(Requirement("s3:ListBucket", f"arn:aws:s3:::{bucket}"))
    if source := copy_source(params):
        version = source[2]
        action = "s3:GetObjectVersion" if version else "s3:GetObject"
        needed.append(Requirement(action, object_arn(source[0], source[1])))
    return needed


def _deletions(params: Mapping[str, Any]) -> list[Requirement]:
    objects = params.get("Delete", {}).get("Objects", [])
    return [
        Requirement(
            "s3:DeleteObjectVersion" if item.get("VersionId") else "s3:DeleteObject",
            object_arn(params["Bucket"], item["Key"]),
        )
        for item in objects
    ]


def object_arn(bucket: str, key: str) -> str:
    """Return `arn:aws:s3:::bucket/key`."""
    return f"arn:aws:s3:::{bucket}/{key}"


def copy_source(params: Mapping[str, Any]) -> tuple[str, str, str | None] | None:
    """Return (bucket, key, version id) of the object that a copy reads, or None."""
    source = params.get("CopySource")
    if source is None:
        return None
    if isinstance(source, Mapping):
        return source["Bucket"], source["Key"], source.get("VersionId")
    path, _, version = str(source).partition("?versionId=")
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    return bucket, key, version or None


def s3_context(call: ApiCall, state: MotoState) -> dict[str, Value | None]:
    """Return the `s3:` condition keys that a request carries."""
    params, headers = call.params, call.request.headers
    version_2 = "AWSAccessKeyId" in call.request.args
    presigned = version_2 or "X-Amz-Signature" in call.request.args
    keys = {
        "s3:prefix": params.get("Prefix"),
        "s3:delimiter": params.get("Delimiter"),
        "s3:max-keys": params.get("MaxKeys"),
        "s3:VersionId": params.get("VersionId"),
        "s3:x-amz-metadata-directive": params.get("MetadataDirective"),
        "s3:authType": "REST-QUERY-STRING" if presigned else "REST-HEADER",
        "s3:signatureversion": "AWS" if version_2 else "AWS4-HMAC-SHA256",
        "s3:if-match": params.get("IfMatch"),
        "s3:if-none-match": params.get("IfNoneMatch"),
        "s3:TlsVersion": "1.3",  # the loopback stands for TLS, as in aws:SecureTransport
        "s3:ResourceAccount": call.account_id,
        "s3:LocationConstraint": params.get("CreateBucketConfiguration", {}).get(
            "LocationConstraint"
        ),
    }
    # These keys are named after the request's headers.
    for header in (
        "x-amz-server-side-encryption",
        "x-amz-server-side-encryption-aws-kms-key-id",
        "x-amz-server-side-encryption-customer-algorithm",
        "x-amz-acl",
        "x-amz-storage-class",
        "x-amz-copy-source",
        "x-amz-content-sha256",
        "x-amz-object-ownership",
    ):
        keys[f"s3:{header}"] = headers.get(header)
    # "List" without a prefix is a list of everything: S3 reports the empty prefix.
    if call.operation in {"ListObjects", "ListObjectsV2", "ListObjectVersions"}:
        keys["s3:prefix"] = params.get("Prefix") or ""
    return {name: None if value is None else str(value) for name, value in keys.items()} | (
        _existing_tags(call, state)
    )


def _existing_tags(call: ApiCall, state: MotoState) -> dict[str, Value | None]:
    bucket, key = call.params.get("Bucket"), call.params.get("Key")
    if not isinstance(bucket, str) or not isinstance(key, str):
        return {}
    found = state.object(bucket, key, call.params.get("VersionId"))
    tags = found.tags if found else {}
    return {f"s3:ExistingObjectTag/{name}": value for name, value in tags.items()}


def _known(name: str) -> str:
    action = find_action("s3", name)
    if action is None:
        raise UnknownActionError(f"s3:{name}")
    return action.name
