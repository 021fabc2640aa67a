"""The running containers of a model: one that answers, or several in series or side by side.

Sources: SageMaker guide, "Inference pipelines in Amazon SageMaker AI" and "Invoke a multi-container
endpoint with direct invocation".
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from embedded_aws.credentials import Credentials
from embedded_aws.sagemaker.container.answer import Answer, NoAnswerError
from embedded_aws.sagemaker.container.container_limits import UNLIMITED, ContainerLimits
from embedded_aws.sagemaker.container.container_logs import ContainerLog
from embedded_aws.sagemaker.container.model_server import ModelServer
from embedded_aws.sagemaker.container.served_model import PRIMARY, ServedContainer, ServedModel
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.service import SageMaker

TARGET_CONTAINER = "X-Amzn-SageMaker-Target-Container-Hostname"
"""The header of InvokeEndpoint that names a container; no container gets it."""
_STARTED_AT_ONCE = 2  # a start keeps a core busy for seconds


class ContainerFailedError(JobError):
    """Say which of a model's containers did not start."""

    def __init__(self, container: ServedContainer, reason: str) -> None:
        super().__init__(reason)
        self.container = container


class ContainerLogs:
    """The log streams of a model's containers, by hostname.

    Of several containers each has a stream of its own, `<stream>/<hostname>` (SageMaker guide, "Log
    groups and streams that Amazon SageMaker AI logs").

    Args:
        open_stream: opens a stream by its name.
        stream: the name of the only container's stream.
    """

    def __init__(
        self, model: ServedModel, stream: str, open_stream: Callable[[str], ContainerLog]
    ) -> None:
        several = len(model.containers) > 1
        self._logs = {
            each.hostname: open_stream(f"{stream}/{each.hostname}" if several else stream)
            for each in model.containers
        }

    def of(self, container: ServedContainer) -> ContainerLog:
        """Return a container's log."""
        return self._logs[container.hostname]

    def write(self, text: str) -> None:
        """Add lines that concern all containers."""
        for log in self._logs.values():
            log.write(text)

    def close(self) -> None:
        """Write the remaining lines and end the streams."""
        for log in self._logs.values():
            log.close()


class PipelineServer:
    """Serves one model: a process for each of its containers, and what is passed between them.

    In series, each container gets the body and the content type that the one before it answered.
    The caller's `Accept` is the last one's: the others answer in the format that is their own
    default. SageMaker does not say who gets custom attributes and inference ids: all do here.
    """

    def __init__(
        self,
        service: SageMaker,
        model: ServedModel,
        folder: Path,
        region: str,
        limits: ContainerLimits = UNLIMITED,
    ) -> None:
        self._model = model
        self._folder = folder
        several = len(model.containers) > 1
        self._servers = {
            each.hostname: ModelServer(
                service,
                each,
                folder / f"container-{each.position}" if several else folder,
                region,
                limits,
            )
            for each in model.containers
        }
        self.ended = threading.Event()

    @property
    def healthy(self) -> bool:
        """Return whether all containers run and have answered their health checks."""
        return all(server.healthy for server in self._servers.values())

    @property
    def pids(self) -> Sequence[int]:
        """Return the processes that lead the containers' groups, of those that run."""
        found = (server.pid for server in self._servers.values())
        return [pid for pid in found if pid is not None]

    def start(
        self,
        credentials: Credentials,
        logs: ContainerLogs,
        *,
        extra_environment: Mapping[str, str],
        startup_seconds: float,
    ) -> None:
        """Start all containers and wait until each is healthy.

        Raises:
            ContainerFailedError: one of them did not start; the others are stopped again.
        """

        def start(container: ServedContainer) -> None:
            try:
                self._servers[container.hostname].start(
                    credentials,
                    logs.of(container),
                    extra_environment=extra_environment,
                    startup_seconds=startup_seconds,
                )
            except JobError as error:
                raise ContainerFailedError(container, str(error)) from error

        try:
            with ThreadPoolExecutor(_STARTED_AT_ONCE) as pool:
                list(pool.map(start, self._model.containers))
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End all containers and remove their folders; safe to call twice."""
        self.ended.set()
        for server in self._servers.values():
            server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def invoke(
        self, body: bytes, headers: Mapping[str, str | None], timeout_seconds: float
    ) -> Answer:
        """Return the answer of the container that the headers name, or of the last one in series.

        The first answer that is not good is the pipeline's: it names its container.

        Raises:
            NoAnswerError: there is none, or all containers together take too long.
        """
        sent = dict(headers)
        target = sent.pop(TARGET_CONTAINER, None)
        if target is not None:
            return self._ask(target, body, sent, timeout_seconds)
        deadline = time.monotonic() + timeout_seconds
        *before, last = self._servers
        for hostname in before:
            passed_on = {**sent, "Accept": None}
            answer = self._ask(hostname, body, passed_on, deadline - time.monotonic())
            if not answer.is_good:
                return answer
            body, sent["Content-Type"] = answer.body, answer.content_type
        return self._ask(last, body, sent, deadline - time.monotonic())

    def _ask(
        self, hostname: str, body: bytes, headers: Mapping[str, str | None], seconds: float
    ) -> Answer:
        try:
            # Zero would mean a connection that does not block.
            answer = self._servers[hostname].invoke(body, headers, max(seconds, 0.001))
        except NoAnswerError as error:
            error.container = hostname
            raise
        return Answer(
            answer.status, answer.content_type, answer.body, answer.custom_attributes, hostname
        )


def in_words(container: ServedContainer) -> str:
    """Return what SageMaker's messages call a container of an endpoint: "primary container"."""
    if container.hostname == PRIMARY:
        return "primary container"
    default = f"container-{container.position}"
    return default if container.hostname == default else f"container {container.hostname}"
