"""The AutoGluon container's model server over an unpacked artifact, on this machine.

The same Flask application and Gunicorn configuration that the embedded AWS starts, without an AWS
around it. Run by an interpreter that holds what the image holds.
"""

from __future__ import annotations

import http.client
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Self

ROOT = Path(__file__).resolve().parents[1]
_IMAGE_FILES = ROOT / "embedded" / "embedded_aws" / "sagemaker" / "container" / "image"
_START_SECONDS = 120.0
_STOP_SECONDS = 10.0
_POLL_SECONDS = 0.005
_BACKLOG = 2048


class ContainerServer:
    """A running server; a context manager.

    Args:
        python: the interpreter of the image's environment.
        model: the unpacked artifact, with `code/` inside.
        environment: the container's environment, such as `GUNICORN_CMD_ARGS`.
        module: the server's module: `server` of the 1.6 image, `torchserve` of the images before.

    Raises:
        RuntimeError: the server ends or stays silent; with its log's end.
    """

    def __init__(
        self, python: str, model: Path, environment: Mapping[str, str], module: str = "server"
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="autogluon-server-"))
        (self._folder / "model").symlink_to(model.resolve())
        self._log: IO[bytes] = (self._folder / "log").open("wb")
        started = time.perf_counter()
        try:
            self._process = self._spawn(python, environment, module)
            self._wait_until_healthy()
        except BaseException:
            self.stop()
            raise
        self.start_seconds = time.perf_counter() - started

    def _spawn(
        self, python: str, environment: Mapping[str, str], module: str
    ) -> subprocess.Popen[bytes]:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(_BACKLOG)
            self.port: int = listener.getsockname()[1]
            argv = [python, "-m", "gunicorn", "--config", str(_IMAGE_FILES / "gunicorn_config.py")]
            argv += ["--chdir", str(_IMAGE_FILES), "--bind", f"fd://{listener.fileno()}"]
            return subprocess.Popen(
                [*argv, f"{module}:app_from_environment()"],
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": str(self._folder),
                    "SAGEMAKER_BASE_DIR": str(self._folder),
                    "SAGEMAKER_PROGRAM": "inference.py",
                    **environment,
                },
                cwd=self._folder,
                stdout=self._log,
                stderr=subprocess.STDOUT,
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended at its start: {self.log()[-2000:]}")
            try:
                if self.request("GET", "/ping")[0] == 200:
                    return
            except OSError:
                time.sleep(_POLL_SECONDS)
        raise RuntimeError(f"no answer within {_START_SECONDS:g} s: {self.log()[-2000:]}")

    def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of one request over a connection of its own."""
        connection = self.connect()
        try:
            return exchange(connection, method, path, body, headers or {})
        finally:
            connection.close()

    def connect(self, timeout_seconds: float = 120.0) -> http.client.HTTPConnection:
        """A connection that stays open for several requests."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_seconds)

    def pids(self) -> list[int]:
        """The server's processes, the first one first."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [self._process.pid, *map(int, children.read_text().split())]

    def log(self) -> str:
        """What the server wrote so far."""
        self._log.flush()
        return (self._folder / "log").read_text(errors="replace")

    def stop(self) -> None:
        """End the server and remove its folder; safe to call twice."""
        process = getattr(self, "_process", None)
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def exchange(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
) -> tuple[int, dict[str, str], bytes]:
    """One request over an open connection."""
    connection.request(method, path, body=body, headers=dict(headers))
    response = connection.getresponse()
    return response.status, dict(response.getheaders()), response.read()


def image_application(model: Path) -> Any:
    """The container's Flask application over an unpacked artifact, in this process."""
    # By its path: the module belongs to the image, and its package to another environment.
    spec = importlib.util.spec_from_file_location("image_server", _IMAGE_FILES / "server.py")
    if spec is None or spec.loader is None:
        raise RuntimeError(f"there is no server.py in {_IMAGE_FILES}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.create_app(model, "inference.py")
