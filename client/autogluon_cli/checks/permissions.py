"""Check what the caller may do, by harmless calls and, where IAM allows it, by simulation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from autogluon_cli.checks.finding import Finding
from autogluon_cli.deployment.account import find_account
from autogluon_cli.framework.invocation import Invocation
from autogluon_client.aws_errors import explain
from autogluon_client.environment.deployment import Deployment
from autogluon_client.errors import PermissionMissingError
from autogluon_contracts.names import job_log_group, model_package_group
from autogluon_contracts.policies.client_policy import objects_in

_ASSUMED = re.compile(
    r"arn:(?P<partition>[^:]+):sts::(?P<account>\d+):assumed-role/(?P<role>[^/]+)/"
)


def check_permissions(invocation: Invocation) -> Iterator[Finding]:
    """Check that the caller may use the deployed environment."""
    deployment = invocation.connection.deployment
    fix = f"agcdk doctor --policy -e {invocation.environment}"
    probes = _probes(invocation, deployment)
    denied = [action for action, call in probes.items() if _is_denied(call)]
    for action in denied:
        yield Finding("permissions", "missing", f"your role may not {action}", fix)
    if not denied:
        yield Finding("permissions", "ok", "you may read runs, models, endpoints and logs")
    yield from _simulated(invocation, deployment, fix)


def _probes(invocation: Invocation, deployment: Deployment) -> dict[str, Callable[[], Any]]:
    client = invocation.client
    machine = deployment.state_machines["train"]
    name = (deployment.predictors or ("none",))[0]
    group = model_package_group(deployment.environment, name)
    return {
        "states:ListExecutions": lambda: client("stepfunctions").list_executions(
            stateMachineArn=machine, maxResults=1
        ),
        "sagemaker:ListModelPackages": lambda: client("sagemaker").list_model_packages(
            ModelPackageGroupName=group, MaxResults=1
        ),
        "sagemaker:DescribeEndpoint": lambda: client("sagemaker").describe_endpoint(
            EndpointName=deployment.endpoint_name(name)
        ),
        "sagemaker:DescribeEndpointConfig": lambda: client("sagemaker").describe_endpoint_config(
            EndpointConfigName="none"
        ),
        "logs:FilterLogEvents": lambda: client("logs").filter_log_events(
            logGroupName=job_log_group("Training"), limit=1
        ),
    }


def _is_denied(call: Callable[[], Any]) -> bool:
    """Tell whether a call is denied; any other error, such as "not found", means it is allowed."""
    try:
        call()
    except ClientError as error:
        return isinstance(explain(error), PermissionMissingError)
    return False


def _simulated(invocation: Invocation, deployment: Deployment, fix: str) -> Iterator[Finding]:
    actions = {
        "states:StartExecution": sorted(deployment.state_machines.values()),
        "s3:PutObject": [objects_in(deployment, deployment.data_bucket)],
        "s3:GetObject": [objects_in(deployment, deployment.artifact_bucket)],
    }
    caller = _policy_source(find_account(invocation).caller_arn)
    iam = invocation.client("iam")
    denied = []
    for action, resources in actions.items():
        try:
            # IAM "might return fewer results, even when there are more results available".
            pages = iam.get_paginator("simulate_principal_policy").paginate(
                PolicySourceArn=caller, ActionNames=[action], ResourceArns=resources
            )
            results = [each for page in pages for each in page["EvaluationResults"]]
        except ClientError as error:
            code = error.response["Error"]["Code"]
            detail = f"starting runs and moving data: IAM does not simulate it here ({code})"
            yield Finding("permissions", "not checked", detail)
            return
        if any(result["EvalDecision"] != "allowed" for result in results):
            denied.append(action)
    for action in denied:
        yield Finding("permissions", "missing", f"your role may not {action}", fix)
    if not denied:
        yield Finding("permissions", "ok", "you may start runs and move data")


def _policy_source(caller_arn: str) -> str:
    """Return the role's ARN for a session's: IAM simulates roles."""
    match = _ASSUMED.match(caller_arn)
    if match is None:
        return caller_arn
    return f"arn:{match['partition']}:iam::{match['account']}:role/{match['role']}"
