"""The real CDK command line, pointed at an AWS endpoint."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from embedded_aws.processes import ProcessSupervisor

ROOT = Path(__file__).resolve().parents[2]

# `autogluon-sandbox-foundation |  7/31 | 10:04:11 AM | CREATE_COMPLETE | AWS::S3::Bucket | ...`
_RESOURCE_LINE = re.compile(
    r"^(?P<stack>\S+)\s*\|\s*(?P<done>\d+)/?(?P<all>\d*)\s*\|.*\| (?P<status>[A-Z_]+)\s*\|"
)


class CdkError(RuntimeError):
    """A CDK command failed; the message carries its output."""


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
        self._environment = _tool_environment() | dict(environment)
        self._processes = processes
        self._output = output

    def synth(self, *, settings: str, on_line: Callable[[str], None] | None = None) -> None:
        """Write the cloud assembly of an environment of `config/`."""
        self._run(
            ["synth", "--quiet", "--output", str(self._output), "-c", f"environment={settings}"],
            on_line,
        )

    def bootstrap(self, on_line: Callable[[str], None] | None = None) -> None:
        """Prepare the account and region, as everybody does once."""
        self._run(self._assembly("bootstrap"), on_line)

    def deploy(self, on_line: Callable[[str], None] | None = None) -> None:
        """Deploy every stack."""
        arguments = ["--all", "--require-approval", "never", "--progress", "events"]
        self._run([*self._assembly("deploy"), *arguments, "--concurrency", "4"], on_line)

    def destroy(self, on_line: Callable[[str], None] | None = None) -> None:
        """Destroy every stack."""
        self._run([*self._assembly("destroy"), "--all", "--force"], on_line)

    def _assembly(self, command: str) -> list[str]:
        return [command, "--app", str(self._output)]

    def _run(self, arguments: list[str], on_line: Callable[[str], None] | None) -> None:
        command = [
            str(ROOT / ".venv" / "bin" / "node"),
            str(ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"),
            *arguments,
            "--no-color",
            "--no-notices",
        ]
        child = self._processes.spawn(
            command,
            env=self._environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        lines: list[str] = []
        if child.stdout is None:
            raise CdkError("the CDK command line has no output to read")
        for raw in child.stdout:
            lines.append(raw.decode(errors="replace").rstrip())
            if on_line is not None and lines[-1]:
                on_line(lines[-1])
        status = child.wait()
        self._processes.forget(child)
        if status != 0:
            tail = "\n".join(lines[-40:])
            raise CdkError(f"cdk {' '.join(arguments)} ended with exit code {status}:\n{tail}")


def resource_progress(line: str) -> str | None:
    """`autogluon-sandbox-foundation: 7 of 31 resources` from a line of CDK's progress, or None."""
    match = _RESOURCE_LINE.match(line)
    if match is None:
        return None
    total = f" of {match['all']}" if match["all"] else ""
    return f"{match['stack']}: {match['done']}{total} resources"


def _tool_environment() -> dict[str, str]:
    """Variables the tools need, and none of the person's own AWS settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ.get('PATH', '')}",
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(ROOT / ".cache" / "jsii"),
        "CDK_HOME": str(ROOT / ".cache" / "cdk"),
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "CI": "true",  # plain lines instead of a redrawn screen
    }
