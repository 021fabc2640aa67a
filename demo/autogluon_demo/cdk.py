"""The demo's CDK commands: on one cloud assembly, against the AWS that the demo drives."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from autogluon_cli.deployment.cdk import PROJECT, run_cdk
from embedded_aws.processes import ProcessSupervisor

ROOT = PROJECT


def _ignore(_: str) -> None:
    """Told of lines that nobody wants to see."""


class Cdk:
    """Runs CDK commands in the project's folder.

    Args:
        environment: variables that say which AWS to talk to.
        processes: owns the commands, so that none outlives this process.
        output: the cloud assembly's folder, made by `synth` and used by the rest.
    """

    def __init__(
        self, environment: Mapping[str, str], processes: ProcessSupervisor, output: Path
    ) -> None:
        # Without the person's own AWS settings.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self._variables = kept | dict(environment)
        self._processes = processes
        self._output = output

    def synth(self, *, settings: str, on_line: Callable[[str], None] = _ignore) -> None:
        """Write the cloud assembly of an environment of `config/`."""
        self._run(
            ["synth", "--quiet", "--output", str(self._output), "-c", f"environment={settings}"],
            on_line,
        )

    def bootstrap(self, on_line: Callable[[str], None] = _ignore) -> None:
        """Prepare the account and region, as everybody does once."""
        self._run(self._assembly("bootstrap"), on_line)

    def deploy(self, on_line: Callable[[str], None] = _ignore) -> None:
        """Deploy every stack."""
        arguments = ["--all", "--require-approval", "never", "--progress", "events"]
        self._run([*self._assembly("deploy"), *arguments, "--concurrency", "4"], on_line)

    def destroy(self, on_line: Callable[[str], None] = _ignore) -> None:
        """Destroy every stack."""
        self._run([*self._assembly("destroy"), "--all", "--force"], on_line)

    def _assembly(self, command: str) -> list[str]:
        return [command, "--app", str(self._output)]

    def _run(self, arguments: list[str], on_line: Callable[[str], None]) -> None:
        run_cdk(arguments, variables=self._variables, on_line=on_line, started=self._started)

    @contextmanager
    def _started(
        self, command: list[str], variables: Mapping[str, str]
    ) -> Iterator[subprocess.Popen[bytes]]:
        child = self._processes.spawn(
            command,
            env=dict(variables),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        yield child
        self._processes.forget(child)
