"""boto3's paginators and waiters, for every operation that is honoured."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import botocore.session
import pytest
from botocore import xform_name
from botocore.exceptions import UnknownServiceError, WaiterError
from moto.ec2.models import ec2_backends

from embedded_aws.activity_log import ActivityLog
from embedded_aws.gateway.register import operation_register
from embedded_aws.runtime import ACCOUNT_ID, DEFAULT_REGION
from embedded_aws.server import EmbeddedAws
from tests.unit.embedded_core.listed_networks import NETWORKS
from tests.unit.embedded_core.listed_things import (
    ACCOUNT,
    ALLOW_ALL,
    NAMES,
    QUEUE,
    ROLE,
    make_what_is_listed,
)
from tests.waiting import until


class Paged(NamedTuple):
    """A list: what is asked, the texts that its pages show, each in one page; the page's size."""

    service: str
    operation: str
    asked: Mapping[str, Any]
    shown: tuple[str, ...] = NAMES
    size: int = 1


_PAGED_A = {"Bucket": "paged-a"}
_ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:ListBucket"]
_ACCOUNT = {"AccountId": ACCOUNT}
_GROUP = {"GroupName": "paged-a"}
_ROOT = f"arn:aws:iam::{ACCOUNT}:root"
_PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/paged.example"
_QUERY: dict[str, Any] = {
    "TableName": "ordered",
    "KeyConditionExpression": "id = :i",
    "ExpressionAttributeValues": {":i": {"S": "one"}},
}
PAGED = (
    Paged("budgets", "DescribeNotificationsForBudget", {**_ACCOUNT, "BudgetName": "paged-a"},
          ("50.0", "80.0", "100.0")),
    Paged("budgets", "DescribeBudgets", _ACCOUNT),
    Paged("cloudwatch", "DescribeAlarmHistory", {"AlarmName": "paged-a"}, ("to ALARM", "to OK")),
    Paged("cloudwatch", "DescribeAlarms", {"AlarmNamePrefix": "paged-"}),
    Paged("dynamodb", "Query", _QUERY),
    Paged("dynamodb", "ListTables", {}),
    Paged("dynamodb", "Scan", {"TableName": "paged-a"}),
    *(
        Paged("ec2", operation, {}, NETWORKS, 5)
        for operation in (
            "DescribeNetworkInterfaces", "DescribeSecurityGroups", "DescribeSubnets",
            "DescribeVpcs",
        )
    ),
    *(
        Paged("ec2", operation, {}, (), 5)
        for operation in (
            "DescribeFlowLogs", "DescribeInternetGateways", "DescribeNatGateways",
            "DescribeRouteTables", "DescribeSecurityGroupRules", "DescribeVpcEndpoints",
        )
    ),
    Paged("ec2", "DescribeTags", {}, NETWORKS, 5),
    Paged("ecr", "DescribeImages", {"repositoryName": "paged-a"}),
    Paged("ecr", "ListImages", {"repositoryName": "paged-a"}),
    Paged("ecr", "DescribeRepositories", {}),
    Paged("events", "ListRuleNamesByTarget", {"TargetArn": QUEUE}),
    Paged("events", "ListRules", {}),
    Paged("events", "ListTargetsByRule", {"Rule": "paged-a"}),
    Paged("iam", "GetGroup", _GROUP),
    Paged("iam", "ListAttachedGroupPolicies", _GROUP),
    Paged("iam", "ListAttachedUserPolicies", {"UserName": "paged"}),
    Paged("iam", "ListEntitiesForPolicy", {"PolicyArn": "{policy}", "EntityFilter": "Group"}),
    Paged("iam", "ListGroupPolicies", _GROUP),
    Paged("iam", "ListGroups", {}),
    Paged("iam", "ListGroupsForUser", {"UserName": "paged"}),
    Paged("iam", "ListInstanceProfiles", {}),
    Paged("iam", "ListOpenIDConnectProviderTags", {"OpenIDConnectProviderArn": _PROVIDER}),
    Paged("iam", "ListPolicies", {"Scope": "Local"}),
    Paged("iam", "ListPolicyTags", {"PolicyArn": "{policy}"}),
    Paged("iam", "ListUserTags", {"UserName": "paged"}),
    Paged("iam", "ListUsers", {}),
    Paged("iam", "ListAccessKeys", {"UserName": "paged"}, ()),
    Paged("iam", "ListAttachedRolePolicies", {"RoleName": "paged"}),
    Paged("iam", "ListInstanceProfilesForRole", {"RoleName": "paged"}),
    Paged("iam", "ListPolicyVersions", {"PolicyArn": "{policy}"}, ("v1", "v2", "v3")),
    Paged("iam", "ListRolePolicies", {"RoleName": "paged"}),
    Paged("iam", "ListRoleTags", {"RoleName": "paged"}),
    Paged("iam", "ListRoles", {"PathPrefix": "/paged/"}),
    Paged("iam", "ListUserPolicies", {"UserName": "paged"}),
    Paged("iam", "SimulateCustomPolicy",
          {"PolicyInputList": [ALLOW_ALL], "ActionNames": _ACTIONS}, tuple(_ACTIONS)),
    Paged("iam", "SimulatePrincipalPolicy",
          {"PolicySourceArn": ROLE, "ActionNames": _ACTIONS}, tuple(_ACTIONS)),
    Paged("kms", "ListGrants", {"KeyId": "{key}"}),
    Paged("kms", "ListKeys", {}, ()),
    Paged("kms", "ListRetirableGrants", {"RetiringPrincipal": _ROOT}),
    Paged("kms", "ListAliases", {}),
    Paged("kms", "ListResourceTags", {"KeyId": "{key}"}),
    Paged("lambda", "ListAliases", {"FunctionName": "paged-a"}),
    Paged("lambda", "ListEventSourceMappings", {}),
    Paged("lambda", "ListFunctions", {}),
    Paged("lambda", "ListLayerVersions", {"LayerName": "paged"}),
    Paged("lambda", "ListLayers", {}),
    Paged("lambda", "ListVersionsByFunction", {"FunctionName": "paged-a"}, ("$LATEST",)),
    Paged("logs", "DescribeResourcePolicies", {}),
    Paged("logs", "DescribeLogGroups", {}),
    Paged("logs", "DescribeLogStreams", {"logGroupName": "paged-a"}),
    Paged("logs", "DescribeMetricFilters", {"logGroupName": "paged-a"}),
    Paged("logs", "FilterLogEvents", {"logGroupName": "paged-a"}),
    Paged("s3", "ListBuckets", {}),
    Paged("s3", "ListMultipartUploads", _PAGED_A),
    Paged("s3", "ListObjectVersions", _PAGED_A),
    Paged("s3", "ListObjects", _PAGED_A),
    Paged("s3", "ListObjectsV2", _PAGED_A),
    Paged("s3", "ListParts", {**_PAGED_A, "Key": "paged-c", "UploadId": "{upload}"}, ()),
    Paged("sagemaker", "ListAlgorithms", {}),
    Paged("sagemaker", "ListEndpointConfigs", {}),
    Paged("sagemaker", "ListEndpoints", {}),
    Paged("sagemaker", "ListHyperParameterTuningJobs", {}),
    Paged("sagemaker", "ListModelPackageGroups", {}),
    Paged("sagemaker", "ListModelPackages", {"ModelPackageGroupName": "paged-a"}),
    Paged("sagemaker", "ListModels", {}),
    Paged("sagemaker", "ListNotebookInstanceLifecycleConfigs", {}),
    Paged("sagemaker", "ListNotebookInstances", {}),
    Paged("sagemaker", "ListProcessingJobs", {}),
    Paged("sagemaker", "ListTrainingJobs", {}),
    Paged("sagemaker", "ListTrainingJobsForHyperParameterTuningJob",
          {"HyperParameterTuningJobName": "paged-a"}, ()),
    Paged("sagemaker", "ListTransformJobs", {}),
    Paged("scheduler", "ListScheduleGroups", {}),
    Paged("scheduler", "ListSchedules", {}),
    Paged("secretsmanager", "ListSecrets", {}),
    Paged("sqs", "ListDeadLetterSourceQueues", {"QueueUrl": f"http://localhost/{ACCOUNT}/paged-a"}),
    Paged("sqs", "ListQueues", {}),
    Paged("ssm", "GetParameterHistory", {"Name": "/versions"}),
    Paged("ssm", "GetParametersByPath", {"Path": "/paged"}),
    Paged("stepfunctions", "GetExecutionHistory", {"executionArn": "{execution}"}, ()),
    Paged("stepfunctions", "ListExecutions", {"stateMachineArn": "{machine}"}),
    Paged("stepfunctions", "ListMapRuns", {"executionArn": "{execution}"}, ()),
    Paged("stepfunctions", "ListStateMachines", {}),
)  # fmt: skip
# Lists whose pages have another proof, or none, and why.
NOT_HERE = {
    ("cloudwatch", "GetMetricData"): "a request that names the size of pages is refused",
    ("ssm", "DescribeParameters"): "a request that names the size of pages is refused",
    ("sagemaker", "ListInferenceComponents"): "tests of components show its pages",
    ("sagemaker", "ListTags"): "its smallest page is longer than a resource's tags",
    **{
        ("application-autoscaling", operation): "tests of scaling show its pages"
        for operation in (
            "DescribeScalableTargets",
            "DescribeScalingActivities",
            "DescribeScalingPolicies",
            "DescribeScheduledActions",
        )
    },
}


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    log = ActivityLog(io.StringIO())
    with EmbeddedAws(image_python=Path(sys.executable), log=log) as aws:
        yield aws
    # The library keeps networks for the whole process, and other files list them.
    ec2_backends[ACCOUNT_ID][DEFAULT_REGION].reset()


