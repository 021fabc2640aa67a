"""Publish the CloudWatch metric of asynchronous events that no attempt has processed.

Name, dimension and meaning: Lambda guide, "Types of metrics for Lambda functions".
"""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from embedded_aws.lambda_runtime.function import LambdaFunction
from embedded_aws.runtime import Runtime


def count_dropped_event(runtime: Runtime, function: LambdaFunction) -> None:
    """Count one event that was dropped."""
    runtime.log.event("lambda", f"{function.name}: an event was dropped")
    region = function.arn.split(":")[3]
    try:
        runtime.client("cloudwatch", region=region).put_metric_data(
            Namespace="AWS/Lambda",
            MetricData=[
                {
                    "MetricName": "AsyncEventsDropped",
                    "Dimensions": [{"Name": "FunctionName", "Value": function.name}],
                    "Value": 1,
                    "Unit": "Count",
                }
            ],
        )
    except (ClientError, BotoCoreError) as error:
        runtime.log.event("lambda", f"metrics were not written: {error}")
