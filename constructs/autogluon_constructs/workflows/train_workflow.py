"""Build the Train workflow: its Lambdas, its state machine and their permissions."""

from aws_cdk import Duration, Size
from constructs import Construct

from autogluon_constructs.code.archives import Sources
from autogluon_constructs.code.job_archive import JobArchive
from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.identity.permissions import (
    LIST_BUCKET,
    PUT_OBJECTS,
    READ_OBJECTS,
    Permission,
)
from autogluon_constructs.workflows.job_permissions import run_jobs, wait_for_jobs
from autogluon_constructs.workflows.model_permissions import (
    create_model_package_groups,
    describe_algorithms,
    read_model_packages,
    register_model_packages,
    run_promotions,
)
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.train_definition import train_definition
from autogluon_constructs.workflows.training_planner import training_planner
from autogluon_constructs.workflows.workflow_context import WorkflowContext
from autogluon_contracts import names


class TrainWorkflow(Construct):
    """Trains, registers, and hands approved models to the Promote state machine.

    `summarize` is the function that registers the model of a training job, and `scripts_uri` the
    archive of scripts and code for training jobs, if there is one.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: WorkflowContext,
        code_uri: str,
        promote: StateMachine,
        scripts: Sources,
        role_name: str,
    ) -> None:
        """`scripts` are those that train, under the role of that name; there may be none."""
        super().__init__(scope, construct_id)
        self._context = context
        archive = None
        if scripts:
            archive = JobArchive(
                self,
                "Scripts",
                name=f"training-scripts-{context.environment}.tar.gz",
                sources=scripts,
                policy="read-training-scripts",
            )
            archive.grant_read(role_name, lists=False)
        self.scripts_uri = None if archive is None else archive.uri
        plan = training_planner(
            self,
            "PlanTraining",
            context=context,
            code_uri=code_uri,
            handler="plan_training",
            description="Checks input and data; returns the training job's request",
            # A run may train a version further.
            permissions=[
                *read_model_packages(self, context.environment),
                *context.give_up_data("runs"),
                *describe_algorithms(context.algorithm_resources),
            ],
            scripts_uri=self.scripts_uri,
        )
        self.summarize = self._summarize_training()
        environment = context.environment
        name = names.state_machine(environment, "train")
        self.state_machine = StateMachine(
            self,
            "Train",
            name=name,
            definition=train_definition(),
            substitutions={
                "PlanTraining": plan.arn,
                "SummarizeTraining": self.summarize.arn,
                "PromoteStateMachine": promote.arn,
            },
            functions=(plan, self.summarize),
            permissions=[
                *run_jobs(self, "Training", state_machine=name),
                *wait_for_jobs(self, ["Training"], role=context.training_role, key=context.key),
                register_model_packages(self, environment),
                *run_promotions(self, promote, environment=environment),
            ],
            log_retention=context.log_retention,
            removal_policy=context.removal_policy,
        )

    def _summarize_training(self) -> LambdaFunction:
        context = self._context
        function = context.function(
            self,
            "SummarizeTraining",
            handler="summarize_training",
            description="Reads a training job's metrics, decides by the quality gate, registers",
            timeout=Duration.minutes(2),
            memory=Size.mebibytes(512),
        )
        function.grant(
            context.read_predictors(function),
            Permission(actions=LIST_BUCKET, resources=(context.artifact_bucket.bucket_arn,)),
            Permission(
                actions=READ_OBJECTS,
                resources=(context.artifacts("*/runs/*"),),
                bound="Read-only, results of training jobs",
            ),
            Permission(
                actions=PUT_OBJECTS,
                resources=(context.artifacts("*/runs/*/report/*"),),
                bound="Only reports of training jobs",
            ),
            context.use_key(),
            create_model_package_groups(function, context.environment),
        )
        return function
