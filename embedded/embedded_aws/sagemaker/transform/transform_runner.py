"""Carry out one transform job: a model server, mini-batches posted to it, answers uploaded."""

from __future__ import annotations

import gzip
import json
import time
import uuid
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, cast

from embedded_aws.credentials import Credentials
from embedded_aws.gateway import ApiError
from embedded_aws.sagemaker.container import s3_data
from embedded_aws.sagemaker.container.answer import NoAnswerError
from embedded_aws.sagemaker.container.container_logs import ContainerLog
from embedded_aws.sagemaker.container.pipeline_server import (
    ContainerFailedError,
    ContainerLogs,
    PipelineServer,
    in_words,
)
from embedded_aws.sagemaker.container.served_model import PRIMARY, ServedModel
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.planned_faults import PlannedFaults
from embedded_aws.sagemaker.service import SageMaker
from embedded_aws.sagemaker.transform import mini_batches
from embedded_aws.sagemaker.transform.transform_job import KIND, TransformJob

LOG_GROUP = "/aws/sagemaker/TransformJobs"
_STARTUP_SECONDS = 480.0
_RETRY_PAUSE_SECONDS = 0.2
_MESSAGE_CHARACTERS = 600  # FailureReason holds 1,024


class TransformStoppedError(Exception):
    """A stop of the job was requested."""


