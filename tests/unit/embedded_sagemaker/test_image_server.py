"""The container's serving contract, against the Flask application itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from embedded_aws.sagemaker.container.image import server

ECHO = """
def model_fn(model_dir):
    return model_dir

def transform_fn(model, body, content_type, accept):
    return f"{type(body).__name__} {content_type} {accept}", "text/plain; charset=utf-8"
"""


@pytest.fixture
def client(tmp_path: Path) -> Callable[[str], Any]:
    """A test client of a server whose inference.py has the given source."""

    def make(source: str) -> Any:
        (tmp_path / "code").mkdir()
        (tmp_path / "code" / "inference.py").write_text(source)
        return server.create_app(tmp_path, "inference.py").test_client()

    return make


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("text/csv", "str text/csv"),
        ("Text/CSV; charset=utf-8", "str text/csv"),
        ("application/json", "str application/json"),
        ("application/jsonl", "str application/jsonl"),
        ("application/jsonlines", "bytes application/jsonlines"),
        ("application/x-autogluon", "str application/x-autogluon"),
        ("application/x-parquet", "bytes application/x-parquet"),
        (None, "str application/json"),
    ],
)
def test_text_types_arrive_as_str_and_types_are_reduced(
    client: Callable[[str], Any], sent: str | None, seen: str
) -> None:
    headers = {} if sent is None else {"Content-Type": sent}
    answer = client(ECHO).post("/invocations", data=b"1,2", headers=headers)
    assert answer.text == f"{seen} application/json"


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("text/csv, application/json", "text/csv"),
        ("*/*", "application/json"),
        ("Application/X-Parquet;q=1", "application/x-parquet"),
    ],
)
def test_accept_is_reduced_to_its_first_type(
    client: Callable[[str], Any], sent: str, seen: str
) -> None:
    answer = client(ECHO).post("/invocations", data=b"1", headers={"Accept": sent})
    assert answer.text.split()[-1] == seen


def test_the_answered_content_type_is_reduced_too(client: Callable[[str], Any]) -> None:
    assert client(ECHO).post("/invocations", data=b"1").content_type == "text/plain"


def test_a_value_error_is_the_callers_fault_and_keeps_its_text(
    client: Callable[[str], Any],
) -> None:
    source = ECHO.replace("return f", "raise ValueError('column x'); return f")
    answer = client(source).post("/invocations", data=b"1")
    assert (answer.status_code, answer.json) == (400, {"detail": "column x"})


def test_any_other_error_tells_nothing(client: Callable[[str], Any]) -> None:
    source = ECHO.replace("return f", "raise KeyError('secret'); return f")
    answer = client(source).post("/invocations", data=b"1")
    assert (answer.status_code, answer.json) == (500, {"detail": "inference failed"})


def test_bytes_that_are_no_text_are_the_callers_fault(client: Callable[[str], Any]) -> None:
    answer = client(ECHO).post(
        "/invocations", data=b"\xff\xfe", headers={"Content-Type": "text/csv"}
    )
    assert answer.status_code == 400


def test_a_body_alone_is_answered_with_the_accepted_type(client: Callable[[str], Any]) -> None:
    source = ECHO.replace(', "text/plain; charset=utf-8"', "")
    answer = client(source).post("/invocations", data=b"1", headers={"Accept": "text/csv"})
    assert answer.content_type == "text/csv"


def test_an_answer_that_is_neither_text_nor_bytes_is_an_error(
    client: Callable[[str], Any],
) -> None:
    source = "def model_fn(d): return 1\ndef transform_fn(m, b, c, a): return [1], 'text/csv'"
    answer = client(source).post("/invocations", data=b"1")
    assert (answer.status_code, answer.json) == (
        500,
        {"detail": "handler returned list for text/csv"},
    )


def test_three_steps_can_stand_for_transform_fn(client: Callable[[str], Any]) -> None:
    source = """
def model_fn(d): return 10
def input_fn(body, content_type): return int(body)
def predict_fn(data, model): return data * model
def output_fn(prediction, accept): return str(prediction), accept
"""
    assert client(source).post("/invocations", data=b"4").text == "40"


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (ECHO + "\ndef input_fn(b, c): ...\n", "cannot be combined"),
        ("def model_fn(d): ...\ndef input_fn(b, c): ...\n", "missing predict_fn, output_fn"),
    ],
)
def test_an_incomplete_or_doubled_handler_does_not_start(
    client: Callable[[str], Any], source: str, complaint: str
) -> None:
    with pytest.raises(RuntimeError, match=complaint):
        client(source)


def test_a_missing_program_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="handler not found"):
        server.create_app(tmp_path, "inference.py")


def test_ping_answers(client: Callable[[str], Any]) -> None:
    assert client(ECHO).get("/ping").status_code == 200
