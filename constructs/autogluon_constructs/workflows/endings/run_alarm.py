"""Build the alarm on the failed runs of an environment.

Names and the dimension: Step Functions guide, "Monitoring Step Functions metrics using Amazon
CloudWatch".
"""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from autogluon_constructs.workflows.failure_topic import FailureTopic
from autogluon_constructs.workflows.state_machine import StateMachine

_HOUR_SECONDS = 3600
_UNSUCCESSFUL = ("ExecutionsFailed", "ExecutionsTimedOut")


def run_alarm(
    scope: Construct,
    *,
    failed_runs: int,
    state_machines: Sequence[StateMachine],
    topic: FailureTopic,
) -> cloudwatch.CfnAlarm:
    """Return the alarm: so many failed or timed-out executions within an hour."""
    query = cloudwatch.CfnAlarm.MetricDataQueryProperty
    stat = cloudwatch.CfnAlarm.MetricStatProperty
    counts = [
        query(
            id=f"m{number}",
            return_data=False,
            metric_stat=stat(
                metric=cloudwatch.CfnAlarm.MetricProperty(
                    namespace="AWS/States",
                    metric_name=metric,
                    dimensions=[{"name": "StateMachineArn", "value": machine.arn}],
                ),
                period=_HOUR_SECONDS,
                stat="Sum",
            ),
        )
        for number, (machine, metric) in enumerate(
            (machine, metric) for machine in state_machines for metric in _UNSUCCESSFUL
        )
    ]
    # A metric that was never written has no value, which a plus would make of the whole sum.
    total = " + ".join(f"FILL({each.id}, 0)" for each in counts)
    return cloudwatch.CfnAlarm(
        scope,
        "FailedRuns",
        alarm_description=(
            f"{failed_runs} runs failed or timed out within an hour. What to do: agcdk runs --all"
        ),
        metrics=[query(id="failed", expression=total, label="failed runs"), *counts],
        evaluation_periods=1,
        threshold=failed_runs,
        comparison_operator="GreaterThanOrEqualToThreshold",
        treat_missing_data="notBreaching",
        alarm_actions=[topic.arn],
    )
