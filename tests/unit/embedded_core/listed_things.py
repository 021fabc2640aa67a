"""Three things of each kind that boto3's paginators list and its waiters wait for."""

from __future__ import annotations

import io
import json
import sys
import time
import zipfile
from collections.abc import Callable
from typing import Any

from tests.unit.embedded_core.listed_networks import make_listed_networks

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/paged"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:paged-a"
NAMES = ("paged-a", "paged-b", "paged-c")
ALLOW_ALL = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)
_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {
                    "Service": [
                        f"{name}.amazonaws.com"
                        for name in ("lambda", "sagemaker", "states", "scheduler")
                    ]
                },
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
_IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/autogluon-{}:1.6.3-cpu-py312-ubuntu22.04-{}"
_MODEL = "s3://paged-b/m.tar.gz"
_CHANNEL = {
    "Name": "train", "SupportedContentTypes": ["text/csv"], "SupportedInputModes": ["File"]
}  # fmt: skip
_CLUSTER = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5}
_SEARCH = {
    "Strategy": "Random",
    "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "score"},
    "ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 2},
    "ParameterRanges": {
        "IntegerParameterRanges": [{"Name": "leaves", "MinValue": "2", "MaxValue": "9"}]
    },
}
_TAGS = [{"Key": name, "Value": "x"} for name in NAMES]
_TABLE = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
_ALARM = {
    "MetricName": "Errors",
    "Namespace": "Paged",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 3.0,
    "ComparisonOperator": "GreaterThanThreshold",
}
_ROOT = f"arn:aws:iam::{ACCOUNT}:root"
_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_REDRIVE = json.dumps({"deadLetterTargetArn": QUEUE, "maxReceiveCount": 2})
_FILTER = [{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}]
_BUDGET = {
    "BudgetType": "COST",
    "TimeUnit": "MONTHLY",
    "BudgetLimit": {"Amount": "10", "Unit": "USD"},
}

Client = Callable[[str], Any]


def make_what_is_listed(client: Client) -> dict[str, str]:
    """Make three things of each kind; return the identifiers that AWS chooses, by a name."""
    policy = _iam(client("iam"))
    key = _kms(client("kms"))
    upload = _buckets(client("s3"))
    _stores(client)
    _logs(client("logs"))
    make_listed_networks(client("ec2"))
    _events(client)
    _functions(client("lambda"))
    _sagemaker(client("sagemaker"))
    machine, execution = _state_machines(client("stepfunctions"))
    return {
        "policy": policy,
        "key": key,
        "upload": upload,
        "machine": machine,
        "execution": execution,
    }


def _iam(iam: Any) -> str:
    iam.create_role(RoleName="paged", AssumeRolePolicyDocument=_TRUST, Tags=_TAGS)
    iam.create_user(UserName="paged")
    for _ in range(2):  # a user has at most two
        iam.create_access_key(UserName="paged")
    policy = ""
    for name in NAMES:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=_TRUST, Path="/paged/")
        policy = iam.create_policy(PolicyName=name, PolicyDocument=ALLOW_ALL)["Policy"]["Arn"]
        iam.attach_role_policy(RoleName="paged", PolicyArn=policy)
        iam.put_role_policy(RoleName="paged", PolicyName=name, PolicyDocument=ALLOW_ALL)
        iam.put_user_policy(UserName="paged", PolicyName=name, PolicyDocument=ALLOW_ALL)
        iam.create_user(UserName=name)
        iam.create_group(GroupName=name)
        iam.put_group_policy(GroupName="paged-a", PolicyName=name, PolicyDocument=ALLOW_ALL)
        iam.attach_group_policy(GroupName="paged-a", PolicyArn=policy)
        iam.attach_user_policy(UserName="paged", PolicyArn=policy)
        iam.add_user_to_group(GroupName=name, UserName="paged")
        iam.create_instance_profile(InstanceProfileName=name)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName="paged")
    for name in NAMES:
        iam.attach_group_policy(GroupName=name, PolicyArn=policy)
        iam.add_user_to_group(GroupName="paged-a", UserName=name)
    iam.tag_user(UserName="paged", Tags=_TAGS)
    iam.tag_policy(PolicyArn=policy, Tags=_TAGS)
    iam.create_open_id_connect_provider(Url="https://paged.example", Tags=_TAGS)
    for _ in range(2):
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=ALLOW_ALL)
    return policy


def _kms(kms: Any) -> str:
    tags = [{"TagKey": name, "TagValue": "x"} for name in NAMES]
    key: str = kms.create_key(Tags=tags)["KeyMetadata"]["KeyId"]
    for name in NAMES:
        kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=key)
        kms.create_key(Description=name)
        kms.create_grant(
            KeyId=key,
            Name=name,
            GranteePrincipal=_ROOT,
            RetiringPrincipal=_ROOT,
            Operations=["Decrypt"],
        )
    return key


