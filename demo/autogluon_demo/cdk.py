"""Run the CDK for the demo: its processes end with the demo, and use only the demo's AWS."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from autogluon_cli.deployment.cdk import Cdk
from autogluon_cli.deployment.project import PROJECT
from embedded_aws.processes import ProcessSupervisor

ROOT = PROJECT


def cdk_on(
    variables: Mapping[str, str],
    processes: ProcessSupervisor,
    app: Sequence[str],
    on_line: Callable[[str], None] = lambda _: None,
) -> Cdk:
    """Return a `Cdk` for the AWS that `variables` name.

    Args:
        variables: AWS endpoint, region and credentials; the caller's own are left out.
        processes: owns the commands, so that none outlives this process.
        app: options from `app_options` or `assembly_options`.
        on_line: called with each line that a command prints.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return Cdk(app, kept | dict(variables), on_line, partial(_started, processes))


@contextmanager
def _started(
    processes: ProcessSupervisor, command: list[str], variables: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    child = processes.spawn(
        command,
        env=dict(variables),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    yield child
    processes.forget(child)
