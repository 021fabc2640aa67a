"""Carry out one training job: download, the real sagemaker-training toolkit, upload."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from embedded_aws.credentials import Credentials
from embedded_aws.sagemaker.container import s3_data
from embedded_aws.sagemaker.container.container import Container, Ending
from embedded_aws.sagemaker.container.container_logs import ContainerLog
from embedded_aws.sagemaker.container.image_contents import explain_missing_module
from embedded_aws.sagemaker.container.images import (
    IMAGE_FILES,
    Image,
    network_environment,
    resolve_image,
    version_note,
)
from embedded_aws.sagemaker.container.opt_ml import OptMl
from embedded_aws.sagemaker.container.path_literals import check_scripts
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.planned_faults import Interruption, PlannedFaults
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.training import checkpoints
from embedded_aws.sagemaker.training.metric_writer import MetricWriter
from embedded_aws.sagemaker.training.time_limits import TimeLimits
from embedded_aws.sagemaker.training.training_job import KIND, TrainingJob

LOG_GROUP = "/aws/sagemaker/TrainingJobs"
_HOST = "algo-1"
_FAILURE_CHARACTERS = 1024  # what SageMaker reads of /opt/ml/output/failure
_ENDINGS = {
    Ending.EXITED: "Completed",
    Ending.STOPPED: "Stopped",
}


class TrainingRunner:
    """Takes a job from Starting to its end; `run` is the thread's work and never raises."""

    def __init__(
        self,
        service: SageMaker,
        job: TrainingJob,
        credentials: Credentials,
        faults: PlannedFaults,
    ) -> None:
        self._service = service
        self._job = job
        self._request = job.request
        self._faults = faults
        self._credentials = credentials
        self._folder = service.folder(job.region, KIND, job.name)
        self._opt_ml = OptMl(self._folder / "opt" / "ml", service.isolation.has_opt_ml)
        self._s3 = service.runtime.client("s3", credentials, job.region)
        cloudwatch = service.runtime.client("cloudwatch", credentials, job.region)
        self._metrics = MetricWriter(service, job, cloudwatch)
        output = job.request["OutputDataConfig"]
        self._output_uri = s3_data.S3Uri.parse(output["S3OutputPath"]).below(job.name, "output")
        self._kms_key_id: str | None = output.get("KmsKeyId")
        self._limits = TimeLimits(service, job)
        self._interruption: Interruption | None = None

    def run(self) -> None:
        """Run the job; every failure ends it as Failed with a reason."""
        job, service = self._job, self._service
        logs = service.runtime.client("logs", self._credentials, job.region)
        stream = f"{job.name}/{_HOST}-{int(time.time())}"
        log = ContainerLog(service, logs, LOG_GROUP, stream, on_line=self._read_line)
        status, reason = "Failed", None
        try:
            status = self._run(log)
        except JobError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - a thread's last resort: the job must end
            reason = f"InternalServerError: {type(error).__name__}: {error}"
        log.close()
        if service.closing.is_set():
            return
        shutil.rmtree(self._folder, ignore_errors=True)
        job.end(status, reason)
        first_line = (reason or "").partition("\n")[0][:200]
        service.say(f"training job {job.name}: {status} {first_line}".rstrip())

    def _run(self, log: ContainerLog) -> str:
        """Return the job's last secondary status; raises JobError when it failed."""
        job = self._job
        image = resolve_image(
            self._request["AlgorithmSpecification"]["TrainingImage"],
            self._service.runtime.image_python,
        )
        if note := version_note(image):
            log.write(note)
        ending: Ending = Ending.INTERRUPTED
        exit_code: int | None = None
        while ending is Ending.INTERRUPTED:
            self._limits.wait_for_instances(self._faults)
            if job.stop.is_set() or self._service.closing.is_set():
                return "Stopped"
            if self._limits.waited_out:
                return "MaxWaitTimeExceeded"
            ending, exit_code = self._run_instance(image, log)
        if self._service.closing.is_set():
            return "Stopped"
        if ending is Ending.EXITED and exit_code != 0:
            self._upload_output()
            words = self._failure_text(image, log)
            raise JobError(f"AlgorithmError: {words}, exit code: {exit_code}")
        job.enter("Uploading")
        self._upload_model()
        self._upload_output()
        return self._limits.exceeded if ending is Ending.TIMED_OUT else _ENDINGS[ending]

    def _run_instance(self, image: Image, log: ContainerLog) -> tuple[Ending, int | None]:
        """Train on an instance, which is gone with all it has where that is interrupted."""
        job = self._job
        job.enter("Downloading")
        self._prepare()
        with checkpoints.synchronised(self._s3, self._request, self._opt_ml):
            job.enter("Training")
            self._interruption = self._faults.interruption()
            with self._metrics.while_running(), self._limits.running() as deadline:
                ending, exit_code = self._train(image, log, deadline)
        if ending is Ending.INTERRUPTED:
            job.enter("Interrupted")
            self._service.say(f"training job {job.name}: its spot instance is interrupted")
            shutil.rmtree(self._folder, ignore_errors=True)
            job.enter("Starting")
        return ending, exit_code

    def _read_line(self, line: str) -> None:
        self._job.metrics.read(line)
        if self._interruption is not None:
            self._interruption.read(line)

    def _is_interrupted(self) -> bool:
        return self._interruption is not None and self._interruption.is_due()

    def _prepare(self) -> None:
        self._opt_ml.create()
        for channel in self._request.get("InputDataConfig") or ():
            objects = s3_data.list_objects(self._s3, channel["DataSource"]["S3DataSource"])
            s3_data.download(self._s3, objects, self._opt_ml.channel(channel["ChannelName"]))
        self._check_scripts()
        instance_type = self._request["ResourceConfig"]["InstanceType"]
        group = {"instance_group_name": "homogeneousCluster", "instance_type": instance_type}
        self._write_config(
            "resourceconfig.json",
            {
                "current_host": _HOST,
                "current_instance_type": instance_type,
                "current_group_name": "homogeneousCluster",
                "hosts": [_HOST],
                "instance_groups": [{**group, "hosts": [_HOST]}],
                "network_interface_name": "eth0",
            },
        )
        self._write_config(
            "hyperparameters.json",
            self._opt_ml.rewrite_values(self._request.get("HyperParameters") or {}),
        )
        self._write_config("inputdataconfig.json", self._input_data_config())

    def _check_scripts(self) -> None:
        if self._opt_ml.is_mounted:
            return
        check_scripts(self._opt_ml, self._opt_ml.root / "input" / "data")
        hyperparameters = self._request.get("HyperParameters") or {}
        source = hyperparameters.get("sagemaker_submit_directory", "").strip('"')
        if source.startswith("s3://"):  # the toolkit itself downloads it
            with tempfile.TemporaryDirectory(dir=self._folder) as folder:
                uri = s3_data.S3Uri.parse(source)
                s3_data.download_one(self._s3, uri, Path(folder) / Path(uri.key).name)
                check_scripts(self._opt_ml, Path(folder))

    def _input_data_config(self) -> dict[str, Any]:
        mode = self._request["AlgorithmSpecification"]["TrainingInputMode"]
        return {
            channel["ChannelName"]: {
                "TrainingInputMode": channel.get("InputMode", mode),
                "S3DistributionType": channel["DataSource"]["S3DataSource"].get(
                    "S3DataDistributionType", "FullyReplicated"
                ),
                "RecordWrapperType": channel.get("RecordWrapperType", "None"),
                **({"ContentType": channel["ContentType"]} if "ContentType" in channel else {}),
            }
            for channel in self._request.get("InputDataConfig") or ()
        }

    def _write_config(self, name: str, content: Any) -> None:
        (self._opt_ml.config / name).write_text(json.dumps(content), encoding="utf-8")

    def _train(self, image: Image, log: ContainerLog, deadline: float) -> tuple[Ending, int | None]:
        container = Container(
            self._service,
            self._command(image),
            env=self._environment(image),
            opt_ml=self._opt_ml,
            log=log,
        )
        ending = container.wait(self._job.stop, deadline, self._is_interrupted)
        return ending, container.exit_code

    def _command(self, image: Image) -> list[str]:
        algorithm = self._request["AlgorithmSpecification"]
        arguments = [
            self._opt_ml.rewrite(part) for part in algorithm.get("ContainerArguments") or ()
        ]
        entrypoint = algorithm.get("ContainerEntrypoint")
        if entrypoint:
            return image.command(entrypoint, self._opt_ml) + arguments
        return [str(image.python), "-P", str(IMAGE_FILES / "toolkit.py"), *arguments]

    def _environment(self, image: Image) -> dict[str, str]:
        job, runtime = self._job, self._service.runtime
        allowed = runtime.child_environment(self._credentials, job.region)
        isolated = bool(self._request.get("EnableNetworkIsolation"))
        return {
            **image.environment(self._opt_ml),
            **self._opt_ml.rewrite_values(self._request.get("Environment") or {}),
            **network_environment(isolated, allowed, job.region),
            "TRAINING_JOB_NAME": job.name,
            "TRAINING_JOB_ARN": job.arn,
            # The toolkit would look the host up for 15 minutes; this is its own switch for
            # running outside of a cluster's name service.
            "SM_STUDIO_LOCAL_MODE": "true",
        }

    def _failure_text(self, image: Image, log: ContainerLog) -> str:
        try:
            text = (self._opt_ml.output / "failure").read_text("utf-8", "replace")
        except OSError:
            text = log.last_words()
        note = explain_missing_module(image, text)
        if not note:
            return text[:_FAILURE_CHARACTERS]
        return f"{text[: _FAILURE_CHARACTERS - len(note) - 1]} {note.removesuffix('.')}"

    def _upload_model(self) -> None:
        compression = self._request["OutputDataConfig"].get("CompressionType", "GZIP")
        if compression == "NONE":
            uri = self._output_uri.below("model")
            s3_data.upload_folder(self._s3, self._opt_ml.model, uri, self._kms_key_id)
            self._job.artifact = f"{uri}/"
        else:
            uri = self._output_uri.below("model.tar.gz")
            self._upload_packed(self._opt_ml.model, uri)
            self._job.artifact = str(uri)

    def _upload_output(self) -> None:
        data = self._opt_ml.output / "data"
        if any(data.iterdir()):
            self._upload_packed(data, self._output_uri.below("output.tar.gz"))

    def _upload_packed(self, folder: Path, uri: s3_data.S3Uri) -> None:
        archive = self._folder / f"{uuid.uuid4().hex}.tar.gz"
        s3_data.pack(folder, archive)
        s3_data.upload(self._s3, archive, uri, self._kms_key_id)
        archive.unlink()
