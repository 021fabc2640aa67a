"""The serving contract of scikit-learn's image, against the Flask application itself."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy
import pytest

from embedded_aws.sagemaker.container.image import sklearn_server

DOUBLE = """
class Double:
    def predict(self, rows):
        if rows.ndim != 2:
            raise ValueError(f"Expected 2D array, got {rows.ndim}D array instead")
        return rows[:, 0] * 2

def model_fn(model_dir):
    return Double()
"""
ROWS = [[1.5, 0.0], [2.0, 0.0]]

Client = Callable[..., Any]


def module_of(source: str) -> ModuleType:
    module = ModuleType("inference")
    exec(source, module.__dict__)
    return module


@pytest.fixture
def client(tmp_path: Path) -> Client:
    """A test client of a server whose script has the given source."""

    def make(source: str, accept: str = "application/json") -> Any:
        program = sklearn_server.Program.of(module_of(source))
        return sklearn_server.create_app(tmp_path, program, accept).test_client()

    return make


def npy(values: Any) -> bytes:
    buffer = io.BytesIO()
    numpy.save(buffer, values)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/csv", b"1.5,0\n2,0\n"),
        ("application/json", json.dumps(ROWS).encode()),
        ("application/x-npy", npy(ROWS)),
    ],
)
def test_the_defaults_read_three_formats(client: Client, content_type: str, body: bytes) -> None:
    answer = client(DOUBLE).post("/invocations", data=body, headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json) == (200, [3.0, 4.0])
    assert answer.mimetype == "application/json"


@pytest.mark.parametrize(
    ("accept", "body"),
    [
        ("text/csv", b"3.0\n4.0\n"),
        ("application/x-npy", npy(numpy.array([3.0, 4.0], dtype=numpy.float32))),
        ("*/*", b"[3.0, 4.0]"),
    ],
)
def test_the_defaults_write_three_formats(client: Client, accept: str, body: bytes) -> None:
    answer = client(DOUBLE).post("/invocations", json=ROWS, headers={"Accept": accept})
    assert (answer.status_code, answer.data) == (200, body)


def test_the_environment_chooses_the_format_of_answers(client: Client) -> None:
    answer = client(DOUBLE, "text/csv").post("/invocations", json=ROWS)
    assert (answer.mimetype, answer.text) == ("text/csv", "3.0\n4.0\n")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "text/csv"}, b"1.5,0"),  # one row: the default reads one dimension
        ({"Content-Type": "text/csv; charset=utf-8"}, b"1,0\n2,0"),  # compared as a whole
        ({"Content-Type": "application/x-parquet"}, b"PAR1"),
        ({"Content-Type": "application/json", "Accept": "application/x-parquet"}, b"[[1, 2]]"),
        ({"Content-Type": "application/x-npy"}, npy(numpy.array([{}], dtype=object))),
    ],
)
def test_what_the_defaults_cannot_do_is_an_internal_error(
    client: Client, headers: dict[str, str], body: bytes
) -> None:
    assert client(DOUBLE).post("/invocations", data=body, headers=headers).status_code == 500


def test_the_scripts_functions_replace_the_defaults(client: Client) -> None:
    source = DOUBLE + (
        "import numpy\n"
        "def input_fn(body, content_type):\n"
        "    return numpy.array([[float(body.split(':')[1])]])\n"
        "def output_fn(prediction, accept):\n"
        "    return f'{prediction[0]:.2f}', 'text/plain'\n"
    )
    answer = client(source).post(
        "/invocations", data=b"x:4", headers={"Content-Type": "application/json"}
    )
    assert (answer.mimetype, answer.text) == ("text/plain", "8.00")


def test_transform_fn_replaces_all_three(client: Client) -> None:
    source = (
        "def model_fn(folder): return 'm'\n"
        "def transform_fn(model, body, content_type, accept):\n"
        "    return f'{model} {body} {content_type} {accept}', accept\n"
    )
    answer = client(source).post(
        "/invocations", data="ä", headers={"Content-Type": "text/csv", "Accept": "text/csv"}
    )
    assert answer.text == "m ä text/csv text/csv"


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("x = 1", "Please provide a model_fn"),
        (DOUBLE + "def transform_fn(): ...\ndef input_fn(): ...", "Cannot use transform_fn"),
    ],
)
def test_an_incomplete_or_doubled_script_does_not_start(source: str, complaint: str) -> None:
    with pytest.raises(RuntimeError, match=complaint):
        sklearn_server.Program.of(module_of(source))


def test_a_script_may_tell_transform_jobs_its_parameters(client: Client) -> None:
    source = DOUBLE + "def execution_parameters_fn(): return {'MaxPayloadInMB': 6}\n"
    assert client(source).get("/execution-parameters").json == {"MaxPayloadInMB": 6}
    assert client(DOUBLE).get("/execution-parameters").status_code == 404
    assert client(DOUBLE).get("/ping").status_code == 200


def test_code_is_copied_from_a_folder_or_an_archive(tmp_path: Path) -> None:
    source = tmp_path / "model" / "code"
    source.mkdir(parents=True)
    (source / "inference.py").write_text("x = 1")
    archive = tmp_path / "sourcedir.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(source / "inference.py", "inference.py")
    for number, place in enumerate((source, archive, source / "inference.py")):
        folder = tmp_path / str(number)
        sklearn_server.place_code(str(place), folder)
        assert [path.name for path in folder.iterdir()] == ["inference.py"]


def test_code_that_is_there_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "inference.py").write_text("mine")
    sklearn_server.place_code("/nowhere", tmp_path)
    assert (tmp_path / "inference.py").read_text() == "mine"
