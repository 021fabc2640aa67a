"""Build the Process workflow: its scripts, Lambdas, state machine and their permissions."""

from aws_cdk import Duration, Size
from aws_cdk import aws_iam as iam
from constructs import Construct

from autogluon_constructs.code.archives import Sources
from autogluon_constructs.code.job_archive import JobArchive
from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.identity.permissions import (
    LIST_BUCKET,
    PUT_OBJECTS,
    Permission,
)
from autogluon_constructs.workflows.job_permissions import run_jobs, wait_for_jobs
from autogluon_constructs.workflows.processing.process_definition import process_definition
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.workflow_context import WorkflowContext
from autogluon_contracts import function_variables as variables
from autogluon_contracts import names


class ProcessWorkflow(Construct):
    """Runs the scripts that predictors' settings name, and describes data."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: WorkflowContext,
        code_uri: str,
        scripts: Sources,
        role: iam.IRole,
        role_name: str,
    ) -> None:
        """`scripts` are in no archive where there are none; the role is that of the jobs."""
        super().__init__(scope, construct_id)
        self._context = context
        self._environment = {
            **context.planner_variables(code_uri),
            variables.PROCESSING_ROLE_ARN: role.role_arn,
        }
        if scripts:
            archive = JobArchive(
                self,
                "Scripts",
                name=f"scripts-{context.environment}.tar.gz",
                sources=scripts,
                policy="read-scripts",
            )
            archive.grant_read(role_name, lists=False)
            self._environment[variables.SCRIPTS_URI] = archive.uri
        plan = self._plan_processing()
        summarize = self._summarize_processing()
        name = names.state_machine(context.environment, "process")
        self.state_machine = StateMachine(
            self,
            "Process",
            name=name,
            definition=process_definition(),
            substitutions={"PlanProcessing": plan.arn, "SummarizeProcessing": summarize.arn},
            functions=(plan, summarize),
            permissions=[
                *run_jobs(self, "Processing", state_machine=name),
                *wait_for_jobs(self, ["Processing"], role=role, key=context.key),
            ],
            log_retention=context.log_retention,
            removal_policy=context.removal_policy,
        )

    def _plan_processing(self) -> LambdaFunction:
        context = self._context
        function = context.function(
            self,
            "PlanProcessing",
            handler="plan_processing",
            description="Checks step and inputs; returns the request of the job that runs it",
            timeout=Duration.minutes(2),
            environment=self._environment,
        )
        function.grant(
            context.read_predictors(function),
            *context.read_data_and(
                function,
                "*/processing/*/outputs/*",
                bound="Read-only, data and what earlier processing jobs wrote",
            ),
            Permission(
                actions=PUT_OBJECTS,
                resources=(context.artifacts("*/processing/*/config/*"),),
                bound="Only the configuration of processing jobs",
            ),
            context.use_key(),
        )
        return function

    def _summarize_processing(self) -> LambdaFunction:
        context = self._context
        function = context.function(
            self,
            "SummarizeProcessing",
            handler="summarize_processing",
            description="Counts what a processing job wrote into each of its outputs",
            # Ten outputs of a hundred thousand files are a thousand pages of a listing.
            timeout=Duration.minutes(5),
            memory=Size.mebibytes(512),
        )
        function.grant(
            Permission(actions=LIST_BUCKET, resources=(context.artifact_bucket.bucket_arn,))
        )
        return function
