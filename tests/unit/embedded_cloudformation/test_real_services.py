"""Every resource type against the services themselves: created, changed, unset, deleted."""

from __future__ import annotations

import io
import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_aws.activity_log import ActivityLog
from embedded_aws.runtime import Runtime
from embedded_aws.server import EmbeddedAws

_numbers = itertools.count(1)
Resource = dict[str, Any]


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with EmbeddedAws(
        image_python=Path("python-is-not-needed-here"),
        log=ActivityLog(io.StringIO()),
        services=("iam", "cloudformation"),
    ) as aws:
        yield aws.runtime


class Deployed:
    """One stack with the resource `R` (and others), deployed by an administrator."""

    def __init__(self, runtime: Runtime) -> None:
        self._cloudformation = runtime.client("cloudformation")
        self.client = runtime.client
        self.name = f"real-services-{next(_numbers)}"
        self._exists = False

    def deploy(self, **resources: Resource) -> dict[str, str]:
        """Logical id -> physical id."""
        operation = "update_stack" if self._exists else "create_stack"
        outputs = {f"{name}Ref": {"Value": {"Ref": name}} for name in resources}
        getattr(self._cloudformation, operation)(
            StackName=self.name,
            TemplateBody=json.dumps({"Resources": resources, "Outputs": outputs}),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        self._exists = True
        assert self._settled() in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), self.failures()
        found = self._cloudformation.list_stack_resources(StackName=self.name)
        return {
            item["LogicalResourceId"]: item["PhysicalResourceId"]
            for item in found["StackResourceSummaries"]
        }

    def delete(self) -> None:
        stack_id = self._describe(self.name)["StackId"]
        self._cloudformation.delete_stack(StackName=self.name)
        self.name = stack_id
        assert self._settled() == "DELETE_COMPLETE", self.failures()

    def failures(self) -> list[str]:
        events = self._cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]
        return [
            f"{item['LogicalResourceId']}: {item.get('ResourceStatusReason')}"
            for item in events
            if item["ResourceStatus"].endswith("FAILED")
        ]

    def _settled(self) -> str:
        while (status := self._describe(self.name)["StackStatus"]).endswith("_IN_PROGRESS"):
            time.sleep(0.02)
        return str(status)

    def _describe(self, name: str) -> Any:
        return self._cloudformation.describe_stacks(StackName=name)["Stacks"][0]


@pytest.fixture
def stack(runtime: Runtime) -> Deployed:
    return Deployed(runtime)


def tags(**pairs: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def as_map(found: Any) -> dict[str, str]:
    return {item["Key"]: item["Value"] for item in found}


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
    assert as_map(s3.get_bucket_tagging(Bucket=name)["TagSet"]) == {"a": "1"}
    assert name in s3.get_bucket_policy(Bucket=name)["Policy"]

    stack.deploy(Logs=logs, R=bucket())
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Suspended"
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=name)
    for gone in (
        s3.get_bucket_policy,
        s3.get_bucket_lifecycle_configuration,
        s3.get_bucket_tagging,
    ):
        with pytest.raises(s3.exceptions.ClientError, match=r"NoSuch|does not exist|not found"):
            gone(Bucket=name)
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


