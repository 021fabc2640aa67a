"""Carry out one training job: download, the real sagemaker-training toolkit, upload.

Its hosts start together and fail together: the job ends with the first host that fails, and
completes when all have.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from embedded_aws.credentials import Credentials
from embedded_aws.sagemaker.container import s3_data
from embedded_aws.sagemaker.container.container import Container, Ending
from embedded_aws.sagemaker.container.container_logs import ContainerLog
from embedded_aws.sagemaker.container.image_contents import explain_missing_module, install_advice
from embedded_aws.sagemaker.container.images import (
    Image,
    network_environment,
    resolve_image,
    version_note,
)
from embedded_aws.sagemaker.container.opt_ml import OptMl
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.host_names import host_names
from embedded_aws.sagemaker.planned_faults import Interruption, PlannedFaults
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.training import checkpoints
from embedded_aws.sagemaker.training.metric_writer import MetricWriter
from embedded_aws.sagemaker.training.time_limits import TimeLimits
from embedded_aws.sagemaker.training.training_host import TrainingHost
from embedded_aws.sagemaker.training.training_job import KIND, TrainingJob

LOG_GROUP = "/aws/sagemaker/TrainingJobs"
_POLL_SECONDS = 0.1
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
        hosts = self._hosts()
        status, reason = "Failed", None
        try:
            status = self._run(hosts)
        except JobError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - a thread's last resort: the job must end
            reason = f"InternalServerError: {type(error).__name__}: {error}"
        for host in hosts:
            host.log.close()
        if service.closing.is_set():
            return
        shutil.rmtree(self._folder, ignore_errors=True)
        job.end(status, reason)
        first_line = (reason or "").partition("\n")[0][:200]
        service.say(f"training job {job.name}: {status} {first_line}".rstrip())

    def _hosts(self) -> list[TrainingHost]:
        job, service = self._job, self._service
        logs = service.runtime.client("logs", self._credentials, job.region)
        names = host_names(self._request["ResourceConfig"]["InstanceCount"])
        started = int(time.time())
        return [
            TrainingHost(
                name,
                names,
                OptMl(self._folder / name / "opt" / "ml", service.isolation.has_opt_ml),
                ContainerLog(
                    service,
                    logs,
                    LOG_GROUP,
                    f"{job.name}/{name}-{started}",
                    on_line=self._read_line,
                ),
                self._request,
            )
            for name in names
        ]

    def _run(self, hosts: Sequence[TrainingHost]) -> str:
        """Return the job's last secondary status; raises JobError when it failed."""
        job = self._job
        image = resolve_image(
            job.image,
            self._service.runtime.image_python,
            self._service.runtime.own_images,
        )
        if len(hosts) > 1 and not self._service.isolation.has_opt_ml:
            raise JobError(
                "ClientError: this machine lets no process have file systems of its own (mount "
                "namespaces), which the embedded AWS needs for a job with several instances; use "
                "an InstanceCount of 1."
            )
        if note := version_note(image):
            for host in hosts:
                host.log.write(note)
        ending: Ending = Ending.INTERRUPTED
        while ending is Ending.INTERRUPTED:
            self._limits.wait_for_instances(self._faults)
            if job.stop.is_set() or self._service.closing.is_set():
                return "Stopped"
            if self._limits.waited_out:
                return "MaxWaitTimeExceeded"
            ending = self._run_hosts(image, hosts)
        if self._service.closing.is_set():
            return "Stopped"
        job.enter("Uploading")
        self._upload_model(hosts)
        self._upload_output(hosts)
        return self._limits.exceeded if ending is Ending.TIMED_OUT else _ENDINGS[ending]

    def _run_hosts(self, image: Image, hosts: Sequence[TrainingHost]) -> Ending:
        """Train on instances, which are gone with all they have where they are interrupted.

        Raises:
            JobError: the container of a host failed.
        """
        job = self._job
        job.enter("Downloading")
        for host in hosts:
            host.prepare(self._s3, job.arn)
        # With a checkpoint, the job has one host (`training_jobs.py`).
        with checkpoints.synchronised(self._s3, self._request, hosts[0].opt_ml):
            job.enter("Training")
            self._interruption = self._faults.interruption()
            with self._metrics.while_running(), self._limits.running() as deadline:
                ending = self._train(image, hosts, deadline)
        if ending is Ending.INTERRUPTED:
            job.enter("Interrupted")
            self._service.say(f"training job {job.name}: its spot instance is interrupted")
            shutil.rmtree(self._folder, ignore_errors=True)
            job.enter("Starting")
        return ending

    def _read_line(self, line: str) -> None:
        self._job.metrics.read(line)
        if self._interruption is not None:
            self._interruption.read(line)

    def _is_interrupted(self) -> bool:
        return self._interruption is not None and self._interruption.is_due()

    def _train(self, image: Image, hosts: Sequence[TrainingHost], deadline: float) -> Ending:
        """Return how the hosts ended: as one that was stopped, or by themselves."""
        stop = threading.Event()
        with ThreadPoolExecutor(len(hosts) + 1) as threads:
            threads.submit(self._pass_on_stop, stop)
            try:
                futures = [
                    threads.submit(self._train_on, image, host, stop, deadline) for host in hosts
                ]
                endings = [future.result() for future in futures]
            finally:
                stop.set()
        if self._service.closing.is_set():
            return Ending.STOPPED
        failed = [ending for ending in endings if isinstance(ending, JobError)]
        if failed:
            with contextlib.suppress(JobError):  # the container's failure is the job's
                self._upload_output(hosts)
            raise failed[0]
        stopped = [
            each for each in endings if isinstance(each, Ending) and each is not Ending.EXITED
        ]
        return stopped[0] if stopped else Ending.EXITED

    def _pass_on_stop(self, stop: threading.Event) -> None:
        while not stop.wait(_POLL_SECONDS):
            if self._job.stop.is_set():
                stop.set()

    def _train_on(
        self, image: Image, host: TrainingHost, stop: threading.Event, deadline: float
    ) -> Ending | JobError:
        """Return how the host's container ended; its failure stops the others."""
        try:
            container = Container(
                self._service,
                host.command(image),
                env=self._environment(image, host),
                opt_ml=host.opt_ml,
                hosts_file=host.hosts_file,
                log=host.log,
            )
            ending = container.wait(stop, deadline, self._is_interrupted)
        except BaseException:
            stop.set()
            raise
        if ending is not Ending.EXITED or container.exit_code == 0:
            return ending
        stop.set()
        words = self._failure_text(image, host)
        return JobError(f"AlgorithmError: {words}, exit code: {container.exit_code}")

    def _environment(self, image: Image, host: TrainingHost) -> dict[str, str]:
        job, runtime = self._job, self._service.runtime
        allowed = runtime.child_environment(self._credentials, job.region)
        isolated = bool(self._request.get("EnableNetworkIsolation"))
        return {
            **image.environment(host.opt_ml),
            **install_advice(image),
            **host.opt_ml.rewrite_values(self._request.get("Environment") or {}),
            **network_environment(isolated, allowed, job.region),
            "TRAINING_JOB_NAME": job.name,
            "TRAINING_JOB_ARN": job.arn,
            # The toolkit would look the host up for 15 minutes; this is its own switch for
            # running outside of a cluster's name service.
            "SM_STUDIO_LOCAL_MODE": "true",
        }

    def _failure_text(self, image: Image, host: TrainingHost) -> str:
        text = host.failure_text()
        note = explain_missing_module(image, text)
        if not note:
            return text[:_FAILURE_CHARACTERS]
        return f"{text[: _FAILURE_CHARACTERS - len(note) - 1]} {note.removesuffix('.')}"

    def _upload_model(self, hosts: Sequence[TrainingHost]) -> None:
        model = self._gathered([host.opt_ml.model for host in hosts])
        compression = self._request["OutputDataConfig"].get("CompressionType", "GZIP")
        if compression == "NONE":
            uri = self._output_uri.below("model")
            s3_data.upload_folder(self._s3, model, uri, self._kms_key_id)
            self._job.artifact = f"{uri}/"
        else:
            uri = self._output_uri.below("model.tar.gz")
            self._upload_packed(model, uri)
            self._job.artifact = str(uri)

    def _upload_output(self, hosts: Sequence[TrainingHost]) -> None:
        data = self._gathered([host.opt_ml.output / "data" for host in hosts])
        if any(data.iterdir()):
            self._upload_packed(data, self._output_uri.below("output.tar.gz"))

    def _gathered(self, folders: Sequence[Path]) -> Path:
        """Return one folder with the files of all hosts, as SageMaker gathers them.

        Raises:
            JobError: two hosts wrote the same file. AWS does not say which of them it keeps.
        """
        first, *others = folders
        for folder in others:
            for path in sorted(folder.rglob("*")):
                target = first / path.relative_to(folder)
                if path.is_dir():
                    target.mkdir(exist_ok=True)
                elif target.exists():
                    raise JobError(
                        f"ClientError: two hosts wrote {path.relative_to(folder)}, and AWS does "
                        "not say which one it keeps; write names that differ by host."
                    )
                else:
                    shutil.copyfile(path, target)
        return first

    def _upload_packed(self, folder: Path, uri: s3_data.S3Uri) -> None:
        archive = self._folder / f"{uuid.uuid4().hex}.tar.gz"
        s3_data.pack(folder, archive)
        s3_data.upload(self._s3, archive, uri, self._kms_key_id)
        archive.unlink()
