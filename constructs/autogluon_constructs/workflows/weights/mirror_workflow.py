"""Build the MirrorWeights workflow: its role, its Lambdas, its state machine, their permissions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aws_cdk import Duration, Stack
from constructs import Construct

from autogluon_constructs.code.container_code import ContainerCode
from autogluon_constructs.code.lambda_function import LambdaFunction
from autogluon_constructs.identity.job_role import JobRole, Writable
from autogluon_constructs.identity.permissions import (
    LIST_BUCKET,
    PUT_OBJECTS,
    READ_OBJECTS,
    Permission,
    grant,
)
from autogluon_constructs.network.placement import network_interfaces
from autogluon_constructs.settings.weights import Weights
from autogluon_constructs.workflows.job_permissions import run_jobs, wait_for_jobs
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.weights.mirror_definition import mirror_definition
from autogluon_constructs.workflows.workflow_context import WorkflowContext
from autogluon_contracts import function_variables as variables
from autogluon_contracts import names
from autogluon_contracts.documents.mirror_settings import MirrorSettings

_JOBS, _SETS, _RECORDS = "weights/jobs/*", "weights/sets/*", "weights/records/*"


class MirrorWorkflow(Construct):
    """Mirrors pretrained weights, by the one job of an environment that reads from the internet.

    Its role reads nothing but its own configuration and code, and adds files of weights alone.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        context: WorkflowContext,
        code: ContainerCode,
        weights: Weights,
        image_uri: str,
        image_repository_arns: Sequence[str],
        tags: Mapping[str, str],
    ) -> None:
        super().__init__(scope, construct_id)
        if weights.network == "none":
            context = replace(context, placement=None)
        self._context = context
        job = self._job_role(image_repository_arns)
        grant(job.role, *code.read_permissions())
        settings = MirrorSettings(
            hub=weights.hub,
            image_uri=image_uri,
            role_arn=job.role.role_arn,
            instance_type=weights.instance_type,
            volume_size_gb=weights.volume_size_gb,
            max_runtime_seconds=weights.max_runtime_seconds,
            tags=tags,
        )
        plan = self._plan_mirror(code.uri, settings)
        summarize = self._summarize_mirror()
        name = names.state_machine(context.environment, "mirror-weights")
        self.state_machine = StateMachine(
            self,
            "MirrorWeights",
            name=name,
            definition=mirror_definition(),
            substitutions={"PlanMirror": plan.arn, "SummarizeMirror": summarize.arn},
            functions=(plan, summarize),
            permissions=[
                *run_jobs(self, "Processing", state_machine=name),
                *wait_for_jobs(self, ["Processing"], role=job.role, key=context.key),
            ],
            log_retention=context.log_retention,
            removal_policy=context.removal_policy,
        )

    def _job_role(self, image_repository_arns: Sequence[str]) -> JobRole:
        context = self._context
        placements = [] if context.placement is None else [context.placement]
        return JobRole(
            self,
            "Job",
            description="The job that mirrors pretrained weights",
            buckets=[context.artifact_bucket],
            readable=[context.artifacts(_JOBS)],
            key=context.key,
            data_access=(),
            image_repository_arns=image_repository_arns,
            writable=Writable(
                object_arns=[context.artifacts(_JOBS), context.artifacts(_SETS)],
                bound="Adds mirrored weights and their record to a versioned bucket; deletes none",
            ),
            network=network_interfaces(self, placements),
        )

    def _plan_mirror(self, code_uri: str, settings: MirrorSettings) -> LambdaFunction:
        context = self._context
        function = context.function(
            self,
            "PlanMirror",
            handler="plan_mirror",
            description="Checks the input; returns the request of the job that mirrors weights",
            environment={
                **context.planner_variables(code_uri),
                variables.MIRROR: Stack.of(self).to_json_string(settings.to_json()),
            },
        )
        function.grant(
            Permission(actions=LIST_BUCKET, resources=(context.artifact_bucket.bucket_arn,)),
            Permission(
                actions=READ_OBJECTS,
                resources=(context.artifacts(_RECORDS),),
                bound="Read-only, records of mirrored weights",
            ),
            Permission(
                actions=PUT_OBJECTS,
                resources=(context.artifacts("weights/jobs/*/mirror.json"),),
                bound="Only the configuration of mirroring jobs",
            ),
            context.use_key(),
        )
        return function

    def _summarize_mirror(self) -> LambdaFunction:
        context = self._context
        function = context.function(
            self,
            "SummarizeMirror",
            handler="summarize_mirror",
            description="Holds mirrored files against the job's record, and makes the set usable",
            timeout=Duration.minutes(2),
        )
        function.grant(
            Permission(actions=LIST_BUCKET, resources=(context.artifact_bucket.bucket_arn,)),
            Permission(
                actions=READ_OBJECTS,
                resources=(context.artifacts("weights/jobs/*/weights.json"),),
                bound="Read-only, what mirroring jobs recorded",
            ),
            Permission(
                actions=PUT_OBJECTS,
                resources=(context.artifacts(_RECORDS),),
                bound="Only records of mirrored weights",
            ),
            context.use_key(),
        )
        return function
