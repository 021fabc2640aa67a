"""Start an instance in the background and stop it with everything that it started."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autogluon_cli.deployment.project import IS_CHECKOUT, PROJECT, SHARED, set_up_command
from autogluon_cli.embedded.control import ask
from autogluon_cli.embedded.instances import instance_folder
from autogluon_cli.framework.errors import CommandError, ExitCode
from autogluon_contracts.embedded_instance import (
    DEFAULT_PORT,
    LOCK,
    LOG,
    EmbeddedInstance,
    is_locked,
)

_START_SECONDS = 60.0
_RESTORE_SECONDS = 600.0  # model servers are started again
_STOP_SECONDS = 60.0
_KILL_SECONDS = 10.0
_PAUSE_SECONDS = 0.1
_PORTS_TRIED = 100


@dataclass(frozen=True)
class StartOptions:
    """How an instance is started. `port` None takes the first free one from 4566 on."""

    name: str
    port: int | None = None
    image_env: Path | None = None
    fault_file: Path | None = None
    restore: Path | None = None
    images: Sequence[str] = ()


def start(options: StartOptions, on_progress: Callable[[str], None]) -> EmbeddedInstance:
    """Start an instance and return it once it answers and its restored endpoints serve.

    Raises:
        CommandError: what it needs is not installed, or it ended; its last words are quoted.
    """
    _require_installed()
    folder = instance_folder(options.name)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if is_locked(folder / LOCK):
        raise CommandError(
            f"The embedded AWS {options.name!r} is being started or stopped.",
            next_command="agcdk embedded status",
        )
    log = folder / LOG
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "embedded_aws", *_arguments(options, folder)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in this terminal is not for it
        )
    instance = _published(child, folder, log, options)
    if options.restore is not None:
        _wait_for_endpoints(instance, on_progress)
    return instance


def stop(instance: EmbeddedInstance) -> None:
    """End an instance with its children, by force if it does not end by itself."""
    lock = instance_folder(instance.name) / LOCK
    # The id belongs to the instance for as long as it holds the lock: look before each signal.
    for number, seconds in ((signal.SIGTERM, _STOP_SECONDS), (signal.SIGKILL, _KILL_SECONDS)):
        if not is_locked(lock):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(instance.pid, number)
        deadline = time.monotonic() + seconds
        while is_locked(lock) and time.monotonic() < deadline:
            time.sleep(_PAUSE_SECONDS)
    if is_locked(lock):
        raise CommandError(
            f"The embedded AWS {instance.name!r} (process {instance.pid}) does not end.",
            next_command=f"agcdk embedded logs --name {instance.name}",
            exit_code=ExitCode.WORK_FAILED,
        )


def _require_installed() -> None:
    if all(importlib.util.find_spec(name) for name in ("embedded_aws", "moto", "policy_sentry")):
        return
    raise CommandError(
        "The embedded AWS is not installed in this Python environment.",
        next_command=set_up_command("embedded"),
        exit_code=ExitCode.NOT_FOUND,
    )


def _image_environment() -> Path:
    """Return all of AutoGluon where `make setup-full` has installed it, else the light one.

    Raises:
        CommandError: this is a wheel, and its own environment does not exist.
    """
    if IS_CHECKOUT:
        full = PROJECT / ".venv-image-full"
        return full if any(full.glob(".installed-image-full*")) else PROJECT / ".venv-image"
    requirements = PROJECT / "requirements-image.txt"
    # Versions with the same requirements share it: it has more than a gigabyte.
    own = SHARED / f"image-{hashlib.sha256(requirements.read_bytes()).hexdigest()[:8]}"
    if not own.is_dir():
        raise CommandError(
            "The Python environment that represents the AutoGluon container does not exist.",
            advice=f"Install {requirements} into it.",
            next_command=f"{sys.executable} -m venv {own} && {own}/bin/pip install "
            f"-r {requirements}",
            exit_code=ExitCode.NOT_FOUND,
        )
    return own


def _arguments(options: StartOptions, folder: Path) -> list[str]:
    arguments = ["--instance", str(folder)]
    arguments += ["--image-env", str(options.image_env or _image_environment())]
    if options.port is not None:
        arguments += ["--port", str(options.port)]
    elif options.restore is None:  # a snapshot has its own
        arguments += ["--port", str(_free_port())]
    for option, file in (("--fault", options.fault_file), ("--restore", options.restore)):
        if file is not None:
            arguments += [option, str(file.absolute())]
    for given in options.images:
        uri, _, own = given.partition("=")
        arguments += ["--image", f"{uri}={Path(own).absolute()}" if own else given]
    return arguments


def _free_port() -> int:
    for port in range(DEFAULT_PORT, DEFAULT_PORT + _PORTS_TRIED):
        with socket.socket() as probe, contextlib.suppress(OSError):
            # As the server does: a port in TIME_WAIT is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise CommandError(
        f"No port from {DEFAULT_PORT} to {DEFAULT_PORT + _PORTS_TRIED - 1} is free.",
        next_command="agcdk embedded status",
    )


def _published(
    child: subprocess.Popen[bytes], folder: Path, log: Path, options: StartOptions
) -> EmbeddedInstance:
    deadline = time.monotonic() + (_RESTORE_SECONDS if options.restore else _START_SECONDS)
    while time.monotonic() < deadline:
        instance = EmbeddedInstance.of_folder(folder)
        if instance is not None and instance.pid == child.pid:
            return instance
        if child.poll() is not None:
            break
        time.sleep(_PAUSE_SECONDS)
    else:
        child.terminate()
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    said = lines[-1].removeprefix("embedded_aws: ") if lines else "it printed nothing"
    raise CommandError(
        f"The embedded AWS {options.name!r} did not start: {said}",
        next_command=f"agcdk embedded logs --name {options.name}",
        exit_code=ExitCode.WORK_FAILED,
    )


def _wait_for_endpoints(instance: EmbeddedInstance, on_progress: Callable[[str], None]) -> None:
    deadline = time.monotonic() + _RESTORE_SECONDS
    while time.monotonic() < deadline:
        endpoints: dict[str, str] = ask(instance, "status", {})["endpoints"]
        starting = [name for name, status in endpoints.items() if status == "Updating"]
        if not starting:
            return
        on_progress(f"starting {', '.join(starting)}")
        time.sleep(_PAUSE_SECONDS)
