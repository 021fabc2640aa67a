"""What this package takes for granted about moto; these fail first when moto changes."""

from __future__ import annotations

from collections.abc import Callable

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from embedded_aws.iam.moto_state import MotoState
from embedded_aws.runtime import Runtime
from tests.unit.embedded_iam.policies import allow, policy_text

ACCOUNT, REGION = "123456789012", "us-east-1"
Unique = Callable[[str], str]


def test_motos_s3_asks_the_bucket_for_permission(runtime: Runtime, unique: Unique) -> None:
    name = unique("bucket")
    s3 = runtime.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="k", Body=b"")
    asked: list[str] = []
    patched = FakeBucket.get_permission

    def listening(bucket: FakeBucket, action: str, resource: str) -> PermissionResult:
        asked.append(action)
        return patched(bucket, action, resource)

    FakeBucket.get_permission = listening
    try:
        s3.get_object(Bucket=name, Key="k")
    finally:
        FakeBucket.get_permission = patched
    assert asked == ["s3:GetObject"]
    assert patched(None, "s3:GetObject", "any") is PermissionResult.PERMITTED


def test_motos_iam_holds_aws_managed_policies(runtime: Runtime) -> None:
    document = MotoState(ACCOUNT).managed_policy_document(
        "arn:aws:iam::aws:policy/AdministratorAccess"
    )
    assert document is not None
    assert '"Action": "*"' in document


def test_a_role_is_seen_with_its_policies_boundary_and_tags(
    runtime: Runtime, make_role: Callable[..., str], unique: Unique
) -> None:
    iam = runtime.client("iam")
    boundary = iam.create_policy(
        PolicyName=unique("boundary"), PolicyDocument=policy_text(allow("s3:*"))
    )["Policy"]["Arn"]
    arn = make_role(
        allow("s3:GetObject"),
        Path="/app/",
        PermissionsBoundary=boundary,
        MaxSessionDuration=7200,
        Tags=[{"Key": "team", "Value": "growth"}],
    )
    name = arn.rpartition("/")[2]
    role = MotoState(ACCOUNT).role(arn)
    assert role is not None
    assert (role.arn, role.name, role.tags) == (arn, name, {"team": "growth"})
    assert role.documents == (policy_text(allow("s3:GetObject")),)
    assert role.boundary == (policy_text(allow("s3:*")),)
    assert role.max_session_seconds == 7200
    assert "lambda.amazonaws.com" in role.trust_document
    assert MotoState(ACCOUNT).entity_arn("role", name) == arn
    assert MotoState(ACCOUNT).role(arn.replace("/app/", "/")) is None


def test_a_new_default_version_of_a_managed_policy_is_seen(
    runtime: Runtime, unique: Unique
) -> None:
    iam = runtime.client("iam")
    arn = iam.create_policy(PolicyName=unique("policy"), PolicyDocument=policy_text(allow("s3:*")))[
        "Policy"
    ]["Arn"]
    iam.create_policy_version(
        PolicyArn=arn, PolicyDocument=policy_text(allow("ssm:*")), SetAsDefault=True
    )
    assert MotoState(ACCOUNT).managed_policy_document(arn) == policy_text(allow("ssm:*"))