def _buckets(s3: Any) -> str:
    for name in NAMES:
        s3.create_bucket(Bucket=name)
    s3.put_object(Bucket="paged-b", Key="m.tar.gz", Body=b"x")
    s3.put_bucket_versioning(Bucket="paged-a", VersioningConfiguration={"Status": "Enabled"})
    upload = ""
    for name in NAMES:
        s3.put_object(Bucket="paged-a", Key=name, Body=b"x")
        upload = s3.create_multipart_upload(Bucket="paged-a", Key=name)["UploadId"]
    for number in (1, 2, 3):
        s3.upload_part(
            Bucket="paged-a", Key="paged-c", UploadId=upload, PartNumber=number, Body=b"x"
        )
    return upload


def _stores(client: Client) -> None:
    for name in NAMES:
        client("ssm").put_parameter(Name=f"/paged/{name}", Value="x", Type="String")
        client("ssm").put_parameter(Name="/versions", Value=name, Type="String", Overwrite=True)
        client("secretsmanager").create_secret(Name=name, SecretString="x")
        client("sqs").create_queue(QueueName=name)
        client("sqs").create_queue(QueueName=f"to-{name}", Attributes={"RedrivePolicy": _REDRIVE})
    _tables(client("dynamodb"))
    _images(client("ecr"))
    _budgets(client("budgets"))


