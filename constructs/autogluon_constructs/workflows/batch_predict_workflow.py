"""The BatchPredict workflow: its Lambdas, its state machine, and what they may do."""

from collections.abc import Sequence

from aws_cdk import Duration, Size
from constructs import Construct

from autogluon_constructs import names
from autogluon_constructs.data_access import read_buckets, read_locations
from autogluon_constructs.lambda_function import LambdaFunction
from autogluon_constructs.permissions import (
    DESCRIBE_KEY,
    FOLLOW_EVENTS,
    LIST_BUCKET,
    READ_OBJECTS,
    WRITE_OBJECTS,
    Permission,
    arn,
    grant_per_predictor,
    key_for_volumes,
    pass_role,
)
from autogluon_constructs.workflows.batch_predict_definition import batch_predict_definition
from autogluon_constructs.workflows.model_permissions import read_model_packages
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.surroundings import Surroundings, job_arns

_RUN_TRANSFORM_JOBS = (
    "sagemaker:AddTags",
    "sagemaker:CreateTransformJob",
    "sagemaker:DescribeTransformJob",
    "sagemaker:StopTransformJob",
)
_RUN_PROCESSING_JOBS = (
    "sagemaker:AddTags",
    "sagemaker:CreateProcessingJob",
    "sagemaker:DescribeProcessingJob",
    "sagemaker:StopProcessingJob",
)
_KEEP_MODELS = ("sagemaker:AddTags", "sagemaker:CreateModel", "sagemaker:DeleteModel")
_RULES = (
    "rule/StepFunctionsGetEventsForSageMakerProcessingJobsRule",
    "rule/StepFunctionsGetEventsForSageMakerTransformJobsRule",
)


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
            permissions=[*self._run_jobs(), *surroundings.failure_topic.publish()],
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
        bound = "Only resources whose names start with a predictor's"
        return [
            Permission(
                actions=_RUN_TRANSFORM_JOBS,
                resources=job_arns(self, "transform-job", predictors),
                bound=bound,
            ),
            Permission(
                actions=_RUN_PROCESSING_JOBS,
                resources=job_arns(self, "processing-job", predictors),
                bound=bound,
            ),
            Permission(
                actions=_KEEP_MODELS, resources=job_arns(self, "model", predictors), bound=bound
            ),
        ]

    def _run_jobs(self) -> list[Permission]:
        around = self._around
        return [
            Permission(
                actions=FOLLOW_EVENTS, resources=[arn(self, "events", rule) for rule in _RULES]
            ),
            pass_role(around.serving_role.role_arn, to_service="sagemaker.amazonaws.com"),
            key_for_volumes(around.key.key_arn),
            Permission(actions=DESCRIBE_KEY, resources=(around.key.key_arn,)),
        ]
