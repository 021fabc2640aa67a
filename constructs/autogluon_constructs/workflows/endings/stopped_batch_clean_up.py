"""Build what stops the job and deletes the model of a batch that did not succeed."""

from constructs import Construct

from autogluon_constructs.workflows.endings.execution_endings import on_unsuccessful_ends
from autogluon_constructs.workflows.job_permissions import end_batches
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.workflow_context import WorkflowContext
from autogluon_contracts import names


class StoppedBatchCleanUp(Construct):
    """One rule and one Lambda."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: WorkflowContext,
        state_machine: StateMachine,
    ) -> None:
        super().__init__(scope, construct_id)
        clean_up = on_unsuccessful_ends(
            self,
            "CleanUpBatch",
            context=context,
            state_machines=[state_machine],
            handler="clean_up_batch",
            description="Stops the job and deletes the model of a batch that did not succeed",
            executions="batches",
        )
        clean_up.grant(
            *end_batches(
                self, state_machine=names.state_machine(context.environment, "batch-predict")
            )
        )
