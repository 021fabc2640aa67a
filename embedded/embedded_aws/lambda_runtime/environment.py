"""An execution environment: one child process that answers a function's invocations in turn."""

from __future__ import annotations

import json
import os
import select
import shutil
import struct
import subprocess
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from embedded_aws.lambda_runtime.function import LambdaFunction
from embedded_aws.lambda_runtime.runtimes import LanguageRuntime, LanguageRuntimes
from embedded_aws.log_shipper import LogDestination
from embedded_aws.runtime import Runtime

_INIT_SECONDS = 10.0  # what AWS allows a function to load, before its own timeout counts
_DRAIN_SECONDS = 1.0  # for output that a dead or silent child left in its pipe


@dataclass(frozen=True)
class Invocation:
    """One invocation of a function."""

    payload: bytes
    client_context: Any = None
    function_arn: str | None = None  # as it was called, such as by an alias
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    trace_id: str = "Root=1-00000000-000000000000000000000000;Sampled=0"


@dataclass(frozen=True)
class Outcome:
    """The outcome of an invocation."""

    payload: bytes
    failed: bool
    duration_seconds: float
    lines: list[str]
    status: str  # as in the REPORT line: success, error, timeout
    init_seconds: float | None  # set for an environment's first invocation


class _ChildGoneError(Exception):
    """The child ended before it answered."""


