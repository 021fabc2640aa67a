"""A container of a job or an endpoint: a program with its `/opt/ml`, whose output goes to a log."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import Enum
from pathlib import Path

from embedded_aws.sagemaker.container.container_logs import ContainerLog
from embedded_aws.sagemaker.container.opt_ml import OptMl
from embedded_aws.sagemaker.service import SageMaker

_POLL_SECONDS = 0.1
_READER_SECONDS = 5.0


class Ending(Enum):
    """The reason why a container ended."""

    EXITED = "exited"
    STOPPED = "stopped"
    TIMED_OUT = "timed out"
    INTERRUPTED = "interrupted"


class Container:
    """A running container.

    A program that cannot be started ends with exit code 127 and says so in the log.

    Args:
        argv: its program and arguments.
        opt_ml: its folders.
        folder: its working folder below `/opt/ml`.
        read_only_model: write-protect `/opt/ml/model`.
        read_only_root: likewise everything but `/tmp` and the rest of `/opt/ml`; no `/dev/shm`.
        cores: those it may use; none means all.
        hosts_file: what it finds as `/etc/hosts`; None: the machine's.
    """

    def __init__(
        self,
        service: SageMaker,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        opt_ml: OptMl,
        folder: str = "",
        read_only_model: bool = False,
        read_only_root: bool = False,
        log: ContainerLog,
        pass_fds: Sequence[int] = (),
        cores: Collection[int] = (),
        hosts_file: Path | None = None,
    ) -> None:
        self._service = service
        self._child = service.runtime.processes.spawn(
            service.isolation.command(
                opt_ml.root,
                str(opt_ml.inside / folder),
                argv,
                read_only_model=read_only_model,
                read_only_root=read_only_root,
                hosts_file=hosts_file,
            ),
            env=env,
            stdin=subprocess.PIPE,  # held open: the launcher ends the container when it closes
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=pass_fds,
            cores=cores,
        )
        assert self._child.stdout is not None  # asked for above
        self._reader = log.follow(self._child.stdout)

    @property
    def pid(self) -> int:
        """Return the process that leads the container's group."""
        return self._child.pid

    @property
    def exit_code(self) -> int | None:
        """Return the exit code as containers report it (128 + signal), None while running."""
        code = self._child.poll()
        return code if code is None or code >= 0 else 128 - code

    def wait(
        self,
        stop: threading.Event,
        deadline: float,
        is_interrupted: Callable[[], bool] = lambda: False,
    ) -> Ending:
        """Wait until the container ends, or stop it.

        Args:
            stop: set when a stop of the container is requested.
            deadline: `time.monotonic()` time at which it is stopped.
            is_interrupted: asked whether its instance is taken back.
        """
        while self.exit_code is None:
            ending = None
            if stop.is_set():
                ending = Ending.STOPPED
            elif time.monotonic() >= deadline:
                ending = Ending.TIMED_OUT
            elif is_interrupted():
                ending = Ending.INTERRUPTED
            if ending is not None:
                self._give_notice()
                return ending
            stop.wait(_POLL_SECONDS)
        self._finish()
        return Ending.EXITED

    def _give_notice(self) -> None:
        """Send SIGTERM, and SIGKILL after the grace period by the clock, which tests may move."""
        processes = self._service.runtime.processes
        processes.terminate(self._child)
        grace = self._service.stop_grace_seconds
        self._service.runtime.clock.wait(grace, lambda: self.exit_code is not None)
        self.stop(0)

    def stop(self, grace_seconds: float) -> None:
        """Send SIGTERM, and SIGKILL after the grace period, to the whole group."""
        self._service.runtime.processes.stop(self._child, grace_seconds=grace_seconds)
        self._reader.join(_READER_SECONDS)

    def _finish(self) -> None:
        # Ending the group first closes the output that a surviving descendant would hold open.
        self._service.runtime.processes.forget(self._child)
        self._reader.join(_READER_SECONDS)
