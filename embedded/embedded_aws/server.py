"""Start and stop an embedded AWS; `python -m embedded_aws` does the same from a shell."""

from __future__ import annotations

import importlib
import os
import shutil
import socket
import tempfile
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, make_server

from embedded_aws.activity_log import ActivityLog
from embedded_aws.clock import Clock
from embedded_aws.clock_endpoint import CLOCK_PATH, serve_clock
from embedded_aws.credentials import ADMIN
from embedded_aws.faults.injector import Faults
from embedded_aws.gateway import ApiCall, Gateway
from embedded_aws.late_access_logs import deliver_late_access_logs
from embedded_aws.processes import ProcessSupervisor
from embedded_aws.runtime import ACCOUNT_ID, DEFAULT_REGION, Runtime
from embedded_aws.snapshots.snapshot import Snapshots

# Order matters: roles can only be assumed once iam is installed.
SERVICES = (
    "iam",
    "lambda_runtime",
    "eventbridge",
    "scheduler",
    "notifications",
    "alarms",
    "sagemaker",
    "scaling",
    "stepfunctions",
    "cloudformation",
)


class _QuietRequestHandler(MotoRequestHandler):
    """The activity log replaces werkzeug's line per request."""

    protocol_version = "HTTP/1.1"  # keep-alive: a deployment makes thousands of calls

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Print nothing."""


class EmbeddedAws:
    """One AWS account, reachable at `endpoint_url` on the loopback interface.

    State lives in this process and ends with it. One instance a process: moto's state is global.

    Args:
        image_python: interpreter of the environment that represents the AutoGluon container.
        own_images: folders whose programs `train` and `serve` run for other images, by their URIs.
        port: 0 picks a free one.
    """

    def __init__(
        self,
        *,
        image_python: Path,
        port: int = 0,
        log: ActivityLog | None = None,
        services: tuple[str, ...] = SERVICES,
        own_images: Mapping[str, Path] | None = None,
    ) -> None:
        self._port = port or _free_port()
        os.environ["MOTO_PORT"] = str(self._port)  # moto's own clients call back on it
        self._state_dir = Path(tempfile.mkdtemp(prefix="embedded-aws-"))
        gateway = Gateway(account_id=ACCOUNT_ID, default_region=DEFAULT_REGION)
        log = log or ActivityLog()
        self.runtime = Runtime(
            gateway=gateway,
            port=self._port,
            state_dir=self._state_dir,
            image_python=image_python,
            own_images=own_images or {},
            processes=ProcessSupervisor(),
            log=log,
            clock=Clock(lambda error: log.event("clock", _fault("a timer", error))),
        )
        self.runtime.on_close.append(self.runtime.clock.close)
        gateway.register_path(CLOCK_PATH, serve_clock(self.runtime.clock))
        self._log_calls()
        gateway.refuse_service(
            "service-quotas", "there are no quotas here: jobs use what the machine has"
        )
        for service in services:
            importlib.import_module(f"embedded_aws.{service}").install(self.runtime)
        deliver_late_access_logs(self.runtime)
        self.snapshots = Snapshots(self.runtime)
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    def _log_calls(self) -> None:
        log = self.runtime.log

        def log_call(call: ApiCall, status: int) -> None:
            log.detail(call.service, f"{call.operation} {status}")

        def log_fault(call: ApiCall, error: Exception) -> None:
            log.event(call.service, _fault(call.operation, error))

        unanswerable: set[tuple[str, str]] = set()

        def log_library_fault(call: ApiCall, error: Exception) -> None:
            if (call.service, call.operation) not in unanswerable:  # once: tools repeat calls
                unanswerable.add((call.service, call.operation))
                log.event(call.service, f"{call.operation} cannot be answered here: {error}")

        self.runtime.gateway.on_call(log_call)
        self.runtime.gateway.on_library_fault(log_library_fault)
        self.runtime.gateway.on_fault(log_fault)

    @property
    def faults(self) -> Faults:
        """Return the faults that happen here on demand."""
        return self.runtime.faults

    @property
    def endpoint_url(self) -> str:
        """Return the value of AWS_ENDPOINT_URL for clients."""
        return self.runtime.endpoint_url

    def client_environment(self) -> dict[str, str]:
        """Return variables that point any AWS tool here, with administrator rights."""
        return self.runtime.child_environment(ADMIN, DEFAULT_REGION) | {
            "AWS_ENDPOINT_URL_S3": self.endpoint_url,
            "CDK_DEFAULT_ACCOUNT": ACCOUNT_ID,
            "CDK_DEFAULT_REGION": DEFAULT_REGION,
        }

    def start(self) -> Self:
        """Listen on 127.0.0.1. Raises OSError when the port is taken."""
        # Bound here: werkzeug would print and exit the process when it cannot.
        with self._listener() as listener:
            self._server = make_server(
                "127.0.0.1",
                self._port,
                self.runtime.gateway,
                threaded=True,
                request_handler=_QuietRequestHandler,
                fd=listener.fileno(),
            )
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def _listener(self) -> socket.socket:
        try:
            return socket.create_server(("127.0.0.1", self._port))
        except OSError:
            self.stop()
            raise

    def stop(self) -> None:
        """End every child, stop listening and remove the scratch folder."""
        for close in reversed(self.runtime.on_close):
            close()
        self.runtime.processes.close()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        shutil.rmtree(self._state_dir, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def _fault(what: str, error: Exception) -> str:
    trace = "".join(traceback.format_exception(error))
    return f"{what} failed because of a fault here:\n{trace}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
