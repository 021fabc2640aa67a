"""Find what an environment has in an account, whichever service holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

_DELETED = ("DELETE_COMPLETE",)
# Service, operation, the list in its answer, and the member that names an entry.
_LISTS = (
    ("application-autoscaling", "describe_scalable_targets", "ScalableTargets", "ResourceId"),
    ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    ("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    ("events", "list_rules", "Rules", "Name"),
    ("iam", "list_roles", "Roles", "RoleName"),
    ("kms", "list_aliases", "Aliases", "AliasName"),
    ("lambda", "list_functions", "Functions", "FunctionName"),
    ("logs", "describe_log_groups", "logGroups", "logGroupName"),
    ("s3", "list_buckets", "Buckets", "Name"),
    ("sagemaker", "list_endpoint_configs", "EndpointConfigs", "EndpointConfigName"),
    ("sagemaker", "list_endpoints", "Endpoints", "EndpointName"),
    ("sagemaker", "list_models", "Models", "ModelName"),
    (
        "sagemaker",
        "list_model_package_groups",
        "ModelPackageGroupSummaryList",
        "ModelPackageGroupName",
    ),
    ("scheduler", "list_schedule_groups", "ScheduleGroups", "Name"),
    ("sns", "list_topics", "Topics", "TopicArn"),
    ("ssm", "describe_parameters", "Parameters", "Name"),
    ("stepfunctions", "list_state_machines", "stateMachines", "name"),
)


def what_is_left(client: Callable[[str], Any], environment: str) -> list[str]:
    """Return what is named after an environment, as `service: name`.

    Args:
        client: returns a service's client.
    """
    marks = (f"autogluon-{environment}-", f"/autogluon/{environment}/")
    found = [*_stacks(client("cloudformation")), *_entries(client)]
    return [each for each in found if any(mark in f"{each}-" for mark in marks)]


def _stacks(cloudformation: Any) -> Iterator[str]:
    for page in cloudformation.get_paginator("list_stacks").paginate():
        for stack in page["StackSummaries"]:
            if stack["StackStatus"] not in _DELETED:
                yield f"cloudformation: {stack['StackName']} ({stack['StackStatus']})"


def _entries(client: Callable[[str], Any]) -> Iterator[str]:
    for service, operation, entries, name in _LISTS:
        asked = client(service)
        namespace = {"ServiceNamespace": "sagemaker"} if "scaling" in service else {}
        pages = (
            asked.get_paginator(operation).paginate(**namespace)
            if asked.can_paginate(operation)
            else [getattr(asked, operation)(**namespace)]
        )
        for page in pages:
            for entry in page[entries]:
                yield f"{service}: {entry[name]}"