@pytest.fixture(scope="module")
def known(aws: EmbeddedAws) -> dict[str, str]:
    known = make_what_is_listed(aws.runtime.client)
    states = aws.runtime.client("stepfunctions")
    until(
        lambda: states.describe_execution(executionArn=known["execution"])["status"] != "RUNNING",
        30,
        "the execution has ended",
    )
    sagemaker = aws.runtime.client("sagemaker")
    until(
        lambda: (
            len(
                sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
                    HyperParameterTuningJobName="paged-a"
                )["TrainingJobSummaries"]
            )
            == 2
        ),
        30,
        "both trials are listed",
    )
    return known


@pytest.mark.parametrize("paged", PAGED, ids=lambda paged: f"{paged.service}-{paged.operation}")
def test_pages_have_the_size_asked_for_and_show_everything_once(
    aws: EmbeddedAws, known: dict[str, str], paged: Paged
) -> None:
    paginator = aws.runtime.client(paged.service).get_paginator(xform_name(paged.operation))
    asked = {
        name: known[value[1:-1]] if isinstance(value, str) and value[:1] == "{" else value
        for name, value in paged.asked.items()
    }
    pages = list(paginator.paginate(**asked, PaginationConfig={"PageSize": paged.size}))
    items = [paginator.result_keys[0].search(page) or [] for page in pages]
    assert max(map(len, items)) == paged.size
    assert sum(map(len, items)) > 1
    texts = [json.dumps(page, default=str) for page in items]
    for text in paged.shown:
        assert any(text in page for page in texts), text
    each = [str(item) for page in items for item in page]
    assert len(set(each)) == len(each)


