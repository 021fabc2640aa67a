"""The list of every resource type that this engine knows."""

from __future__ import annotations

from embedded_aws.cloudformation.resources import (
    applicationautoscaling,
    budgets,
    cloudwatch,
    composite_alarm,
    dynamodb,
    ec2,
    ecr,
    event_bus,
    events,
    iam,
    iam_identity_provider,
    iam_policies,
    kms,
    lambda_extras,
    lambda_function,
    lambda_sources,
    logs,
    placeholders,
    s3,
    sagemaker,
    sagemaker_component,
    sagemaker_endpoint,
    sagemaker_notebooks,
    scheduler,
    secretsmanager,
    sns,
    sqs,
    ssm,
    stepfunctions,
)
from embedded_aws.cloudformation.resources.custom import CustomResource
from embedded_aws.cloudformation.resources.custom_responses import CustomResponses
from embedded_aws.cloudformation.resources.handler import ResourceHandler
from embedded_aws.runtime import Runtime

_MODULES = (
    applicationautoscaling,
    budgets,
    cloudwatch,
    composite_alarm,
    dynamodb,
    ec2,
    ecr,
    event_bus,
    events,
    iam,
    iam_identity_provider,
    iam_policies,
    kms,
    lambda_extras,
    lambda_function,
    lambda_sources,
    logs,
    placeholders,
    s3,
    sagemaker,
    sagemaker_component,
    sagemaker_endpoint,
    sagemaker_notebooks,
    scheduler,
    secretsmanager,
    sns,
    sqs,
    ssm,
    stepfunctions,
)


def all_handlers(runtime: Runtime) -> list[ResourceHandler]:
    """Return a handler for each type."""
    handlers: list[ResourceHandler] = [
        handler() for module in _MODULES for handler in module.HANDLERS
    ]
    return [*handlers, CustomResource(CustomResponses(runtime))]
