"""One processing job's run: inputs down, the entry point, outputs up."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embedded_aws.runtime import Credentials
from embedded_aws.sagemaker import s3_data
from embedded_aws.sagemaker.container import Container, Ending
from embedded_aws.sagemaker.container_logs import ContainerLog
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.images import network_environment, resolve_image, version_note
from embedded_aws.sagemaker.opt_ml import OptMl
from embedded_aws.sagemaker.service import SageMaker

if TYPE_CHECKING:
    from embedded_aws.sagemaker.processing_jobs import ProcessingJob

LOG_GROUP = "/aws/sagemaker/ProcessingJobs"
_HOST = "algo-1"
_DEFAULT_MAX_RUNTIME_SECONDS = 86400
_MESSAGE_CHARACTERS = 1024


class ProcessingRun:
    """Takes a job to its end; `run` is the thread's work and never raises."""

    def __init__(self, service: SageMaker, job: ProcessingJob, credentials: Credentials) -> None:
        self._service = service
        self._job = job
        self._credentials = credentials
        self._folder = service.folder(job.region, "processing-job", job.name)
        self._opt_ml = OptMl(self._folder / "opt" / "ml")
        self._s3 = service.runtime.client("s3", credentials, job.region)

    def run(self) -> None:
        """Run the job; every failure ends it as Failed with a reason."""
        job = self._job
        logs = self._service.runtime.client("logs", self._credentials, job.region)
        stream = f"{job.name}/{_HOST}-{int(time.time())}"
        log = ContainerLog(self._service, logs, LOG_GROUP, stream)
        status, reason = "Completed", None
        try:
            status = self._run(log)
        except JobError as error:
            status, reason = "Failed", str(error)
        except Exception as error:  # noqa: BLE001 - a thread's last resort: the job must end
            status, reason = "Failed", f"InternalServerError: {type(error).__name__}: {error}"
        log.close()
        if self._service.closing.is_set():
            return
        shutil.rmtree(self._folder, ignore_errors=True)
        job.end(status, reason)
        self._service.say(f"processing job {job.name}: {status} {reason or ''}".rstrip())

    def _run(self, log: ContainerLog) -> str:
        request = self._job.request
        image = resolve_image(
            request["AppSpecification"]["ImageUri"], self._service.runtime.image_python
        )
        if note := version_note(image):
            log.write(note)
        self._prepare()
        self._job.begin()
        condition = request.get("StoppingCondition") or {}
        seconds = condition.get("MaxRuntimeInSeconds", _DEFAULT_MAX_RUNTIME_SECONDS)
        specification = request["AppSpecification"]
        entry = specification["ContainerEntrypoint"]
        arguments = specification.get("ContainerArguments") or []
        network = request.get("NetworkConfig") or {}
        allowed = self._service.runtime.child_environment(self._credentials, self._job.region)
        isolated = bool(network.get("EnableNetworkIsolation"))
        container = Container(
            self._service,
            image.command([*entry, *arguments], self._opt_ml),
            env={
                **image.environment(self._opt_ml),
                **self._opt_ml.rewrite_values(request.get("Environment") or {}),
                **network_environment(isolated, allowed, self._job.region),
                "PROCESSING_JOB_NAME": self._job.name,
                "PROCESSING_JOB_ARN": self._job.arn,
            },
            cwd=self._opt_ml.root,
            log=log,
        )
        ending = container.wait(self._job.stop, time.monotonic() + seconds)
        self._job.exit_message = self._read_message()
        if ending is Ending.STOPPED or self._service.closing.is_set():
            return "Stopped"
        if ending is Ending.TIMED_OUT:
            raise JobError(f"ClientError: the job exceeded MaxRuntimeInSeconds ({seconds} s).")
        if container.exit_code != 0:
            words = self._job.exit_message or log.last_words()
            raise JobError(
                f"AlgorithmError: {words[:_MESSAGE_CHARACTERS]}, exit code: {container.exit_code}"
            )
        self._upload()
        return "Completed"

    def _prepare(self) -> None:
        self._opt_ml.create()
        request = self._job.request
        for item in request.get("ProcessingInputs") or ():
            place = item["S3Input"]
            folder = self._local(place)
            folder.mkdir(parents=True, exist_ok=True)
            s3_data.download(self._s3, s3_data.list_objects(self._s3, place), folder)
        for item in (request.get("ProcessingOutputConfig") or {}).get("Outputs") or ():
            self._local(item["S3Output"]).mkdir(parents=True, exist_ok=True)
        config = self._opt_ml.root / "config"
        config.mkdir()
        described = {"ProcessingJobArn": self._job.arn, **self._job.described()}
        _write(config / "processingjobconfig.json", described)
        _write(config / "resourceconfig.json", {"current_host": _HOST, "hosts": [_HOST]})

    def _upload(self) -> None:
        config = self._job.request.get("ProcessingOutputConfig") or {}
        for item in config.get("Outputs") or ():
            place = item["S3Output"]
            uri = s3_data.S3Uri.parse(place["S3Uri"])
            s3_data.upload_folder(self._s3, self._local(place), uri, config.get("KmsKeyId"))

    def _local(self, place: dict[str, Any]) -> Path:
        return Path(self._opt_ml.rewrite(place["LocalPath"]))

    def _read_message(self) -> str | None:
        path = self._opt_ml.output / "message"
        if not path.is_file():
            return None
        return path.read_text("utf-8", "replace")[:_MESSAGE_CHARACTERS]


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, default=str), encoding="utf-8")
