"""Load a handler and answer invocations inside a Lambda child, as AWS's runtime does.

Started as `python -I -S -u bootstrap.py <requests fd> <responses fd> <packages folder>` with the
task's root as working directory. It imports nothing of this project, which is not importable in
there. A message is a four-byte length, a JSON header, a four-byte length and a payload.
"""

from __future__ import annotations

import decimal
import importlib
import json
import logging
import os
import struct
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

Handler = Callable[[Any, Any], Any]


class Channel:
    """The two pipes to the service."""

    def __init__(self, requests_fd: int, responses_fd: int) -> None:
        self._requests: BinaryIO = os.fdopen(requests_fd, "rb")
        self._responses: BinaryIO = os.fdopen(responses_fd, "wb")

    def receive(self) -> tuple[dict[str, Any], bytes] | None:
        """Return the next invocation; None when the service has closed the pipe."""
        header = self._read_part()
        payload = self._read_part()
        if header is None or payload is None:
            return None
        return json.loads(header), payload

    def send(self, kind: str, payload: bytes = b"") -> None:
        """Send the service `ready`, `result` or `error`."""
        for part in (json.dumps({"kind": kind}).encode(), payload):
            self._responses.write(struct.pack(">I", len(part)) + part)
        self._responses.flush()

    def _read_part(self) -> bytes | None:
        size = self._requests.read(4)
        return self._requests.read(struct.unpack(">I", size)[0]) if len(size) == 4 else None


class LambdaContext:
    """The second argument of a handler; attributes as documented by AWS."""

    def __init__(self, header: dict[str, Any]) -> None:
        self.aws_request_id: str = header["request_id"]
        self.invoked_function_arn: str = header["function_arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.client_context: Any = header.get("client_context")
        self.identity: Any = None
        self._deadline = float(header["deadline"])

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the function's timeout."""
        return max(int((self._deadline - time.time()) * 1000), 0)

    def log(self, message: object) -> None:
        """Write to the function's log."""
        sys.stdout.write(str(message))


class _RequestFilter(logging.Filter):
    request_id = ""

    def filter(self, record: logging.LogRecord) -> bool:
        record.aws_request_id = self.request_id
        return True


class _TextFormatter(logging.Formatter):
    converter = staticmethod(time.gmtime)  # not a method

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace("\n", "\r")  # one log event for one record


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "requestId": getattr(record, "aws_request_id", ""),
        }
        if record.exc_info and record.exc_info[0] is not None:
            fields["errorType"] = record.exc_info[0].__name__
            fields["errorMessage"] = str(record.exc_info[1])
            fields["stackTrace"] = traceback.format_exception(*record.exc_info)
        return json.dumps(fields, default=str)


def set_up_logging() -> _RequestFilter:
    """Configure the root logger as AWS does: handler, format, and the level for JSON logs."""
    handler, request_filter = logging.StreamHandler(sys.stdout), _RequestFilter()
    if os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON":
        handler.setFormatter(_JsonFormatter())
        level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "INFO")
        logging.getLogger().setLevel({"TRACE": "DEBUG", "FATAL": "CRITICAL"}.get(level, level))
    else:
        layout = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
        handler.setFormatter(_TextFormatter(layout, "%Y-%m-%dT%H:%M:%S"))
    handler.addFilter(request_filter)
    logging.getLogger().addHandler(handler)
    return request_filter


def load_handler(name: str) -> Handler:
    """Import `module.function`; raises RuntimeInitError worded as AWS's runtime does."""
    module_name, _, function_name = name.rpartition(".")
    if not module_name:
        raise RuntimeInitError(
            "Runtime.MalformedHandlerName",
            f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)",
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise RuntimeInitError(
            "Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}"
        ) from error
    except SyntaxError as error:
        raise RuntimeInitError(
            "Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}"
        ) from error
    if not hasattr(module, function_name):
        raise RuntimeInitError(
            "Runtime.HandlerNotFound",
            f"Handler '{function_name}' missing on module '{module_name}'",
        )
    handler: Handler = getattr(module, function_name)
    return handler


class RuntimeInitError(Exception):
    """The handler cannot be loaded."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


def describe_error(error: BaseException, request_id: str) -> dict[str, Any]:
    """Return the payload of a failed invocation."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename != __file__]
    described: dict[str, Any] = {"errorMessage": str(error), "errorType": type(error).__name__}
    if isinstance(error, RuntimeInitError):
        described["errorType"], own = error.error_type, []
    if request_id:
        described["requestId"] = request_id
    root = os.getcwd() + os.sep  # handlers on AWS live in /var/task
    described["stackTrace"] = [
        text.replace(root, "/var/task/") for text in traceback.format_list(own)
    ]
    return described


def encode_result(result: object) -> bytes:
    """Return the handler's result as JSON; raises RuntimeInitError when it is not serializable."""

    def convert(value: object) -> object:
        if isinstance(value, decimal.Decimal):
            return float(value)
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")

    try:
        return json.dumps(result, default=convert).encode()
    except (TypeError, ValueError) as error:
        raise RuntimeInitError(
            "Runtime.MarshalError", f"Unable to marshal response: {error}"
        ) from error


def log_error(described: dict[str, Any]) -> None:
    """Write the traceback as one log event, as the runtime does."""
    lines = [f"[ERROR] {described['errorType']}: {described['errorMessage']}"]
    if described["stackTrace"]:
        lines += ["Traceback (most recent call last):", *described["stackTrace"]]
    print("\r".join(line.rstrip("\n").replace("\n", "\r") for line in lines))


def end_log(request_id: str) -> None:
    """Mark the end of an invocation's output, so that the service knows that it is complete."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(1, f"\0end {request_id}\n".encode())


def answer(channel: Channel, handler: Handler, header: dict[str, Any], payload: bytes) -> None:
    """Run one invocation."""
    request_id = header["request_id"]
    os.environ["_X_AMZN_TRACE_ID"] = header["trace_id"]
    try:
        event = json.loads(payload or b"null")
        kind, body = "result", encode_result(handler(event, LambdaContext(header)))
    except Exception as error:  # noqa: BLE001 - whatever the user's code raises is the answer
        described = describe_error(error, request_id)
        log_error(described)
        kind, body = "error", json.dumps(described).encode()
    end_log(request_id)
    channel.send(kind, body)


def main(argv: list[str]) -> int:
    """Load the handler, then answer invocations until the service closes the pipe."""
    channel = Channel(int(argv[1]), int(argv[2]))
    paths = [os.getcwd(), *os.environ.get("PYTHONPATH", "").split(os.pathsep), argv[3]]
    sys.path[:0] = [path for path in paths if path]
    request_filter = set_up_logging()
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except Exception as error:  # noqa: BLE001 - reported as the answer of the first invocation
        described = describe_error(error, "")
        log_error(described)
        end_log("")
        channel.send("init_error", json.dumps(described).encode())
        return 1
    channel.send("ready")
    while (message := channel.receive()) is not None:
        header, payload = message
        request_filter.request_id = header["request_id"]
        answer(channel, handler, header, payload)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