def document(action: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def trust(service: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def role(service: str, **properties: Any) -> Resource:
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": trust(service), **properties},
    }


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


def test_topic_queue_and_subscription(stack: Deployed) -> None:
    def resources(label: str, raw: bool) -> dict[str, Resource]:
        allow = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
        return {
            "R": {
                "Type": "AWS::SNS::Topic",
                "Properties": {"DisplayName": label, "Tags": tags(a=label)},
            },
            "Queue": {
                "Type": "AWS::SQS::Queue",
                "Properties": {"VisibilityTimeout": 60 if raw else 90, "Tags": tags(a=label)},
            },
            "QueuePolicy": {
                "Type": "AWS::SQS::QueuePolicy",
                "Properties": {
                    "Queues": [{"Ref": "Queue"}],
                    "PolicyDocument": {"Statement": [{**allow, "Sid": label}]},
                },
            },
            "TopicPolicy": {
                "Type": "AWS::SNS::TopicPolicy",
                "Properties": {
                    "Topics": [{"Ref": "R"}],
                    "PolicyDocument": {
                        "Statement": [{**allow, "Action": "sns:Publish", "Sid": label}]
                    },
                },
            },
            "Subscription": {
                "Type": "AWS::SNS::Subscription",
                "Properties": {
                    "TopicArn": {"Ref": "R"},
                    "Protocol": "sqs",
                    "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]},
                    "RawMessageDelivery": raw,
                },
            },
        }

    sns, sqs = stack.client("sns"), stack.client("sqs")
    for label, raw in (("one", True), ("two", False)):
        ids = stack.deploy(**resources(label, raw))
        topic = sns.get_topic_attributes(TopicArn=ids["R"])["Attributes"]
        assert topic["DisplayName"] == label
        assert json.loads(topic["Policy"])["Statement"][0]["Sid"] == label
        queue = sqs.get_queue_attributes(QueueUrl=ids["Queue"], AttributeNames=["All"])
        assert queue["Attributes"]["VisibilityTimeout"] == ("60" if raw else "90")
        assert label in queue["Attributes"]["Policy"]
        found = sns.get_subscription_attributes(SubscriptionArn=ids["Subscription"])
        assert found["Attributes"]["RawMessageDelivery"] == str(raw).lower()
    stack.deploy(R=resources("two", False)["R"])
    assert (
        "__default_policy_ID" in sns.get_topic_attributes(TopicArn=ids["R"])["Attributes"]["Policy"]
    )
    stack.delete()
    assert ids["R"] not in [item["TopicArn"] for item in sns.list_topics()["Topics"]]


def test_log_group_metric_filter_alarm_and_dashboard(stack: Deployed) -> None:
    def resources(days: int | None) -> dict[str, Resource]:
        transformation = {
            "MetricName": "m",
            "MetricNamespace": "n",
            "MetricValue": "1",
        }
        return {
            "R": {
                "Type": "AWS::Logs::LogGroup",
                "Properties": {} if days is None else {"RetentionInDays": days},
            },
            "Filter": {
                "Type": "AWS::Logs::MetricFilter",
                "Properties": {
                    "LogGroupName": {"Ref": "R"},
                    "FilterPattern": f"ERROR {days}",
                    "MetricTransformations": [transformation],
                },
            },
            "Alarm": {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {
                    "Namespace": "n",
                    "MetricName": "m",
                    "ComparisonOperator": "GreaterThanThreshold",
                    "EvaluationPeriods": "2",
                    "Period": 60,
                    "Statistic": "Sum",
                    "Threshold": str(days or 1),
                    "Dimensions": [{"Name": "d", "Value": {"Ref": "R"}}],
                },
            },
            "Dashboard": {
                "Type": "AWS::CloudWatch::Dashboard",
                "Properties": {
                    "DashboardBody": json.dumps({"widgets": [], "start": f"-PT{days}H"})
                },
            },
        }

    logs, cloudwatch = stack.client("logs"), stack.client("cloudwatch")
    for days in (7, 30, None):
        ids = stack.deploy(**resources(days))
        group = logs.describe_log_groups(logGroupNamePrefix=ids["R"])["logGroups"][0]
        assert group.get("retentionInDays") == days
        found = logs.describe_metric_filters(logGroupName=ids["R"])["metricFilters"][0]
        assert found["filterPattern"] == f"ERROR {days}"
        alarm = cloudwatch.describe_alarms(AlarmNames=[ids["Alarm"]])["MetricAlarms"][0]
        assert alarm["Threshold"] == float(days or 1)
        body = cloudwatch.get_dashboard(DashboardName=ids["Dashboard"])["DashboardBody"]
        assert f"-PT{days}H" in body
    stack.delete()
    assert logs.describe_log_groups(logGroupNamePrefix=ids["R"])["logGroups"] == []
    assert cloudwatch.describe_alarms(AlarmNames=[ids["Alarm"]])["MetricAlarms"] == []


def test_rule_with_targets(stack: Deployed) -> None:
    def rule(*target_ids: str, **more: Any) -> Resource:
        targets = [
            {"Id": i, "Arn": "arn:aws:sqs:us-east-1:123456789012:q", "Input": "{}"}
            for i in target_ids
        ]
        return {"Type": "AWS::Events::Rule", "Properties": {"Targets": targets, **more}}

    events = stack.client("events")
    name = stack.deploy(R=rule("a", "b", EventPattern={"source": ["aws.sagemaker"]}))["R"]
    found = events.describe_rule(Name=name)
    assert json.loads(found["EventPattern"]) == {"source": ["aws.sagemaker"]}
    stack.deploy(R=rule("b", "c", ScheduleExpression="rate(1 hour)", State="DISABLED"))
    assert events.describe_rule(Name=name)["State"] == "DISABLED"
    targets = events.list_targets_by_rule(Rule=name)["Targets"]
    assert sorted(item["Id"] for item in targets) == ["b", "c"]
    stack.delete()
    with pytest.raises(events.exceptions.ResourceNotFoundException):
        events.describe_rule(Name=name)


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


def test_budget(stack: Deployed) -> None:
    budget = {
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": 100, "Unit": "USD"},
    }
    notification = {
        "Notification": {
            "ComparisonOperator": "GREATER_THAN",
            "NotificationType": "ACTUAL",
            "Threshold": 80,
        },
        "Subscribers": [{"SubscriptionType": "EMAIL", "Address": "a@example.com"}],
    }
    name = stack.deploy(
        R={
            "Type": "AWS::Budgets::Budget",
            "Properties": {"Budget": budget, "NotificationsWithSubscribers": [notification]},
        }
    )["R"]
    found = stack.client("budgets").describe_budget(AccountId="123456789012", BudgetName=name)
    assert float(found["Budget"]["BudgetLimit"]["Amount"]) == 100
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
    assert stack._settled() == "ROLLBACK_COMPLETE"
    (failure,) = stack.failures()
    assert failure.startswith("Denied: ")
    assert "not authorized to perform: sns:CreateTopic" in failure
