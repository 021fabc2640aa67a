"""KMS permissions that a call on encrypted data needs besides its own.

S3, SNS, SQS, SSM and CloudWatch Logs use the caller's rights on the key (with `kms:ViaService`).
AWS-managed keys (`alias/aws/...`) trust the whole account through their service and need no
permission.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.iam.moto_state import MotoState
from embedded_aws.iam.policy.context import Value
from embedded_aws.iam.requirements.arns import arn
from embedded_aws.iam.requirements.by_hand import key_arn, log_group_named, parameter_arn
from embedded_aws.iam.requirements.model import Requirement
from embedded_aws.iam.requirements.s3 import copy_source, object_arn

_DECRYPT = "kms:Decrypt"
_DATA_KEY = "kms:GenerateDataKey"
# CloudWatch Logs user guide, "Encrypt log data in CloudWatch Logs using AWS Key Management
# Service", step 2: the rights of "the role which will be calling the CloudWatch Logs".
_LOG_GROUP = (
    "kms:Encrypt",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    _DECRYPT,
    _DATA_KEY,
    "kms:DescribeKey",
)


@dataclass(frozen=True)
class _Use:
    """One use of a key on behalf of the caller."""

    key: str | None
    actions: tuple[str, ...]
    encryption_context: Mapping[str, str]


# S3 API reference, "Error responses"; the models of SNS, SQS and SSM.
_NO_SUCH_KEY = {
    "s3": "KMS.NotFoundException",
    "sns": "KMSNotFound",
    "sqs": "KmsNotFound",
    "ssm": "InvalidKeyId",
}
_Finder = Callable[[ApiCall, MotoState], Iterable[_Use]]


def encryption_requirements(call: ApiCall, state: MotoState) -> list[Requirement]:
    """Return the KMS actions that this call needs on customers' keys.

    Raises:
        ApiError: a key does not exist.
    """
    finder = _FINDERS.get(call.service)
    if finder is None:
        return []
    needed: list[Requirement] = []
    for use in finder(call, state):
        if use.key is None or "alias/aws/" in use.key:
            continue
        key = key_arn(call, use.key, state)
        if state.key(use.key, call.region) is None:
            code = _NO_SUCH_KEY[call.service]
            raise ApiError(code, f"Key '{key}' does not exist", status=400)
        context = _context(call, use.encryption_context)
        needed += [Requirement(action, key, context) for action in use.actions]
    return needed


def _context(call: ApiCall, encryption_context: Mapping[str, str]) -> dict[str, Value | None]:
    keys: dict[str, Value | None] = {
        "kms:ViaService": f"{call.service}.{call.region}.amazonaws.com",
        "kms:CallerAccount": call.account_id,
        "kms:EncryptionContextKeys": list(encryption_context) or None,
        "aws:ViaAWSService": "true",
    }
    return keys | {f"kms:EncryptionContext:{k}": v for k, v in encryption_context.items()}


def _s3(call: ApiCall, state: MotoState) -> Iterable[_Use]:
    params = call.params
    bucket, key = params.get("Bucket"), params.get("Key")
    if not isinstance(bucket, str) or not isinstance(key, str):
        return
    if call.operation == "GetObject":
        yield _reading(state, bucket, key, params.get("VersionId"))
        return
    asked = params.get("BucketKeyEnabled")
    by_bucket = state.uses_bucket_key(bucket) if asked is None else bool(asked)
    context = _s3_context(bucket, key, by_bucket)
    if call.operation in {"PutObject", "CopyObject", "CreateMultipartUpload"}:
        yield _Use(_key_for_writing(call, state, bucket), (_DATA_KEY,), context)
    elif call.operation in {"UploadPart", "UploadPartCopy", "CompleteMultipartUpload"}:
        # S3 reads the encrypted parts back when it puts them together.
        yield _Use(state.upload_key(bucket, str(params.get("UploadId"))), (_DECRYPT,), context)
    if source := copy_source(params):
        yield _reading(state, *source)


def _reading(state: MotoState, bucket: str, key: str, version_id: str | None) -> _Use:
    found = state.object(bucket, key, version_id)
    by_bucket = found is not None and found.uses_bucket_key
    context = _s3_context(bucket, key, by_bucket)
    return _Use(found.kms_key if found else None, (_DECRYPT,), context)


def _s3_context(bucket: str, key: str, uses_bucket_key: bool) -> dict[str, str]:
    return {"aws:s3:arn": f"arn:aws:s3:::{bucket}" if uses_bucket_key else object_arn(bucket, key)}


def _key_for_writing(call: ApiCall, state: MotoState, bucket: str) -> str | None:
    asked = call.params.get("ServerSideEncryption")
    if asked is not None and not str(asked).startswith("aws:kms"):
        return None
    return call.params.get("SSEKMSKeyId") or state.bucket_default_key(bucket)


def _sns(call: ApiCall, state: MotoState) -> Iterable[_Use]:
    topic = call.params.get("TopicArn") or call.params.get("TargetArn")
    if call.operation in {"Publish", "PublishBatch"} and topic:
        yield _Use(
            state.topic_key(str(topic)), (_DATA_KEY, _DECRYPT), {"aws:sns:topicArn": str(topic)}
        )


def _sqs(call: ApiCall, state: MotoState) -> Iterable[_Use]:
    name = str(call.params.get("QueueUrl", "")).rpartition("/")[2]
    queue = f"arn:aws:sqs:{call.region}:{call.account_id}:{name}"
    context = {"aws:sqs:arn": queue}
    if call.operation.startswith("SendMessage"):
        yield _Use(state.queue_key(queue), (_DATA_KEY, _DECRYPT), context)
    elif call.operation == "ReceiveMessage":
        yield _Use(state.queue_key(queue), (_DECRYPT,), context)


def _ssm(call: ApiCall, state: MotoState) -> Iterable[_Use]:
    params = call.params
    if call.operation == "PutParameter" and params.get("Type") == "SecureString":
        advanced = params.get("Tier") == "Advanced"
        context = {"PARAMETER_ARN": parameter_arn(call, str(params["Name"]))}
        yield _Use(params.get("KeyId"), (_DATA_KEY if advanced else "kms:Encrypt",), context)
    elif params.get("WithDecryption"):
        for asked in params.get("Names") or [params.get("Name") or params.get("Path", "/")]:
            for name, key in _secure_parameters(call, state, str(asked)).items():
                yield _Use(key, (_DECRYPT,), {"PARAMETER_ARN": parameter_arn(call, name)})


def _secure_parameters(call: ApiCall, state: MotoState, asked: str) -> Mapping[str, str]:
    if not asked.startswith("arn:"):
        return state.secure_parameter_keys(asked.partition(":")[0], call.region)
    name = asked.partition(":parameter/")[2]
    return state.secure_parameter_keys(name, call.region) | state.secure_parameter_keys(
        f"/{name}", call.region
    )


def volume_key_requirements(call: ApiCall, state: MotoState) -> list[Requirement]:
    """Return the grant that keeps a SageMaker job's volume encrypted.

    The caller or the job's role must be allowed to create it (source: SageMaker developer guide,
    "API permissions"). Only requests that name key and role together can be judged.
    """
    # A tuning job names both in the definition of its training jobs.
    params = call.params.get("TrainingJobDefinition") or call.params
    role, key = params.get("RoleArn"), _volume_key(params)
    if call.service != "sagemaker" or not role or not key or "alias/aws/" in key:
        return []
    context = _context(call, {}) | {"kms:GrantIsForAWSResource": "true"}
    resource = key_arn(call, key, state)
    return [Requirement("kms:CreateGrant", resource, context, or_role=str(role))]


def _volume_key(params: Mapping[str, Any]) -> str | None:
    resources = [
        params.get("ProcessingResources", {}).get("ClusterConfig", {}),
        params.get("ResourceConfig", {}),
        params.get("HyperParameterTuningResourceConfig", {}),
    ]
    key = next((each["VolumeKmsKeyId"] for each in resources if "VolumeKmsKeyId" in each), None)
    return str(key) if key else None


def _logs(call: ApiCall, state: MotoState) -> Iterable[_Use]:
    key = call.params.get("kmsKeyId")
    # An unknown key is refused with the words of CloudWatch Logs, in `log_group_keys`.
    if isinstance(key, str) and state.key(key, call.region) is not None:
        group = arn(call, "logs", f"log-group:{log_group_named(call)}")
        yield _Use(key, _LOG_GROUP, {"aws:logs:arn": group})


_FINDERS: Mapping[str, _Finder] = {
    "logs": _logs,
    "s3": _s3,
    "sns": _sns,
    "sqs": _sqs,
    "ssm": _ssm,
}
