"""Build the roles of SageMaker's containers: one for training, one for serving."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from autogluon_constructs.identity.data_access import read_buckets, read_locations
from autogluon_constructs.identity.permissions import (
    DESCRIBE_KEY,
    ENCRYPT_OUTPUT,
    PULL_IMAGE,
    USE_KEY,
    WRITE_LOGS,
    WRITE_OBJECTS,
    Permission,
    arn,
    grant,
    key_for_volumes,
)
from autogluon_constructs.identity.trust import sagemaker_here

_LOGS_BOUND = "Only log groups that SageMaker itself names: /aws/sagemaker/*"
_METRIC_NAMESPACES = ["/aws/sagemaker/*", "AWS/SageMaker", "aws/sagemaker/*"]


@dataclass(frozen=True, kw_only=True)
class Writable:
    """S3 objects that a job may write, as ARNs, with what bounds their wildcards."""

    object_arns: Sequence[str]
    bound: str


class JobRole(Construct):
    """What a SageMaker container may do: read data, write results, log, pull its image.

    A training job, and a job or endpoint that a person starts with this role, need nothing more.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        description: str,
        buckets: Sequence[s3.IBucket],
        key: kms.IKey,
        data_access: Sequence[str],
        image_repository_arns: Sequence[str],
        writable: Writable,
        network: Sequence[Permission],
        notified: Sequence[str] = (),
        watched: Sequence[str] = (),
        readable: Sequence[str] | None = None,
    ) -> None:
        """Create the role.

        Args:
            readable: ARNs of the objects that it may read; without it, all of the buckets.
            watched: ARNs of the alarms that undo updates of endpoints, which SageMaker reads with
                this role.
        """
        super().__init__(scope, construct_id)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=sagemaker_here(self),
            description=description,
        )
        bucket_arns = [bucket.bucket_arn for bucket in buckets]
        grant(
            self.role,
            *read_buckets(*bucket_arns, objects=readable),
            *read_locations(self, data_access),
            Permission(
                actions=("s3:GetBucketLocation", "s3:ListBucketMultipartUploads"),
                resources=bucket_arns,
            ),
            Permission(actions=WRITE_OBJECTS, resources=writable.object_arns, bound=writable.bound),
            Permission(
                actions=(*USE_KEY, *ENCRYPT_OUTPUT, *DESCRIBE_KEY), resources=(key.key_arn,)
            ),
            key_for_volumes(key.key_arn),
            *self._write_logs_and_metrics(),
            *_pull_images(image_repository_arns),
            *_notify(notified),
            *_watch(watched),
            *network,
        )

    def _write_logs_and_metrics(self) -> list[Permission]:
        log_groups = arn(self, "logs", "log-group:/aws/sagemaker/*")
        return [
            Permission(actions=WRITE_LOGS, resources=(log_groups,), bound=_LOGS_BOUND),
            Permission(
                actions=("cloudwatch:PutMetricData",),
                resources=("*",),
                conditions={"StringLike": {"cloudwatch:namespace": _METRIC_NAMESPACES}},
                bound="PutMetricData knows no resources; a condition holds it to SageMaker's "
                "namespaces",
            ),
        ]


def _notify(topic_arns: Sequence[str]) -> list[Permission]:
    if not topic_arns:
        return []
    return [Permission(actions=("sns:Publish",), resources=topic_arns)]


def _watch(alarm_arns: Sequence[str]) -> list[Permission]:
    if not alarm_arns:
        return []
    return [
        Permission(
            actions=("cloudwatch:DescribeAlarms",),
            resources=alarm_arns,
            bound="Read-only, alarms that undo updates of this environment's endpoints",
        )
    ]


def _pull_images(repository_arns: Sequence[str]) -> list[Permission]:
    return [
        Permission(
            actions=PULL_IMAGE,
            resources=repository_arns,
            bound="Pull-only, repositories of AutoGluon images",
        ),
        Permission(
            actions=("ecr:GetAuthorizationToken",),
            resources=("*",),
            bound="GetAuthorizationToken knows no resources; its token opens only the repositories "
            "allowed besides",
        ),
    ]