def test_a_user_is_found_by_key_with_group_policies(runtime: Runtime, unique: Unique) -> None:
    iam, user, group = runtime.client("iam"), unique("user"), unique("group")
    iam.create_user(UserName=user)
    iam.create_group(GroupName=group)
    iam.put_group_policy(GroupName=group, PolicyName="p", PolicyDocument=policy_text(allow()))
    iam.add_user_to_group(GroupName=group, UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
    found = MotoState(ACCOUNT).user_of_access_key(key)
    assert found is not None
    assert (found.name, found.documents) == (user, (policy_text(allow()),))


def test_encryption_of_buckets_objects_and_uploads_is_seen(
    runtime: Runtime, unique: Unique
) -> None:
    s3, name, state = runtime.client("s3"), unique("bucket"), MotoState(ACCOUNT)
    key = runtime.client("kms").create_key()["KeyMetadata"]["Arn"]
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="plain", Body=b"")
    assert state.bucket_default_key(name) is None
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    }
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.put_object(Bucket=name, Key="sealed", Body=b"", Tagging="team=growth")
    upload = s3.create_multipart_upload(Bucket=name, Key="parts")["UploadId"]
    assert state.bucket_default_key(name) == key
    assert state.upload_key(name, upload) == key
    plain, sealed = state.object(name, "plain"), state.object(name, "sealed")
    assert plain is not None
    assert sealed is not None
    assert (plain.kms_key, sealed.kms_key, sealed.tags) == (None, key, {"team": "growth"})
    assert state.object(name, "absent") is None
    assert state.object("absent-bucket", "k") is None


def test_a_deleted_object_of_a_versioned_bucket_is_absent(runtime: Runtime, unique: Unique) -> None:
    s3, name, state = runtime.client("s3"), unique("bucket"), MotoState(ACCOUNT)
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=name, Key="k", Body=b"")["VersionId"]
    s3.delete_object(Bucket=name, Key="k")
    assert state.object(name, "k") is None
    assert state.object(name, "k", version) is not None


def test_keys_are_found_by_every_name_they_have(runtime: Runtime, unique: Unique) -> None:
    kms, state = runtime.client("kms"), MotoState(ACCOUNT)
    metadata = kms.create_key(Tags=[{"TagKey": "a", "TagValue": "1"}])["KeyMetadata"]
    alias = unique("alias/test")
    kms.create_alias(AliasName=alias, TargetKeyId=metadata["KeyId"])
    names = (
        metadata["KeyId"],
        metadata["Arn"],
        alias,
        f"arn:aws:kms:{REGION}:{ACCOUNT}:{alias}",
    )
    for name in names:
        key = state.key(name, REGION)
        assert key is not None
        assert (key.arn, key.aliases, key.tags) == (metadata["Arn"], (alias,), {"a": "1"})
    sealed = kms.encrypt(KeyId=alias, Plaintext=b"x")["CiphertextBlob"]
    assert state.key_id_of_ciphertext(sealed) == metadata["KeyId"]
    assert state.key("absent", REGION) is None


def test_policies_and_keys_of_topics_and_queues_are_seen(runtime: Runtime, unique: Unique) -> None:
    sns, sqs, state = runtime.client("sns"), runtime.client("sqs"), MotoState(ACCOUNT)
    topic = sns.create_topic(Name=unique("t"), Attributes={"KmsMasterKeyId": "k"})["TopicArn"]
    assert state.topic_key(topic) == "k"
    assert "Statement" in str(state.topic_policy(topic))
    name = unique("q")
    policy = policy_text(allow("sqs:SendMessage", Principal="*"))
    sqs.create_queue(QueueName=name, Attributes={"KmsMasterKeyId": "k", "Policy": policy})
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    assert state.queue_key(queue) == "k"
    assert "sqs:SendMessage" in str(state.queue_policy(queue))
    assert state.queue_policy(f"{queue}-absent") is None


def test_secure_parameters_are_seen_with_their_keys(runtime: Runtime, unique: Unique) -> None:
    ssm, base = runtime.client("ssm"), "/" + unique("base")
    key = runtime.client("kms").create_key()["KeyMetadata"]["KeyId"]
    ssm.put_parameter(Name=f"{base}/plain", Value="1", Type="String")
    ssm.put_parameter(Name=f"{base}/secret", Value="1", Type="SecureString", KeyId=key)
    state = MotoState(ACCOUNT)
    assert state.secure_parameter_keys(base, REGION) == {f"{base}/secret": key}
    assert state.secure_parameter_keys(f"{base}/secret", REGION) == {f"{base}/secret": key}
    assert state.secure_parameter_keys(f"{base}/plain", REGION) == {}