def _tables(dynamodb: Any) -> None:
    for name in NAMES:
        dynamodb.create_table(TableName=name, **_TABLE)
        dynamodb.put_item(TableName="paged-a", Item={"id": {"S": name}})
    ordered = [
        {"AttributeName": "id", "KeyType": "HASH"},
        {"AttributeName": "n", "KeyType": "RANGE"},
    ]
    dynamodb.create_table(
        TableName="ordered",
        KeySchema=ordered,
        AttributeDefinitions=[
            {"AttributeName": each["AttributeName"], "AttributeType": "S"} for each in ordered
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for name in NAMES:
        dynamodb.put_item(TableName="ordered", Item={"id": {"S": "one"}, "n": {"S": name}})


def _images(ecr: Any) -> None:
    for name in NAMES:
        ecr.create_repository(repositoryName=name)
        config = {"mediaType": "m", "size": 1, "digest": f"sha256:{name}"}
        manifest = {"schemaVersion": 2, "mediaType": _MANIFEST, "config": config, "layers": []}
        ecr.put_image(repositoryName="paged-a", imageManifest=json.dumps(manifest), imageTag=name)


def _budgets(budgets: Any) -> None:
    for name in NAMES:
        budgets.create_budget(AccountId=ACCOUNT, Budget=_BUDGET | {"BudgetName": name})
    for percent in (50.0, 80.0, 100.0):
        budgets.create_notification(
            AccountId=ACCOUNT,
            BudgetName="paged-a",
            Notification={
                "NotificationType": "ACTUAL",
                "ComparisonOperator": "GREATER_THAN",
                "Threshold": percent,
            },
            Subscribers=[{"SubscriptionType": "EMAIL", "Address": "a@example.com"}],
        )


def _logs(logs: Any) -> None:
    for name in NAMES:
        logs.create_log_group(logGroupName=name)
        logs.put_resource_policy(policyName=name, policyDocument=ALLOW_ALL)
        logs.create_log_stream(logGroupName="paged-a", logStreamName=name)
        line = {"timestamp": int(time.time() * 1000), "message": f"line of {name}"}
        logs.put_log_events(logGroupName="paged-a", logStreamName=name, logEvents=[line])
        logs.put_metric_filter(
            logGroupName="paged-a",
            filterName=name,
            filterPattern="x",
            metricTransformations=_FILTER,
        )


def _events(client: Client) -> None:
    events, scheduler, cloudwatch = client("events"), client("scheduler"), client("cloudwatch")
    for name in NAMES:
        events.put_rule(Name=name, EventPattern='{"source":["paged"]}')
        events.put_targets(Rule=name, Targets=[{"Id": name, "Arn": QUEUE}])
        scheduler.create_schedule_group(Name=name)
        scheduler.create_schedule(
            Name=name,
            ScheduleExpression="at(2099-01-01T00:00:00)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": QUEUE, "RoleArn": ROLE},
        )
        cloudwatch.put_metric_alarm(AlarmName=name, **_ALARM)
        cloudwatch.put_composite_alarm(AlarmName=f"of-{name}", AlarmRule=f'ALARM("{name}")')
    events.put_targets(Rule="paged-a", Targets=[{"Id": name, "Arn": QUEUE} for name in NAMES])
    for state, name in zip(("ALARM", "OK", "ALARM"), NAMES, strict=True):
        cloudwatch.set_alarm_state(AlarmName="paged-a", StateValue=state, StateReason=name)


def _functions(lambdas: Any) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("module.py", "def handle(event, context):\n    return event\n")
    code = {"ZipFile": archive.getvalue()}
    for name in NAMES:
        lambdas.create_function(
            FunctionName=name, Role=ROLE, Runtime="python3.12", Handler="module.handle", Code=code
        )
        lambdas.create_event_source_mapping(FunctionName=name, EventSourceArn=QUEUE, Enabled=False)
        lambdas.publish_layer_version(LayerName=name, Content=code, Description=name)
        lambdas.publish_layer_version(LayerName="paged", Content=code, Description=name)
    lambdas.publish_version(FunctionName="paged-a")
    for name in NAMES:
        lambdas.create_alias(FunctionName="paged-a", Name=name, FunctionVersion="1")


def _sagemaker(sagemaker: Any) -> None:
    serving, training = (
        _IMAGE.format("inference", "sagemaker"),
        _IMAGE.format("training", "sagemaker"),
    )
    container = {"Image": serving, "ModelDataUrl": _MODEL}
    variant = {"VariantName": "v", "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    for name in NAMES:
        sagemaker.create_model(
            ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container, Tags=_TAGS
        )
        sagemaker.create_endpoint_config(
            EndpointConfigName=name, ProductionVariants=[variant | {"ModelName": name}]
        )
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        sagemaker.create_model_package_group(ModelPackageGroupName=name)
        sagemaker.create_model_package(
            ModelPackageGroupName="paged-a",
            ModelPackageDescription=name,
            InferenceSpecification={
                "Containers": [container],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
        )
        sagemaker.create_algorithm(
            AlgorithmName=name,
            TrainingSpecification={
                "TrainingImage": training,
                "SupportedTrainingInstanceTypes": ["ml.m5.large"],
                "TrainingChannels": [_CHANNEL],
            },
        )
        sagemaker.create_notebook_instance(
            NotebookInstanceName=name, InstanceType="ml.t3.medium", RoleArn=ROLE
        )
        sagemaker.create_notebook_instance_lifecycle_config(
            NotebookInstanceLifecycleConfigName=name
        )
        sagemaker.create_training_job(
            TrainingJobName=name,
            RoleArn=ROLE,
            AlgorithmSpecification={"TrainingImage": training, "TrainingInputMode": "File"},
            OutputDataConfig={"S3OutputPath": "s3://paged-b/o"},
            ResourceConfig=_CLUSTER,
            StoppingCondition={"MaxRuntimeInSeconds": 60},
        )
        sagemaker.create_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name,
            HyperParameterTuningJobConfig=_SEARCH,
            TrainingJobDefinition={
                "RoleArn": ROLE,
                "AlgorithmSpecification": {
                    "TrainingImage": training,
                    "TrainingInputMode": "File",
                    "MetricDefinitions": [{"Name": "score", "Regex": "score=(.*)"}],
                },
                "OutputDataConfig": {"S3OutputPath": "s3://paged-b/o"},
                "ResourceConfig": _CLUSTER,
                "StoppingCondition": {"MaxRuntimeInSeconds": 60},
            },
        )
        sagemaker.create_processing_job(
            ProcessingJobName=name,
            RoleArn=ROLE,
            AppSpecification={"ImageUri": training, "ContainerEntrypoint": [sys.executable]},
            ProcessingResources={"ClusterConfig": _CLUSTER},
        )
        sagemaker.create_transform_job(
            TransformJobName=name,
            ModelName=name,
            TransformInput={
                "DataSource": {
                    "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://paged-a/paged-a"}
                }
            },
            TransformOutput={"S3OutputPath": "s3://paged-b/o"},
            TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
        )


def _state_machines(states: Any) -> tuple[str, str]:
    """Return a state machine and an execution with three map runs."""
    maps: dict[str, Any] = {
        name: {
            "Type": "Map",
            "Next": following,
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": f"In {name}",
                "States": {f"In {name}": {"Type": "Pass", "End": True}},
            },
        }
        for name, following in zip(NAMES, (*NAMES[1:], "End"), strict=True)
    }
    definition = {"StartAt": NAMES[0], "States": maps | {"End": {"Type": "Succeed"}}}
    machine = execution = ""
    for name in NAMES:
        machine = states.create_state_machine(
            name=name, definition=json.dumps(definition), roleArn=ROLE
        )["stateMachineArn"]
    for name in NAMES:
        execution = states.start_execution(stateMachineArn=machine, name=name, input="[1]")[
            "executionArn"
        ]
    return machine, execution
