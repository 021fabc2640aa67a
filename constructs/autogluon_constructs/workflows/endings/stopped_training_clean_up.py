"""Build what stops the training job on several instances of a run that did not succeed."""

from constructs import Construct

from autogluon_constructs.workflows.endings.execution_endings import on_unsuccessful_ends
from autogluon_constructs.workflows.job_permissions import end_trainings
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.workflow_context import WorkflowContext
from autogluon_contracts import names


class StoppedTrainingCleanUp(Construct):
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
        stop = on_unsuccessful_ends(
            self,
            "StopTraining",
            context=context,
            state_machines=[state_machine],
            handler="stop_training",
            description="Stops the training job of a run that did not succeed",
            executions="training runs",
        )
        stop.grant(
            end_trainings(self, state_machine=names.state_machine(context.environment, "train"))
        )