class TransformRunner:
    """Takes a job to its end; `run` is the thread's work and never raises."""

    def __init__(
        self,
        service: SageMaker,
        job: TransformJob,
        model: ServedModel,
        credentials: Credentials,
    ) -> None:
        self._service = service
        self._job = job
        self._credentials = credentials
        self._faults = PlannedFaults(service, "CreateTransformJob", job.request)
        self._s3 = service.runtime.client("s3", credentials, job.region)
        self._folder = service.folder(job.region, KIND, job.name)
        self._server = PipelineServer(service, model, self._folder, job.region)
        self._input = job.request["TransformInput"]
        self._output = job.request["TransformOutput"]
        stream = f"{job.name}/i-{uuid.uuid4().hex[:17]}"
        logs = service.runtime.client("logs", credentials, job.region)
        self._log = ContainerLogs(
            model, stream, lambda name: ContainerLog(service, logs, LOG_GROUP, name)
        )
        self._data_log = ContainerLog(service, logs, LOG_GROUP, f"{stream}/data-log")

    def run(self) -> None:
        """Run the job; every failure ends it as Failed with a reason."""
        job = self._job
        status, reason = "Completed", None
        try:
            self._faults.require_capacity()
            self._start_server()
            job.begin()
            for item in s3_data.list_objects(self._s3, self._input["DataSource"]["S3DataSource"]):
                self._transform(item)
        except TransformStoppedError:
            status = "Stopped"
        except (JobError, ApiError) as error:
            status, reason = "Failed", getattr(error, "message", str(error))
        except Exception as error:  # noqa: BLE001 - a thread's last resort: the job must end
            status, reason = "Failed", f"InternalServerError: {type(error).__name__}: {error}"
        if self._service.closing.is_set():
            return
        self._server.stop()
        self._log.close()
        self._data_log.close()
        job.end("Stopped" if job.stop.is_set() else status, reason)
        self._service.say(f"transform job {job.name}: {job.status} {reason or ''}".rstrip())

    def _start_server(self) -> None:
        job, request = self._job, self._job.request
        strategy = request.get("BatchStrategy", "MultiRecord")
        variables = {
            "SAGEMAKER_BATCH": "true",
            "SAGEMAKER_MAX_PAYLOAD_IN_MB": str(job.max_payload_mb),
            "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS": str(job.max_concurrent_transforms),
            "SAGEMAKER_BATCH_STRATEGY": "SINGLE_RECORD"
            if strategy == "SingleRecord"
            else "MULTI_RECORD",
        }
        try:
            self._server.start(
                self._credentials,
                self._log,
                extra_environment={**variables, **(request.get("Environment") or {})},
                startup_seconds=_STARTUP_SECONDS,
            )
        except ContainerFailedError as error:
            if error.container.hostname == PRIMARY:
                raise
            raise JobError(f"{error} (of {in_words(error.container)})") from error

    def _transform(self, item: s3_data.S3Object) -> None:
        source = self._folder / "input" / item.relative
        s3_data.download(self._s3, [item], self._folder / "input")
        result = self._folder / "output" / f"{item.relative}.out"
        result.parent.mkdir(parents=True, exist_ok=True)
        with self._open(source) as stream, result.open("wb") as target:
            bodies = mini_batches.split(
                stream,
                by_line=self._input.get("SplitType", "None") == "Line",
                single_record=self._job.request.get("BatchStrategy") == "SingleRecord",
                max_bytes=self._job.max_payload_mb * mini_batches.BYTES_PER_MB,
            )
            by_line = self._output.get("AssembleWith", "None") == "Line"
            mini_batches.assemble(self._answers(item, bodies), target, by_line=by_line)
        uri = s3_data.S3Uri.parse(self._output["S3OutputPath"]).below(f"{item.relative}.out")
        s3_data.upload(self._s3, result, uri, self._output.get("KmsKeyId"))
        source.unlink()
        result.unlink()

    def _open(self, path: Path) -> IO[bytes]:
        if self._input.get("CompressionType", "None") == "Gzip":
            return cast(IO[bytes], gzip.open(path, "rb"))
        return path.open("rb")

    def _answers(self, item: s3_data.S3Object, bodies: Iterator[bytes]) -> Iterator[bytes]:
        """Yield answers in the order of the bodies, MaxConcurrentTransforms requests at a time."""
        concurrent = self._job.max_concurrent_transforms
        waiting: deque[Future[bytes]] = deque()
        with ThreadPoolExecutor(concurrent) as pool:
            try:
                for number, body in enumerate(bodies, start=1):
                    waiting.append(pool.submit(self._invoke, item, number, body))
                    if len(waiting) >= concurrent:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()

    def _invoke(self, item: s3_data.S3Object, number: int, body: bytes) -> bytes:
        config = self._job.request.get("ModelClientConfig") or {}
        headers = {
            "Content-Type": self._input.get("ContentType"),
            "Accept": self._output.get("Accept"),
        }
        status, text, container = 0, "", PRIMARY
        for attempt in range(1 + config.get("InvocationsMaxRetries", 3)):
            if self._job.stop.is_set():
                raise TransformStoppedError
            time.sleep(_RETRY_PAUSE_SECONDS if attempt else 0)
            try:
                timeout = float(config.get("InvocationsTimeoutInSeconds", 600))
                answer = self._server.invoke(body, headers, timeout)
            except NoAnswerError as error:
                status, text, container = 0, str(error), error.container
                continue
            status, text = answer.status, answer.body.decode("utf-8", "replace")
            container = answer.container
            if status < 500:
                break
        if 200 <= status < 300:
            return answer.body
        raise self._failure(item, number, status, text, container)

    def _failure(
        self, item: s3_data.S3Object, number: int, status: int, text: str, container: str
    ) -> JobError:
        kind = "ClientError" if 400 <= status < 500 else "AlgorithmError"
        shown = str(status) if status else "no answer"
        if container != PRIMARY:
            shown = f"{shown} from {container}"
        path = f"{item.uri.bucket}/{item.uri.key}"
        self._data_log.write(
            f"[sagemaker logs]: {path}: {kind}: {shown}\n"
            f"[sagemaker logs]: {path}: Message:\n[sagemaker logs]: {path}: {text}"
        )
        detail = _detail(text)[:_MESSAGE_CHARACTERS]
        return JobError(
            f"{kind}: See job logs for more information ({item.uri}, mini-batch {number}: "
            f"{shown}: {detail})"
        )


def _detail(text: str) -> str:
    """Return the message of an answer; the AutoGluon container sends `{"detail": ...}`."""
    try:
        return str(json.loads(text)["detail"])
    except (ValueError, TypeError, KeyError):
        return text.strip()
