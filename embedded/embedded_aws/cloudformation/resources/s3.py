"""AWS::S3::Bucket and AWS::S3::BucketPolicy."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from embedded_aws.cloudformation.api_errors import is_not_found
from embedded_aws.cloudformation.errors import ResourceError
from embedded_aws.cloudformation.resources.api_shapes import as_text, call_api
from embedded_aws.cloudformation.resources.aspects import Aspect, change_aspects, put_aspects
from embedded_aws.cloudformation.resources.handler import (
    Properties,
    Provisioned,
    ResourceContext,
    ResourceHandler,
)
from embedded_aws.cloudformation.resources.s3_lifecycle import lifecycle_rules
from embedded_aws.cloudformation.resources.s3_notifications import notification_configuration
from embedded_aws.cloudformation.resources.tags import tag_list

_NOTHING_BLOCKED = {
    "BlockPublicAcls": False,
    "BlockPublicPolicy": False,
    "IgnorePublicAcls": False,
    "RestrictPublicBuckets": False,
}


_ACLS = {"Private": "private", "LogDeliveryWrite": "log-delivery-write"}


def _put_acl(s3: Any, bucket: str, value: Any) -> None:
    try:
        s3.put_bucket_acl(Bucket=bucket, ACL=_ACLS[value])
    except ClientError as error:
        # A bucket that takes no lists is private without one.
        is_off = error.response["Error"]["Code"] == "AccessControlListNotSupported"
        if not (is_off and value == "Private"):
            raise


def _put_encryption(s3: Any, bucket: str, value: Any) -> None:
    rules = []
    for rule in value["ServerSideEncryptionConfiguration"]:
        members = dict(rule)
        default = members.pop("ServerSideEncryptionByDefault", None)
        if default is not None:
            members["ApplyServerSideEncryptionByDefault"] = default
        rules.append(members)
    configuration = {"Rules": rules}
    call_api(
        s3,
        "PutBucketEncryption",
        {"Bucket": bucket, "ServerSideEncryptionConfiguration": configuration},
    )


def _put_lifecycle(s3: Any, bucket: str, value: Any) -> None:
    configuration = {"Rules": lifecycle_rules(value["Rules"])}
    call_api(
        s3,
        "PutBucketLifecycleConfiguration",
        {"Bucket": bucket, "LifecycleConfiguration": configuration},
    )


def _put_logging(s3: Any, bucket: str, value: Any) -> None:
    members = {
        {"DestinationBucketName": "TargetBucket", "LogFilePrefix": "TargetPrefix"}.get(key, key): v
        for key, v in value.items()
    }
    # A bucket that names no destination logs to itself.
    logging = {"TargetBucket": bucket, "TargetPrefix": ""} | members
    call_api(
        s3,
        "PutBucketLogging",
        {"Bucket": bucket, "BucketLoggingStatus": {"LoggingEnabled": logging}},
    )


def _put_notifications(s3: Any, bucket: str, value: Any) -> None:
    request = {"Bucket": bucket, "NotificationConfiguration": notification_configuration(value)}
    call_api(s3, "PutBucketNotificationConfiguration", request)


def _setter(operation: str, member: str) -> Any:
    def put(s3: Any, bucket: str, value: Any) -> None:
        call_api(s3, operation, {"Bucket": bucket, member: value})

    return put


_put_versioning = _setter("PutBucketVersioning", "VersioningConfiguration")
_put_public_access = _setter("PutPublicAccessBlock", "PublicAccessBlockConfiguration")
_put_ownership = _setter("PutBucketOwnershipControls", "OwnershipControls")

_ASPECTS = (
    Aspect(
        "OwnershipControls",
        _put_ownership,
        lambda s3, name: s3.delete_bucket_ownership_controls(Bucket=name),
    ),
    Aspect("AccessControl", _put_acl, lambda s3, name: _put_acl(s3, name, "Private")),
    Aspect(
        "BucketEncryption",
        _put_encryption,
        lambda s3, name: s3.delete_bucket_encryption(Bucket=name),
    ),
    Aspect(
        "VersioningConfiguration",
        _put_versioning,
        lambda s3, name: _put_versioning(s3, name, {"Status": "Suspended"}),
    ),
    Aspect(
        "PublicAccessBlockConfiguration",
        _put_public_access,
        lambda s3, name: _put_public_access(s3, name, _NOTHING_BLOCKED),
    ),
    Aspect(
        "LifecycleConfiguration",
        _put_lifecycle,
        lambda s3, name: s3.delete_bucket_lifecycle(Bucket=name),
    ),
    Aspect(
        "LoggingConfiguration",
        _put_logging,
        lambda s3, name: s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={}),
    ),
    Aspect(
        "NotificationConfiguration",
        _put_notifications,
        lambda s3, name: _put_notifications(s3, name, {}),
    ),
    Aspect(
        "Tags",
        lambda s3, name, value: s3.put_bucket_tagging(
            Bucket=name, Tagging={"TagSet": tag_list(value)}
        ),
        lambda s3, name: s3.delete_bucket_tagging(Bucket=name),
    ),
)


class Bucket(ResourceHandler):
    """A bucket. One that is not empty cannot be deleted, as on AWS."""

    type_name = "AWS::S3::Bucket"
    supported = frozenset({"BucketName", *(aspect.name for aspect in _ASPECTS)})
    replaced_by = frozenset({"BucketName"})
    stack_tags = "list"

    def check(self, properties: Properties) -> None:
        super().check(properties)
        access = properties.get("AccessControl", "Private")
        if access not in _ACLS:
            raise ResourceError(
                f"AccessControl {access!r} is not supported by the embedded AWS; "
                f"allowed: {', '.join(_ACLS)}."
            )

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        s3 = context.client("s3")
        name = properties.get("BucketName") or context.name(max_length=63, lower=True)
        _refuse_existing(s3, name)
        request: dict[str, Any] = {"Bucket": name}
        if context.region != "us-east-1":
            request["CreateBucketConfiguration"] = {"LocationConstraint": context.region}
        s3.create_bucket(**request)
        context.register(name)
        put_aspects(_ASPECTS, s3, name, properties)
        return _provisioned(context, name)

    def adopt(self, context: ResourceContext, properties: Properties) -> Provisioned | None:
        s3, name = context.client("s3"), properties.get("BucketName")
        if name is None or not _is_own(s3, name):
            return None
        put_aspects(_ASPECTS, s3, name, properties)
        return _provisioned(context, name)

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        change_aspects(_ASPECTS, context.client("s3"), physical_id, old, new)
        return _provisioned(context, physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("s3").delete_bucket(Bucket=physical_id)


class BucketPolicy(ResourceHandler):
    """A bucket's resource policy."""

    type_name = "AWS::S3::BucketPolicy"
    required = frozenset({"Bucket", "PolicyDocument"})
    supported = frozenset({"Bucket", "PolicyDocument"})
    replaced_by = frozenset({"Bucket"})

    def create(self, context: ResourceContext, properties: Properties) -> Provisioned:
        bucket = properties["Bucket"]
        _put_policy(context, bucket, properties)
        return Provisioned(context.register(bucket))

    def update(
        self, context: ResourceContext, physical_id: str, old: Properties, new: Properties
    ) -> Provisioned:
        del old
        _put_policy(context, physical_id, new)
        return Provisioned(physical_id)

    def delete(self, context: ResourceContext, physical_id: str, properties: Properties) -> None:
        del properties
        context.client("s3").delete_bucket_policy(Bucket=physical_id)


def _put_policy(context: ResourceContext, bucket: str, properties: Properties) -> None:
    policy = as_text(properties["PolicyDocument"])
    context.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)


def _refuse_existing(s3: Any, name: str) -> None:
    """Refuse to create one's own bucket again, which us-east-1 would let take over its data."""
    try:
        s3.head_bucket(Bucket=name)
    except ClientError as error:
        if is_not_found(error):
            return
    raise ResourceError(f"{name} already exists")


def _is_own(s3: Any, name: str) -> bool:
    try:
        s3.head_bucket(Bucket=name)
    except ClientError:
        return False
    return True


def _provisioned(context: ResourceContext, name: str) -> Provisioned:
    return Provisioned(
        name,
        {
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": f"{name}.s3.amazonaws.com",
            "DualStackDomainName": f"{name}.s3.dualstack.{context.region}.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{context.region}.amazonaws.com",
        },
    )


HANDLERS = (Bucket, BucketPolicy)
