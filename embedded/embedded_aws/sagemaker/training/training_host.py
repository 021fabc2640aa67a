"""A host of a training job: its `/opt/ml`, its share of the data, its name and address."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded_aws.sagemaker.container import s3_data
from embedded_aws.sagemaker.container.container_logs import ContainerLog
from embedded_aws.sagemaker.container.images import IMAGE_FILES, XGBOOST, Image
from embedded_aws.sagemaker.container.opt_ml import OptMl
from embedded_aws.sagemaker.container.path_literals import check_scripts

_GROUP = "homogeneousCluster"


@dataclass(frozen=True)
class TrainingHost:
    """One of a job's hosts; each has a file system of its own below `/opt/ml`.

    Attributes:
        name: such as `algo-1`.
        names: of all hosts.
        opt_ml: its folders.
        log: its log stream.
        request: CreateTrainingJob's.
    """

    name: str
    names: Sequence[str]
    opt_ml: OptMl
    log: ContainerLog
    request: Mapping[str, Any]

    @property
    def hosts_file(self) -> Path | None:
        """Return what the container finds as `/etc/hosts`; None where it has no other host."""
        return self.opt_ml.root.parents[1] / "etc" / "hosts" if len(self.names) > 1 else None

    def prepare(self, client: Any, job_arn: str) -> None:
        """Download this host's share and write the files that SageMaker provides.

        Raises:
            JobError: an input cannot be read.
        """
        self.opt_ml.create()
        for channel in self.request.get("InputDataConfig") or ():
            objects = self._share(client, channel["DataSource"]["S3DataSource"])
            s3_data.download(client, objects, self.opt_ml.channel(channel["ChannelName"]))
        self._check_scripts(client)
        instance_type = self.request["ResourceConfig"]["InstanceType"]
        names = list(self.names)
        self._write_config(
            "resourceconfig.json",
            {
                "current_host": self.name,
                "current_instance_type": instance_type,
                "current_group_name": _GROUP,
                "hosts": names,
                "instance_groups": [
                    {"instance_group_name": _GROUP, "instance_type": instance_type, "hosts": names}
                ],
                "network_interface_name": "eth0",
            },
        )
        self._write_config(
            "hyperparameters.json",
            self.opt_ml.rewrite_values(self.request.get("HyperParameters") or {}),
        )
        self._write_config("inputdataconfig.json", self._input_data_config())
        if self.hosts_file is not None:
            self.hosts_file.parent.mkdir(parents=True, exist_ok=True)
            self.hosts_file.write_text(_hosts_text(self.names, job_arn), encoding="utf-8")

    def command(self, image: Image) -> list[str]:
        """Return the container's program and arguments."""
        algorithm = self.request["AlgorithmSpecification"]
        arguments = [
            self.opt_ml.rewrite(part) for part in algorithm.get("ContainerArguments") or ()
        ]
        entrypoint = algorithm.get("ContainerEntrypoint")
        if entrypoint:
            return image.command(entrypoint, self.opt_ml) + arguments
        if image.folder is not None:
            return [image.program("train"), *arguments]
        program = "xgboost_training.py" if image.library == XGBOOST else "toolkit.py"
        return [str(image.python), "-P", str(IMAGE_FILES / program), *arguments]

    def failure_text(self) -> str:
        """Return what the container wrote about its failure, or the end of its log."""
        try:
            return (self.opt_ml.output / "failure").read_text("utf-8", "replace")
        except OSError:
            return self.log.last_words()

    def _share(self, client: Any, source: Mapping[str, Any]) -> list[s3_data.S3Object]:
        objects = s3_data.list_objects(client, dict(source))
        if source.get("S3DataDistributionType") != "ShardedByS3Key":
            return objects
        return objects[self.names.index(self.name) :: len(self.names)]

    def _check_scripts(self, client: Any) -> None:
        if self.opt_ml.is_mounted:
            return
        check_scripts(self.opt_ml, self.opt_ml.root / "input" / "data")
        hyperparameters = self.request.get("HyperParameters") or {}
        source = hyperparameters.get("sagemaker_submit_directory", "").strip('"')
        if source.startswith("s3://"):  # the toolkit itself downloads it
            with tempfile.TemporaryDirectory(dir=self.opt_ml.root.parent) as folder:
                uri = s3_data.S3Uri.parse(source)
                s3_data.download_one(client, uri, Path(folder) / Path(uri.key).name)
                check_scripts(self.opt_ml, Path(folder))

    def _input_data_config(self) -> dict[str, Any]:
        mode = self.request["AlgorithmSpecification"]["TrainingInputMode"]
        return {
            channel["ChannelName"]: {
                "TrainingInputMode": channel.get("InputMode", mode),
                "S3DistributionType": channel["DataSource"]["S3DataSource"].get(
                    "S3DataDistributionType", "FullyReplicated"
                ),
                "RecordWrapperType": channel.get("RecordWrapperType", "None"),
                **({"ContentType": channel["ContentType"]} if "ContentType" in channel else {}),
            }
            for channel in self.request.get("InputDataConfig") or ()
        }

    def _write_config(self, name: str, content: Any) -> None:
        (self.opt_ml.config / name).write_text(json.dumps(content), encoding="utf-8")


def _hosts_text(names: Sequence[str], job_arn: str) -> str:
    """Return an `/etc/hosts` with an address of the loopback network for each host.

    The job's ARN chooses the network, one of 65,024, so that hosts of different jobs may use the
    same ports.
    """
    block = hashlib.sha256(job_arn.encode()).digest()
    first, second = 1 + block[0] % 254, block[1]
    lines = [f"127.{first}.{second}.{number} {name}" for number, name in enumerate(names, start=1)]
    return "\n".join(["127.0.0.1 localhost", "::1 localhost", *lines, ""])