class ExecutionEnvironment:
    """A warm child. Not thread-safe: the pool lends it to one invocation at a time."""

    def __init__(
        self, runtime: Runtime, function: LambdaFunction, languages: LanguageRuntimes
    ) -> None:
        self.revision = function.revision
        self.started = self.last_used = time.monotonic()
        self.init_seconds: float | None = None  # None until the handler has been loaded
        self.lost = False  # the child has ended and must not be used again
        self._stopping, self._stopped = threading.Lock(), False
        self._runtime = runtime
        self._function = function
        credentials = runtime.role_credentials(
            function.settings["Role"], "lambda.amazonaws.com", function.name, function.arn
        )
        day = time.strftime("%Y/%m/%d", time.gmtime())
        stream = f"{day}/[{function.version}]{uuid.uuid4().hex}"
        self.log_destination = LogDestination(
            function.log_group, stream, credentials, function.region
        )
        self._scratch = runtime.state_dir / "lambda" / "scratch" / uuid.uuid4().hex
        self._scratch.mkdir(parents=True)
        self._lines: list[str] = []
        self._output_ended = threading.Condition()
        self._ended_requests: set[str] = set()
        self._start(languages.of(function.settings["Runtime"]), stream)

    def invoke(self, invocation: Invocation) -> Outcome:
        """Run one invocation to its end, its timeout or the death of the child."""
        begin, is_first = time.monotonic(), self.init_seconds is None
        try:
            kind, payload = self._load(begin)
            begin = time.monotonic()
            if kind == "ready":
                kind, payload = self._call(invocation)
            self._wait_for_output(invocation.request_id if kind != "init_error" else "")
            status = "success" if kind == "result" else "error"
            self.lost = kind in ("init_error", "fatal")
        except TimeoutError:
            timeout = self._function.timeout_seconds
            reason = f"Task timed out after {timeout}.00 seconds"
            message = f"RequestId: {invocation.request_id} Error: {reason}"
            payload, status, self.lost = _error("Sandbox.Timedout", message), "timeout", True
        except (_ChildGoneError, BrokenPipeError):
            message = f"RequestId: {invocation.request_id} Error: {self._exit_reason()}"
            payload, status, self.lost = _error("Runtime.ExitError", message), "error", True
        duration = time.monotonic() - begin
        if self.lost:
            self.stop()
        self.last_used = time.monotonic()
        lines, self._lines = self._lines, []
        init_seconds = self.init_seconds if is_first else None
        return Outcome(payload, status != "success", duration, lines, status, init_seconds)

    def _load(self, begin: float) -> tuple[str, bytes]:
        """Wait until a new child has loaded its handler."""
        if self.init_seconds is not None:
            return "ready", b""
        answer = self._receive(begin + _INIT_SECONDS + self._function.timeout_seconds)
        self.init_seconds = time.monotonic() - self.started
        return answer

    def _call(self, invocation: Invocation) -> tuple[str, bytes]:
        timeout = self._function.timeout_seconds
        self._send(invocation, time.time() + timeout)
        return self._receive(time.monotonic() + timeout)

    def max_memory_mb(self) -> int:
        """Return the child's peak memory, as the REPORT line states it; 0 once it has ended."""
        try:
            for line in Path(f"/proc/{self._child.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) // 1024
        except OSError:
            pass
        return 0

    def stop(self) -> None:
        """End the child; call it once, because descriptor numbers are reused."""
        with self._stopping:
            if self._stopped:
                return
            self._stopped = True
        self.lost = True
        self._runtime.processes.stop(self._child, grace_seconds=0.0)
        self._reader.join(_DRAIN_SECONDS)
        for descriptor in (self._requests, self._responses):
            os.close(descriptor)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _start(self, language: LanguageRuntime, stream: str) -> None:
        child_requests, self._requests = os.pipe()
        self._responses, child_responses = os.pipe()
        self._child: subprocess.Popen[bytes] = self._runtime.processes.spawn(
            language.command(child_requests, child_responses),
            env=self._variables(language, stream),
            cwd=self._function.code.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(child_requests, child_responses),
        )
        os.close(child_requests)
        os.close(child_responses)
        self._reader = threading.Thread(target=self._read_output, daemon=True)
        self._reader.start()

    def _variables(self, language: LanguageRuntime, stream: str) -> dict[str, str]:
        settings = self._function.settings
        logging_config = settings["LoggingConfig"]
        variables = dict(settings.get("Environment", {}).get("Variables", {}))
        variables |= self._runtime.child_environment(
            self.log_destination.credentials, self._function.region
        )
        variables |= {
            "_HANDLER": settings["Handler"],
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{settings['Runtime']}",
            "AWS_LAMBDA_FUNCTION_NAME": self._function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": self._function.version,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(settings["MemorySize"]),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": self.log_destination.group,
            "AWS_LAMBDA_LOG_STREAM_NAME": stream,
            "AWS_LAMBDA_LOG_FORMAT": logging_config["LogFormat"],
            "LAMBDA_TASK_ROOT": str(self._function.code.folder),
        }
        if "ApplicationLogLevel" in logging_config:
            variables["AWS_LAMBDA_LOG_LEVEL"] = logging_config["ApplicationLogLevel"]
        return {
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "TMPDIR": str(self._scratch),
            # boto3 must not find the credentials and files of the user who runs this.
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            **language.variables(self._function.layers.folder, self._runtime.endpoint_url),
            **variables,
        }

    def _send(self, invocation: Invocation, deadline: float) -> None:
        header = {
            "request_id": invocation.request_id,
            "function_arn": invocation.function_arn or self._function.qualified_arn,
            "deadline": deadline,
            "client_context": invocation.client_context,
            "trace_id": invocation.trace_id,
        }
        for part in (json.dumps(header).encode(), invocation.payload):
            _write_all(self._requests, struct.pack(">I", len(part)) + part)

    def _receive(self, deadline: float) -> tuple[str, bytes]:
        header, payload = self._receive_part(deadline), self._receive_part(deadline)
        return json.loads(header)["kind"], payload

    def _receive_part(self, deadline: float) -> bytes:
        size = struct.unpack(">I", self._read_exactly(4, deadline))[0]
        return self._read_exactly(size, deadline)

    def _read_exactly(self, size: int, deadline: float) -> bytes:
        chunks: list[bytes] = []
        while size > 0:
            readable, _, _ = select.select(
                [self._responses], [], [], max(deadline - time.monotonic(), 0)
            )
            if not readable:
                raise TimeoutError
            chunk = os.read(self._responses, min(size, 1 << 20))
            if not chunk:
                raise _ChildGoneError
            chunks.append(chunk)
            size -= len(chunk)
        return b"".join(chunks)

    def _read_output(self) -> None:
        assert self._child.stdout is not None  # spawned with PIPE
        for raw in self._child.stdout:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            before, marker, request_id = line.partition("\0end ")
            if before:  # a record travels as one line, with its line breaks as carriage returns
                self._lines.append(before.replace("\r", "\n"))
            if marker:
                with self._output_ended:
                    self._ended_requests.add(request_id)
                    self._output_ended.notify_all()

    def _wait_for_output(self, request_id: str) -> None:
        with self._output_ended:
            self._output_ended.wait_for(
                lambda: request_id in self._ended_requests, timeout=_DRAIN_SECONDS
            )
            self._ended_requests.discard(request_id)

    def _exit_reason(self) -> str:
        try:
            code = self._child.wait(_DRAIN_SECONDS)
        except subprocess.TimeoutExpired:
            code = None
        if code is not None and code < 0:
            return f"Runtime exited with error: signal: {-code}"
        return f"Runtime exited with error: exit status {code}" if code else (
            "Runtime exited without providing a reason"
        )  # fmt: skip


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _error(error_type: str, message: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()
