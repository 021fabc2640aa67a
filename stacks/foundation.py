"""Build Foundation: storage and identity, deployed rarely."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Aspects, CfnOutput, Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from autogluon_constructs.endpoint.container_images import ContainerImages
from autogluon_constructs.identity.endpoint_stack_role import EndpointStackRole
from autogluon_constructs.identity.job_role import JobRole, Writable
from autogluon_constructs.identity.permissions import arn
from autogluon_constructs.network.placement import Placement, network_interfaces
from autogluon_constructs.network.private_network import PrivateNetwork
from autogluon_constructs.predictor.image_registry import ImageRegistry
from autogluon_constructs.predictor.kept_live_models import KeptLiveModels
from autogluon_constructs.settings import Endpoint, Environment, Notebook, SharedEndpoint
from autogluon_constructs.storage.data_clean_up import DataCleanUp
from autogluon_constructs.storage.data_store import DataStore
from autogluon_constructs.storage.log_encryption import EveryLogGroup
from autogluon_constructs.storage.retention import log_retention, removal_policy
from autogluon_contracts import names


@dataclass(frozen=True)
class SharedResources:
    """What Foundation shares, as another stack refers to it."""

    data_bucket: s3.IBucket
    artifact_bucket: s3.IBucket
    key: kms.IKey
    training_role: iam.IRole
    serving_role: iam.IRole
    drift_role: iam.IRole
    processing_role: iam.IRole
    endpoint_stack_role: iam.IRole
    job_role_names: tuple[str, ...]
    training_role_name: str
    serving_role_name: str
    processing_role_name: str
    placement: Placement | None
    function_placement: Placement | None


def placement_of(
    subject: Endpoint | SharedEndpoint | Notebook, environments: Placement | None
) -> Placement | None:
    """Return where an endpoint runs: where its settings say, or where the environment's say.

    The same for a notebook instance.
    """
    network = subject.network
    if network is None:
        return environments
    if network.mode == "none":
        return None
    return Placement(subnets=network.subnets, security_groups=network.security_groups)


def _endpoints(settings: Environment) -> list[Endpoint]:
    found = (predictor.endpoint for predictor in settings.predictors.values())
    return [endpoint for endpoint in found if endpoint is not None]


def _captured_days(settings: Environment) -> dict[str, int]:
    """Return for how many days captured requests are kept, by predictor."""
    endpoints = {name: each.endpoint for name, each in settings.predictors.items()}
    return {
        name: endpoint.captured.retention_days
        for name, endpoint in endpoints.items()
        if endpoint is not None and endpoint.captured is not None
    }


def _present(placements: Iterable[Placement | None]) -> list[Placement]:
    return [placement for placement in placements if placement is not None]


class Foundation(Stack):
    """Key, buckets and job roles."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Environment, **stack: Any
    ) -> None:
        super().__init__(
            scope, construct_id, stack_name=names.foundation_stack(settings.name), **stack
        )
        self._store = DataStore(
            self,
            "Store",
            environment=settings.name,
            removal=removal_policy(settings.removal),
            encryption=settings.encryption,
            captured_days=_captured_days(settings),
            exchanges_folds=settings.trains_on_several_instances,
            tells_of_objects=any(each.in_data_bucket for each in settings.new_objects.values()),
        )
        CfnOutput(
            self,
            "DataBucketName",
            value=self._store.data_bucket.bucket_name,
            description="Upload training and batch data here",
        )
        self._placement = self._place_jobs(settings)
        has_functions = settings.network is not None and settings.network.lambdas
        self._function_placement = functions = self._placement if has_functions else None
        images = ImageRegistry(self)
        self._training = self._training_role(settings, images)
        self._serving = self._serving_role(settings, images)
        self._drift = self._drift_role(settings, images)
        self._processing = self._processing_role(settings, images)
        # Here, and not beside the promotions: a stack keeps its last role until it is deleted.
        self._endpoint_stacks = EndpointStackRole(
            self,
            "EndpointStacks",
            environment=settings.name,
            serving_role=self._serving.role,
            key=self._store.key,
            schedules_capacity=any(each.schedules_capacity for each in _endpoints(settings)),
            has_components=bool(settings.components),
            named_endpoints=sorted(settings.named_endpoints.values()),
        )
        if settings.encryption.log_groups:
            Aspects.of(self).add(EveryLogGroup(self._store.key))
        if settings.removal == "destroy":
            DataCleanUp(
                self,
                "CleanUp",
                environment=settings.name,
                store=self._store,
                log_retention=log_retention(settings.log_retention_days),
                placement=functions,
                has_components=bool(settings.components),
            )
        others = list(self.node.children)
        kept = KeptLiveModels(
            self,
            "KeptLiveModels",
            environment=settings.name,
            log_retention=log_retention(settings.log_retention_days),
            removal_policy=removal_policy(settings.removal),
            placement=functions,
        )
        # The last resource: CloudFormation deletes the parameters right after it.
        kept.resource.node.add_dependency(*others)

    def shared_with(self, consumer: Stack) -> SharedResources:
        """Return the shared resources, for use in `consumer`.

        The exports are made here, and not by CDK at the end of synth, so that policies built on
        them are final when their cdk-nag findings are acknowledged.
        """
        # The CDK would take the first part of a role's path for the name of an imported role.
        own_roles = (self._training, self._serving, self._drift, self._processing)
        role_names = [str(self.export_value(each.role.role_name)) for each in own_roles]
        return SharedResources(
            data_bucket=self._bucket_for(consumer, "DataBucket", self._store.data_bucket),
            artifact_bucket=self._bucket_for(
                consumer, "ArtifactBucket", self._store.artifact_bucket
            ),
            key=kms.Key.from_key_arn(consumer, "Key", self._for_others(self._store.key.key_arn)),
            training_role=self._role_for(consumer, "TrainingRole", self._training.role),
            serving_role=self._role_for(consumer, "ServingRole", self._serving.role),
            drift_role=self._role_for(consumer, "DriftRole", self._drift.role),
            processing_role=self._role_for(consumer, "ProcessingRole", self._processing.role),
            endpoint_stack_role=self._role_for(
                consumer, "EndpointStackRole", self._endpoint_stacks.role
            ),
            job_role_names=tuple(role_names),
            training_role_name=role_names[0],
            serving_role_name=role_names[own_roles.index(self._serving)],
            processing_role_name=role_names[-1],
            placement=self._for_others_placed(self._placement),
            function_placement=self._for_others_placed(self._function_placement),
        )

    def _place_jobs(self, settings: Environment) -> Placement | None:
        network = settings.network
        if network is None:
            return None
        if network.mode == "existing":
            return Placement(subnets=network.subnets, security_groups=network.security_groups)
        return PrivateNetwork(
            self,
            "Network",
            cidr=network.cidr,
            availability_zones=network.availability_zones,
            with_functions=network.lambdas,
            hosts_meet=settings.trains_on_several_instances,
            log_retention=log_retention(settings.log_retention_days),
            removal_policy=removal_policy(settings.removal),
        ).placement

    def _for_others_placed(self, placement: Placement | None) -> Placement | None:
        if placement is None:
            return None
        return Placement(
            subnets=[self._for_others(each) for each in placement.subnets],
            security_groups=[self._for_others(each) for each in placement.security_groups],
        )

    def _for_others(self, value: str) -> str:
        """Return what other stacks know a value by: an export, or itself where settings name it."""
        return str(self.export_value(value)) if Token.is_unresolved(value) else value

    def _bucket_for(self, consumer: Stack, construct_id: str, bucket: s3.Bucket) -> s3.IBucket:
        return s3.Bucket.from_bucket_attributes(
            consumer,
            construct_id,
            bucket_arn=self.export_value(bucket.bucket_arn),
            bucket_name=self.export_value(bucket.bucket_name),
        )

    def _role_for(self, consumer: Stack, construct_id: str, role: iam.Role) -> iam.IRole:
        return iam.Role.from_role_arn(
            consumer, construct_id, self.export_value(role.role_arn), mutable=False
        )

    def _training_role(self, settings: Environment, images: ImageRegistry) -> JobRole:
        return self._job_role(
            "Training",
            settings,
            images,
            description="SageMaker training jobs, and jobs that a person starts with this role",
            writable=Writable(
                object_arns=[bucket.arn_for_objects("*") for bucket in self._store.buckets],
                bound="Adds objects to the environment's own, versioned buckets; deletes none",
            ),
        )

    def _serving_placements(self, settings: Environment) -> list[Placement]:
        """Return where batches run and where endpoints do."""
        found = (*_endpoints(settings), *settings.shared_endpoints.values())
        own = [placement_of(each, self._placement) for each in found]
        return _present([self._placement, *own])

    def _answers(self, settings: Environment) -> Writable:
        """Return where batches write answers and, if there are any, endpoints theirs."""
        endpoints = _endpoints(settings)
        written = {"answers of batches": "*/batches/*"}
        if any(endpoint.answers_into_s3 for endpoint in endpoints):
            written["answers of asynchronous endpoints"] = "*/asynchronous/*"
        if any(endpoint.captured is not None for endpoint in endpoints):
            written["captured requests"] = "*/captured/*"
        bucket = self._store.artifact_bucket
        return Writable(
            object_arns=[bucket.arn_for_objects(pattern) for pattern in written.values()],
            bound=f"Only {' and '.join(written)}",
        )

    def _serving_role(self, settings: Environment, images: ImageRegistry) -> JobRole:
        topics = (arn for each in _endpoints(settings) for arn in each.topic_arns)
        return self._job_role(
            "Serving",
            settings,
            images,
            description="Endpoints, transform and bulk prediction jobs",
            writable=self._answers(settings),
            notified=list(dict.fromkeys(topics)),
            watched=self._watched_alarms(settings),
            placements=self._serving_placements(settings),
            other_repository_arns=ContainerImages(self).repository_arns(
                container
                for each in _endpoints(settings)
                for container in each.own_containers.values()
            ),
        )

    def _watched_alarms(self, settings: Environment) -> list[str]:
        """Return the alarms that undo updates: the endpoints' own, or those that settings name."""
        found: list[str] = []
        for name, predictor in settings.predictors.items():
            update = None if predictor.endpoint is None else predictor.endpoint.watched_update
            if update is not None:
                # CloudFormation names an alarm after its stack.
                own = (f"{names.endpoint_stack(settings.name, name)}-*",)
                alarms = update.named_alarms or own
                found += [arn(self, "cloudwatch", f"alarm:{alarm}") for alarm in alarms]
        return list(dict.fromkeys(found))

    def _drift_role(self, settings: Environment, images: ImageRegistry) -> JobRole:
        return self._job_role(
            "Drift",
            settings,
            images,
            description="Jobs that compare captured requests with training data",
            # The data bucket has the labels.
            readable=self._data_and("*/captured/*", "*/drift/*/config/*", "*/runs/*/report/*"),
            writable=Writable(
                object_arns=[self._store.artifact_bucket.arn_for_objects("*/drift/*")],
                bound="Adds only reports of drift jobs",
            ),
        )

    def _processing_role(self, settings: Environment, images: ImageRegistry) -> JobRole:
        outputs = "*/processing/*/outputs/*"
        return self._job_role(
            "Processing",
            settings,
            images,
            description="Jobs that run people's scripts on data, or describe data",
            readable=self._data_and("*/processing/*/config/*", outputs),
            writable=Writable(
                object_arns=[self._store.artifact_bucket.arn_for_objects(outputs)],
                bound="Adds only outputs of processing jobs",
            ),
        )

    def _data_and(self, *artifacts: str) -> list[str]:
        """Return the ARNs of all data, and of artifacts by their patterns."""
        bucket = self._store.artifact_bucket
        return [
            self._store.data_bucket.arn_for_objects("*"),
            *(bucket.arn_for_objects(pattern) for pattern in artifacts),
        ]

    def _job_role(
        self,
        construct_id: str,
        settings: Environment,
        images: ImageRegistry,
        *,
        description: str,
        writable: Writable,
        readable: Sequence[str] | None = None,
        notified: Sequence[str] = (),
        watched: Sequence[str] = (),
        placements: Sequence[Placement] | None = None,
        other_repository_arns: Sequence[str] = (),
    ) -> JobRole:
        """Return a role; without `placements`, its jobs run where the environment's do."""
        if placements is None:
            placements = _present([self._placement])
        return JobRole(
            self,
            construct_id,
            description=description,
            buckets=self._store.buckets,
            key=self._store.key,
            data_access=settings.data_access,
            image_repository_arns=[
                *images.repository_arns(settings.predictors.values()),
                *other_repository_arns,
            ],
            readable=readable,
            writable=writable,
            notified=notified,
            watched=watched,
            network=network_interfaces(self, placements),
        )
