"""The Train workflow: its Lambdas, its state machine, and what they may do."""

from collections.abc import Sequence

from aws_cdk import Duration, Size
from constructs import Construct

from autogluon_constructs import names
from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.identity.permissions import (
    FOLLOW_EVENTS,
    LIST_BUCKET,
    READ_OBJECTS,
    WRITE_OBJECTS,
    Permission,
    arn,
    grant_per_predictor,
)
from autogluon_constructs.storage.data_access import read_buckets, read_locations
from autogluon_constructs.workflows.job_permissions import run_jobs_of, wait_for_jobs
from autogluon_constructs.workflows.model_permissions import (
    create_model_package_groups,
    register_model_packages,
)
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.train_definition import train_definition
from autogluon_constructs.workflows.workflow_context import Surroundings

_EXECUTIONS_RULE = "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"


class TrainWorkflow(Construct):
    """Trains, registers, and hands approved models to the Promote state machine."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        surroundings: Surroundings,
        code_uri: str,
        promote: StateMachine,
    ) -> None:
        super().__init__(scope, construct_id)
        self._around = surroundings
        plan = self._plan_training(code_uri)
        summarize = self._summarize_training()
        environment = surroundings.environment
        self.state_machine = StateMachine(
            self,
            "Train",
            name=names.state_machine(environment, "train"),
            definition=train_definition(),
            substitutions={
                "Environment": f"autogluon-{environment}",
                "Workflow": "train",
                "FailureTopic": surroundings.failure_topic.arn,
                "PlanTraining": plan.arn,
                "SummarizeTraining": summarize.arn,
                "PromoteStateMachine": promote.arn,
            },
            functions=(plan, summarize),
            permissions=[
                *wait_for_jobs(
                    self, ["Training"], role=surroundings.training_role, key=surroundings.key
                ),
                register_model_packages(self, environment),
                *self._run_promotions(promote),
                *surroundings.failure_topic.publish(),
            ],
            log_retention=surroundings.log_retention,
            removal_policy=surroundings.removal_policy,
        )
        grant_per_predictor(self.state_machine.role, surroundings.predictors, self._run_jobs_of)

    def _plan_training(self, code_uri: str) -> LambdaFunction:
        around = self._around
        function = around.function(
            self,
            "PlanTraining",
            handler="plan_training",
            description="Checks input and data; returns the training job's request",
            memory=Size.mebibytes(1769),
            environment=around.planner_variables(code_uri),
        )
        function.grant(
            around.read_predictors(function),
            *read_buckets(around.data_bucket.bucket_arn, around.artifact_bucket.bucket_arn),
            *read_locations(function, around.data_access),
            Permission(
                actions=WRITE_OBJECTS,
                resources=(around.artifacts("*/runs/*/config/*"),),
                bound="Only the configuration of training jobs",
            ),
            around.use_key(),
        )
        return function

    def _summarize_training(self) -> LambdaFunction:
        around = self._around
        function = around.function(
            self,
            "SummarizeTraining",
            handler="summarize_training",
            description="Reads a training job's metrics, decides by the quality gate, registers",
            timeout=Duration.minutes(2),
            memory=Size.mebibytes(512),
        )
        function.grant(
            around.read_predictors(function),
            Permission(actions=LIST_BUCKET, resources=(around.artifact_bucket.bucket_arn,)),
            Permission(
                actions=READ_OBJECTS,
                resources=(around.artifacts("*/runs/*"),),
                bound="Read-only, results of training jobs",
            ),
            Permission(
                actions=WRITE_OBJECTS,
                resources=(around.artifacts("*/runs/*/report/*"),),
                bound="Only reports of training jobs",
            ),
            around.use_key(),
            create_model_package_groups(function, around.environment),
        )
        return function

    def _run_jobs_of(self, predictors: Sequence[str]) -> list[Permission]:
        return [run_jobs_of(self, "Training", predictors)]

    def _run_promotions(self, promote: StateMachine) -> list[Permission]:
        name = names.state_machine(self._around.environment, "promote")
        return [
            Permission(actions=("states:StartExecution",), resources=(promote.arn,)),
            Permission(
                actions=("states:DescribeExecution", "states:StopExecution"),
                resources=(arn(self, "states", f"execution:{name}:*"),),
                bound="Only executions of the Promote state machine",
            ),
            Permission(actions=FOLLOW_EVENTS, resources=(arn(self, "events", _EXECUTIONS_RULE),)),
        ]
