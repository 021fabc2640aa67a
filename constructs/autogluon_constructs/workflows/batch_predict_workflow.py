"""The BatchPredict workflow: its Lambdas, its state machine, and what they may do."""

from collections.abc import Sequence

from aws_cdk import Duration, Size
from constructs import Construct

from autogluon_constructs import names
from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.identity.permissions import (
    LIST_BUCKET,
    READ_OBJECTS,
    WRITE_OBJECTS,
    Permission,
    arn,
    grant_per_predictor,
)
from autogluon_constructs.storage.data_access import read_buckets, read_locations
from autogluon_constructs.workflows.batch_predict_definition import batch_predict_definition
from autogluon_constructs.workflows.job_permissions import (
    keep_models_of,
    run_jobs_of,
    wait_for_jobs,
)
from autogluon_constructs.workflows.model_permissions import read_model_packages
from autogluon_constructs.workflows.process_groups import LABEL
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.workflow_context import Surroundings

# A Map Run exports its results in parts, and looks at what it wrote.
_EXPORT_RESULTS = ("s3:GetObject", "s3:ListMultipartUploadParts", *WRITE_OBJECTS)


class BatchPredictWorkflow(Construct):
    """Scores files with a registered model."""

    def __init__(
        self, scope: Construct, construct_id: str, *, surroundings: Surroundings, code_uri: str
    ) -> None:
        super().__init__(scope, construct_id)
        self._around = surroundings
        plan = self._plan_batch(code_uri)
        summarize = self._summarize_batch()
        environment = surroundings.environment
        self.state_machine = StateMachine(
            self,
            "BatchPredict",
            name=names.state_machine(environment, "batch-predict"),
            definition=batch_predict_definition(),
            substitutions={
                "Environment": f"autogluon-{environment}",
                "Workflow": "batch-predict",
                "FailureTopic": surroundings.failure_topic.arn,
                "PlanBatch": plan.arn,
                "SummarizeBatch": summarize.arn,
            },
            functions=(plan, summarize),
            permissions=[
                *wait_for_jobs(
                    self,
                    ["Processing", "Transform"],
                    role=surroundings.serving_role,
                    key=surroundings.key,
                ),
                *self._fan_out(),
                *surroundings.failure_topic.publish(),
            ],
            log_retention=surroundings.log_retention,
            removal_policy=surroundings.removal_policy,
        )
        grant_per_predictor(self.state_machine.role, surroundings.predictors, self._run_jobs_of)

    def _plan_batch(self, code_uri: str) -> LambdaFunction:
        around = self._around
        function = around.function(
            self,
            "PlanBatch",
            handler="plan_batch",
            description="Checks input and data; chooses the engine; returns the job's requests",
            # It reads every file once, to count rows, unless the data are large.
            timeout=Duration.minutes(15),
            memory=Size.mebibytes(1769),
            environment=around.planner_variables(code_uri),
        )
        function.grant(
            around.read_predictors(function),
            *read_model_packages(function, around.environment),
            *read_buckets(around.data_bucket.bucket_arn, around.artifact_bucket.bucket_arn),
            *read_locations(function, around.data_access),
            Permission(
                actions=WRITE_OBJECTS,
                resources=(around.artifacts("*/batches/*/config/*"),),
                bound="Only the configuration of batches",
            ),
            around.use_key(),
        )
        return function

    def _summarize_batch(self) -> LambdaFunction:
        around = self._around
        function = around.function(
            self,
            "SummarizeBatch",
            handler="summarize_batch",
            description="Holds rows out against rows in, writes the results' manifest",
            timeout=Duration.minutes(15),
            memory=Size.mebibytes(1769),
        )
        function.grant(
            Permission(actions=LIST_BUCKET, resources=(around.artifact_bucket.bucket_arn,)),
            Permission(
                actions=READ_OBJECTS,
                resources=(around.artifacts("*/batches/*"),),
                bound="Read-only, answers of batches",
            ),
            Permission(
                actions=WRITE_OBJECTS,
                resources=(
                    around.artifacts("*/batches/*/results/*"),
                    around.artifacts("*/batches/*/manifest.json"),
                ),
                bound="Only results and manifests of batches",
            ),
            Permission(
                actions=("s3:DeleteObject",),
                resources=(around.artifacts("*/batches/*/raw/*"),),
                bound="Only raw answers, which the results replace; the bucket keeps versions",
            ),
            around.use_key(),
        )
        return function

    def _run_jobs_of(self, predictors: Sequence[str]) -> list[Permission]:
        return [
            run_jobs_of(self, "Transform", predictors),
            run_jobs_of(self, "Processing", predictors),
            keep_models_of(self, predictors),
        ]

    def _fan_out(self) -> list[Permission]:
        """The distributed Map: its list of jobs, its child executions, its results."""
        around = self._around
        name = names.state_machine(around.environment, "batch-predict")
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
                    around.artifacts(f"{config}/groups.json"),
                    around.artifacts(f"{config}/failure.json"),
                ],
                bound="Read-only, lists of a batch's jobs and the sentence of one that failed",
            ),
            Permission(
                actions=("s3:PutObject",),
                resources=(around.artifacts(f"{config}/failure.json"),),
                bound="Only the sentence of a job that failed",
            ),
            Permission(
                actions=_EXPORT_RESULTS,
                resources=(around.artifacts("*/batches/*/jobs/*"),),
                bound="Only results of Map Runs",
            ),
            around.use_key(),
        ]
