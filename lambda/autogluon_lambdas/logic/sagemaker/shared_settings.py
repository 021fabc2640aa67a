"""Spell role, network, keys, volume and tags of every SageMaker request, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autogluon_lambdas.models.environment import Environment
from autogluon_lambdas.models.instances import takes_volume_key


@dataclass(frozen=True)
class JobInstances:
    """What a job runs on; `volume_size_gb` is None where SageMaker chooses: transform jobs, and
    training jobs on local disks.

    `encrypt_volume` None encrypts the volume with the environment's key where the type allows it.
    `keep_alive_seconds` is how long a training job's instances stay for the next one.
    """

    type: str
    count: int
    volume_size_gb: int | None = None
    encrypt_volume: bool | None = None
    keep_alive_seconds: int | None = None


@dataclass(frozen=True)
class SharedSettings:
    """What the settings decide about a request; each method returns members of one request.

    `isolated` tells whether containers run without network access.
    """

    environment: Environment
    tags: list[dict[str, str]]
    isolated: bool

    def training(self, instances: JobInstances) -> dict[str, Any]:
        """Return members of CreateTrainingJob."""
        return {
            "RoleArn": self.environment.training_role_arn,
            "ResourceConfig": self._resources(instances),
            **self._network(),
            "Tags": self.tags,
        }

    def model(self) -> dict[str, Any]:
        """Return members of CreateModel."""
        return {
            "ExecutionRoleArn": self.environment.serving_role_arn,
            **self._network(),
            "Tags": self.tags,
        }

    def transform(self, instances: JobInstances) -> dict[str, Any]:
        """Return members of CreateTransformJob; its model brings role and network."""
        return {"TransformResources": self._resources(instances), "Tags": self.tags}

    def processing(self, instances: JobInstances, *, role_arn: str | None = None) -> dict[str, Any]:
        """Return members of CreateProcessingJob; without a role of its own, that of models."""
        return {
            "RoleArn": self.environment.serving_role_arn if role_arn is None else role_arn,
            "ProcessingResources": {"ClusterConfig": self._resources(instances)},
            "NetworkConfig": self._network(),
            "Tags": self.tags,
        }

    def encrypted(self, output: Mapping[str, Any]) -> dict[str, Any]:
        """Return an output configuration that writes with the environment's key."""
        return {**output, "KmsKeyId": self.environment.kms_key_arn}

    def _network(self) -> dict[str, Any]:
        network: dict[str, Any] = {"EnableNetworkIsolation": self.isolated}
        if self.environment.vpc is not None:
            network["VpcConfig"] = self.environment.vpc
        return network

    def _resources(self, instances: JobInstances) -> dict[str, Any]:
        resources: dict[str, Any] = {
            "InstanceType": instances.type,
            "InstanceCount": instances.count,
        }
        if instances.volume_size_gb is not None:
            resources["VolumeSizeInGB"] = instances.volume_size_gb
        encrypt = instances.encrypt_volume
        if takes_volume_key(instances.type) if encrypt is None else encrypt:
            resources["VolumeKmsKeyId"] = self.environment.kms_key_arn
        if instances.keep_alive_seconds is not None:
            resources["KeepAlivePeriodInSeconds"] = instances.keep_alive_seconds
        return resources
