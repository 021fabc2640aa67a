"""Buckets, keys, roles, parameters, repositories: created, changed, unset, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from embedded_aws.credentials import Credentials
from embedded_aws.runtime import Runtime
from tests.unit.embedded_cloudformation.real_stack import (
    Deployed,
    Resource,
    as_map,
    document,
    role,
    tags,
    trust,
)


def test_bucket(stack: Deployed) -> None:
    def bucket(**properties: Any) -> Resource:
        return {"Type": "AWS::S3::Bucket", "Properties": properties}

    blocked = {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": "true",
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    logs = bucket(OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]})
    rule = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "k"}}
    policy = {
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:DeleteBucketWebsite",
                "Resource": {"Fn::GetAtt": ["R", "Arn"]},
            }
        ]
    }
    ids = stack.deploy(
        Logs=logs,
        R=bucket(
            BucketEncryption={
                "ServerSideEncryptionConfiguration": [{**rule, "BucketKeyEnabled": "true"}]
            },
            VersioningConfiguration={"Status": "Enabled"},
            PublicAccessBlockConfiguration=blocked,
            LifecycleConfiguration={"Rules": [{"Status": "Enabled", "ExpirationInDays": 9}]},
            LoggingConfiguration={"DestinationBucketName": {"Ref": "Logs"}, "LogFilePrefix": "l/"},
            Tags=tags(a="1"),
        ),
        Policy={
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "R"}, "PolicyDocument": policy},
        },
    )
    s3, name = stack.client("s3"), ids["R"]
    encryption = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]
    assert encryption["Rules"][0]["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] == "k"
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    assert all(block.values())
    lifecycle = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"][0]
    assert lifecycle["Expiration"] == {"Days": 9}
    logging = s3.get_bucket_logging(Bucket=name)["LoggingEnabled"]
    assert (logging["TargetBucket"], logging["TargetPrefix"]) == (ids["Logs"], "l/")
    assert as_map(s3.get_bucket_tagging(Bucket=name)["TagSet"]) == {"a": "1", **stack.system_tags}
    assert name in s3.get_bucket_policy(Bucket=name)["Policy"]

    stack.deploy(Logs=logs, R=bucket())
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Suspended"
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=name)
    for gone in (
        s3.get_bucket_policy,
        s3.get_bucket_lifecycle_configuration,
    ):
        with pytest.raises(s3.exceptions.ClientError, match=r"NoSuch|does not exist|not found"):
            gone(Bucket=name)
    assert as_map(s3.get_bucket_tagging(Bucket=name)["TagSet"]) == stack.system_tags
    stack.delete()
    assert name not in [item["Name"] for item in s3.list_buckets()["Buckets"]]


def test_a_bucket_with_objects_is_not_deleted_and_named(stack: Deployed) -> None:
    name = stack.deploy(R={"Type": "AWS::S3::Bucket"})["R"]
    s3 = stack.client("s3")
    s3.put_object(Bucket=name, Key="x", Body=b"x")
    with pytest.raises(AssertionError, match="R: The bucket you tried to delete is not empty"):
        stack.delete()
    s3.delete_object(Bucket=name, Key="x")
    stack.delete()


def test_key_and_alias(stack: Deployed) -> None:
    def key(**properties: Any) -> Resource:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}},
            "Action": "kms:*",
            "Resource": "*",
        }
        return {
            "Type": "AWS::KMS::Key",
            "Properties": {"KeyPolicy": {"Statement": [statement]}, **properties},
        }

    alias = {
        "Type": "AWS::KMS::Alias",
        "Properties": {"AliasName": f"alias/{stack.name}", "TargetKeyId": {"Ref": "R"}},
    }
    key_id = stack.deploy(
        R=key(EnableKeyRotation=True, Description="one", Tags=tags(a="1")), Alias=alias
    )["R"]
    kms = stack.client("kms")
    assert kms.get_key_rotation_status(KeyId=key_id)["KeyRotationEnabled"]
    assert kms.describe_key(KeyId=f"alias/{stack.name}")["KeyMetadata"]["KeyId"] == key_id

    stack.deploy(R=key(Description="two", Enabled=False, PendingWindowInDays=7))
    found = kms.describe_key(KeyId=key_id)["KeyMetadata"]
    assert (found["Description"], found["Enabled"]) == ("two", False)
    assert not kms.get_key_rotation_status(KeyId=key_id)["KeyRotationEnabled"]
    assert kms.list_resource_tags(KeyId=key_id)["Tags"] == []

    stack.delete()
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_role_and_policies(stack: Deployed) -> None:
    def managed(action: str) -> Resource:
        return {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": document(action), "Roles": [{"Ref": "R"}]},
        }

    def inline(name: str) -> Resource:
        properties = {
            "PolicyName": name,
            "PolicyDocument": document("s3:ListBucket"),
            "Roles": [{"Ref": "R"}],
        }
        return {"Type": "AWS::IAM::Policy", "Properties": properties}

    read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    ids = stack.deploy(
        R=role(
            "lambda",
            Description="one",
            MaxSessionDuration="7200",
            ManagedPolicyArns=[read_only],
            Policies=[{"PolicyName": "own", "PolicyDocument": document("s3:GetObject")}],
            Tags=tags(a="1"),
        ),
        Managed=managed("sns:Publish"),
        Inline=inline("first"),
    )
    iam, name = stack.client("iam"), ids["R"]

    def attached() -> set[str]:
        found = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        return {item["PolicyArn"] for item in found}

    assert iam.get_role(RoleName=name)["Role"]["MaxSessionDuration"] == 7200
    assert attached() == {read_only, ids["Managed"]}
    assert sorted(iam.list_role_policies(RoleName=name)["PolicyNames"]) == ["first", "own"]

    stack.deploy(R=role("states"), Managed=managed("sns:Subscribe"), Inline=inline("second"))
    found = iam.get_role(RoleName=name)["Role"]
    assert "states.amazonaws.com" in json.dumps(found["AssumeRolePolicyDocument"])
    assert (found.get("Description", ""), found["MaxSessionDuration"]) == ("", 3600)
    assert found.get("Tags", []) == []
    assert attached() == {ids["Managed"]}
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == ["second"]
    version = iam.get_policy(PolicyArn=ids["Managed"])["Policy"]["DefaultVersionId"]
    policy = iam.get_policy_version(PolicyArn=ids["Managed"], VersionId=version)
    assert "sns:Subscribe" in json.dumps(policy["PolicyVersion"]["Document"])

    stack.delete()
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName=name)


def test_a_role_with_another_path_needs_another_name(stack: Deployed) -> None:
    first = stack.deploy(R=role("lambda", RoleName="path-changer"))["R"]
    assert first == "path-changer"
    with pytest.raises(AssertionError, match="Role with name path-changer already exists"):
        stack.deploy(R=role("lambda", RoleName="path-changer", Path="/ml/"))
    assert stack.deploy(R=role("lambda", RoleName="renamed", Path="/ml/"))["R"] == "renamed"
    stack.delete()


def test_identity_provider(stack: Deployed) -> None:
    def provider(**properties: Any) -> Resource:
        url = "https://token.actions.githubusercontent.com"
        return {"Type": "AWS::IAM::OIDCProvider", "Properties": {"Url": url, **properties}}

    arn = stack.deploy(R=provider(ClientIdList=["sts.amazonaws.com"], Tags=tags(a="1")))["R"]
    iam = stack.client("iam")
    made = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert made["ClientIDList"] == ["sts.amazonaws.com"]
    assert as_map(made["Tags"]) == {"a": "1"}
    stack.deploy(R=provider(ClientIdList=["sts.amazonaws.com"], Tags=tags(b="2")))
    changed = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert as_map(changed["Tags"]) == {"b": "2"}
    stack.deploy(Other={"Type": "AWS::SNS::Topic", "Properties": {}})
    left = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    assert arn not in [each["Arn"] for each in left]


def test_ssm_parameter(stack: Deployed) -> None:
    def parameter(value: str, **more: Any) -> Resource:
        return {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Name": f"/{stack.name}", "Type": "String", "Value": value, **more},
        }

    ssm = stack.client("ssm")
    stack.deploy(R=parameter("1", Description="d", Tags={"a": "1"}))
    stack.deploy(R=parameter("2", Tags={"b": "2"}))
    assert ssm.get_parameter(Name=f"/{stack.name}")["Parameter"]["Value"] == "2"
    listed = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=f"/{stack.name}")
    assert as_map(listed["TagList"]) == {"b": "2"}
    stack.delete()
    with pytest.raises(ssm.exceptions.ParameterNotFound):
        ssm.get_parameter(Name=f"/{stack.name}")


def test_repository(stack: Deployed) -> None:
    lifecycle = {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": 1,
                },
                "action": {"type": "expire"},
            }
        ]
    }
    ecr = stack.client("ecr")
    properties = {
        "ImageTagMutability": "IMMUTABLE",
        "ImageScanningConfiguration": {"ScanOnPush": "true"},
        "LifecyclePolicy": {"LifecyclePolicyText": json.dumps(lifecycle)},
    }
    name = stack.deploy(R={"Type": "AWS::ECR::Repository", "Properties": properties})["R"]
    found = ecr.describe_repositories(repositoryNames=[name])["repositories"][0]
    assert found["imageTagMutability"] == "IMMUTABLE"
    assert found["imageScanningConfiguration"] == {"scanOnPush": True}
    stack.deploy(R={"Type": "AWS::ECR::Repository"})
    found = ecr.describe_repositories(repositoryNames=[name])["repositories"][0]
    assert found["imageTagMutability"] == "MUTABLE"
    with pytest.raises(ecr.exceptions.LifecyclePolicyNotFoundException):
        ecr.get_lifecycle_policy(repositoryName=name)
    stack.delete()


def test_a_stacks_role_decides_what_it_may_create(runtime: Runtime, stack: Deployed) -> None:
    iam, cloudformation = runtime.client("iam"), runtime.client("cloudformation")
    name = f"{stack.name}-deployer"
    arn = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps(trust("cloudformation"))
    )["Role"]["Arn"]
    allowed = json.dumps(document("ssm:*"))
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=allowed)
    resources = {
        "Allowed": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "x"}},
        "Denied": {"Type": "AWS::SNS::Topic", "DependsOn": "Allowed"},
    }
    cloudformation.create_stack(
        StackName=stack.name, TemplateBody=json.dumps({"Resources": resources}), RoleARN=arn
    )
    assert stack.settled() == "ROLLBACK_COMPLETE"
    (failure,) = stack.failures()
    assert failure.startswith("Denied: ")
    assert "not authorized to perform: sns:CreateTopic" in failure


def test_without_a_role_the_callers_permissions_decide(runtime: Runtime, stack: Deployed) -> None:
    iam = runtime.client("iam")
    name = f"{stack.name}-caller"
    principal = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    arn = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": [principal]})
    )["Role"]["Arn"]
    allowed = {"Effect": "Allow", "Action": ["cloudformation:*", "ssm:*"], "Resource": "*"}
    iam.put_role_policy(
        RoleName=name,
        PolicyName="p",
        PolicyDocument=json.dumps({**document("ssm:*"), "Statement": [allowed]}),
    )
    keys = runtime.client("sts").assume_role(RoleArn=arn, RoleSessionName="caller")["Credentials"]
    caller = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    parameter = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "x"}}
    topic = {"Type": "AWS::SNS::Topic", "DependsOn": "Allowed"}
    runtime.client("cloudformation", caller).create_stack(
        StackName=stack.name,
        TemplateBody=json.dumps({"Resources": {"Allowed": parameter, "Denied": topic}}),
    )
    assert stack.settled() == "ROLLBACK_COMPLETE"
    (failure,) = stack.failures()
    assert f"assumed-role/{name}/caller is not authorized to perform: sns:CreateTopic" in failure
