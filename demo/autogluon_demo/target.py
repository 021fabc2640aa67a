"""Choose the demo's AWS: one that already runs on this machine, or its own embedded one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from autogluon_demo.cdk import ROOT
from embedded_aws.activity_log import ActivityLog
from embedded_aws.credentials import ADMIN
from embedded_aws.processes import ProcessSupervisor, python_environment
from embedded_aws.runtime import DEFAULT_REGION
from embedded_aws.server import EmbeddedAws


@dataclass(frozen=True)
class Target:
    """An AWS endpoint with administrator rights, and the owner of the processes that use it."""

    endpoint_url: str
    environment: dict[str, str]
    processes: ProcessSupervisor
    is_running_on: bool  # whether it outlives the demo

    def session(self) -> Any:
        """Return a boto3 session; AWS_ENDPOINT_URL in this process's environment directs it."""
        return boto3.session.Session(
            aws_access_key_id=ADMIN.access_key_id,
            aws_secret_access_key=ADMIN.secret_access_key,
            region_name=DEFAULT_REGION,
        )


@contextmanager
def open_target(log_file: Path) -> Iterator[Target]:
    """Use the embedded AWS that AWS_ENDPOINT_URL names, else run one inside the block."""
    running = os.environ.get("AWS_ENDPOINT_URL", "")
    if running.startswith("http://localhost:"):
        with _running(running) as target:
            yield target
        return
    log_file.parent.mkdir(parents=True, exist_ok=True)
    with log_file.open("w") as log:
        server = EmbeddedAws(
            image_python=python_environment(ROOT / ".venv-image"), log=ActivityLog(log)
        )
        with server:
            os.environ["AWS_ENDPOINT_URL"] = server.endpoint_url
            yield Target(
                server.endpoint_url,
                server.client_environment(),
                server.runtime.processes,
                is_running_on=False,
            )


@contextmanager
def _running(endpoint_url: str) -> Iterator[Target]:
    processes = ProcessSupervisor()
    environment = {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ENDPOINT_URL_S3": endpoint_url,
        "AWS_DEFAULT_REGION": DEFAULT_REGION,
        "AWS_REGION": DEFAULT_REGION,
        **ADMIN.as_environment(),
    }
    try:
        yield Target(endpoint_url, environment, processes, is_running_on=True)
    finally:
        processes.close()
