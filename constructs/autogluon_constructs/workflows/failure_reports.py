"""Build what reports every execution that ends otherwise than by success."""

from collections.abc import Sequence

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.workflow_context import WorkflowContext
from autogluon_contracts import function_variables as variables

# Step Functions' guide, "Automating Step Functions event delivery with EventBridge". A state
# machine that publishes by itself says nothing when it is stopped, times out, or dies of
# States.Runtime or States.DataLimitExceeded, which no state can catch.
_STATUS_CHANGE = "Step Functions Execution Status Change"
_UNSUCCESSFUL = ("FAILED", "TIMED_OUT", "ABORTED")


class FailureReports(Construct):
    """One rule and one Lambda: a message to the failure topic per execution.

    EventBridge delivers at least once, so that a message can, rarely, come twice.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: WorkflowContext,
        state_machines: Sequence[StateMachine],
    ) -> None:
        super().__init__(scope, construct_id)
        report = context.function(
            self,
            "ReportFailure",
            handler="report_failure",
            description="Tells the failure topic how an execution ended, and what to do",
            environment={variables.FAILURE_TOPIC_ARN: context.failure_topic.arn},
        )
        report.grant(*context.failure_topic.publish())
        events.Rule(
            self,
            "Rule",
            description=f"Unsuccessful executions of autogluon-{context.environment}",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=[_STATUS_CHANGE],
                detail={
                    "status": list(_UNSUCCESSFUL),
                    # The children of a distributed Map have another one: theirs ends in `/<label>`.
                    "stateMachineArn": [machine.arn for machine in state_machines],
                },
            ),
            targets=[targets.LambdaFunction(report.function)],
        )
