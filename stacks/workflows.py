"""Build Workflows: Lambdas and state machines, deployed with the code."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aws_cdk import Annotations, Aspects, CfnOutput, Stack
from constructs import Construct

from autogluon_constructs.code.container_code import ContainerCode
from autogluon_constructs.code.pipeline_archives import PipelineArchives
from autogluon_constructs.network.placement import Placement
from autogluon_constructs.notebook.notebook import NotebookInstance
from autogluon_constructs.predictor.deployment_parameter import DeploymentParameter
from autogluon_constructs.predictor.image_registry import ImageRegistry
from autogluon_constructs.predictor.predictor_parameters import PredictorParameters
from autogluon_constructs.predictor.predictor_spec import predictor_spec
from autogluon_constructs.settings import Environment
from autogluon_constructs.settings.rules.left_out import left_out_warnings
from autogluon_constructs.storage.log_encryption import EveryLogGroup
from autogluon_constructs.storage.retention import log_retention, removal_policy
from autogluon_constructs.storage.sagemaker_log_groups import SageMakerLogGroups
from autogluon_constructs.workflows.approvals import ApprovalPromotion
from autogluon_constructs.workflows.batch_predict_workflow import BatchPredictWorkflow
from autogluon_constructs.workflows.dashboard import dashboard
from autogluon_constructs.workflows.drift.drift_alarms import drift_alarms
from autogluon_constructs.workflows.drift.drift_workflow import DriftWorkflow
from autogluon_constructs.workflows.endings.failure_reports import FailureReports
from autogluon_constructs.workflows.endings.resumed_scaling import ResumedScaling
from autogluon_constructs.workflows.endings.run_alarm import run_alarm
from autogluon_constructs.workflows.endings.stopped_batch_clean_up import StoppedBatchCleanUp
from autogluon_constructs.workflows.endings.stopped_training_clean_up import (
    StoppedTrainingCleanUp,
)
from autogluon_constructs.workflows.failure_topic import FailureTopic
from autogluon_constructs.workflows.processing.process_workflow import ProcessWorkflow
from autogluon_constructs.workflows.promote_workflow import PromoteWorkflow
from autogluon_constructs.workflows.schedules.new_object_batches import NewObjectBatches
from autogluon_constructs.workflows.schedules.scheduled_runs import ScheduledRuns
from autogluon_constructs.workflows.state_machine import StateMachine
from autogluon_constructs.workflows.train_workflow import TrainWorkflow
from autogluon_constructs.workflows.tune_workflow import TuneWorkflow
from autogluon_constructs.workflows.weights.mirror_workflow import MirrorWorkflow
from autogluon_constructs.workflows.workflow_context import WorkflowContext
from autogluon_contracts import names
from autogluon_contracts.documents.deployment import DeploymentDocument
from stacks.foundation import Foundation, SharedResources, placement_of


class Workflows(Stack):
    """Train, Tune, BatchPredict, Promote, Drift and Process of an environment's predictors."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Environment,
        foundation: Foundation,
        **stack: Any,
    ) -> None:
        super().__init__(
            scope, construct_id, stack_name=names.workflows_stack(settings.name), **stack
        )
        self.add_stack_dependency(foundation)
        for name, warning in left_out_warnings(settings.predictors):
            Annotations.of(self).add_warning_v2(f"autogluon:models-left-out:{name}", warning)
        shared = foundation.shared_with(self)
        if settings.encryption.log_groups:
            Aspects.of(self).add(EveryLogGroup(shared.key))
        code = ContainerCode(self, "ContainerCode")
        code.grant_read(*shared.job_role_names)
        self._pipelines = self._pack_pipelines(settings, shared.serving_role_name)
        context = WorkflowContext(
            environment=settings.name,
            data_bucket=shared.data_bucket,
            artifact_bucket=shared.artifact_bucket,
            key=shared.key,
            training_role=shared.training_role,
            serving_role=shared.serving_role,
            failure_topic=FailureTopic(
                self,
                "Failures",
                environment=settings.name,
                key=shared.key,
                emails=settings.notification_emails,
            ),
            data_access=settings.data_access,
            output_locations=settings.output_locations,
            placement=shared.placement,
            function_placement=shared.function_placement,
            has_series=settings.has_series,
            named_endpoints=sorted(settings.named_endpoints.values()),
            has_budgets=settings.has_budgets,
            algorithm_resources=settings.algorithm_resources,
            prepares_data=settings.has_algorithms,
            log_retention=log_retention(settings.log_retention_days),
            removal_policy=removal_policy(settings.removal),
        )
        promote = PromoteWorkflow(
            self,
            "Promote",
            context=context,
            endpoint_stack_role=shared.endpoint_stack_role,
            has_components=bool(settings.components),
        )
        train = TrainWorkflow(
            self,
            "Train",
            context=context,
            code_uri=code.uri,
            promote=promote.state_machine,
            scripts=settings.training_scripts,
            role_name=shared.training_role_name,
        )
        tune = TuneWorkflow(
            self,
            "Tune",
            context=context,
            code_uri=code.uri,
            summarize_training=train.summarize,
            promote=promote.state_machine,
            scripts_uri=train.scripts_uri,
        )
        batch_predict = BatchPredictWorkflow(
            self, "BatchPredict", context=context, code_uri=code.uri
        )
        drift = DriftWorkflow(
            self, "Drift", context=context, code_uri=code.uri, role=shared.drift_role
        )
        process = ProcessWorkflow(
            self,
            "Process",
            context=context,
            code_uri=code.uri,
            scripts=settings.scripts,
            role=shared.processing_role,
            role_name=shared.processing_role_name,
        )
        mirror = self._mirror_weights(settings, context, code)
        machines = {
            "Train": train.state_machine,
            "Tune": tune.state_machine,
            "BatchPredict": batch_predict.state_machine,
            "Promote": promote.state_machine,
            "Drift": drift.state_machine,
            "Process": process.state_machine,
            **({} if mirror is None else {"MirrorWeights": mirror.state_machine}),
        }
        FailureReports(
            self, "FailureReports", context=context, state_machines=list(machines.values())
        )
        StoppedBatchCleanUp(
            self, "StoppedBatches", context=context, state_machine=batch_predict.state_machine
        )
        if settings.trains_on_several_instances:
            StoppedTrainingCleanUp(
                self, "StoppedTrainings", context=context, state_machine=train.state_machine
            )
        if settings.scales:
            ResumedScaling(self, "Scaling", context=context, promote=promote.state_machine)
        if settings.promotes_on_approval:
            ApprovalPromotion(self, "Approvals", context=context, promote=promote.state_machine)
        if settings.schedules:
            ScheduledRuns(
                self,
                "Schedules",
                context=context,
                schedules=settings.schedules,
                lifetimes=settings.lifetimes,
                state_machines={
                    "train": train.state_machine,
                    "tune": tune.state_machine,
                    "batch_predict": batch_predict.state_machine,
                    "promote": promote.state_machine,
                    "drift": drift.state_machine,
                },
            )
        if settings.new_objects:
            NewObjectBatches(
                self,
                "NewObjects",
                context=context,
                new_objects=settings.new_objects,
                batch_predict=batch_predict.state_machine,
            )
        self._watch(settings, machines, context.failure_topic)
        for name, machine in machines.items():
            CfnOutput(
                self,
                f"{name}StateMachineArn",
                value=machine.arn,
                description=f"Start executions of it to {name}",
            )
        self._write_predictors(settings, shared.function_placement)
        self._configure_log_groups(settings, shared)
        deployment = self._with_notebook(
            settings,
            shared,
            DeploymentDocument(
                environment=settings.name,
                region=self.region,
                data_bucket=shared.data_bucket.bucket_name,
                artifact_bucket=shared.artifact_bucket.bucket_name,
                kms_key_arn=shared.key.key_arn,
                has_given_key=settings.encryption.key_arn is not None,
                training_role_arn=shared.training_role.role_arn,
                serving_role_arn=shared.serving_role.role_arn,
                failure_topic_arn=context.failure_topic.arn,
                state_machines={
                    "train": train.state_machine.arn,
                    "tune": tune.state_machine.arn,
                    "batch_predict": batch_predict.state_machine.arn,
                    "promote": promote.state_machine.arn,
                    "drift": drift.state_machine.arn,
                    "process": process.state_machine.arn,
                    **({} if mirror is None else {"mirror_weights": mirror.state_machine.arn}),
                },
                shared_endpoints=tuple(sorted(settings.shared_endpoints)),
                predictors=tuple(sorted(settings.predictors)),
                endpoint_names=settings.named_endpoints,
            ),
        )
        DeploymentParameter(self, "Deployment", deployment=deployment)

    def _with_notebook(
        self, settings: Environment, shared: SharedResources, deployment: DeploymentDocument
    ) -> DeploymentDocument:
        """Add the notebook instance, if the settings ask for one, and say where it is."""
        if settings.notebook is None:
            return deployment
        notebook = NotebookInstance(
            self,
            "Notebook",
            settings=settings.notebook,
            deployment=deployment,
            key=shared.key,
            placement=placement_of(settings.notebook, shared.placement),
        )
        return replace(deployment, notebook=notebook.name)

    def pipeline_archives_of(self, predictor: str) -> dict[str, str]:
        """Return the archives of an endpoint's own containers, by hostname."""
        return {} if self._pipelines is None else self._pipelines.uris_of(predictor)

    def _pack_pipelines(self, settings: Environment, role_name: str) -> PipelineArchives | None:
        """Return the archives of all endpoints' own containers, where there are any."""
        own = settings.own_containers
        sources, model_data = own.sources, own.model_data
        if not sources and not model_data:
            return None
        return PipelineArchives(
            self,
            "Pipelines",
            environment=settings.name,
            sources=sources,
            model_data=model_data,
            role_name=role_name,
        )

    def _mirror_weights(
        self, settings: Environment, context: WorkflowContext, code: ContainerCode
    ) -> MirrorWorkflow | None:
        """Return the workflow that reads from the internet, where the settings ask for weights."""
        weights = settings.mirrored_weights
        if weights is None:
            return None
        images = ImageRegistry(self)
        return MirrorWorkflow(
            self,
            "Mirror",
            context=context,
            code=code,
            weights=weights,
            image_uri=images.newest_uri(),
            image_repository_arns=images.repository_arns(()),
            tags=settings.tags,
        )

    def _write_predictors(self, settings: Environment, placement: Placement | None) -> None:
        images = ImageRegistry(self)
        PredictorParameters(
            self,
            "Predictors",
            environment=settings.name,
            specs={
                name: predictor_spec(
                    environment=settings.name,
                    name=name,
                    predictor=predictor,
                    tags=settings.tags_of(name),
                    network_isolation=settings.is_isolated(name),
                    image=images.image_of(predictor),
                )
                for name, predictor in settings.predictors.items()
            },
            registry=images.host(settings.predictors.values()),
            algorithms=images.algorithm_hosts(settings.predictors.values()),
            log_retention=log_retention(settings.log_retention_days),
            removal_policy=removal_policy(settings.removal),
            placement=placement,
        )

    def _configure_log_groups(self, settings: Environment, shared: SharedResources) -> None:
        encryption = settings.encryption
        key_arn = shared.key.key_arn if encryption.log_groups else None
        # A key that goes with its environment would take other environments' lines along.
        outlives = encryption.key_arn is not None or settings.removal == "retain"
        SageMakerLogGroups(
            self,
            "LogGroups",
            environment=settings.name,
            predictors=[
                *(
                    name
                    for name, each in settings.predictors.items()
                    if each.endpoint is not None
                    and name not in {*settings.components, *settings.named_endpoints}
                ),
                *settings.shared_endpoints,
            ],
            components=list(settings.components),
            retention_days=settings.log_retention_days,
            endpoint_key_arn=key_arn,
            configures_jobs=settings.configure_job_logs,
            job_key_arn=key_arn if outlives else None,
            removal_policy=removal_policy(settings.removal),
            placement=shared.function_placement,
        )

    def share_failure_topic(self) -> str:
        """Return the ARN of the failure topic, for use in another stack."""
        return self.export_value(self._failure_topic.arn)

    def _watch(
        self, settings: Environment, machines: Mapping[str, StateMachine], topic: FailureTopic
    ) -> None:
        self._failure_topic = topic
        if settings.alarms.failed_runs is not None:
            run_alarm(
                self,
                failed_runs=settings.alarms.failed_runs,
                state_machines=list(machines.values()),
                topic=topic,
            )
        drift_alarms(
            self,
            environment=settings.name,
            predictors=[
                name
                for name, predictor in settings.predictors.items()
                if predictor.drift is not None and predictor.drift.alarm
            ],
            topic=topic,
        )
        if settings.dashboard:
            dashboard(self, "Dashboard", environment=settings.name, state_machines=machines)
