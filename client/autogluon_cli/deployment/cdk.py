"""Run the pinned CDK command line on this project's app."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from autogluon_cli.deployment.project import (
    CDK_SCRIPT,
    IS_CHECKOUT,
    PROJECT,
    STATE,
    find_node,
    install_cdk,
    set_up_command,
)
from autogluon_cli.framework.local_endpoint import is_local
from autogluon_client.errors import AutoGluonClientError, MissingPackageError

# `autogluon-sandbox-foundation |  7/31 | 10:04:11 AM | CREATE_COMPLETE | AWS::S3::Bucket | Id ...`
_RESOURCE_LINE = re.compile(
    r"^(?P<stack>\S+)\s*\|\s*(?P<done>\d+)/?(?P<all>\d*)\s*\|[^|]*\| (?P<status>[A-Z_]+)\s*\|"
    r"\s*(?P<type>\S+)\s*\|\s*(?P<id>.*)$"
)
# Told before a bare `AggregateError:`.
_NOT_PUBLISHED = re.compile(r"^\S+: fail: (?P<what>.+)$")
_FAILED = re.compile(r"^(?:❌\s*)?(?P<what>.*\b(?:failed|Error):.*)$")
_SECONDS_TO_END = 20

# Starts a command with exactly these variables, in the project's folder.
Started = Callable[
    [list[str], Mapping[str, str]], AbstractContextManager["subprocess.Popen[bytes]"]
]


def _ignore(_: str) -> None:
    """Ignore a line of output."""


class CdkError(AutoGluonClientError):
    """A CDK command failed, or cannot be run.

    Attributes:
        lines: its output.
    """

    def __init__(self, message: str, *, lines: Sequence[str] = (), advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.lines = list(lines)


@dataclass(frozen=True)
class ResourceEvent:
    """One line of the CDK's progress: a resource whose status changed."""

    stack: str
    done: int
    total: int | None
    status: str
    resource: str

    @property
    def summary(self) -> str:
        """Return `autogluon-sandbox-foundation: 7 of 31 resources`."""
        total = "" if self.total is None else f" of {self.total}"
        return f"{self.stack}: {self.done}{total} resources"


def parse_resource_event(line: str) -> ResourceEvent | None:
    """Return the resource in a line of `--progress events`; None for other lines."""
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


@dataclass(frozen=True)
class Cdk:
    """Runs CDK commands in this project's folder.

    Attributes:
        app: options that name the app and where its cloud assembly goes, from `app_options`, or a
            cloud assembly, from `assembly_options`.
        variables: the commands' environment, to which the tool's own variables are added.
            Default: this process's.
        on_line: called with each line that a command prints.
        started: starts a command and ends what is left of it. Default: a child process.
    """

    app: Sequence[str]
    variables: Mapping[str, str] | None = None
    on_line: Callable[[str], None] = _ignore
    started: Started | None = None

    def bootstrap(self, account: str, region: str, qualifier: str | None = None) -> None:
        """Bootstrap the account and region, which is needed once for each qualifier.

        With a qualifier, the stack is `CDKToolkit-<qualifier>`, beside one that others use.
        """
        # Without the app that cdk.json names: templates do not matter to this command, and the
        # settings of the app's environment may not exist here.
        options = (
            ["--qualifier", qualifier, "--toolkit-stack-name", f"CDKToolkit-{qualifier}"]
            if qualifier
            else []
        )
        self._run("bootstrap", f"aws://{account}/{region}", *options, "--app", "")

    def synth(self) -> None:
        """Write the cloud assembly."""
        self._run("synth", "--quiet", *self.app)

    def diff(self) -> list[str]:
        """Return the lines that say, stack by stack, what deploying would change."""
        return self._run("diff", "--all", "--no-change-set", *self.app)

    def deploy(self, parameters: Sequence[str] = ()) -> None:
        """Deploy every stack; `parameters` are `<stack>:<parameter>=<value>`, others stay."""
        options = ["--require-approval", "never", "--progress", "events", "--concurrency", "4"]
        values = [word for each in parameters for word in ("--parameters", each)]
        self._run("deploy", "--all", *options, *values, *self.app)

    def destroy(self) -> None:
        """Delete every stack."""
        self._run("destroy", "--all", "--force", *self.app)

    def _run(self, *arguments: str) -> list[str]:
        """Run one command and return its lines; raises CdkError."""
        lines: list[str] = []
        command = [*command_line(), *arguments, "--no-color", "--no-notices"]
        given = os.environ if self.variables is None else self.variables
        with (self.started or _started)(command, _complete(given)) as child:
            for line in _lines_of(child):
                lines.append(line)
                self.on_line(line)
            status = child.wait()
        if status != 0:
            raise CdkError(f"cdk {arguments[0]}: {failure_of(lines)}", lines=lines)
        return lines


def app_options(environment: str, config: Path, output: Path) -> list[str]:
    """Return the options for this project's app with the settings `<config>/<environment>.yaml`."""
    python, app = shlex.quote(sys.executable), shlex.quote(str(PROJECT / "app.py"))
    return [
        *("--app", f"{python} {app}"),
        *("--output", str(output)),
        *("-c", f"environment={environment}"),
        *("-c", f"config={config.resolve()}"),
    ]


def assembly_options(folder: Path) -> list[str]:
    """Return the options for a cloud assembly that `synth` wrote."""
    return ["--app", str(folder)]


def require_tools() -> str:
    """Return the path of Node.js; raises MissingPackageError without it or the CDK's library."""
    node = find_node()
    if node is None or importlib.util.find_spec("aws_cdk") is None:
        raise MissingPackageError(
            f"{'Node.js' if node is None else 'The CDK library'} is not installed.",
            package="node" if node is None else "aws_cdk",
            install_command=set_up_command(),
        )
    return node


def command_line() -> list[str]:
    """Return the paths of Node.js and the CDK's script, which is installed if need be.

    Raises:
        MissingPackageError: Node.js or the CDK's library is not installed.
        CdkError: the CDK's script is not, and npm could not install it.
    """
    node = require_tools()
    if not CDK_SCRIPT.exists() and not install_cdk():
        raise CdkError(
            f"The CDK command line is not installed in {STATE}.",
            advice=f"Run `{set_up_command()}`."
            if IS_CHECKOUT
            else "npm says why above; it needs its registry, or `npm config set registry URL`.",
        )
    return [node, str(CDK_SCRIPT)]


def failure_of(lines: list[str]) -> str:
    """Return the reason in a failed command's lines: the first failed resource, if there is one."""
    events = [event for event in map(parse_resource_event, lines) if event is not None]
    failed = [event for event in events if event.status.endswith("_FAILED")]
    if failed:
        return f"{failed[0].stack}: {failed[0].resource}"
    for pattern in (_NOT_PUBLISHED, _FAILED):
        for line in lines:
            match = pattern.match(line)
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
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(STATE / ".cache" / "jsii"),
        "CDK_HOME": str(STATE / ".cache" / "cdk"),
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "CI": "true",  # plain lines instead of a redrawn screen
        "PATH": f"{Path(sys.executable).parent}:{given.get('PATH', '')}",
    }
    endpoint = given.get("AWS_ENDPOINT_URL")
    if endpoint:
        # The CDK's own clients read only the variable of the service.
        variables["AWS_ENDPOINT_URL_S3"] = given.get("AWS_ENDPOINT_URL_S3", endpoint)
    if endpoint and is_local(endpoint):
        # It takes seconds of each synth. The embedded AWS checks every property itself, and a
        # deployment to an account is validated.
        variables["CDK_VALIDATION"] = given.get("CDK_VALIDATION", "false")
    return {**given, **variables}
