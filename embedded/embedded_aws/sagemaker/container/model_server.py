"""A running model server, as the image has it, in a child of this process."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from embedded_aws.credentials import Credentials
from embedded_aws.sagemaker.container.answer import Answer, NoAnswerError
from embedded_aws.sagemaker.container.container import Container
from embedded_aws.sagemaker.container.container_limits import UNLIMITED, ContainerLimits
from embedded_aws.sagemaker.container.container_logs import ContainerLog
from embedded_aws.sagemaker.container.image_contents import explain_missing_module
from embedded_aws.sagemaker.container.images import (
    IMAGE_FILES,
    Image,
    network_environment,
    resolve_image,
    version_note,
)
from embedded_aws.sagemaker.container.model_data import fetch_model, make_removable
from embedded_aws.sagemaker.container.opt_ml import SCRATCH, OptMl
from embedded_aws.sagemaker.container.path_literals import check_scripts
from embedded_aws.sagemaker.container.served_model import ServedContainer
from embedded_aws.sagemaker.errors import JobError
from embedded_aws.sagemaker.service import SageMaker

_POLL_SECONDS = 0.1
_STOP_SECONDS = 5.0
_RESTART_SECONDS = 1.0
_PING_SECONDS = 5.0
_BACKLOG = 2048
_CUSTOM_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"


class ModelServer:
    """Serves one container of a model; `start` returns when `/ping` answers 200.

    `ended` is set by `stop`.
    """

    def __init__(
        self,
        service: SageMaker,
        container: ServedContainer,
        folder: Path,
        region: str,
        limits: ContainerLimits = UNLIMITED,
    ) -> None:
        self._service = service
        self._limits = limits
        self._served = container
        self._folder = folder
        self._opt_ml = OptMl(folder / "opt" / "ml", service.isolation.has_opt_ml)
        self._region = region
        self._container: Container | None = None
        self.ended = threading.Event()
        self._answered = threading.Event()  # the running container's health check, once
        self._lock = threading.Lock()
        self._port = 0

    @property
    def healthy(self) -> bool:
        """Return whether the container runs and has answered its health check."""
        container = self._container
        return self._answered.is_set() and container is not None and container.exit_code is None

    @property
    def pid(self) -> int | None:
        """Return the process that leads the container's group, None while there is none."""
        container = self._container
        return None if container is None else container.pid

    def start(
        self,
        credentials: Credentials,
        log: ContainerLog,
        *,
        extra_environment: Mapping[str, str],
        startup_seconds: float,
    ) -> None:
        """Fetch the model, start the server, wait for it.

        Raises:
            JobError: the image is refused, the data cannot be read, or the server does not answer.
        """
        try:
            image, environment = self._prepare(credentials, log, extra_environment)
            self._spawn(image, environment, log)
            self._wait_until_healthy(startup_seconds, log)
        except BaseException:
            self.stop()
            raise
        self._service.start(
            f"restart-{self._served.model}",
            lambda: self._restart_forever(image, environment, log),
        )

    def _prepare(
        self, credentials: Credentials, log: ContainerLog, extra_environment: Mapping[str, str]
    ) -> tuple[Image, dict[str, str]]:
        """Return the container's image and environment, with the model in place."""
        image = self._image()
        if note := version_note(image):
            log.write(note)
        self._opt_ml.create()
        client = self._service.runtime.client("s3", credentials, self._region)
        fetch_model(client, self._served, self._opt_ml.model)
        check_scripts(self._opt_ml, self._opt_ml.model / "code")
        allowed = self._service.runtime.child_environment(credentials, self._region)
        return image, {
            **image.environment(self._opt_ml),
            **self._opt_ml.rewrite_values({**self._served.environment, **extra_environment}),
            **network_environment(self._served.isolated, allowed, self._region),
        }

    def stop(self) -> None:
        """End the server and its descendants, remove its folder; safe to call twice."""
        with self._lock:
            self.ended.set()
            container, self._container = self._container, None
        if container is not None:
            container.stop(_STOP_SECONDS)
        make_removable(self._folder)
        shutil.rmtree(self._folder, ignore_errors=True)

    def invoke(
        self, body: bytes, headers: Mapping[str, str | None], timeout_seconds: float
    ) -> Answer:
        """POST to `/invocations`. Headers with the value None are left out.

        Raises:
            NoAnswerError: there is none, or it takes too long.
        """
        sent = {name: value for name, value in headers.items() if value is not None}
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=timeout_seconds)
        try:
            connection.request("POST", "/invocations", body=body, headers=sent)
            response = connection.getresponse()
            return Answer(
                response.status,
                response.getheader("Content-Type", "application/octet-stream"),
                response.read(),
                response.getheader(_CUSTOM_ATTRIBUTES),
            )
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswerError(f"{type(error).__name__}: {error}") from error
        finally:
            connection.close()

    def _spawn(self, image: Image, environment: Mapping[str, str], log: ContainerLog) -> None:
        # The child inherits a bound socket: no other process can take the port in between. Only a
        # program of one's own binds the port itself.
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(_BACKLOG)
            self._port = listener.getsockname()[1]
            os.set_inheritable(listener.fileno(), True)
            argv, passed = self._command(image, listener)
            self._container = Container(
                self._service,
                argv,
                env={**environment, **self._where_to_listen(image)},
                opt_ml=self._opt_ml,
                folder=SCRATCH,
                read_only_model=True,
                read_only_root=self._limits.read_only_root,
                log=log,
                pass_fds=passed,
                cores=self._limits.cores,
            )

    def _command(self, image: Image, listener: socket.socket) -> tuple[list[str], list[int]]:
        """Return the server's program, and the files that it inherits."""
        if image.folder is not None:
            listener.close()
            return [image.program("serve")], []
        bound = listener.fileno()
        argv = [str(image.python), "-m", "gunicorn"]
        argv += ["--config", str(IMAGE_FILES / "gunicorn_config.py")]
        argv += ["--chdir", str(IMAGE_FILES), "--bind", f"fd://{bound}"]
        return [*argv, f"{image.server}:app_from_environment()"], [bound]

    def _where_to_listen(self, image: Image) -> dict[str, str]:
        """Return the port of an image of one's own: containers here share the machine's ports.

        SageMaker sets the variable where several containers share an instance, for images with the
        label `com.amazonaws.sagemaker.capabilities.accept-bind-to-port`; others listen on 8080.
        """
        return {} if image.folder is None else {"SAGEMAKER_BIND_TO_PORT": str(self._port)}

    def _restart_forever(
        self, image: Image, environment: Mapping[str, str], log: ContainerLog
    ) -> None:
        """Restart a container that ended by itself, as SageMaker does."""
        while not self.ended.wait(_RESTART_SECONDS) and not self._service.closing.is_set():
            container = self._container
            if container is None or container.exit_code is None:
                continue
            self._answered.clear()
            container.stop(0)
            log.write(f"the container ended with exit code {container.exit_code}: restarted")
            with self._lock:
                if not self.ended.is_set():
                    self._spawn(image, environment, log)
            self._ping_restarted()

    def _ping_restarted(self) -> None:
        """Wait until the restarted container is healthy, or ends again."""
        while not self.ended.is_set() and not self._service.closing.is_set():
            if self._container is None or self._container.exit_code is not None:
                return
            if self._ping(time.monotonic() + _PING_SECONDS):
                return

    def _wait_until_healthy(self, seconds: float, log: ContainerLog) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self._service.closing.is_set():
            if self._container is None or self._container.exit_code is not None:
                self.stop()  # reads the rest of its output
                raise JobError(f"its model server ended during start-up: {self._cause(log)}")
            if self._ping(deadline):
                return
        raise JobError(f"it did not answer within {seconds:g} s; its log ends: {log.last_words()}")

    def _image(self) -> Image:
        runtime = self._service.runtime
        return resolve_image(self._served.image, runtime.image_python, runtime.own_images)

    def _cause(self, log: ContainerLog) -> str:
        words = log.last_words()
        image = self._image()
        note = explain_missing_module(image, words)
        return f"{words} ({note.removesuffix('.')})" if note else words

    def _ping(self, deadline: float) -> bool:
        """Send one health check, which a server that is still loading answers late."""
        with (
            contextlib.suppress(OSError),
            socket.create_connection(
                ("127.0.0.1", self._port), timeout=_POLL_SECONDS
            ) as connection,
        ):
            connection.sendall(b"GET /ping HTTP/1.0\r\nHost: localhost\r\n\r\n")
            while time.monotonic() < deadline:
                try:
                    head = connection.recv(64)
                except TimeoutError:
                    if self._container is None or self._container.exit_code is not None:
                        return False
                    continue
                if b" 200 " in head:
                    self._answered.set()
                return self._answered.is_set()
        time.sleep(_POLL_SECONDS)
        return False
