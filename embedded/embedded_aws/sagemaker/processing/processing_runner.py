"""Carry out one processing job: its instances start together, and fail together."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from embedded_aws.credentials import Credentials
from embedded_aws.sagemaker.container.container import Container, Ending
from embedded_aws.sagemaker.container.container_logs import ContainerLog
from embedded_aws.sagemaker.container.image_contents import explain_missing_module
from embedded_aws.sagemaker.container.images import Image, resolve_image, version_note
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.host_names import host_names
from embedded_aws.sagemaker.planned_faults import PlannedFaults
from embedded_aws.sagemaker.processing.processing_instance import (
    MESSAGE_CHARACTERS,
    ProcessingInstance,
)
from embedded_aws.sagemaker.processing.processing_job import KIND, ProcessingJob
from embedded_aws.sagemaker.processing.processing_output import ProcessingOutput
from embedded_aws.sagemaker.service import SageMaker

LOG_GROUP = "/aws/sagemaker/ProcessingJobs"
_DEFAULT_MAX_RUNTIME_SECONDS = 86400


class ProcessingRunner:
    """Takes a job to its end; `run` is the thread's work and never raises."""

    def __init__(self, service: SageMaker, job: ProcessingJob, credentials: Credentials) -> None:
        self._service = service
        self._job = job
        self._request = job.request
        self._faults = PlannedFaults(service, "CreateProcessingJob", job.request)
        self._credentials = credentials
        self._folder = service.folder(job.region, KIND, job.name)
        self._s3 = service.runtime.client("s3", credentials, job.region)
        self._stop = threading.Event()  # one instance failed, or a stop was requested

    def run(self) -> None:
        """Run the job; every failure ends it as Failed with a reason."""
        job = self._job
        instances = self._instances()
        status, reason = "Completed", None
        try:
            status = self._run(instances)
        except JobError as error:
            status, reason = "Failed", str(error)
        except Exception as error:  # noqa: BLE001 - a thread's last resort: the job must end
            status, reason = "Failed", f"InternalServerError: {type(error).__name__}: {error}"
        for instance in instances:
            instance.log.close()
        if self._service.closing.is_set():
            return
        shutil.rmtree(self._folder, ignore_errors=True)
        job.end(status, reason)
        self._service.say(f"processing job {job.name}: {status} {reason or ''}".rstrip())

    def _instances(self) -> list[ProcessingInstance]:
        job = self._job
        cluster = self._request["ProcessingResources"]["ClusterConfig"]
        hosts = host_names(cluster["InstanceCount"])
        logs = self._service.runtime.client("logs", self._credentials, job.region)
        started = int(time.time())
        return [
            ProcessingInstance.in_folder(
                self._folder,
                hosts,
                host,
                ContainerLog(self._service, logs, LOG_GROUP, f"{job.name}/{host}-{started}"),
                is_mounted=self._service.isolation.has_opt_ml,
            )
            for host in hosts
        ]

    def _run(self, instances: Sequence[ProcessingInstance]) -> str:
        self._faults.require_capacity()
        image = resolve_image(
            self._request["AppSpecification"]["ImageUri"],
            self._service.runtime.image_python,
            self._service.runtime.own_images,
        )
        described = {"ProcessingJobArn": self._job.arn, **self._job.described()}
        for instance in instances:
            if note := version_note(image):
                instance.log.write(note)
            instance.prepare(self._s3, described)
        self._job.begin()
        condition = self._request.get("StoppingCondition") or {}
        seconds = condition.get("MaxRuntimeInSeconds", _DEFAULT_MAX_RUNTIME_SECONDS)
        deadline = time.monotonic() + seconds
        cores = _shares(len(instances))
        with ThreadPoolExecutor(len(instances) + 1) as threads:
            threads.submit(self._pass_on_stop)
            try:
                futures = [
                    threads.submit(self._run_instance, image, instance, own, deadline)
                    for instance, own in zip(instances, cores, strict=True)
                ]
                endings = [future.result() for future in futures]
            finally:
                self._stop.set()
        if self._job.stop.is_set() or self._service.closing.is_set():
            return "Stopped"
        failed = [error for error in endings if isinstance(error, JobError)]
        if failed:
            raise failed[0]
        if Ending.TIMED_OUT in endings:
            raise JobError(f"ClientError: the job exceeded MaxRuntimeInSeconds ({seconds} s).")
        return "Completed"

    def _pass_on_stop(self) -> None:
        while not self._stop.wait(0.1):
            if self._job.stop.is_set():
                self._stop.set()

    def _run_instance(
        self, image: Image, instance: ProcessingInstance, cores: set[int], deadline: float
    ) -> Ending | JobError:
        """Return how the instance ended; its failure stops the others."""
        try:
            return self._run_container(image, instance, cores, deadline)
        except JobError as error:
            self._stop.set()
            return error

    def _run_container(
        self, image: Image, instance: ProcessingInstance, cores: set[int], deadline: float
    ) -> Ending:
        job, service = self._job, self._service
        allowed = service.runtime.child_environment(self._credentials, job.region)
        output = ProcessingOutput(self._s3, self._request, instance)
        with output.while_running():
            container = Container(
                service,
                instance.command(image, self._request),
                env={
                    **instance.environment(image, self._request, allowed, job.region),
                    "PROCESSING_JOB_NAME": job.name,
                    "PROCESSING_JOB_ARN": job.arn,
                },
                opt_ml=instance.opt_ml,
                log=instance.log,
                cores=cores,
            )
            ending = container.wait(self._stop, deadline)
        message = instance.message() if ending is Ending.EXITED else None
        if job.exit_message is None:
            job.exit_message = message
        if ending is Ending.EXITED and container.exit_code != 0:
            words = message or instance.log.last_words()
            if note := explain_missing_module(image, words):
                words = f"{words} ({note})"
            raise JobError(
                f"AlgorithmError: {words[:MESSAGE_CHARACTERS]}, exit code: {container.exit_code}"
            )
        if ending is Ending.EXITED:
            output.upload()
        return ending


def _shares(count: int) -> list[set[int]]:
    """Return `count` shares of the machine's cores; one core may belong to several."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if count == 1 or not cores:
        return [set() for _ in range(count)]
    return [set(cores[number::count]) or {cores[number % len(cores)]} for number in range(count)]
