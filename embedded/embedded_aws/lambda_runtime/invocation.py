"""`lambda:Invoke`: its limits, invocation types and retries, and the log of each call."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator
from typing import Any

from embedded_aws.gateway import ApiCall, ApiError
from embedded_aws.lambda_runtime.dropped_events import count_dropped_event
from embedded_aws.lambda_runtime.environment import Invocation, Outcome
from embedded_aws.lambda_runtime.function import LATEST, AsyncSettings, LambdaFunction
from embedded_aws.lambda_runtime.functions_api import FunctionRegistry, ResolvedFunction
from embedded_aws.lambda_runtime.pool import EnvironmentPool
from embedded_aws.log_shipper import LogShipper
from embedded_aws.runtime import Runtime

_SYNCHRONOUS_LIMIT_BYTES = 6_291_556
_ASYNCHRONOUS_LIMIT_BYTES = 1_048_576
_LOG_TAIL_BYTES = 4096
# AWS waits one minute, then two, which is too long for a local run.
_RETRY_DELAYS_SECONDS = (1.0, 2.0)


class InvokeAnswer(dict[str, Any]):
    """An InvocationResponse; the gateway sends its StatusCode as the HTTP status."""

    def __init__(self, status: int, **members: Any) -> None:
        super().__init__(**({"StatusCode": status, "Payload": b""} | members))
        self.status = status


class Invoker:
    """Runs functions."""

    def __init__(
        self,
        runtime: Runtime,
        registry: FunctionRegistry,
        pool: EnvironmentPool,
        logs: LogShipper,
    ) -> None:
        self._runtime = runtime
        self._registry = registry
        self._pool = pool
        self._logs = logs

    def invoke(self, call: ApiCall) -> dict[str, Any]:
        """Answer an Invoke request.

        Raises:
            ApiError: RequestTooLargeException, InvalidRequestContentException,
                TooManyRequestsException, or the role cannot be assumed.
        """
        resolved, params = self._registry.resolve(call), call.params
        function = resolved.version
        kind = params.get("InvocationType") or "RequestResponse"
        payload = _as_bytes(params.get("Payload"))
        _check_payload(payload, kind)
        if kind == "DryRun":
            return InvokeAnswer(204)
        invocation = Invocation(
            payload=payload or b"{}",
            client_context=_client_context(params.get("ClientContext")),
            function_arn=resolved.invoked_arn,
            trace_id=f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)};Sampled=0",
        )
        if kind == "Event":
            threading.Thread(
                target=self._run_with_retries,
                args=(function, _async_settings(resolved), invocation),
                daemon=True,
            ).start()
            return InvokeAnswer(202)
        outcome = self._run(function, invocation)
        response = InvokeAnswer(200, ExecutedVersion=function.version, Payload=outcome.payload)
        if outcome.failed:
            response["FunctionError"] = "Unhandled"
        if params.get("LogType") == "Tail":
            tail = "\n".join(outcome.lines).encode()[-_LOG_TAIL_BYTES:]
            response["LogResult"] = base64.b64encode(tail).decode()
        return response

    def _run_with_retries(
        self, function: LambdaFunction, settings: AsyncSettings, invocation: Invocation
    ) -> None:
        begin = time.monotonic()
        delays = _RETRY_DELAYS_SECONDS[: settings.maximum_retry_attempts]
        for delay in (*delays, None):
            try:
                if not self._run(function, invocation).failed:
                    return
            except ApiError as error:
                self._runtime.log.event("lambda", f"{function.name} could not run: {error}")
            age = time.monotonic() - begin
            if delay is None or age + delay > settings.maximum_event_age_seconds:
                count_dropped_event(self._runtime, function)
                return
            time.sleep(delay)

    def _run(self, function: LambdaFunction, invocation: Invocation) -> Outcome:
        with self._pool.lend(function) as environment:
            destination = environment.log_destination
            outcome = _limit_response(environment.invoke(invocation))
            memory_mb = environment.max_memory_mb()
        lines = list(_framed(function, invocation, outcome, memory_mb))
        self._logs.ship(destination, lines)
        self._runtime.log.event(
            "lambda",
            f"{function.name} {_verdict(outcome)} in {outcome.duration_seconds * 1000:.0f} ms",
        )
        return Outcome(
            outcome.payload, outcome.failed, outcome.duration_seconds, lines, outcome.status,
            outcome.init_seconds,
        )  # fmt: skip


def _async_settings(resolved: ResolvedFunction) -> AsyncSettings:
    whole = resolved.version.whole
    return whole.async_settings.get(resolved.qualifier or LATEST, AsyncSettings())


def _as_bytes(payload: Any) -> bytes:
    if payload is None:
        return b""
    if isinstance(payload, str):
        return payload.encode()
    return bytes(payload) if isinstance(payload, bytes | bytearray) else bytes(payload.read())


def _check_payload(payload: bytes, kind: str) -> None:
    limit = _ASYNCHRONOUS_LIMIT_BYTES if kind == "Event" else _SYNCHRONOUS_LIMIT_BYTES
    if len(payload) > limit:
        raise ApiError(
            "RequestTooLargeException",
            f"{len(payload)} byte payload is too large for the {kind} invocation type "
            f"(limit {limit} bytes)",
            status=413,
        )
    if payload:
        try:
            json.loads(payload)
        except ValueError as error:
            raise ApiError(
                "InvalidRequestContentException",
                f"Could not parse request body into json: {error}",
                status=400,
            ) from error


def _client_context(encoded: str | None) -> Any:
    return json.loads(base64.b64decode(encoded)) if encoded else None


def _limit_response(outcome: Outcome) -> Outcome:
    if len(outcome.payload) <= _SYNCHRONOUS_LIMIT_BYTES:
        return outcome
    message = (
        f"Response payload size exceeded maximum allowed payload size "
        f"({_SYNCHRONOUS_LIMIT_BYTES} bytes)."
    )
    payload = {"errorMessage": message, "errorType": "Function.ResponseSizeTooLarge"}
    return Outcome(
        json.dumps(payload).encode(), True, outcome.duration_seconds, outcome.lines, "error",
        outcome.init_seconds,
    )  # fmt: skip


def _framed(
    function: LambdaFunction, invocation: Invocation, outcome: Outcome, memory_mb: int
) -> Iterator[str]:
    """Return the invocation's log: the function's lines between the platform's."""
    settings = function.settings["LoggingConfig"]
    if settings["LogFormat"] == "JSON":
        if settings["SystemLogLevel"] == "WARN":
            yield from outcome.lines
            return
        yield _platform_event("platform.start", invocation, {"version": function.version})
        yield from outcome.lines
        metrics = {
            "durationMs": round(outcome.duration_seconds * 1000, 3),
            "memorySizeMB": function.settings["MemorySize"],
            "maxMemoryUsedMB": memory_mb,
        }
        yield _platform_event(
            "platform.report", invocation, {"metrics": metrics, "status": outcome.status}
        )
        return
    request_id = invocation.request_id
    if outcome.init_seconds is not None:
        yield f"INIT_START Runtime Version: {function.settings['Runtime']} (embedded AWS)"
    yield f"START RequestId: {request_id} Version: {function.version}"
    yield from outcome.lines
    if outcome.status == "timeout" or b'"Runtime.ExitError"' in outcome.payload:
        yield f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {_message(outcome)}"
    yield f"END RequestId: {request_id}"
    yield _report_line(function, request_id, outcome, memory_mb)


def _report_line(
    function: LambdaFunction, request_id: str, outcome: Outcome, memory_mb: int
) -> str:
    milliseconds = outcome.duration_seconds * 1000
    parts = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {milliseconds:.2f} ms",
        f"Billed Duration: {int(milliseconds) + 1} ms",
        f"Memory Size: {function.settings['MemorySize']} MB",
        f"Max Memory Used: {memory_mb} MB",
    ]
    if outcome.init_seconds is not None:
        parts.append(f"Init Duration: {outcome.init_seconds * 1000:.2f} ms")
    if outcome.status == "timeout":
        parts.append("Status: timeout")
    return "\t".join(parts)


def _platform_event(kind: str, invocation: Invocation, record: dict[str, Any]) -> str:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    record = {"requestId": invocation.request_id, **record}
    return json.dumps({"time": stamp, "type": kind, "record": record})


def _message(outcome: Outcome) -> str:
    return str(json.loads(outcome.payload).get("errorMessage", ""))


def _verdict(outcome: Outcome) -> str:
    if not outcome.failed:
        return "answered"
    error = json.loads(outcome.payload)
    message = " ".join(str(error.get("errorMessage", "")).split())
    return f"failed ({error.get('errorType')}: {message[:160]})"