def _honoured(aws: EmbeddedAws) -> set[tuple[str, str]]:
    of_library = {
        (service, name)
        for service, of_service in operation_register().items()
        for name in of_service.honoured
    }
    return of_library | set(aws.runtime.gateway.registered())


def test_every_paginator_of_an_honoured_operation_with_a_page_size_is_tried(
    aws: EmbeddedAws,
) -> None:
    session = botocore.session.get_session()
    found = set()
    for service, operation in _honoured(aws):
        try:
            config = session.get_paginator_model(service)._paginator_config
        except UnknownServiceError:
            continue
        if "limit_key" in config.get(operation, {}):
            found.add((service, operation))
    assert found == {(paged.service, paged.operation) for paged in PAGED} | set(NOT_HERE)


WAITED_FOR: dict[tuple[str, str], dict[str, Any]] = {
    ("cloudwatch", "AlarmExists"): {"AlarmNames": ["paged-a"]},
    ("cloudwatch", "CompositeAlarmExists"): {
        "AlarmNames": ["of-paged-a"],
        "AlarmTypes": ["CompositeAlarm"],
    },
    ("dynamodb", "TableExists"): {"TableName": "paged-a"},
    ("dynamodb", "TableNotExists"): {"TableName": "not-made"},
    ("ec2", "InternetGatewayExists"): {},
    ("ec2", "NatGatewayAvailable"): {"Filter": [{"Name": "state", "Values": ["available"]}]},
    ("ec2", "NatGatewayDeleted"): {"Filter": [{"Name": "state", "Values": ["deleted"]}]},
    ("ec2", "NetworkInterfaceAvailable"): {
        "Filters": [{"Name": "description", "Values": NETWORKS}]
    },
    ("ec2", "SecurityGroupExists"): {},
    ("ec2", "SubnetAvailable"): {},
    ("ec2", "VpcAvailable"): {},
    ("ec2", "VpcExists"): {},
    ("iam", "InstanceProfileExists"): {"InstanceProfileName": "paged-a"},
    ("iam", "PolicyExists"): {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/paged-a"},
    ("iam", "RoleExists"): {"RoleName": "paged"},
    ("iam", "UserExists"): {"UserName": "paged"},
    ("lambda", "FunctionActive"): {"FunctionName": "paged-a"},
    ("lambda", "FunctionActiveV2"): {"FunctionName": "paged-a"},
    ("lambda", "FunctionExists"): {"FunctionName": "paged-a"},
    ("lambda", "FunctionUpdated"): {"FunctionName": "paged-a"},
    ("lambda", "FunctionUpdatedV2"): {"FunctionName": "paged-a"},
    ("lambda", "PublishedVersionActive"): {"FunctionName": "paged-a", "Qualifier": "1"},
    ("s3", "BucketExists"): _PAGED_A,
    ("s3", "BucketNotExists"): {"Bucket": "not-made"},
    ("s3", "ObjectExists"): _PAGED_A | {"Key": "paged-a"},
    ("s3", "ObjectNotExists"): _PAGED_A | {"Key": "not-made"},
    ("sagemaker", "EndpointDeleted"): {"EndpointName": "not-made"},
    ("sagemaker", "NotebookInstanceDeleted"): {"NotebookInstanceName": "not-made"},
    ("sagemaker", "NotebookInstanceInService"): {"NotebookInstanceName": "paged-a"},
    ("sagemaker", "ProcessingJobCompletedOrStopped"): {"ProcessingJobName": "paged-a"},
}
# They end, and say how, because what they wait for has failed.
FAILING: dict[tuple[str, str], dict[str, Any]] = {
    ("sagemaker", "EndpointInService"): {"EndpointName": "paged-a"},
    ("sagemaker", "TrainingJobCompletedOrStopped"): {"TrainingJobName": "paged-a"},
    ("sagemaker", "TransformJobCompletedOrStopped"): {"TransformJobName": "paged-a"},
}
_STACK_WAITERS = (
    "ChangeSetCreateComplete",
    "StackCreateComplete",
    "StackDeleteComplete",
    "StackExists",
    "StackRollbackComplete",
    "StackUpdateComplete",
)
# What is not waited for, and why.
NO_WAITER = {
    ("cloudformation", "StackImportComplete"): "resources are not imported",
    ("cloudwatch", "LogAlarmExists"): "alarms of log queries are not made",
}
_OFTEN = {"Delay": 1, "MaxAttempts": 60}


@pytest.mark.parametrize(("service", "waiter"), WAITED_FOR)
def test_a_waiter_ends_when_it_is_so(
    aws: EmbeddedAws, known: dict[str, str], service: str, waiter: str
) -> None:
    asked = WAITED_FOR[service, waiter]
    aws.runtime.client(service).get_waiter(xform_name(waiter)).wait(**asked, WaiterConfig=_OFTEN)


@pytest.mark.parametrize(("service", "waiter"), FAILING)
def test_a_waiter_ends_when_it_will_never_be_so(
    aws: EmbeddedAws, known: dict[str, str], service: str, waiter: str
) -> None:
    with pytest.raises(WaiterError, match="terminal failure state"):
        aws.runtime.client(service).get_waiter(xform_name(waiter)).wait(
            **FAILING[service, waiter], WaiterConfig=_OFTEN
        )


def _template(value: str) -> str:
    properties = {"Type": "String", "Value": value, "Name": "/waited/for"}
    parameter = {"Type": "AWS::SSM::Parameter", "Properties": properties}
    return json.dumps({"Resources": {"Parameter": parameter}})


def test_the_waiters_of_stacks_follow_a_stack_through_its_life(aws: EmbeddedAws) -> None:
    cloudformation = aws.runtime.client("cloudformation")
    stack = {"StackName": "waited-for"}

    def wait(waiter: str, **more: str) -> None:
        cloudformation.get_waiter(xform_name(waiter)).wait(**stack, **more, WaiterConfig=_OFTEN)

    cloudformation.create_stack(**stack, TemplateBody=_template("first"))
    wait("StackExists")
    wait("StackCreateComplete")
    change = {"ChangeSetName": "second"}
    cloudformation.create_change_set(**stack, **change, TemplateBody=_template("second"))
    wait("ChangeSetCreateComplete", **change)
    cloudformation.execute_change_set(**stack, **change)
    wait("StackUpdateComplete")
    cloudformation.update_stack(**stack, TemplateBody=_template(""))
    wait("StackRollbackComplete")
    cloudformation.delete_stack(**stack)
    wait("StackDeleteComplete")


def test_a_notebook_instance_is_waited_for(aws: EmbeddedAws, known: dict[str, str]) -> None:
    sagemaker = aws.runtime.client("sagemaker")
    sagemaker.stop_notebook_instance(NotebookInstanceName="paged-b")
    waiter = sagemaker.get_waiter("notebook_instance_stopped")
    waiter.wait(NotebookInstanceName="paged-b", WaiterConfig=_OFTEN)


def test_every_waiter_of_an_honoured_operation_is_tried(aws: EmbeddedAws) -> None:
    session = botocore.session.get_session()
    honoured = _honoured(aws)
    found = set()
    for service in {service for service, _ in honoured}:
        try:
            waiters = session.get_waiter_model(service)
        except UnknownServiceError:
            continue
        found |= {
            (service, name)
            for name in waiters.waiter_names
            if (service, waiters.get_waiter(name).operation) in honoured
        }
    stacks = {("cloudformation", name) for name in _STACK_WAITERS}
    notebooks = {("sagemaker", "NotebookInstanceStopped")}
    assert found == {*WAITED_FOR, *FAILING, *NO_WAITER, *stacks, *notebooks}
