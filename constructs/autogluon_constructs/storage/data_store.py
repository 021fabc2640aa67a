"""Where data live: one key, a bucket for data, one for artifacts, one for access logs."""

from collections.abc import Mapping
from typing import cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from autogluon_constructs.settings.encryption import Encryption
from autogluon_constructs.storage.alarm_encryption import admit_alarms
from autogluon_constructs.storage.log_encryption import admit_log_groups
from autogluon_contracts.names import (
    CHECKPOINTS_PREFIX,
    FOLDS_PREFIX,
    captured_folder,
    whole_environment,
)

_KEPT_AFTER_REPLACEMENT = Duration.days(90)
_CAPTURED_KEPT_AFTER_EXPIRATION = Duration.days(1)
_ACCESS_LOGS_KEPT = Duration.days(365)
# A run that did not complete can be continued for so long.
_CHECKPOINTS_KEPT = Duration.days(30)
_FOLDS_KEPT = Duration.days(6)
_REPLACED_CHECKPOINTS_KEPT = Duration.days(1)
_UPLOADS_ABANDONED_AFTER = Duration.days(7)


class DataStore(Construct):
    """The environment's KMS key and buckets; the key is its own, or one that settings name."""

    key: kms.IKey
    data_bucket: s3.Bucket
    artifact_bucket: s3.Bucket
    access_log_bucket: s3.Bucket

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        removal: RemovalPolicy,
        encryption: Encryption,
        captured_days: Mapping[str, int],
        exchanges_folds: bool,
        tells_of_objects: bool,
    ) -> None:
        """Create them.

        Args:
            environment: its name.
            removal: what happens to them when the stack is deleted.
            encryption: which key, and what it encrypts besides.
            captured_days: by predictor, for how long captured requests are kept.
            exchanges_folds: whether hosts of training jobs exchange folds of models.
            tells_of_objects: whether the data bucket sends its events to EventBridge.
        """
        super().__init__(scope, construct_id)
        self._removal = removal
        if encryption.key_arn is not None:
            self.key = kms.Key.from_key_arn(self, "Key", encryption.key_arn)
        else:
            self.key = self._own_key(environment, encryption)
        self.access_log_bucket = self._access_log_bucket()
        self.data_bucket = self._bucket("DataBucket", logs_below="data/")
        if tells_of_objects:
            # Not by the L2 property, which adds a function that may configure any bucket.
            bucket = cast(s3.CfnBucket, self.data_bucket.node.default_child)
            bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
                event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                    event_bridge_enabled=True
                )
            )
        self.artifact_bucket = self._bucket("ArtifactBucket", logs_below="artifacts/")
        for predictor, days in captured_days.items():
            self._expire_captured(predictor, days)
        self.artifact_bucket.add_lifecycle_rule(
            prefix=CHECKPOINTS_PREFIX,
            expiration=_CHECKPOINTS_KEPT,
            noncurrent_version_expiration=_REPLACED_CHECKPOINTS_KEPT,
        )
        if exchanges_folds:
            # Of use while the job runs, which is five days at most.
            self.artifact_bucket.add_lifecycle_rule(
                id="exchanged-folds",
                prefix=FOLDS_PREFIX,
                expiration=_FOLDS_KEPT,
                noncurrent_version_expiration=_REPLACED_CHECKPOINTS_KEPT,
            )

    @property
    def buckets(self) -> tuple[s3.Bucket, s3.Bucket]:
        """Return the buckets that jobs read: data and artifacts."""
        return self.data_bucket, self.artifact_bucket

    def _own_key(self, environment: str, encryption: Encryption) -> kms.Key:
        key = kms.Key(
            self,
            "Key",
            alias=whole_environment(environment),
            description=f"Data, artifacts and notifications of autogluon-{environment}",
            enable_key_rotation=True,
            pending_window=Duration.days(7),
            removal_policy=self._removal,
        )
        admit_alarms(key, environment)
        if encryption.log_groups:
            # A key that goes with its environment would take other environments' lines along.
            admit_log_groups(key, environment, with_jobs=self._removal is not RemovalPolicy.DESTROY)
        return key

    def _bucket(self, construct_id: str, *, logs_below: str) -> s3.Bucket:
        return s3.Bucket(
            self,
            construct_id,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            bucket_key_enabled=True,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,
            enforce_ssl=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    abort_incomplete_multipart_upload_after=_UPLOADS_ABANDONED_AFTER,
                    noncurrent_version_expiration=_KEPT_AFTER_REPLACEMENT,
                )
            ],
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=self._removal,
            server_access_logs_bucket=self.access_log_bucket,
            server_access_logs_prefix=logs_below,
            versioned=True,
        )

    def _expire_captured(self, predictor: str, days: int) -> None:
        folder = captured_folder("", predictor)
        self.artifact_bucket.add_lifecycle_rule(
            id=f"captured-{predictor}",
            prefix=f"{folder.key}/",
            expiration=Duration.days(days),
            # Else a version would stay for as long as that of any object.
            noncurrent_version_expiration=_CAPTURED_KEPT_AFTER_EXPIRATION,
        )

    def _access_log_bucket(self) -> s3.Bucket:
        # S3 delivers access logs only to buckets under its own key (SSE-S3).
        return s3.Bucket(
            self,
            "AccessLogBucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    abort_incomplete_multipart_upload_after=_UPLOADS_ABANDONED_AFTER,
                    expiration=_ACCESS_LOGS_KEPT,
                )
            ],
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=self._removal,
        )
