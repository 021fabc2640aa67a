"""SSM, SageMaker, Step Functions and Lambda over HTTP, and limits that hold for all."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.runtime import Runtime
from tests.unit.embedded_iam.calls import refused
from tests.unit.embedded_iam.policies import allow, policy_text

AsRole = Callable[..., Callable[[str], Any]]
Unique = Callable[[str], str]


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
    resources = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}
    job = {
        "TrainingJobName": unique("job"),
        "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
        "RoleArn": job_role,
        "OutputDataConfig": {"S3OutputPath": "s3://b/o"},
        "ResourceConfig": resources,
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
        sagemaker = as_role(*statements)("sagemaker")
        code, message = refused(partial(sagemaker.create_training_job, **job))
        assert code == "AccessDeniedException"
        assert f"iam:PassRole on resource: {job_role}" in message
    runtime.gateway.register(
        "sagemaker", "CreateTrainingJob", lambda _: {"TrainingJobArn": "arn:of:a-training-job"}
    )
    sagemaker = as_role(create, passing("sagemaker.amazonaws.com"))("sagemaker")
    assert sagemaker.create_training_job(**job)["TrainingJobArn"]
    tagged = job | {"TrainingJobName": unique("job"), "Tags": [{"Key": "a", "Value": "b"}]}
    assert "sagemaker:AddTags" in refused(lambda: sagemaker.create_training_job(**tagged))[1]
    larger = job | {
        "TrainingJobName": unique("job"),
        "ResourceConfig": resources | {"InstanceType": "ml.p4d.24xlarge"},
    }
    assert "CreateTrainingJob" in refused(lambda: sagemaker.create_training_job(**larger))[1]


def test_state_machines_and_functions_are_told_apart(
    runtime: Runtime, as_role: AsRole, unique: Unique
) -> None:
    train, other = (
        f"arn:aws:states:us-east-1:123456789012:stateMachine:{unique('sm')}" for _ in range(2)
    )
    runtime.gateway.register(
        "stepfunctions", "StartExecution", lambda _: {"executionArn": train, "startDate": 0}
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


def test_an_operation_without_a_known_action_is_denied_by_name(as_role: AsRole) -> None:
    sagemaker = as_role(allow("sagemaker:StopTrainingJob"))("sagemaker")
    message = refused(lambda: sagemaker.stop_job(JobName="j", JobCategory="AgentRFT"))[1]
    assert "sagemaker:StopJob on resource: * because the service authorization" in message


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
