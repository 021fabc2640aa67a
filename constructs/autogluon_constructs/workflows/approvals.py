"""Build what promotes the model versions that people approve."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from autogluon_constructs.identity.permissions import Permission
from autogluon_constructs.workflows.model_permissions import read_model_packages
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.workflow_context import WorkflowContext
from autogluon_contracts import function_variables as variables
from autogluon_contracts import names

# SageMaker guide, "Events that SageMaker AI sends to EventBridge"; they are delivered on a best
# effort basis (EventBridge reference), so that an approval may come to notice by the schedule only.
_STATE_CHANGE = "SageMaker Model Package State Change"
_LOOK_EVERY = Duration.hours(1)


class ApprovalPromotion(Construct):
    """One Lambda, a rule for approvals, and one that looks for those that no event told of."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: WorkflowContext,
        promote: StateMachine,
    ) -> None:
        super().__init__(scope, construct_id)
        function = context.function(
            self,
            "PromoteApproved",
            handler="promote_approved",
            description="Starts the promotion of the model versions that people approve",
            environment={variables.PROMOTE_STATE_MACHINE_ARN: promote.arn},
        )
        function.grant(
            context.read_predictors(function),
            *read_model_packages(function, context.environment),
            Permission(actions=("states:StartExecution",), resources=(promote.arn,)),
        )
        target = targets.LambdaFunction(function.function)
        events.Rule(
            self,
            "Approved",
            description=f"Approved model versions of autogluon-{context.environment}",
            event_pattern=events.EventPattern(
                source=["aws.sagemaker"],
                detail_type=[_STATE_CHANGE],
                detail={
                    "ModelPackageGroupName": [
                        {"prefix": names.model_package_group(context.environment, "")}
                    ],
                    "ModelApprovalStatus": ["Approved"],
                },
            ),
            targets=[target],
        )
        events.Rule(
            self,
            "Missed",
            description=f"Approvals of autogluon-{context.environment} without an event",
            schedule=events.Schedule.rate(_LOOK_EVERY),
            targets=[target],
        )
