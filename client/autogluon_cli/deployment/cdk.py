"""The pinned CDK command line, run on this project's app with the caller's own credentials."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from autogluon_client.errors import AutoGluonClientError

PROJECT = Path(__file__).resolve().parents[3]

# `autogluon-sandbox-foundation |  7/31 | 10:04:11 AM | CREATE_COMPLETE | AWS::S3::Bucket | Id ...`
_RESOURCE_LINE = re.compile(
    r"^(?P<stack>\S+)\s*\|\s*(?P<done>\d+)/?(?P<all>\d*)\s*\|[^|]*\| (?P<status>[A-Z_]+)\s*\|"
    r"\s*(?P<type>\S+)\s*\|\s*(?P<id>.*)$"
)
_FAILED = re.compile(r"^(?:❌\s*)?(?P<what>.*\b(?:failed|Error):.*)$")
_SECONDS_TO_END = 20

# Starts a command with exactly these variables, in the project's folder.
Started = Callable[
    [list[str], Mapping[str, str]], AbstractContextManager["subprocess.Popen[bytes]"]
]


class CdkError(AutoGluonClientError):
    """A CDK command failed, or cannot be run.

    Attributes:
        lines: its output.
    """

    def __init__(self, sentence: str, lines: list[str] | None = None) -> None:
        super().__init__(sentence)
        self.lines = lines or []


@dataclass(frozen=True)
class ResourceEvent:
    """One line of CDK's progress: a resource that changed its state."""

    stack: str
    done: int
    total: int | None
    status: str
    resource: str

    @property
    def summary(self) -> str:
        """`autogluon-sandbox-foundation: 7 of 31 resources`."""
        total = "" if self.total is None else f" of {self.total}"
        return f"{self.stack}: {self.done}{total} resources"


def parse_resource_event(line: str) -> ResourceEvent | None:
    """The resource that a line of `--progress events` tells of; None for other lines."""
    match = _RESOURCE_LINE.match(line)
    if match is None:
        return None
    return ResourceEvent(
        stack=match["stack"],
        done=int(match["done"]),
        total=int(match["all"]) if match["all"] else None,
        status=match["status"],
        resource=f"{match['type']} {match['id']}".strip(),
    )


class Cdk:
    """Runs CDK commands on one environment.

    Args:
        environment: name of the settings file.
        config: folder of the settings files.
        on_line: told of every line that a command prints.
    """

    def __init__(
        self, environment: str, config: Path, on_line: Callable[[str], None] = lambda _: None
    ) -> None:
        self._environment = environment
        self._config = config.resolve()
        self._on_line = on_line

    def bootstrap(self, account: str, region: str) -> None:
        """Prepare the account and region, as everybody does once."""
        # Without an app, which cdk.json would name: it would look for the environment's settings in
        # this project, and templates do not matter to it.
        self._run(["bootstrap", f"aws://{account}/{region}", "--app", ""])

    def diff(self) -> list[str]:
        """The lines that say what deploying would change, stack by stack."""
        return self._run(["diff", "--all", "--no-change-set", *self._app()])

    def deploy(self) -> None:
        """Deploy every stack."""
        options = ["--require-approval", "never", "--progress", "events", "--concurrency", "4"]
        self._run(["deploy", "--all", *options, *self._app()])

    def destroy(self) -> None:
        """Destroy every stack."""
        self._run(["destroy", "--all", "--force", *self._app()])

    def _app(self) -> list[str]:
        python, app = shlex.quote(sys.executable), shlex.quote(str(PROJECT / "app.py"))
        return [
            *("--app", f"{python} {app}"),
            *("--output", str(self._config.parent / "cdk.out")),
            *("-c", f"environment={self._environment}"),
            *("-c", f"config={self._config}"),
        ]

    def _run(self, arguments: list[str]) -> list[str]:
        return run_cdk(arguments, variables=os.environ, on_line=self._on_line)


def run_cdk(
    arguments: list[str],
    *,
    variables: Mapping[str, str],
    on_line: Callable[[str], None],
    started: Started | None = None,
) -> list[str]:
    """Run one CDK command in this project's folder; returns its lines.

    Args:
        variables: the command's environment, to which the tool's own are added.
        on_line: told of every line.
        started: starts the command and ends what is left of it; a plain child by default.

    Raises:
        CdkError: it is not installed, or ended with an error.
    """
    lines: list[str] = []
    command = [*command_line(), *arguments, "--no-color", "--no-notices"]
    with (started or _started)(command, _complete(variables)) as child:
        for line in _lines_of(child):
            lines.append(line)
            on_line(line)
        status = child.wait()
    if status != 0:
        raise CdkError(f"cdk {arguments[0]}: {failure_of(lines)}", lines)
    return lines


def command_line() -> list[str]:
    """Node.js and the CDK's script; raises CdkError where one is not installed."""
    own = Path(sys.executable).parent / "node"
    node = str(own) if own.exists() else shutil.which("node")
    script = PROJECT / "node_modules" / "aws-cdk" / "bin" / "cdk"
    if node is None or not script.exists() or not (PROJECT / "app.py").exists():
        missing = "Node.js" if node is None else "the CDK command line or the CDK app"
        raise CdkError(f"{missing} is not installed in {PROJECT}; run `make setup` there")
    return [node, str(script)]


def failure_of(lines: list[str]) -> str:
    """What went wrong, from a failed command's lines: the first resource that failed, else ..."""
    events = [event for event in map(parse_resource_event, lines) if event is not None]
    failed = [event for event in events if event.status.endswith("_FAILED")]
    if failed:
        return f"{failed[0].stack}: {failed[0].resource}"
    for line in lines:
        match = _FAILED.match(line)
        if match:
            return match["what"].strip()
    return next((line.strip() for line in reversed(lines) if line.strip()), "it printed nothing")


@contextmanager
def _started(command: list[str], variables: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(
        command,
        cwd=PROJECT,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield child
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait(_SECONDS_TO_END)


def _lines_of(child: subprocess.Popen[bytes]) -> Iterator[str]:
    if child.stdout is None:
        return
    for raw in child.stdout:
        line = raw.decode(errors="replace").rstrip()
        if line:
            yield line


def _complete(given: Mapping[str, str]) -> dict[str, str]:
    variables = {
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(PROJECT / ".cache" / "jsii"),
        "CDK_HOME": str(PROJECT / ".cache" / "cdk"),
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "CI": "true",  # plain lines instead of a redrawn screen
        "PATH": f"{Path(sys.executable).parent}:{given.get('PATH', '')}",
    }
    endpoint = given.get("AWS_ENDPOINT_URL")
    if endpoint:
        # The CDK's own clients read the service's variable only.
        variables["AWS_ENDPOINT_URL_S3"] = given.get("AWS_ENDPOINT_URL_S3", endpoint)
    return {**given, **variables}
