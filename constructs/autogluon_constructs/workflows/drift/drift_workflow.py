"""Build the Drift workflow: its Lambdas, its state machine and their permissions."""

from aws_cdk import Duration, Size
from aws_cdk import aws_iam as iam
from constructs import Construct

from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.identity.permissions import (
    PUT_OBJECTS,
    READ_OBJECTS,
    Permission,
)
from autogluon_constructs.workflows.drift.drift_definition import drift_definition
from autogluon_constructs.workflows.job_permissions import run_jobs, wait_for_jobs
from autogluon_constructs.workflows.model_permissions import describe_model_packages
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.workflow_context import WorkflowContext
from autogluon_contracts import function_variables as variables
from autogluon_contracts import names


class DriftWorkflow(Construct):
    """Compares what endpoints were asked with what their models were trained on."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: WorkflowContext,
        code_uri: str,
        role: iam.IRole,
    ) -> None:
        """`role` is that of the jobs."""
        super().__init__(scope, construct_id)
        self._context = context
        plan = self._plan_drift(code_uri, role)
        summarize = self._summarize_drift()
        name = names.state_machine(context.environment, "drift")
        namespace = names.metric_namespace(context.environment)
        self.state_machine = StateMachine(
            self,
            "Drift",
            name=name,
            definition=drift_definition(),
            substitutions={
                "PlanDrift": plan.arn,
                "SummarizeDrift": summarize.arn,
                "MetricNamespace": namespace,
            },
            functions=(plan, summarize),
            permissions=[
                *run_jobs(self, "Processing", state_machine=name),
                *wait_for_jobs(self, ["Processing"], role=role, key=context.key),
                Permission(
                    actions=("cloudwatch:PutMetricData",),
                    resources=("*",),
                    conditions={"StringEquals": {"cloudwatch:namespace": namespace}},
                    bound="PutMetricData knows no resources; a condition holds it to the "
                    "environment's own namespace",
                ),
            ],
            log_retention=context.log_retention,
            removal_policy=context.removal_policy,
        )

    def _plan_drift(self, code_uri: str, role: iam.IRole) -> LambdaFunction:
        context = self._context
        function = context.function(
            self,
            "PlanDrift",
            handler="plan_drift",
            description="Finds captured requests; returns the request of the job that compares",
            timeout=Duration.minutes(5),
            memory=Size.mebibytes(512),
            environment={
                **context.planner_variables(code_uri),
                variables.DRIFT_ROLE_ARN: role.role_arn,
            },
        )
        function.grant(
            context.read_predictors(function),
            describe_model_packages(function, context.environment),
            # Labels: their format may have to be told by their first bytes.
            *context.read_data_and(
                function,
                "*/runs/*/report/*",
                bound="Read-only, labels and what training jobs report",
            ),
            Permission(
                actions=PUT_OBJECTS,
                resources=(context.artifacts("*/drift/*/config/*"),),
                bound="Only the configuration of drift jobs",
            ),
            context.use_key(),
        )
        return function

    def _summarize_drift(self) -> LambdaFunction:
        context = self._context
        function = context.function(
            self,
            "SummarizeDrift",
            handler="summarize_drift",
            description="Reads the report of a drift job; names what has drifted",
        )
        function.grant(
            Permission(
                actions=READ_OBJECTS,
                resources=(context.artifacts("*/drift/*"),),
                bound="Read-only, the reports of drift jobs",
            ),
            Permission(actions=("kms:Decrypt",), resources=(context.key.key_arn,)),
        )
        return function
