"""Values that AWS refuses although its models let them pass."""

from __future__ import annotations

import base64
import hashlib
import math
import zlib
from collections.abc import Callable
from typing import Any

import boto3
import pytest
import requests
from boto3.s3.transfer import TransferConfig
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from embedded_aws.credentials import ADMIN
from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.rules import refuse_invalid
from embedded_aws.runtime import ACCOUNT_ID, Runtime
from tests.unit.embedded_iam.calls import refused

MakeCall = Callable[..., ApiCall]


def parameter(**more: Any) -> dict[str, Any]:
    return {"Name": "/a/b", "Value": "v", "Type": "String", **more}


def queue(**attributes: str) -> dict[str, Any]:
    return {"QueueName": "q", "Attributes": attributes}


def topic(**attributes: str) -> dict[str, Any]:
    return {"Name": "t", "Attributes": attributes}


def attribute(name: str, value: str) -> dict[str, Any]:
    return {"TopicArn": "t", "AttributeName": name, "AttributeValue": value}


def lifecycle(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"LifecycleConfiguration": {"Rules": list(rules)}}


def batch(**entry: str) -> dict[str, Any]:
    return {
        "Entries": [{"Id": "good", "MessageBody": "x"}, {"Id": "1", "MessageBody": "x"} | entry]
    }


def datum(**members: Any) -> dict[str, Any]:
    return {"Namespace": "n", "MetricData": [{"MetricName": "m", **members}]}


def named(*names: str) -> list[dict[str, str]]:
    return [{"Name": name, "Value": "v"} for name in names]


EXPIRING = {"Status": "Enabled", "Expiration": {"Days": 1}}


