"""Build the BatchPredict workflow: its Lambdas, its state machine and their permissions."""

from aws_cdk import Duration, Size
from constructs import Construct

from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.identity.data_access import (
    read_buckets,
    read_locations,
    write_locations,
)
from autogluon_constructs.identity.permissions import (
    LIST_BUCKET,
    PUT_OBJECTS,
    READ_OBJECTS,
    WRITE_OBJECTS,
    Permission,
    arn,
)
from autogluon_constructs.workflows.batch_predict_definition import batch_predict_definition
from autogluon_constructs.workflows.job_permissions import (
    keep_models,
    run_jobs,
    wait_for_jobs,
)
from autogluon_constructs.workflows.model_permissions import (
    describe_what_serves,
    read_model_packages,
)
from autogluon_constructs.workflows.process_groups import LABEL
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.workflow_context import WorkflowContext
from autogluon_contracts import names

# A Map Run exports its results in parts, and looks at what it wrote.
_EXPORT_RESULTS = ("s3:GetObject", "s3:ListMultipartUploadParts", *WRITE_OBJECTS)


class BatchPredictWorkflow(Construct):
    """Scores files with a registered model."""

    def __init__(
        self, scope: Construct, construct_id: str, *, context: WorkflowContext, code_uri: str
    ) -> None:
        super().__init__(scope, construct_id)
        self._context = context
        plan = self._plan_batch(code_uri)
        summarize = self._summarize_batch()
        name = names.state_machine(context.environment, "batch-predict")
        self.state_machine = StateMachine(
            self,
            "BatchPredict",
            name=name,
            definition=batch_predict_definition(),
            substitutions={
                "PlanBatch": plan.arn,
                "SummarizeBatch": summarize.arn,
            },
            functions=(plan, summarize),
            permissions=[
                *run_jobs(self, "Transform", state_machine=name),
                *run_jobs(self, "Processing", state_machine=name),
                *keep_models(self, state_machine=name),
                *wait_for_jobs(
                    self,
                    ["Processing", "Transform"],
                    role=context.serving_role,
                    key=context.key,
                ),
                *self._fan_out(),
            ],
            log_retention=context.log_retention,
            removal_policy=context.removal_policy,
        )

    def _plan_batch(self, code_uri: str) -> LambdaFunction:
        context = self._context
        function = context.function(
            self,
            "PlanBatch",
            handler="plan_batch",
            description="Checks input and data; chooses the engine; returns the job's requests",
            # It reads every file once, to count rows, unless the data are large.
            timeout=Duration.minutes(15),
            memory=Size.mebibytes(1769),
            environment=context.planner_variables(code_uri),
        )
        function.grant(
            context.read_predictors(function),
            *read_model_packages(function, context.environment),
            *read_buckets(context.data_bucket.bucket_arn, context.artifact_bucket.bucket_arn),
            *read_locations(function, context.data_access),
            Permission(
                actions=PUT_OBJECTS,
                resources=(context.artifacts("*/batches/*/config/*"),),
                bound="Only the configuration of batches",
            ),
            *context.give_up_data("batches"),
            context.use_key(),
            *(
                describe_what_serves(self, context.environment, context.named_endpoints)
                if context.has_series
                else ()
            ),
        )
        return function

    def _summarize_batch(self) -> LambdaFunction:
        context = self._context
        function = context.function(
            self,
            "SummarizeBatch",
            handler="summarize_batch",
            description="Holds rows out against rows in, writes the results' manifest",
            timeout=Duration.minutes(15),
            memory=Size.mebibytes(1769),
        )
        function.grant(
            Permission(actions=LIST_BUCKET, resources=(context.artifact_bucket.bucket_arn,)),
            Permission(
                actions=READ_OBJECTS,
                resources=(context.artifacts("*/batches/*"),),
                bound="Read-only, answers of batches",
            ),
            Permission(
                actions=WRITE_OBJECTS,
                resources=(
                    context.artifacts("*/batches/*/results/*"),
                    context.artifacts("*/batches/*/manifest.json"),
                ),
                bound="Only results and manifests of batches",
            ),
            Permission(
                actions=("s3:DeleteObject",),
                resources=(context.artifacts("*/batches/*/raw/*"),),
                bound="Only raw answers, which the results replace; the bucket keeps versions",
            ),
            *write_locations(function, context.output_locations),
            context.use_key(),
        )
        return function

    def _fan_out(self) -> list[Permission]:
        """Return the distributed Map: its list of jobs, its child executions, its results."""
        context = self._context
        name = names.state_machine(context.environment, "batch-predict")
        executions = [f"execution:{name}:*", f"execution:{name}/{LABEL}:*"]
        config = "*/batches/*/config/*"
        return [
            # By name: the state machine's own ARN would depend on this policy.
            Permission(
                actions=("states:StartExecution",),
                resources=(arn(self, "states", f"stateMachine:{name}"),),
            ),
            Permission(
                actions=("states:DescribeExecution", "states:StopExecution"),
                resources=[arn(self, "states", execution) for execution in executions],
                bound="Only executions of this state machine and children of its Map",
            ),
            Permission(
                actions=READ_OBJECTS,
                resources=[
                    context.artifacts(f"{config}/groups.json"),
                    context.artifacts(f"{config}/failure.json"),
                ],
                bound="Read-only, lists of a batch's jobs and the sentence of one that failed",
            ),
            Permission(
                actions=("s3:PutObject",),
                resources=(context.artifacts(f"{config}/failure.json"),),
                bound="Only the sentence of a job that failed",
            ),
            Permission(
                actions=_EXPORT_RESULTS,
                resources=(context.artifacts("*/batches/*/jobs/*"),),
                bound="Only results of Map Runs",
            ),
            context.use_key(),
        ]
