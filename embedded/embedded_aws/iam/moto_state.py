"""Read-only views of moto's state. No other module of IAM touches moto's backends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.ssm.models import ssm_backends

from embedded_aws.iam.moto_patches import keep_aws_managed_policies

keep_aws_managed_policies()  # before moto's IAM store is read, which fills it

_PARTITION = "aws"
_CIPHERTEXT_KEY_ID_LENGTH = 36  # moto's ciphertexts start with the key's id


@dataclass(frozen=True)
class RoleState:
    """A role as policies see it.

    `boundary` is None without a permissions boundary, and empty where the policy that it names is
    gone, which allows nothing.
    """

    arn: str
    name: str
    id: str
    trust_document: str
    documents: tuple[str, ...]
    boundary: tuple[str, ...] | None
    tags: Mapping[str, str]
    max_session_seconds: int


@dataclass(frozen=True)
class UserState:
    """A user as policies see it. `secret` is that of the access key by which it was found."""

    arn: str
    name: str
    id: str
    documents: tuple[str, ...]
    tags: Mapping[str, str]
    secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class IdentityProviderState:
    """An OpenID Connect provider whose tokens roles may trust; client ids are audiences."""

    arn: str
    client_ids: tuple[str, ...]


@dataclass(frozen=True)
class GrantState:
    """A grant on a KMS key; the constraint is an encryption context, by name and value."""

    grantee: str
    operations: tuple[str, ...]
    encryption_context: Mapping[str, str]


@dataclass(frozen=True)
class KeyState:
    """A KMS key. `encrypts_data` tells an enabled symmetric one from others."""

    arn: str
    policy_document: str
    aliases: tuple[str, ...]
    tags: Mapping[str, str]
    grants: tuple[GrantState, ...]
    encrypts_data: bool


@dataclass(frozen=True)
class ObjectState:
    """An S3 object: `kms_key` is the customer's key that encrypts it, if any.

    With an S3 bucket key, KMS is asked in the name of the bucket, not of the object.
    """

    kms_key: str | None
    uses_bucket_key: bool
    tags: Mapping[str, str]


class MotoState:
    """A view of one account's state. Nothing is cached, so nothing can be stale."""

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id

    @property
    def _iam(self) -> Any:
        return iam_backends[self._account_id][_PARTITION]

    # IAM

    def role(self, role_arn: str) -> RoleState | None:
        """Return the role with this ARN, or None."""
        name = role_arn.rpartition("/")[2]
        role = next((role for role in list(self._iam.roles.values()) if role.name == name), None)
        if role is None or role.arn != role_arn:
            return None
        return RoleState(
            arn=role.arn,
            name=role.name,
            id=role.id,
            trust_document=role.assume_role_policy_document,
            documents=self._documents(role),
            boundary=self._boundary(role.permissions_boundary_arn),
            tags=_tags(role.tags),
            max_session_seconds=int(role.max_session_duration or 3600),
        )

    def identity_provider(self, url: str) -> IdentityProviderState | None:
        """Return the OpenID Connect provider of this URL, or None."""
        host = url.removeprefix("https://")
        for provider in list(self._iam.open_id_providers.values()):
            if provider.url == host:
                return IdentityProviderState(provider.arn, tuple(provider.client_id_list))
        return None

    def user_of_access_key(self, access_key_id: str) -> UserState | None:
        """Return the user who owns an active access key, or None."""
        key = self._iam.access_keys.get(access_key_id)
        user = self._iam.users.get(key.user_name) if key is not None else None
        if user is None or key.status != "Active":
            return None
        return replace(self._user(user), secret=key.secret_access_key)

    def user(self, user_arn: str) -> UserState | None:
        """Return the user with this ARN, or None."""
        found = [user for user in list(self._iam.users.values()) if user.arn == user_arn]
        return self._user(found[0]) if found else None

    def _user(self, user: Any) -> UserState:
        groups = [group for group in list(self._iam.groups.values()) if user in group.users]
        documents = [text for holder in (user, *groups) for text in self._documents(holder)]
        return UserState(user.arn, user.name, user.id, tuple(documents), _tags(user.tags or []))

    def managed_policy_document(self, policy_arn: str) -> str | None:
        """Return the default version of a managed policy (the customer's or AWS's), or None."""
        return self._managed(policy_arn)

    def inline_policies(self, kind: str, name: str) -> Mapping[str, str]:
        """Return the inline policies of a user, group or role, by name."""
        holder = self._holder(kind, name)
        return {} if holder is None else dict(holder.policies)

    def attached_policies(self, kind: str, name: str) -> frozenset[str]:
        """Return the ARNs of the managed policies of a user, group or role."""
        holder = self._holder(kind, name)
        policies = [] if holder is None else list(holder.managed_policies.values())
        return frozenset(policy.arn for policy in policies)

    def _holder(self, kind: str, name: str) -> Any:
        stores = {"role": self._iam.roles, "user": self._iam.users, "group": self._iam.groups}
        return next((e for e in list(stores[kind].values()) if e.name == name), None)

    def entity_arn(self, kind: str, name: str) -> str | None:
        """Return the ARN, with its path, of a role, user, group or instance profile."""
        stores = {
            "role": self._iam.roles,
            "user": self._iam.users,
            "group": self._iam.groups,
            "instance-profile": self._iam.instance_profiles,
        }
        return next((e.arn for e in list(stores[kind].values()) if e.name == name), None)

    def _boundary(self, policy_arn: str | None) -> tuple[str, ...] | None:
        if policy_arn is None:
            return None
        document = self._managed(policy_arn)
        return (document,) if document else ()

    def _documents(self, holder: Any) -> tuple[str, ...]:
        managed = [self._managed(policy.arn) for policy in list(holder.managed_policies.values())]
        inline = list(holder.policies.values())
        return tuple(document for document in (*inline, *managed) if document)

    def _managed(self, policy_arn: str | None) -> str | None:
        policy = self._iam.managed_policies.get(policy_arn)
        if policy is None:
            return None
        default = policy.default_version_id
        document: str = next(v.document for v in policy.versions if v.version_id == default)
        return document

    # S3

    def bucket_exists(self, bucket: str) -> bool:
        """Return whether the bucket exists."""
        return self._bucket(bucket) is not None

    def bucket_policy(self, bucket: str) -> str | None:
        """Return the bucket policy's text, or None."""
        found = self._bucket(bucket)
        policy = None if found is None else found.policy
        return policy.decode() if isinstance(policy, bytes) else policy

    def blocks_public_policies(self, bucket: str) -> bool:
        """Return whether the bucket's public access block refuses public policies."""
        found = self._bucket(bucket)
        block = None if found is None else found.public_access_block
        return block is not None and _is_true(block.block_public_policy)

    def object_ownership(self, bucket: str) -> str | None:
        """Return the bucket's Object Ownership; None: no controls, or no bucket."""
        found = self._bucket(bucket)
        return None if found is None else found.ownership_rule

    def uses_bucket_key(self, bucket: str) -> bool:
        """Return whether new objects use an S3 bucket key by default."""
        return _is_true(self._encryption_rule(bucket).get("BucketKeyEnabled"))

    def bucket_default_key(self, bucket: str) -> str | None:
        """Return the customer's KMS key that encrypts new objects by default, or None."""
        default = self._encryption_rule(bucket).get("ApplyServerSideEncryptionByDefault") or {}
        is_kms = str(default.get("SSEAlgorithm", "")).startswith("aws:kms")
        return (default.get("KMSMasterKeyID") or None) if is_kms else None

    def object(self, bucket: str, key: str, version_id: str | None = None) -> ObjectState | None:
        """Return an object (or a version of one), or None."""
        found = self._bucket(bucket)
        if found is None:
            return None
        versions = found.keys.getlist(key) or []
        current = next((v for v in reversed(versions) if version_id in (None, v.version_id)), None)
        if current is None or not hasattr(current, "encryption"):  # a delete marker
            return None
        is_kms = str(current.encryption or "").startswith("aws:kms")
        tags = s3_backends[self._account_id][_PARTITION].tagger.get_tag_dict_for_resource(
            current.arn
        )
        return ObjectState(
            kms_key=current.kms_key_id if is_kms else None,
            uses_bucket_key=_is_true(current.bucket_key_enabled),
            tags=tags,
        )

    def upload_key(self, bucket: str, upload_id: str) -> str | None:
        """Return the customer's KMS key of a multipart upload in progress, or None."""
        found = self._bucket(bucket)
        upload = found.multiparts.get(upload_id) if found else None
        if upload is not None and str(upload.sse_encryption or "").startswith("aws:kms"):
            return upload.kms_key_id or self.bucket_default_key(bucket)
        return self.bucket_default_key(bucket)

    def _encryption_rule(self, bucket: str) -> dict[str, Any]:
        found = self._bucket(bucket)
        rule = ((found.encryption if found else None) or {}).get("Rule") or {}
        return dict(rule[0] if isinstance(rule, list) else rule)

    def _bucket(self, bucket: str) -> Any:
        return s3_backends[self._account_id][_PARTITION].buckets.get(bucket)

    # KMS, SNS, SQS, SSM

    def key(self, key_reference: str, region: str) -> KeyState | None:
        """Return a KMS key by id, ARN, alias or alias ARN, or None."""
        if key_reference.startswith("arn:"):
            region = key_reference.split(":")[3] or region
        backend = kms_backends[self._account_id][region]
        name = backend.get_key_id(backend.get_alias_name(key_reference))
        keys = list(backend.keys.values())
        key = next((k for k in keys if name == k.id or name in k.aliases), None)
        if key is None:
            return None
        tags = backend.tagger.get_tag_dict_for_resource(key.id)
        grants = tuple(_grant(grant) for grant in list(key.grants.values()))
        encrypts_data = bool(key.enabled) and key.key_spec == "SYMMETRIC_DEFAULT"
        return KeyState(key.arn, key.policy, tuple(key.aliases), tags, grants, encrypts_data)

    def key_id_of_ciphertext(self, ciphertext: bytes) -> str:
        """Return the id of the key with which moto encrypted this."""
        return ciphertext[:_CIPHERTEXT_KEY_ID_LENGTH].decode("utf-8", "replace")

    def topic_policy(self, topic_arn: str) -> str | None:
        """Return the topic policy's text, or None."""
        topic = self._topic(topic_arn)
        return None if topic is None else str(topic.policy)

    def topic_key(self, topic_arn: str) -> str | None:
        """Return the KMS key that encrypts a topic, or None."""
        topic = self._topic(topic_arn)
        return (topic.kms_master_key_id or None) if topic else None

    def queue_policy(self, queue_arn: str) -> str | None:
        """Return the queue policy's text, or None."""
        queue = self._queue(queue_arn)
        return (queue.policy or None) if queue else None

    def queue_key(self, queue_arn: str) -> str | None:
        """Return the KMS key that encrypts a queue, or None."""
        queue = self._queue(queue_arn)
        return (queue.kms_master_key_id or None) if queue else None

    def log_policies(self, region: str) -> list[str]:
        """Return the texts of the resource policies of CloudWatch Logs in a region."""
        policies = logs_backends[self._account_id][region].resource_policies
        return [str(policy.policy_document) for policy in list(policies.values())]

    def queue_tags(self, queue_arn: str) -> Mapping[str, str]:
        """Return the tags of a queue."""
        queue = self._queue(queue_arn)
        return dict(queue.tags) if queue else {}

    def partition_key(self, table: str, region: str) -> str | None:
        """Return the name of a DynamoDB table's partition key, or None for an unknown table."""
        found = dynamodb_backends[self._account_id][region].tables.get(table)
        return None if found is None else str(found.hash_key_attr)

    def secure_parameter_keys(self, path: str, region: str) -> dict[str, str]:
        """Return the KMS keys of SecureString parameters at or below `path`, by name."""
        parameters = ssm_backends[self._account_id][region]._parameters
        below = path.rstrip("/") + "/"
        return {
            name: versions[-1].keyid
            for name, versions in list(parameters.items())
            if (name == path or name.startswith(below))
            and versions
            and versions[-1].parameter_type == "SecureString"
        }

    def _topic(self, topic_arn: str) -> Any:
        parts = topic_arn.split(":")
        if len(parts) != 6 or parts[2] != "sns":
            return None  # not a topic's ARN: the service refuses it
        return sns_backends[self._account_id][parts[3]].topics.get(topic_arn)

    def _queue(self, queue_arn: str) -> Any:
        region, name = queue_arn.split(":")[3], queue_arn.rpartition(":")[2]
        return sqs_backends[self._account_id][region].queues.get(name)


def _grant(grant: Any) -> GrantState:
    constraints = grant.constraints or {}
    context = constraints.get("EncryptionContextSubset") or constraints.get(
        "EncryptionContextEquals", {}
    )
    return GrantState(grant.grantee_principal, tuple(grant.operations or ()), context)


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"


def _tags(tags: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}