@pytest.mark.parametrize(
    ("service", "operation", "params", "code"),
    [
        ("ssm", "PutParameter", parameter(Name="/with space"), "ValidationException"),
        ("ssm", "PutParameter", parameter(Name="/a//b"), "ValidationException"),
        ("ssm", "PutParameter", parameter(Value="x" * 4097), "ValidationException"),
        (
            "ssm",
            "PutParameter",
            parameter(Name="/a" * 16),
            "HierarchyLevelLimitExceededException",
        ),
        (
            "ssm",
            "PutParameter",
            parameter(Value="x" * 8193, Tier="Advanced"),
            "ValidationException",
        ),
        (
            "ssm",
            "PutParameter",
            parameter(AllowedPattern=r"^\d+$"),
            "ParameterPatternMismatchException",
        ),
        ("ssm", "PutParameter", parameter(AllowedPattern="("), "InvalidAllowedPatternException"),
        ("sqs", "CreateQueue", queue(VisibilityTimeout="99999999"), "InvalidAttributeValue"),
        ("sqs", "CreateQueue", queue(DelaySeconds="-1"), "InvalidAttributeValue"),
        ("sqs", "CreateQueue", queue(Colour="red"), "InvalidAttributeName"),
        ("sqs", "CreateQueue", {"QueueName": "a b"}, "InvalidParameterValue"),
        ("sqs", "ReceiveMessage", {"MaxNumberOfMessages": 11}, "InvalidParameterValue"),
        ("sqs", "ReceiveMessage", {"WaitTimeSeconds": 21}, "InvalidParameterValue"),
        ("sqs", "SendMessage", {"DelaySeconds": 901}, "InvalidParameterValue"),
        ("sqs", "ChangeMessageVisibility", {"VisibilityTimeout": 43201}, "InvalidParameterValue"),
        ("sns", "CreateTopic", topic(Colour="red"), "InvalidParameter"),
        ("sns", "CreateTopic", topic(SignatureVersion="7"), "InvalidParameter"),
        ("sns", "CreateTopic", topic(DisplayName="x" * 101), "InvalidParameter"),
        ("sns", "CreateTopic", topic(ArchivePolicy="{}"), "NotImplemented"),
        ("sns", "SetTopicAttributes", attribute("arn", "x"), "InvalidParameter"),
        ("sns", "SetTopicAttributes", attribute("FifoTopic", "true"), "InvalidParameter"),
        (
            "sns",
            "SetTopicAttributes",
            attribute("SQSFailureFeedbackRoleArn", "x"),
            "NotImplemented",
        ),
        ("sns", "Subscribe", {"Protocol": "pigeon"}, "InvalidParameter"),
        (
            "sns",
            "Subscribe",
            {"Protocol": "sqs", "Attributes": {"FilterPolicy": "nope"}},
            "InvalidParameter",
        ),
        ("sqs", "SendMessage", {"MessageBody": "a\x01"}, "InvalidMessageContents"),
        ("sqs", "SendMessage", {"MessageBody": "\ufffe"}, "InvalidMessageContents"),
        ("sqs", "SendMessageBatch", batch(MessageBody="\x01"), "InvalidMessageContents"),
        ("sqs", "SendMessage", {"MessageDeduplicationId": "1"}, "InvalidParameterValue"),
        ("sqs", "SendMessageBatch", batch(MessageDeduplicationId="1"), "InvalidParameterValue"),
        ("cloudwatch", "PutMetricData", datum(Value=math.inf), "InvalidParameterValue"),
        ("cloudwatch", "PutMetricData", datum(Value=-math.inf), "InvalidParameterValue"),
        ("cloudwatch", "PutMetricData", datum(Value=math.nan), "InvalidParameterValue"),
        ("cloudwatch", "PutMetricData", datum(Value=2.1e108 * 1.2), "InvalidParameterValue"),
        ("cloudwatch", "PutMetricData", datum(Values=[1, math.inf]), "InvalidParameterValue"),
        ("cloudwatch", "PutMetricData", datum(Values=[1], Counts=[1, 2]), "InvalidParameterValue"),
        (
            "cloudwatch",
            "PutMetricData",
            datum(StatisticValues={"SampleCount": 1, "Sum": math.nan}),
            "InvalidParameterValue",
        ),
        ("cloudwatch", "PutMetricData", datum(Dimensions=named("a", "a")), "InvalidParameterValue"),
        (
            "cloudwatch",
            "PutMetricData",
            datum(Dimensions=named(*map(str, range(31)))),
            "InvalidParameterValue",
        ),
        ("cloudwatch", "PutMetricAlarm", {"Threshold": math.inf}, "InvalidParameterValue"),
        ("logs", "PutRetentionPolicy", {"retentionInDays": 2}, "InvalidParameterException"),
        ("kms", "CreateAlias", {"AliasName": "alias/aws/x"}, "NotAuthorizedException"),
        ("kms", "ScheduleKeyDeletion", {"PendingWindowInDays": 6}, "ValidationException"),
        ("kms", "ScheduleKeyDeletion", {"PendingWindowInDays": 31}, "ValidationException"),
        ("s3", "CopyObject", {"Key": "\u00fc" * 513}, "KeyTooLongError"),
        (
            "s3",
            "CreateMultipartUpload",
            {"Key": "k", "Metadata": {"a": "x" * 2048}},
            "MetadataTooLarge",
        ),
        ("s3", "CreateBucket", {"Bucket": "Bad_Bucket"}, "InvalidBucketName"),
        ("s3", "CreateBucket", {"Bucket": "10.0.0.1"}, "InvalidBucketName"),
        ("s3", "CreateBucket", {"Bucket": "a..b"}, "InvalidBucketName"),
        ("s3", "CreateBucket", {"Bucket": "data--x-s3"}, "InvalidBucketName"),
        ("s3", "GetObject", {"ExpectedBucketOwner": "999999999999"}, "AccessDenied"),
        ("s3", "HeadBucket", {"ExpectedBucketOwner": "999999999999"}, "AccessDenied"),
        ("s3", "CopyObject", {"ExpectedSourceBucketOwner": "999999999999"}, "AccessDenied"),
        (
            "s3",
            "PutBucketLifecycleConfiguration",
            lifecycle({"ID": "r", "Status": "Enabled"}),
            "InvalidRequest",
        ),
        (
            "s3",
            "PutBucketLifecycleConfiguration",
            lifecycle({"ID": "r", **EXPIRING}, {"ID": "r", **EXPIRING}),
            "InvalidArgument",
        ),
        (
            "s3",
            "PutBucketLifecycleConfiguration",
            lifecycle({"Status": "Enabled", "Expiration": {"Days": 0}}),
            "InvalidArgument",
        ),
        (
            "s3",
            "PutBucketLifecycleConfiguration",
            lifecycle({"Transitions": [{"Days": 1, "StorageClass": "STANDARD_IA"}]}),
            "InvalidArgument",
        ),
    ],
)
def test_a_value_that_breaks_a_rule_is_refused(
    make_call: MakeCall, service: str, operation: str, params: dict[str, Any], code: str
) -> None:
    with pytest.raises(ApiError) as caught:
        refuse_invalid(make_call(service, operation, **params))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("ssm", "PutParameter", parameter(Name="plain.name-1_2", Value="x" * 4096)),
        ("ssm", "PutParameter", parameter(Value="x" * 8192, Tier="Advanced")),
        ("ssm", "PutParameter", parameter(Value="12", AllowedPattern=r"^\d+$")),
        ("ssm", "PutParameter", parameter(Name="/a" * 15)),
        ("sqs", "CreateQueue", {**queue(FifoQueue="true"), "QueueName": "q.fifo"}),
        ("sqs", "SetQueueAttributes", {"Attributes": {"VisibilityTimeout": "43200"}}),
        ("sqs", "ReceiveMessage", {"MaxNumberOfMessages": 10, "WaitTimeSeconds": 20}),
        ("sns", "CreateTopic", topic(SignatureVersion="2", DisplayName="x" * 100)),
        ("sns", "SetTopicAttributes", attribute("TracingConfig", "Active")),
        ("sns", "Subscribe", {"Protocol": "sqs", "Attributes": {"FilterPolicy": "{}"}}),
        ("sqs", "SendMessage", {"MessageBody": "a\t\r\n\u00fc\U0001f600"}),
        ("sqs", "SendMessage", {"MessageDeduplicationId": "1", "QueueUrl": "https://q.fifo"}),
        ("cloudwatch", "PutMetricData", datum(Value=-(2.0**360))),
        ("cloudwatch", "PutMetricData", datum(Values=[1, 2], Counts=[1, 2])),
        ("cloudwatch", "PutMetricData", datum(Dimensions=named(*map(str, range(30))))),
        ("cloudwatch", "PutMetricAlarm", {"Threshold": 0.5}),
        ("logs", "PutRetentionPolicy", {"retentionInDays": 3653}),
        ("kms", "CreateAlias", {"AliasName": "alias/awsome"}),
        ("kms", "ScheduleKeyDeletion", {"PendingWindowInDays": 7}),
        ("s3", "CopyObject", {"Key": "\u00fc" * 512, "Metadata": {"a": "x" * 2047}}),
        ("s3", "CreateBucket", {"Bucket": "a.good-bucket.1"}),
        ("s3", "PutBucketLifecycleConfiguration", lifecycle(EXPIRING, EXPIRING)),
        ("s3", "GetObject", {"ExpectedBucketOwner": ACCOUNT_ID}),
    ],
)
def test_its_neighbour_passes(
    make_call: MakeCall, service: str, operation: str, params: dict[str, Any]
) -> None:
    refuse_invalid(make_call(service, operation, **params))


