"""Calls over HTTP: roles may do what their deployed policies say, and nothing else."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.runtime import Credentials, Runtime
from tests.unit.embedded_iam.policies import allow, policy_text

AsRole = Callable[..., Callable[[str], Any]]
Unique = Callable[[str], str]


def refused(call: Callable[[], Any]) -> tuple[str, str]:
    """(error code, message) of a call that must fail."""
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture
def bucket(runtime: Runtime, unique: Unique) -> str:
    name = unique("bucket")
    s3 = runtime.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="open/a.csv", Body=b"a")
    s3.put_object(Bucket=name, Key="closed/b.csv", Body=b"b")
    return name


def test_s3_object_permissions_end_at_their_prefix(as_role: AsRole, bucket: str) -> None:
    s3 = as_role(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/open/*"))("s3")
    assert s3.get_object(Bucket=bucket, Key="open/a.csv")["Body"].read() == b"a"
    code, message = refused(lambda: s3.get_object(Bucket=bucket, Key="closed/b.csv"))
    assert code == "AccessDenied"
    assert "is not authorized to perform: s3:GetObject on resource: " in message
    assert f'"arn:aws:s3:::{bucket}/closed/b.csv" because no identity-based policy' in message
    assert refused(lambda: s3.put_object(Bucket=bucket, Key="open/a.csv", Body=b""))[0] == code
    assert refused(lambda: s3.list_objects_v2(Bucket=bucket))[0] == code


def test_a_missing_object_is_403_without_list_permission_and_404_with_it(
    as_role: AsRole, bucket: str
) -> None:
    read = allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*")
    blind = as_role(read)("s3")
    code, message = refused(lambda: blind.get_object(Bucket=bucket, Key="none"))
    assert (code, "s3:ListBucket" in message) == ("AccessDenied", True)
    assert refused(lambda: blind.head_object(Bucket=bucket, Key="none"))[0] == "403"
    seeing = as_role(read, allow("s3:ListBucket", f"arn:aws:s3:::{bucket}"))("s3")
    assert refused(lambda: seeing.get_object(Bucket=bucket, Key="none"))[0] == "NoSuchKey"


def test_a_listing_is_limited_by_its_prefix(as_role: AsRole, bucket: str) -> None:
    s3 = as_role(
        allow(
            "s3:ListBucket",
            f"arn:aws:s3:::{bucket}",
            Condition={"StringLike": {"s3:prefix": "open/*"}},
        )
    )("s3")
    assert s3.list_objects_v2(Bucket=bucket, Prefix="open/")["KeyCount"] == 1
    assert refused(lambda: s3.list_objects_v2(Bucket=bucket))[0] == "AccessDenied"


def test_enforce_ssl_blocks_nobody_but_other_denies_of_a_bucket_do(
    runtime: Runtime, as_role: AsRole, bucket: str
) -> None:
    everything = f"arn:aws:s3:::{bucket}/*"
    enforce_ssl = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", everything],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    no_deletion = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:DeleteObject",
        "Resource": everything,
    }
    runtime.client("s3").put_bucket_policy(
        Bucket=bucket, Policy=policy_text(enforce_ssl, no_deletion)
    )
    s3 = as_role(allow("s3:*"))("s3")
    assert s3.get_object(Bucket=bucket, Key="open/a.csv")["Body"].read() == b"a"
    _, message = refused(lambda: s3.delete_object(Bucket=bucket, Key="open/a.csv"))
    assert message.endswith("with an explicit deny in a resource-based policy")


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
        code, message = refused(lambda c=client: c.put_object(Bucket=bucket, Key="x", Body=b""))
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


def test_ssm_parameters_by_name_by_path_and_secure(runtime: Runtime, as_role: AsRole) -> None:
    admin = runtime.client("ssm")
    key = runtime.client("kms").create_key()["KeyMetadata"]["Arn"]
    admin.put_parameter(Name="/ag/x/live", Value="none", Type="String")
    admin.put_parameter(Name="/ag/y/live", Value="none", Type="String")
    admin.put_parameter(Name="/ag/x/secret", Value="s", Type="SecureString", KeyId=key)
    base = "arn:aws:ssm:us-east-1:123456789012:parameter/ag/x"
    ssm = as_role(
        allow(
            ["ssm:GetParameter", "ssm:GetParametersByPath", "ssm:GetParameters"],
            [base, base + "/*"],
        )
    )("ssm")
    assert ssm.get_parameter(Name="/ag/x/live")["Parameter"]["Value"] == "none"
    assert len(ssm.get_parameters_by_path(Path="/ag/x")["Parameters"]) == 2
    denied = "AccessDeniedException"
    assert refused(lambda: ssm.get_parameter(Name="/ag/y/live"))[0] == denied
    assert refused(lambda: ssm.get_parameters(Names=["/ag/x/live", "/ag/y/live"]))[0] == denied
    assert refused(lambda: ssm.put_parameter(Name="/ag/x/live", Value="x"))[0] == denied
    for read in (
        lambda: ssm.get_parameter(Name="/ag/x/secret", WithDecryption=True),
        lambda: ssm.get_parameters_by_path(Path="/ag/x", WithDecryption=True),
    ):
        assert "kms:Decrypt" in refused(read)[1]


def test_a_role_can_only_be_passed_to_the_service_that_the_policy_names(
    runtime: Runtime, as_role: AsRole, make_role: Callable[..., str], unique: Unique
) -> None:
    job_role = make_role()
    job = {
        "TrainingJobName": unique("job"),
        "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
        "RoleArn": job_role,
        "OutputDataConfig": {"S3OutputPath": "s3://b/o"},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 1,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    }
    create = allow(
        "sagemaker:CreateTrainingJob",
        "arn:aws:sagemaker:us-east-1:123456789012:training-job/job-*",
        Condition={"ForAllValues:StringEquals": {"sagemaker:InstanceTypes": ["ml.m5.large"]}},
    )

    def passing(service: str) -> dict[str, Any]:
        condition = {"StringEquals": {"iam:PassedToService": service}}
        return allow("iam:PassRole", job_role, Condition=condition)

    for statements in ([create], [create, passing("lambda.amazonaws.com")]):
        code, message = refused(
            lambda s=statements: as_role(*s)("sagemaker").create_training_job(**job)
        )
        assert (code, f"iam:PassRole on resource: {job_role}" in message) == (
            "AccessDeniedException",
            True,
        )
    sagemaker = as_role(create, passing("sagemaker.amazonaws.com"))("sagemaker")
    assert sagemaker.create_training_job(**job)["TrainingJobArn"]
    tagged = job | {"TrainingJobName": unique("job"), "Tags": [{"Key": "a", "Value": "b"}]}
    assert "sagemaker:AddTags" in refused(lambda: sagemaker.create_training_job(**tagged))[1]
    larger = job | {"TrainingJobName": unique("job")}
    larger["ResourceConfig"] = {**job["ResourceConfig"], "InstanceType": "ml.p4d.24xlarge"}
    assert "CreateTrainingJob" in refused(lambda: sagemaker.create_training_job(**larger))[1]


def test_state_machines_and_functions_are_told_apart(
    runtime: Runtime, as_role: AsRole, make_role: Callable[..., str], unique: Unique
) -> None:
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    admin = runtime.client("stepfunctions")
    role = make_role()
    train, other = (
        admin.create_state_machine(name=unique("sm"), definition=definition, roleArn=role)[
            "stateMachineArn"
        ]
        for _ in range(2)
    )
    may = as_role(allow("states:StartExecution", train))
    assert may("stepfunctions").start_execution(stateMachineArn=train)["executionArn"]
    code, message = refused(lambda: may("stepfunctions").start_execution(stateMachineArn=other))
    assert (code, other in message) == ("AccessDeniedException", True)
    _, message = refused(lambda: may("lambda").invoke(FunctionName="f"))
    assert "lambda:InvokeFunction on resource: " in message


def test_a_functions_own_policy_opens_it_for_the_services_and_roles_it_names(
    runtime: Runtime, make_role: Callable[..., str]
) -> None:
    caller = make_role()
    function = "arn:aws:lambda:us-east-1:123456789012:function:f"
    rule = "arn:aws:events:us-east-1:123456789012:rule/nightly"
    for_rule = allow(
        "lambda:InvokeFunction",
        function,
        Principal={"Service": "events.amazonaws.com"},
        Condition={"ArnLike": {"AWS:SourceArn": rule}},
    )
    for_role = allow("lambda:InvokeFunction", function, Principal={"AWS": caller})
    statements: list[dict[str, Any]] = []

    def get_policy(_: ApiCall) -> dict[str, str]:
        if not statements:
            raise ApiError("ResourceNotFoundException", "no policy", status=404)
        return {"Policy": policy_text(*statements)}

    runtime.gateway.register("lambda", "GetPolicy", get_policy)
    runtime.gateway.register("lambda", "Invoke", lambda _: {"StatusCode": 200, "Payload": b"1"})
    iam = runtime.iam
    assert iam is not None
    client = runtime.client(
        "lambda", runtime.role_credentials(caller, "lambda.amazonaws.com", "caller")
    )
    assert not iam.service_may_invoke("events.amazonaws.com", function, rule)
    assert refused(lambda: client.invoke(FunctionName="f"))[0] == "AccessDeniedException"
    statements += [for_rule, for_role]
    assert iam.service_may_invoke("events.amazonaws.com", function, rule)
    assert not iam.service_may_invoke("events.amazonaws.com", function, f"{rule}-2")
    assert not iam.service_may_invoke("sns.amazonaws.com", function, rule)
    assert client.invoke(FunctionName="f")["StatusCode"] == 200


def test_resource_tags_decide_where_a_policy_asks_for_them(
    runtime: Runtime, as_role: AsRole
) -> None:
    kms_admin = runtime.client("kms")
    team = {"StringEquals": {"aws:ResourceTag/team": "growth"}}
    kms = as_role(allow("kms:DescribeKey", Condition=team))("kms")
    tagged, plain = (
        kms_admin.create_key(Tags=tags)["KeyMetadata"]["KeyId"]
        for tags in ([{"TagKey": "team", "TagValue": "growth"}], [])
    )
    assert kms.describe_key(KeyId=tagged)
    assert refused(lambda: kms.describe_key(KeyId=plain))[0] == "AccessDeniedException"


def test_a_permissions_boundary_limits_a_role(
    runtime: Runtime, as_role: AsRole, bucket: str, unique: Unique
) -> None:
    boundary = runtime.client("iam").create_policy(
        PolicyName=unique("boundary"), PolicyDocument=policy_text(allow("s3:GetObject"))
    )["Policy"]["Arn"]
    s3 = as_role(allow("s3:*"), PermissionsBoundary=boundary)("s3")
    assert s3.get_object(Bucket=bucket, Key="open/a.csv")
    message = refused(lambda: s3.list_objects_v2(Bucket=bucket))[1]
    assert message.endswith("because no permissions boundary allows the s3:ListBucket action")


def test_a_changed_policy_counts_at_once(
    runtime: Runtime, make_role: Callable[..., str], bucket: str
) -> None:
    role = make_role()
    s3 = runtime.client("s3", runtime.role_credentials(role, "lambda.amazonaws.com", "test"))
    iam = runtime.client("iam")
    name = role.rpartition("/")[2]
    read = {"Bucket": bucket, "Key": "open/a.csv"}
    assert refused(lambda: s3.get_object(**read))[0] == "AccessDenied"
    policy = policy_text(allow("s3:GetObject"))
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy)
    assert s3.get_object(**read)
    iam.delete_role_policy(RoleName=name, PolicyName="p")
    assert refused(lambda: s3.get_object(**read))[0] == "AccessDenied"
    iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    assert s3.get_object(**read)


def test_an_iam_users_key_works_until_it_is_switched_off(
    runtime: Runtime, unique: Unique, bucket: str
) -> None:
    iam, name = runtime.client("iam"), unique("user")
    iam.create_user(UserName=name)
    own = f"arn:aws:s3:::{bucket}/${{aws:username}}/*"
    iam.put_user_policy(
        UserName=name, PolicyName="p", PolicyDocument=policy_text(allow("s3:PutObject", own))
    )
    key = iam.create_access_key(UserName=name)["AccessKey"]
    credentials = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    s3 = runtime.client("s3", credentials)
    assert s3.put_object(Bucket=bucket, Key=f"{name}/x", Body=b"")
    assert refused(lambda: s3.put_object(Bucket=bucket, Key="bob/x", Body=b""))[0] == "AccessDenied"
    identity = runtime.client("sts", credentials).get_caller_identity()
    assert identity["Arn"].endswith(f":user/{name}")
    iam.update_access_key(UserName=name, AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert refused(lambda: s3.list_buckets())[0] == "InvalidAccessKeyId"


@pytest.mark.parametrize(
    ("service", "method", "code"),
    [
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("sns", "list_topics", "InvalidClientTokenId"),
        ("s3", "list_buckets", "InvalidAccessKeyId"),
        ("ssm", "describe_parameters", "UnrecognizedClientException"),
        ("lambda", "list_functions", "UnrecognizedClientException"),
    ],
)
def test_an_unknown_key_is_turned_away(
    runtime: Runtime, service: str, method: str, code: str
) -> None:
    client = runtime.client(service, Credentials("AKIAUNKNOWN000000000", "x"))
    assert refused(getattr(client, method))[0] == code


def test_an_expired_session_and_a_wrong_token_are_turned_away(
    runtime: Runtime, make_role: Callable[..., str]
) -> None:
    role = make_role(allow("*"))
    good = runtime.role_credentials(role, "lambda.amazonaws.com", "expiring")
    stolen = Credentials(good.access_key_id, good.secret_access_key, "another token")
    assert refused(runtime.client("sns", stolen).list_topics)[0] == "InvalidClientTokenId"
    assert runtime.client("sns", good).list_topics()
    assert runtime.iam is not None
    session = runtime.iam.sessions.find(good.access_key_id)
    object.__setattr__(session, "expires_at", datetime.now(UTC) - timedelta(seconds=1))
    assert refused(runtime.client("sns", good).list_topics)[0] == "ExpiredToken"
    assert refused(runtime.client("ssm", good).describe_parameters)[0] == "ExpiredTokenException"


def test_a_session_ends_with_its_role(runtime: Runtime, make_role: Callable[..., str]) -> None:
    role = make_role()
    credentials = runtime.role_credentials(role, "lambda.amazonaws.com", "test")
    runtime.client("iam").delete_role(RoleName=role.rpartition("/")[2])
    sns = runtime.client("sns", credentials)
    assert refused(sns.list_topics)[0] == "InvalidClientTokenId"


def test_unsigned_requests_are_turned_away(runtime: Runtime, bucket: str) -> None:
    answer = requests.get(f"{runtime.endpoint_url}/{bucket}/open/a.csv", timeout=5)
    assert answer.status_code == 403
    assert "MissingAuthenticationToken" in answer.text


def test_a_presigned_url_carries_the_rights_of_its_signer(as_role: AsRole, bucket: str) -> None:
    s3 = as_role(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/open/*"))("s3")
    answers = [
        requests.get(
            s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}),
            timeout=5,
        ).status_code
        for key in ("open/a.csv", "closed/b.csv")
    ]
    assert answers == [200, 403]


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_a_presigned_url_ends_with_its_time(
    runtime: Runtime, as_role: AsRole, bucket: str, version: str
) -> None:
    s3 = as_role(allow("s3:GetObject"))("s3")
    credentials = s3._request_signer._credentials
    signer = boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=runtime.endpoint_url,
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key=credentials.secret_key,
        aws_session_token=credentials.token,
        config=Config(signature_version=version, s3={"addressing_style": "path"}),
    )
    statuses = [
        requests.get(
            signer.generate_presigned_url(
                "get_object",
                Params={"Bucket": bucket, "Key": "open/a.csv"},
                ExpiresIn=seconds,
            ),
            timeout=5,
        ).status_code
        for seconds in (60, -60)
    ]
    assert statuses == [200, 403]


def test_an_operation_without_a_known_action_is_denied_by_name(as_role: AsRole) -> None:
    sagemaker = as_role(allow("*"))("sagemaker")
    message = refused(lambda: sagemaker.stop_job(JobName="j", JobCategory="AgentRFT"))[1]
    assert "sagemaker:StopJob on resource: * because the service authorization" in message


@pytest.mark.parametrize(
    ("document", "part"),
    [("{}}", "not JSON"), (policy_text(allow("*", Conditions={})), "unknown element")],
)
def test_a_policy_that_cannot_be_evaluated_is_not_stored(
    runtime: Runtime, make_role: Callable[..., str], document: str, part: str
) -> None:
    name = make_role().rpartition("/")[2]
    code, message = refused(
        lambda: runtime.client("iam").put_role_policy(
            RoleName=name, PolicyName="p", PolicyDocument=document
        )
    )
    assert (code, part in message) == ("MalformedPolicyDocument", True)


def test_denials_are_logged_and_every_use_is_recorded(
    runtime: Runtime, make_role: Callable[..., str], bucket: str, log_lines: io.StringIO
) -> None:
    role = make_role(allow("s3:GetObject"))
    s3 = runtime.client("s3", runtime.role_credentials(role, "lambda.amazonaws.com", "test"))
    s3.get_object(Bucket=bucket, Key="open/a.csv")
    s3.get_object(Bucket=bucket, Key="open/a.csv")
    refused(lambda: s3.list_buckets())
    assert runtime.iam is not None
    own = [r for r in runtime.iam.permission_use.records() if r.identity_arn == role]
    assert [(r.action, r.allowed, r.count) for r in own] == [
        ("s3:GetObject", True, 2),
        ("s3:ListAllMyBuckets", False, 1),
    ]
    assert own[0].resources == (f"arn:aws:s3:::{bucket}/open/a.csv",)
    assert f"denied: {role.rpartition('/')[2]} may not s3:ListAllMyBuckets" in log_lines.getvalue()
