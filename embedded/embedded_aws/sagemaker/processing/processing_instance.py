"""An instance of a processing job: its `/opt/ml`, its share of the data, its container."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded_aws.sagemaker.container import s3_data
from embedded_aws.sagemaker.container.container_logs import ContainerLog
from embedded_aws.sagemaker.container.images import Image, network_environment
from embedded_aws.sagemaker.container.opt_ml import OptMl
from embedded_aws.sagemaker.container.path_literals import check_scripts

MESSAGE_CHARACTERS = 1024


@dataclass(frozen=True)
class ProcessingInstance:
    """The folders of one of a job's hosts."""

    hosts: Sequence[str]
    host: str
    opt_ml: OptMl
    log: ContainerLog

    @classmethod
    def in_folder(
        cls,
        folder: Path,
        hosts: Sequence[str],
        host: str,
        log: ContainerLog,
        *,
        is_mounted: bool,
    ) -> ProcessingInstance:
        """Return an instance whose tree lies below the job's folder."""
        return cls(hosts, host, OptMl(folder / host / "opt" / "ml", is_mounted), log)

    def prepare(self, client: Any, described: Mapping[str, Any]) -> None:
        """Download this instance's share and write the files that SageMaker provides.

        Args:
            client: an S3 client of the job's role.
            described: the job, as its description shows it.

        Raises:
            JobError: an input cannot be read.
        """
        self.opt_ml.create()
        for item in inputs_of(described):
            folder = self.local(item["S3Input"])
            folder.mkdir(parents=True, exist_ok=True)
            s3_data.download(client, self._share(client, item["S3Input"]), folder)
        check_scripts(self.opt_ml, self.opt_ml.root)
        for item in outputs_of(described):
            self.local(item["S3Output"]).mkdir(parents=True, exist_ok=True)
        config = self.opt_ml.root / "config"
        config.mkdir()
        _write(config / "processingjobconfig.json", described)
        cluster = described["ProcessingResources"]["ClusterConfig"]
        _write(
            config / "resourceconfig.json",
            {
                "current_host": self.host,
                "current_instance_type": cluster["InstanceType"],
                "current_group_name": "homogeneousCluster",
                "hosts": list(self.hosts),
                "instance_groups": [
                    {
                        "instance_group_name": "homogeneousCluster",
                        "instance_type": cluster["InstanceType"],
                        "hosts": list(self.hosts),
                    }
                ],
                "network_interface_name": "eth0",
            },
        )

    def _share(self, client: Any, location: Mapping[str, Any]) -> list[s3_data.S3Object]:
        objects = s3_data.list_objects(client, dict(location))
        if location.get("S3DataDistributionType") != "ShardedByS3Key":
            return objects
        return objects[self.hosts.index(self.host) :: len(self.hosts)]

    def command(self, image: Image, request: Mapping[str, Any]) -> list[str]:
        """Return the container's program and arguments."""
        specification = request["AppSpecification"]
        arguments = specification.get("ContainerArguments") or []
        return image.command([*specification["ContainerEntrypoint"], *arguments], self.opt_ml)

    def environment(
        self, image: Image, request: Mapping[str, Any], allowed: Mapping[str, str], region: str
    ) -> dict[str, str]:
        """Return the container's variables; `allowed` are those of AWS, unless isolated."""
        network = request.get("NetworkConfig") or {}
        isolated = bool(network.get("EnableNetworkIsolation"))
        return {
            **image.environment(self.opt_ml),
            **self.opt_ml.rewrite_values(request.get("Environment") or {}),
            **network_environment(isolated, allowed, region),
        }

    def local(self, location: Mapping[str, Any]) -> Path:
        """Return the local folder of an input or output."""
        return self.opt_ml.on_host(location["LocalPath"])

    def message(self) -> str | None:
        """Return the container's exit message, if it wrote one."""
        path = self.opt_ml.output / "message"
        if not path.is_file():
            return None
        return path.read_text("utf-8", "replace")[:MESSAGE_CHARACTERS]


def inputs_of(request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the job's inputs."""
    return request.get("ProcessingInputs") or []


def outputs_of(request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the job's outputs."""
    return (request.get("ProcessingOutputConfig") or {}).get("Outputs") or []


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, default=str), encoding="utf-8")