def test_rules_hold_for_calls(runtime: Runtime, unique: Callable[[str], str]) -> None:
    ssm = runtime.client("ssm")
    name = f"/{unique('limited')}"
    put = {"Name": name, "Type": "String", "AllowedPattern": "^a$"}
    code, message = refused(lambda: ssm.put_parameter(**put, Value="b"))
    assert (code, "allowedPattern: ^a$" in message) == ("ParameterPatternMismatchException", True)
    assert refused(lambda: ssm.get_parameter(Name=name))[0] == "ParameterNotFound"


def test_a_bucket_of_another_owner_than_expected_is_left_alone(
    runtime: Runtime, unique: Callable[[str], str]
) -> None:
    s3, bucket = runtime.client("s3"), unique("owned")
    s3.create_bucket(Bucket=bucket)
    put = {"Bucket": bucket, "Key": "k", "Body": b"x"}
    assert refused(lambda: s3.put_object(**put, ExpectedBucketOwner="9" * 12))[0] == "AccessDenied"
    assert s3.list_objects_v2(Bucket=bucket, ExpectedBucketOwner=ACCOUNT_ID)["KeyCount"] == 0


BODY = b"two\nlines" * 300_000
DIGESTS = {
    "ContentMD5": hashlib.md5(BODY).digest(),
    "ChecksumCRC32": zlib.crc32(BODY).to_bytes(4, "big"),
    # By AWS's own library, awscrt 0.38.1.
    "ChecksumCRC32C": bytes.fromhex("cf152786"),
    "ChecksumCRC64NVME": bytes.fromhex("bad763b55348db6e"),
    "ChecksumSHA1": hashlib.sha1(BODY).digest(),
    "ChecksumSHA256": hashlib.sha256(BODY).digest(),
}


@pytest.fixture
def bucket(runtime: Runtime, unique: Callable[[str], str]) -> str:
    name = unique("digests")
    runtime.client("s3").create_bucket(Bucket=name)
    return name


