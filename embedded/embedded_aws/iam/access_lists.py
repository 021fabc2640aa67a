"""Refuse access control lists, which grant nothing here.

A new bucket's owner owns its objects, so that S3 takes no list that gives anything to others. Where
Object Ownership allows lists, S3 would honour those that this embedded AWS cannot.

Source: Amazon S3 user guide, "Controlling ownership of objects and disabling ACLs for your bucket";
API reference, CreateBucket, "Error responses".
"""

from __future__ import annotations

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.moto_state import MotoState

_ENFORCED = "BucketOwnerEnforced"
_LISTS = (
    "ACL",
    "AccessControlPolicy",
    "GrantFullControl",
    "GrantRead",
    "GrantReadACP",
    "GrantWrite",
    "GrantWriteACP",
)
_OPERATIONS = frozenset(
    {
        "CopyObject",
        "CreateBucket",
        "CreateMultipartUpload",
        "PutBucketAcl",
        "PutObject",
        "PutObjectAcl",
    }
)
# Those that change nothing for the callers of one account; logs are not delivered.
_WITHOUT_EFFECT = frozenset(
    {
        "private",
        "bucket-owner-full-control",
        "bucket-owner-read",
        "aws-exec-read",
        "log-delivery-write",
    }
)


def refuse_access_lists(call: ApiCall, state: MotoState) -> None:
    """Raise ApiError when a request carries an access control list that means something."""
    if call.service != "s3" or call.operation not in _OPERATIONS:
        return
    given = {member: call.params[member] for member in _LISTS if call.params.get(member)}
    if not given:
        return
    if call.operation == "CreateBucket":
        ownership = call.params.get("ObjectOwnership") or _ENFORCED
        if ownership == _ENFORCED and given != {"ACL": "private"}:
            raise ApiError(
                "InvalidBucketAclWithObjectOwnership",
                "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
                status=400,
            )
    else:
        ownership = state.object_ownership(str(call.params.get("Bucket")))
        if ownership == _ENFORCED and given != {"ACL": "bucket-owner-full-control"}:
            raise ApiError(
                "AccessControlListNotSupported", "The bucket does not allow ACLs", status=400
            )
    for member, value in given.items():
        if member != "ACL" or value not in _WITHOUT_EFFECT:
            raise ApiError(
                "NotImplemented",
                f"The embedded AWS does not support s3:{call.operation} with {member}"
                f"{f' {value}' if member == 'ACL' else ''}: access control lists grant nothing "
                "here. Use a bucket policy.",
                status=501,
            )
