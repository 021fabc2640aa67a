"""Drift: plan, then one processing job that compares, then summarize and publish the metric."""

from typing import Any

from autogluon_constructs.workflows import asl, ladder
from autogluon_constructs.workflows.asl import jsonata
from autogluon_contracts import names
from autogluon_contracts.shown.states import ShownState

# The job's own limit is at most a day; what is more is for waiting for instances.
TIMEOUT_SECONDS = 2 * 24 * 3600

_PUT_METRIC = "arn:${Partition}:states:::aws-sdk:cloudwatch:putMetricData"


def drift_definition() -> dict[str, Any]:
    """Return the state machine's definition; substitutions: see `DriftWorkflow`."""
    return asl.machine(
        comment="Compares the captured requests of a period with the training data",
        start_at=ShownState.PLAN_DRIFT,
        timeout_seconds=TIMEOUT_SECONDS,
        states={
            ShownState.PLAN_DRIFT: asl.invoke(
                "PlanDrift", asl.PLANNER_EVENT, assign=ladder.BEGIN, next_state="HasRequests"
            ),
            "HasRequests": asl.choice(
                "$exists($states.input.request)",
                then=ShownState.COMPARE_DATA,
                otherwise="NothingCaptured",
            ),
            "NothingCaptured": {
                "Type": "Pass",
                "Output": jsonata(
                    "$merge([$states.input.run, {'outcome': 'nothing captured', 'requests': 0, "
                    "'rows': 0, 'drifted': 0, 'drifted_columns': []}])"
                ),
                "Next": "Reported",
            },
            **ladder.Ladder(
                "Processing", ShownState.COMPARE_DATA, ShownState.WAIT_TO_COMPARE
            ).states(
                asl.job_failure("Processing", error="DriftFailedError"),
                output={"run": jsonata("$states.input.run")},
                next_state=ShownState.SUMMARIZE_DRIFT,
            ),
            ShownState.SUMMARIZE_DRIFT: asl.invoke(
                "SummarizeDrift", jsonata("$states.input"), next_state="WasCompared"
            ),
            "WasCompared": asl.choice(
                "$states.input.outcome = 'compared'", then="PublishMetric", otherwise="Reported"
            ),
            "PublishMetric": asl.task(
                _PUT_METRIC,
                {
                    "Namespace": "${MetricNamespace}",
                    "MetricData": [
                        {
                            "MetricName": names.DRIFT_METRIC,
                            "Dimensions": [
                                {
                                    "Name": names.PREDICTOR_DIMENSION,
                                    "Value": jsonata("$states.input.predictor"),
                                }
                            ],
                            "Unit": "Count",
                            "Value": jsonata("$states.input.drifted"),
                        }
                    ],
                },
                output=jsonata("$states.input"),
                retries=asl.retry("CloudWatch.CloudWatchException"),
                catches=asl.catch(asl.PLAIN_FAILURE),
                next_state="Reported",
            ),
            "Reported": {"Type": "Succeed"},
        },
    )
