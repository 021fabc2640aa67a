"""Build what switches scaling on again where a promotion was ended between its two updates."""

from constructs import Construct

from autogluon_constructs.identity.permissions import Permission, arn
from autogluon_constructs.workflows.endings.execution_endings import on_unsuccessful_ends
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.workflow_context import WorkflowContext
from autogluon_contracts import function_variables as variables
from autogluon_contracts import names


class ResumedScaling(Construct):
    """One rule and one Lambda, where endpoints scale automatically."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: WorkflowContext,
        promote: StateMachine,
    ) -> None:
        super().__init__(scope, construct_id)
        resume = on_unsuccessful_ends(
            self,
            "ResumeScaling",
            context=context,
            state_machines=[promote],
            handler="resume_scaling",
            description="Switches scaling on again where a promotion was stopped or timed out",
            executions="promotions",
            environment={variables.PROMOTE_STATE_MACHINE_ARN: promote.arn},
        )
        stacks = names.endpoint_stack(context.environment, "*")
        resume.grant(
            context.read_predictors(resume),
            Permission(
                actions=("cloudformation:DescribeStacks",),
                resources=(arn(self, "cloudformation", f"stack/{stacks}/*"),),
                bound="Read-only, endpoint stacks of this environment",
            ),
            Permission(actions=("states:StartExecution",), resources=(promote.arn,)),
        )
