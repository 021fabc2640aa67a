"""Build the Tune workflow: its Lambdas, its state machine and their permissions."""

from aws_cdk import Duration
from constructs import Construct

from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.identity.permissions import PUT_OBJECTS, Permission
from autogluon_constructs.workflows.endings.execution_endings import on_unsuccessful_ends
from autogluon_constructs.workflows.job_permissions import (
    describe_training_jobs,
    end_tuning_jobs,
    equip_jobs,
    list_trials,
    run_tuning_jobs,
)
from autogluon_constructs.workflows.model_permissions import (
    register_model_packages,
    run_promotions,
)
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.training_planner import training_planner
from autogluon_constructs.workflows.tune_definition import tune_definition
from autogluon_constructs.workflows.workflow_context import WorkflowContext
from autogluon_contracts import names


class TuneWorkflow(Construct):
    """Tunes, registers the best trial as Train does, and stops the search of a run that ended.

    Args:
        summarize_training: the function of the Train workflow that registers a job's model.
        scripts_uri: the archive of the code that trials import; None: there is none.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: WorkflowContext,
        code_uri: str,
        summarize_training: LambdaFunction,
        promote: StateMachine,
        scripts_uri: str | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._context = context
        self._name = names.state_machine(context.environment, "tune")
        plan = training_planner(
            self,
            "PlanTuning",
            context=context,
            code_uri=code_uri,
            handler="plan_tuning",
            description="Checks ranges, input and data; returns the tuning job's request",
            permissions=context.give_up_data("runs"),
            scripts_uri=scripts_uri,
        )
        summarize = self._summarize_tuning()
        self.state_machine = StateMachine(
            self,
            "Tune",
            name=self._name,
            definition=tune_definition(),
            substitutions={
                "PlanTuning": plan.arn,
                "SummarizeTuning": summarize.arn,
                "SummarizeTraining": summarize_training.arn,
                "PromoteStateMachine": promote.arn,
            },
            functions=(plan, summarize, summarize_training),
            permissions=[
                *run_tuning_jobs(self, state_machine=self._name),
                *equip_jobs(role=context.training_role, key=context.key),
                register_model_packages(self, context.environment),
                *run_promotions(self, promote, environment=context.environment),
            ],
            log_retention=context.log_retention,
            removal_policy=context.removal_policy,
        )
        self._stop_tuning()

    def _summarize_tuning(self) -> LambdaFunction:
        context = self._context
        function = context.function(
            self,
            "SummarizeTuning",
            handler="summarize_tuning",
            description="Writes the table of a tuning job's trials and chooses the best",
            timeout=Duration.minutes(2),
        )
        function.grant(
            list_trials(function, state_machine=self._name),
            describe_training_jobs(function, state_machines=[self._name]),
            Permission(
                actions=PUT_OBJECTS,
                resources=(context.artifacts("*/runs/*/report/*"),),
                bound="Only reports of training jobs",
            ),
            Permission(actions=("kms:GenerateDataKey",), resources=(context.key.key_arn,)),
        )
        return function

    def _stop_tuning(self) -> None:
        function = on_unsuccessful_ends(
            self,
            "StopTuning",
            context=self._context,
            state_machines=[self.state_machine],
            handler="stop_tuning",
            description="Stops the tuning job of a run that did not succeed",
            executions="tuning runs",
        )
        function.grant(end_tuning_jobs(function, state_machine=self._name))
