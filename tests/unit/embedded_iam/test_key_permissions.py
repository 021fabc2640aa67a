"""KMS over HTTP: encrypted data needs rights on its key, and keys have the last word."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from embedded_aws.runtime import Runtime
from tests.unit.embedded_iam.calls import refused
from tests.unit.embedded_iam.policies import allow, policy_text

AsRole = Callable[..., Callable[[str], Any]]
Unique = Callable[[str], str]


def test_reading_and_writing_an_encrypted_bucket_needs_its_key(
    runtime: Runtime, as_role: AsRole, bucket: str
) -> None:
    admin = runtime.client("s3")
    key = runtime.client("kms").create_key()["KeyMetadata"]["Arn"]
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    }
    admin.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    admin.put_object(Bucket=bucket, Key="open/secret.csv", Body=b"s")
    objects = allow(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{bucket}/*")
    via_s3 = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
    reader = as_role(objects, allow("kms:Decrypt", key, Condition=via_s3))("s3")
    nobody = as_role(objects)("s3")

    assert reader.get_object(Bucket=bucket, Key="open/secret.csv")["Body"].read() == b"s"
    for client in (reader, nobody):
        code, message = refused(partial(client.put_object, Bucket=bucket, Key="x", Body=b""))
        assert (code, "kms:GenerateDataKey" in message) == ("AccessDenied", True)
    message = refused(lambda: nobody.get_object(Bucket=bucket, Key="open/secret.csv"))[1]
    assert "kms:Decrypt on resource" in message
    # Objects from before the default encryption need no key.
    assert nobody.get_object(Bucket=bucket, Key="open/a.csv")["Body"].read() == b"a"


def test_a_bucket_key_is_asked_for_in_the_name_of_the_bucket(
    runtime: Runtime, as_role: AsRole, bucket: str
) -> None:
    admin, arn = runtime.client("s3"), f"arn:aws:s3:::{bucket}"
    key = runtime.client("kms").create_key()["KeyMetadata"]["Arn"]
    write = {"Bucket": bucket, "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key, "Body": b""}
    admin.put_object(**write, Key="shared", BucketKeyEnabled=True)
    admin.put_object(**write, Key="single")
    for_bucket = {"StringEquals": {"kms:EncryptionContext:aws:s3:arn": arn}}
    s3 = as_role(
        allow(["s3:GetObject", "s3:PutObject"], f"{arn}/*"),
        allow(["kms:Decrypt", "kms:GenerateDataKey"], key, Condition=for_bucket),
    )("s3")
    assert s3.get_object(Bucket=bucket, Key="shared")
    assert s3.put_object(**write, Key="new", BucketKeyEnabled=True)
    assert "kms:Decrypt" in refused(lambda: s3.get_object(Bucket=bucket, Key="single"))[1]
    assert "kms:GenerateDataKey" in refused(lambda: s3.put_object(**write, Key="new"))[1]


def test_a_multipart_upload_to_an_encrypted_bucket_needs_both_rights_on_the_key(
    runtime: Runtime, as_role: AsRole, bucket: str
) -> None:
    key = runtime.client("kms").create_key()["KeyMetadata"]["Arn"]
    put = allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*")
    start = {
        "Bucket": bucket,
        "Key": "parts",
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": key,
    }
    half = as_role(put, allow("kms:GenerateDataKey", key))("s3")
    upload = half.create_multipart_upload(**start)["UploadId"]
    part = {"Bucket": bucket, "Key": "parts", "UploadId": upload, "PartNumber": 1, "Body": b"x"}
    assert "kms:Decrypt" in refused(lambda: half.upload_part(**part))[1]
    whole = as_role(put, allow(["kms:GenerateDataKey", "kms:Decrypt"], key))("s3")
    etag = whole.upload_part(**part)["ETag"]
    done = whole.complete_multipart_upload(
        Bucket=bucket,
        Key="parts",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]},
    )
    assert done["Key"] == "parts"


def test_a_key_policy_without_the_account_keeps_everybody_else_out(
    runtime: Runtime, as_role: AsRole, make_role: Callable[..., str]
) -> None:
    chosen = make_role()
    policy = policy_text(
        {"Effect": "Allow", "Principal": {"AWS": chosen}, "Action": "kms:*", "Resource": "*"}
    )
    key = runtime.client("kms").create_key(Policy=policy)["KeyMetadata"]["KeyId"]
    credentials = runtime.role_credentials(chosen, "lambda.amazonaws.com", "test")
    assert runtime.client("kms", credentials).encrypt(KeyId=key, Plaintext=b"x")
    kms = as_role(allow("kms:*"))("kms")
    code, message = refused(lambda: kms.encrypt(KeyId=key, Plaintext=b"x"))
    assert code == "AccessDeniedException"
    assert message.endswith("because no resource-based policy allows the kms:Encrypt action")


def test_a_grant_opens_a_key_for_its_operations(
    runtime: Runtime, make_role: Callable[..., str]
) -> None:
    role = make_role()
    admin = runtime.client("kms")
    key = admin.create_key()["KeyMetadata"]["KeyId"]
    admin.create_grant(KeyId=key, GranteePrincipal=role, Operations=["Encrypt"])
    kms = runtime.client("kms", runtime.role_credentials(role, "lambda.amazonaws.com", "test"))
    sealed = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    assert refused(lambda: kms.decrypt(CiphertextBlob=sealed))[0] == "AccessDeniedException"


def test_publishing_to_an_encrypted_topic_needs_its_key(
    runtime: Runtime, as_role: AsRole, unique: Unique
) -> None:
    key = runtime.client("kms").create_key()["KeyMetadata"]["Arn"]
    topic = runtime.client("sns").create_topic(
        Name=unique("topic"), Attributes={"KmsMasterKeyId": key}
    )["TopicArn"]
    publish = allow("sns:Publish", topic)
    code, message = refused(lambda: as_role(publish)("sns").publish(TopicArn=topic, Message="m"))
    assert (code, "kms:GenerateDataKey" in message) == ("AuthorizationError", True)
    keyed = as_role(publish, allow(["kms:GenerateDataKey*", "kms:Decrypt"], key))("sns")
    assert keyed.publish(TopicArn=topic, Message="m")["MessageId"]
    assert refused(lambda: keyed.create_topic(Name="other"))[0] == "AuthorizationError"
