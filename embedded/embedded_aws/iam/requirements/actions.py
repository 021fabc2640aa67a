"""Map API operations to IAM actions of another name."""

from __future__ import annotations

import functools

from moto.core.utils import get_service_model

from embedded_aws.iam.requirements.model import UnknownActionError
from embedded_aws.iam.requirements.reference import ActionReference, find_action

# IAM's prefix of services whose signing name is another.
_PREFIXES = {
    "cloudwatch": "cloudwatch",
    "resourcegroupstaggingapi": "tag",
    "sagemaker-runtime": "sagemaker",
    "sesv2": "ses",
    "elbv2": "elasticloadbalancing",
    "opensearch": "es",
}
_ACTIONS = {
    ("lambda", "Invoke"): "InvokeFunction",
    ("lambda", "InvokeAsync"): "InvokeFunction",
    ("lambda", "InvokeWithResponseStream"): "InvokeFunction",
    ("lambda", "GetLayerVersionByArn"): "GetLayerVersion",
    ("sns", "PublishBatch"): "Publish",
    ("sqs", "SendMessageBatch"): "SendMessage",
    ("sqs", "DeleteMessageBatch"): "DeleteMessage",
    ("sqs", "ChangeMessageVisibilityBatch"): "ChangeMessageVisibility",
    ("budgets", "CreateBudget"): "ModifyBudget",
    ("budgets", "UpdateBudget"): "ModifyBudget",
    ("budgets", "DeleteBudget"): "ModifyBudget",
    ("budgets", "CreateNotification"): "ModifyBudget",
    ("budgets", "UpdateNotification"): "ModifyBudget",
    ("budgets", "DeleteNotification"): "ModifyBudget",
    ("budgets", "CreateSubscriber"): "ModifyBudget",
    ("budgets", "UpdateSubscriber"): "ModifyBudget",
    ("budgets", "DeleteSubscriber"): "ModifyBudget",
    ("budgets", "DescribeBudget"): "ViewBudget",
    ("budgets", "DescribeBudgets"): "ViewBudget",
    ("budgets", "DescribeNotificationsForBudget"): "ViewBudget",
    ("budgets", "DescribeSubscribersForNotification"): "ViewBudget",
}


@functools.cache
def action_prefix(service: str) -> str:
    """Return the prefix of a botocore service's actions: "states" for "stepfunctions"."""
    if service in _PREFIXES:
        return _PREFIXES[service]
    metadata = get_service_model(service).metadata
    return str(metadata.get("signingName", metadata["endpointPrefix"]))


def action_of(service: str, operation: str) -> ActionReference:
    """Return the action that an operation needs.

    Raises:
        UnknownActionError: the published reference has none of that name.
    """
    prefix = action_prefix(service)
    name = _ACTIONS.get((service, operation), operation)
    action = find_action(prefix, name)
    if action is None:
        raise UnknownActionError(f"{prefix}:{name}")
    return action
