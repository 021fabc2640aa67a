"""Build what reports every execution that ends otherwise than by success."""

from collections.abc import Sequence

from constructs import Construct

from autogluon_constructs.workflows.endings.execution_endings import on_unsuccessful_ends
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.workflow_context import WorkflowContext
from autogluon_contracts import function_variables as variables


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
        report = on_unsuccessful_ends(
            self,
            "ReportFailure",
            context=context,
            state_machines=state_machines,
            handler="report_failure",
            description="Tells the failure topic how an execution ended, and what to do",
            executions="executions",
            environment={variables.FAILURE_TOPIC_ARN: context.failure_topic.arn},
        )
        report.grant(*context.failure_topic.publish())