@pytest.mark.parametrize("member", DIGESTS)
def test_a_payload_that_is_not_what_its_digest_says_is_not_stored(
    runtime: Runtime, bucket: str, member: str
) -> None:
    s3 = runtime.client("s3")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    part = {"Bucket": bucket, "Key": "parts", "UploadId": upload, "PartNumber": 1, "Body": BODY}

    def put(digest: bytes) -> None:
        given = {member: base64.b64encode(digest).decode()}
        s3.put_object(Bucket=bucket, Key="k", Body=BODY, **given)

    right = DIGESTS[member]
    wrong = bytes(len(right))
    assert refused(lambda: put(wrong))[0] == "BadDigest"
    short = "InvalidDigest" if member == "ContentMD5" else "InvalidRequest"
    assert refused(lambda: put(right[:-1]))[0] == short
    wrong_part = part | {member: base64.b64encode(wrong).decode()}
    assert refused(lambda: s3.upload_part(**wrong_part))[0] == "BadDigest"
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    assert "Parts" not in s3.list_parts(Bucket=bucket, Key="parts", UploadId=upload)

    put(right)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == BODY


def test_a_digest_is_compared_where_the_signature_leaves_the_payload_out(
    runtime: Runtime, bucket: str
) -> None:
    s3 = boto3.client(
        "s3",
        region_name=runtime.default_region,
        endpoint_url=runtime.endpoint_url,
        aws_access_key_id=ADMIN.access_key_id,
        aws_secret_access_key=ADMIN.secret_access_key,
        aws_session_token=ADMIN.session_token,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    url = s3.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "k"})
    answers = [
        requests.put(
            url, data=BODY, headers={"Content-MD5": base64.b64encode(md5).decode()}, timeout=10
        )
        for md5 in (bytes(16), DIGESTS["ContentMD5"])
    ]
    assert [answer.status_code for answer in answers] == [400, 200]
    assert "<Code>BadDigest</Code>" in answers[0].text
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == BODY


def put_by_hand(
    runtime: Runtime, bucket: str, data: bytes, *, is_trailed: bool = False, **headers: str
) -> requests.Response:
    """Put the object `k` with headers that no SDK sends; they are signed."""
    request = AWSRequest(
        "PUT",
        f"{runtime.endpoint_url}/{bucket}/k",
        data=data,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    if is_trailed:
        request.context["checksum"] = {"request_algorithm": {"in": "trailer"}}
    keys = Credentials(ADMIN.access_key_id, ADMIN.secret_access_key, ADMIN.session_token)
    S3SigV4Auth(keys, "s3", runtime.default_region).add_auth(request)
    return requests.put(request.url, data=data, headers=dict(request.headers), timeout=10)


@pytest.mark.parametrize("name", ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"])
def test_a_digest_that_trails_the_body_is_compared(
    runtime: Runtime, bucket: str, name: str
) -> None:
    def put(trailer: str, body: bytes = BODY, end: str = "0\r\n") -> requests.Response:
        parts = [body[:70_000], body[70_000:]]
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
        return put_by_hand(
            runtime,
            bucket,
            chunks + f"{end}{trailer}\r\n".encode(),
            is_trailed=True,
            Content_Encoding="aws-chunked",
            X_Amz_Trailer=f"x-amz-checksum-{name}",
            X_Amz_Decoded_Content_Length=str(len(body)),
        )

    right = base64.b64encode(DIGESTS[f"Checksum{name.upper()}"]).decode()
    trailer = f"x-amz-checksum-{name}:{right}\r\n"
    assert "<Code>BadDigest</Code>" in put(trailer, BODY[:-1] + b"!").text
    assert "<Code>InvalidRequest</Code>" in put("").text
    assert "<Code>IncompleteBody</Code>" in put(trailer, end="").text
    s3 = runtime.client("s3")
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    assert put(trailer).status_code == 200
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == BODY


def test_a_digest_that_is_not_computed_here_is_refused(runtime: Runtime, bucket: str) -> None:
    answer = put_by_hand(runtime, bucket, BODY, x_amz_checksum_xxhash64="AAAAAAAAAAA=")
    assert answer.status_code == 501
    assert "does not support the checksum algorithm XXHASH64" in answer.text


def test_an_object_with_a_name_too_long_is_not_stored(runtime: Runtime, bucket: str) -> None:
    s3 = runtime.client("s3")
    put = {"Bucket": bucket, "Body": b""}
    assert refused(lambda: s3.put_object(**put, Key="k" * 1025))[0] == "KeyTooLongError"
    too_much = {"Key": "k", "Metadata": {"a": "x" * 2048}}
    assert refused(lambda: s3.put_object(**put, **too_much))[0] == "MetadataTooLarge"
    s3.put_object(**put, Key="k" * 1024)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1


def test_an_sdk_copies_an_object_in_parts(runtime: Runtime, bucket: str) -> None:
    s3 = runtime.client("s3")
    s3.put_object(Bucket=bucket, Key="k", Body=BODY)
    parts = TransferConfig(multipart_threshold=1, multipart_chunksize=len(BODY))
    s3.copy({"Bucket": bucket, "Key": "k"}, bucket, "copy", Config=parts)
    assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == BODY
