"""Apply the rules of a call's service before the call is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from embedded_aws.gateway import ApiCall
from embedded_aws.rules import (
    buckets,
    keys,
    log_groups,
    metrics,
    objects,
    parameters,
    payloads,
    queues,
    secrets,
    topics,
)

_RULES: Mapping[tuple[str, str], Callable[[ApiCall], None]] = {
    ("ssm", "PutParameter"): parameters.check_parameter,
    ("logs", "PutRetentionPolicy"): log_groups.check_retention,
    ("cloudwatch", "PutMetricData"): metrics.check_data,
    ("cloudwatch", "PutMetricAlarm"): metrics.check_alarm,
    ("kms", "CreateAlias"): keys.check_alias,
    ("kms", "ScheduleKeyDeletion"): keys.check_deletion,
    ("sns", "Subscribe"): topics.check_subscription,
    ("sns", "CreateTopic"): topics.check_new_topic,
    ("sns", "SetTopicAttributes"): topics.check_attribute,
    ("sqs", "CreateQueue"): queues.check_new_queue,
    ("sqs", "SetQueueAttributes"): queues.check_attributes,
    ("sqs", "ChangeMessageVisibility"): queues.check_visibility,
    ("sqs", "SendMessage"): queues.check_message,
    ("sqs", "SendMessageBatch"): queues.check_messages,
    ("sqs", "ReceiveMessage"): queues.check_receive,
    ("s3", "CreateBucket"): buckets.check_name,
    ("s3", "PutBucketLifecycleConfiguration"): buckets.check_lifecycle,
    ("s3", "PutObject"): objects.check_upload,
    ("s3", "CopyObject"): objects.check_new_object,
    ("s3", "CreateMultipartUpload"): objects.check_new_object,
    ("s3", "UploadPart"): payloads.check_digests,
    **{("secretsmanager", name): secrets.check_not_deleted for name in secrets.CHANGES},
}


def refuse_invalid(call: ApiCall) -> None:
    """Raise ApiError when a value breaks a rule of its service."""
    if call.service == "s3":
        buckets.check_owner(call)
    check = _RULES.get((call.service, call.operation))
    if check is not None:
        check(call)
