"""Build the environment's dashboard: its runs, and what its endpoints answer."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Aws, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_contracts import names

_RUN_METRICS = (
    "ExecutionsStarted",
    "ExecutionsSucceeded",
    "ExecutionsFailed",
    "ExecutionsTimedOut",
    "ExecutionsAborted",
)
# Title, metric, statistic: SageMaker guide, "Amazon SageMaker AI metrics in Amazon CloudWatch".
_OF_REQUESTS = (
    ("Requests", "Invocations", "Sum"),
    ("Answers with a status of 500 or more", "Invocation5XXErrors", "Sum"),
    ("Answers with a status from 400 to 499", "Invocation4XXErrors", "Sum"),
    ("Latency of the container, p99 (microseconds)", "ModelLatency", "p99"),
)
_OF_INSTANCES = (("CPU (percent, 100 per core)", "CPUUtilization", "Average"),)
_WIDTH, _HEIGHT, _COLUMNS = 8, 6, 3  # of a grid of 24
_PERIOD_SECONDS = 300


def dashboard(
    scope: Construct,
    construct_id: str,
    *,
    environment: str,
    state_machines: Mapping[str, StateMachine],
) -> cloudwatch.CfnDashboard:
    """Return the dashboard `autogluon-<environment>`.

    It finds endpoints by their names, so that a new one appears without a deployment of it.
    """
    runs = [_runs(title, machine) for title, machine in state_machines.items()]
    requests = [_search(environment, "AWS/SageMaker", *each) for each in _OF_REQUESTS]
    instances = [_search(environment, "/aws/sagemaker/Endpoints", *each) for each in _OF_INSTANCES]
    widgets = [
        {
            "type": "metric",
            "x": number % _COLUMNS * _WIDTH,
            "y": number // _COLUMNS * _HEIGHT,
            "width": _WIDTH,
            "height": _HEIGHT,
            "properties": {
                "region": Aws.REGION,
                "view": "timeSeries",
                "period": _PERIOD_SECONDS,
                **properties,
            },
        }
        for number, properties in enumerate([*runs, *requests, *instances])
    ]
    return cloudwatch.CfnDashboard(
        scope,
        construct_id,
        dashboard_name=names.whole_environment(environment),
        dashboard_body=Stack.of(scope).to_json_string({"widgets": widgets}),
    )


def _runs(title: str, machine: StateMachine) -> dict[str, Any]:
    metrics = [["AWS/States", name, "StateMachineArn", machine.arn] for name in _RUN_METRICS]
    return {"title": f"{title}: runs", "stat": "Sum", "metrics": metrics}


def _search(
    environment: str, namespace: str, title: str, metric: str, statistic: str
) -> dict[str, Any]:
    # Names are searched by their parts: `autogluon-dev` finds the endpoints of `dev-2`, too.
    schema = f'{{"{namespace}",EndpointName,VariantName}}'
    terms = f'MetricName="{metric}" EndpointName=autogluon-{environment}'
    expression = f"SEARCH('{schema} {terms}', '{statistic}', {_PERIOD_SECONDS})"
    return {"title": title, "metrics": [[{"expression": expression, "id": "found"}]]}
