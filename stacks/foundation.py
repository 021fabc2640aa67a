"""Build Foundation: storage and identity, deployed rarely."""

from dataclasses import dataclass
from typing import Any

from aws_cdk import Aspects, CfnOutput, Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from autogluon_constructs.identity.endpoint_stack_role import EndpointStackRole
from autogluon_constructs.identity.job_role import JobRole, Writable
from autogluon_constructs.predictor.image_registry import ImageRegistry
from autogluon_constructs.predictor.predictor_parameters import PredictorParameters
from autogluon_constructs.predictor.predictor_spec import predictor_spec
from autogluon_constructs.settings import Environment
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
    endpoint_stack_role: iam.IRole


class Foundation(Stack):
    """Key, buckets, job roles, and two SSM parameters per predictor."""

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
        )
        CfnOutput(
            self,
            "DataBucketName",
            value=self._store.data_bucket.bucket_name,
            description="Upload training and batch data here",
        )
        images = ImageRegistry(self)
        self._training = self._training_role(settings, images)
        self._serving = self._serving_role(settings, images)
        # Here, and not beside the promotions: a stack keeps its last role until it is deleted.
        self._endpoint_stacks = EndpointStackRole(
            self,
            "EndpointStacks",
            environment=settings.name,
            serving_role=self._serving.role,
            key=self._store.key,
        )
        for name, predictor in settings.predictors.items():
            PredictorParameters(
                self,
                names.pascal_case(name),
                environment=settings.name,
                predictor=name,
                spec=predictor_spec(
                    environment=settings.name,
                    name=name,
                    predictor=predictor,
                    tags=settings.tags_of(name),
                    image=images.image_of(predictor),
                ),
            )
        if settings.encryption.log_groups:
            Aspects.of(self).add(EveryLogGroup(self._store.key))
        if settings.removal == "destroy":
            DataCleanUp(
                self,
                "CleanUp",
                environment=settings.name,
                store=self._store,
                model_package_groups=[
                    names.model_package_group(settings.name, name) for name in settings.predictors
                ],
                log_retention=log_retention(settings.log_retention_days),
            )

    def shared_with(self, consumer: Stack) -> SharedResources:
        """Return the shared resources, for use in `consumer`.

        The exports are made here, and not by CDK at the end of synth, so that policies built on
        them are final when their cdk-nag findings are acknowledged.
        """
        return SharedResources(
            data_bucket=self._bucket_for(consumer, "DataBucket", self._store.data_bucket),
            artifact_bucket=self._bucket_for(
                consumer, "ArtifactBucket", self._store.artifact_bucket
            ),
            key=kms.Key.from_key_arn(consumer, "Key", self._key_arn_for_others()),
            training_role=self._role_for(consumer, "TrainingRole", self._training.role),
            serving_role=self._role_for(consumer, "ServingRole", self._serving.role),
            endpoint_stack_role=self._role_for(
                consumer, "EndpointStackRole", self._endpoint_stacks.role
            ),
        )

    def _key_arn_for_others(self) -> str:
        key_arn = self._store.key.key_arn
        return self.export_value(key_arn) if Token.is_unresolved(key_arn) else key_arn

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
        return JobRole(
            self,
            "Training",
            description="SageMaker training jobs, and jobs that a person starts with this role",
            buckets=self._store.buckets,
            key=self._store.key,
            data_access=settings.data_access,
            image_repository_arns=images.repository_arns(settings.predictors.values()),
            writable=Writable(
                object_arns=[bucket.arn_for_objects("*") for bucket in self._store.buckets],
                bound="Adds objects to the environment's own, versioned buckets; deletes none",
            ),
        )

    def _serving_role(self, settings: Environment, images: ImageRegistry) -> JobRole:
        return JobRole(
            self,
            "Serving",
            description="Endpoints, transform and bulk prediction jobs",
            buckets=self._store.buckets,
            key=self._store.key,
            data_access=settings.data_access,
            image_repository_arns=images.repository_arns(settings.predictors.values()),
            writable=Writable(
                object_arns=[self._store.artifact_bucket.arn_for_objects("*/batches/*")],
                bound="Only answers of batches",
            ),
        )
