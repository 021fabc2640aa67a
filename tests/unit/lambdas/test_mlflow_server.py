"""A tracking server that does not answer as MLflow does is told in one sentence."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from autogluon_lambdas.adapters import mlflow_server
from autogluon_lambdas.adapters.mlflow_server import MlflowServer
from autogluon_lambdas.ports import TrackedRun, TrackingError

RUN = TrackedRun(
    experiment="autogluon-sandbox-income",
    name="monday",
    job_name="income-monday-0123abcd",
    seconds=90.0,
    parameters={f"argument_{number}": str(number) for number in range(130)},
    metrics={"roc_auc": 0.925},
    tags={},
)


class _Handler(BaseHTTPRequestHandler):
    answers: list[tuple[int, bytes]]
    asked: list[tuple[str, Any]]

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        self.asked.append((self.path.rpartition("mlflow/")[2].partition("?")[0], body))
        status, text = self.answers.pop(0)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = _answer  # noqa: N815 - named by the standard library

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[tuple[str, type[_Handler]]]:
    """A server's address and what it is asked and answers."""
    handler = type("Handler", (_Handler,), {"answers": [], "asked": []})
    found = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{found.server_port}", handler
    found.shutdown()
    found.server_close()


def test_a_new_run_is_created_logged_in_parts_and_finished(
    server: tuple[str, type[_Handler]],
) -> None:
    address, handler = server
    answers: list[tuple[int, Any]] = [
        (404, {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no"}),
        (200, {"experiment_id": "7"}),
        (200, {}),
        (200, {"run": {"info": {"run_id": "abc"}}}),
        *[(200, {})] * 5,
    ]
    handler.answers += [(status, json.dumps(body).encode()) for status, body in answers]

    page = MlflowServer(f"{address}/").log(RUN)

    assert page == f"{address}/#/experiments/7/runs/abc"
    assert [path for path, _ in handler.asked] == [
        "experiments/get-by-name", "experiments/create", "runs/search", "runs/create",
        "runs/log-batch", "runs/log-batch", "runs/log-batch", "runs/log-batch", "runs/update",
    ]  # fmt: skip
    parts = [body for path, body in handler.asked if path == "runs/log-batch"]
    assert [len(part.get("params", ())) for part in parts] == [100, 30, 0, 0]
    created = dict(handler.asked)["runs/create"]
    ended = dict(handler.asked)["runs/update"]
    assert ended["end_time"] - created["start_time"] == 90_000
    assert ended["status"] == "FINISHED"


@pytest.mark.parametrize(
    ("status", "text", "words"),
    [
        (400, b'{"message": "Invalid value"}', "answered 400: Invalid value"),
        (403, b"<html>", "answered 403: Forbidden."),
        (404, b"[]", "answered 404: Not Found."),
        (200, b"<html>", "cannot be reached: Expecting value"),
        (200, b'{"runs": [{}]}', "does not answer as MLflow does"),
        (200, b'["sign in"]', "does not answer as MLflow does"),
    ],
)
def test_other_answers_are_told(
    server: tuple[str, type[_Handler]], status: int, text: bytes, words: str
) -> None:
    address, handler = server
    found = json.dumps({"experiment": {"experiment_id": "7"}}).encode()
    handler.answers += [(200, found), (status, text)]

    with pytest.raises(TrackingError) as caught:
        MlflowServer(address).log(RUN)

    assert words in str(caught.value)
    assert str(caught.value).startswith(address)


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(TrackingError, match=r"http://127\.0\.0\.1:9 cannot be reached: "):
        MlflowServer("http://127.0.0.1:9").log(RUN)


def test_a_slow_server_does_not_hold_the_run_up(
    server: tuple[str, type[_Handler]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, handler = server
    slow = MlflowServer(address)
    monkeypatch.setattr(mlflow_server.time, "monotonic", lambda: slow._until + 1)

    with pytest.raises(TrackingError, match=r"took more than 45 seconds"):
        slow.log(RUN)

    assert handler.asked == []
