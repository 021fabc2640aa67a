"""Build the alarm on runs that could not be started by themselves.

Metric and dimension: Lambda guide, "Types of metrics for Lambda functions".
"""

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.workflows.failure_topic import FailureTopic


def unstarted_alarm(
    scope: Construct, *, start: LambdaFunction, topic: FailureTopic, sentence: str
) -> cloudwatch.CfnAlarm:
    """Return the alarm: Lambda gives up an event, after its two retries.

    Args:
        start: the function that starts the runs.
        topic: who is told.
        sentence: what has happened.
    """
    return cloudwatch.CfnAlarm(
        scope,
        "NotStarted",
        alarm_description=f"{sentence} What to do: aws logs tail {start.log_group_name} --since 1h",
        namespace="AWS/Lambda",
        metric_name="AsyncEventsDropped",
        dimensions=[{"name": "FunctionName", "value": start.function.function_name}],
        period=60,
        statistic="Sum",
        evaluation_periods=1,
        threshold=1,
        comparison_operator="GreaterThanOrEqualToThreshold",
        treat_missing_data="notBreaching",
        alarm_actions=[topic.arn],
    )
