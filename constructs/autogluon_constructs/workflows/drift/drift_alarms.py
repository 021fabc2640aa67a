"""Build the alarms on drift reports: one for each predictor that wants one."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from autogluon_constructs.workflows.failure_topic import FailureTopic
from autogluon_contracts import names

_PERIOD_SECONDS = 60


def drift_alarms(
    scope: Construct, *, environment: str, predictors: Sequence[str], topic: FailureTopic
) -> list[cloudwatch.CfnAlarm]:
    """Return an alarm for each predictor: a report names a column."""
    return [
        cloudwatch.CfnAlarm(
            scope,
            f"{names.pascal_case(predictor)}Drift",
            alarm_description=(
                f"Requests of predictor {predictor} differ from its training data. "
                f"What to do: agcdk drift {predictor} --last"
            ),
            namespace=names.metric_namespace(environment),
            metric_name=names.DRIFT_METRIC,
            dimensions=[{"name": names.PREDICTOR_DIMENSION, "value": predictor}],
            period=_PERIOD_SECONDS,
            statistic="Maximum",
            evaluation_periods=1,
            threshold=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            # A value comes with each report only, so that the next one notifies again.
            treat_missing_data="notBreaching",
            alarm_actions=[topic.arn],
        )
        for predictor in predictors
    ]
