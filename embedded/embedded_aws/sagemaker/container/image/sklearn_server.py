"""The model server of SageMaker's scikit-learn images: a Flask application for Gunicorn.

The user's script defines `model_fn`, and either `transform_fn` or any of `input_fn`, `predict_fn`
and `output_fn`; the image has defaults for the last three, which know CSV, JSON and NumPy's
format. (Sources: `serving.py` of aws/sagemaker-scikit-learn-container, `_transformer.py`,
`_worker.py`, `_encoders.py` and `_modules.py` of aws/sagemaker-containers.)

It differs from the image in three points. The script is imported from its folder and not
installed by pip. Arrays that hold pickled objects are rejected. A script without a loadable model
ends the server at once, where the image answers health checks with 500 until SageMaker gives up.

It runs in the environment that represents the image, so it imports nothing of this project.
"""

from __future__ import annotations

import csv
import importlib
import io
import json
import logging
import os
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy
from flask import Flask, Response, request

_JSON, _CSV, _NPY = "application/json", "text/csv", "application/x-npy"
_TEXT_TYPES = (_JSON, _CSV)
_STEPS = ("input_fn", "predict_fn", "output_fn")


class UnsupportedFormatError(Exception):
    """The default functions do not know a content type."""

    def __init__(self, content_type: str) -> None:
        super().__init__(
            f"Content type {content_type} is not supported by this framework. Please implement "
            "input_fn to deserialize the request data or output_fn to serialize the response."
        )


def default_input_fn(body: bytes | str, content_type: str) -> Any:
    """Return the request as an array; numbers of text formats have 32 bits.

    One CSV row becomes an array of one dimension, which scikit-learn's models reject: a script
    that answers single rows has an `input_fn` of its own.
    """
    decode = {_NPY: _from_npy, _CSV: _from_csv, _JSON: _from_json}.get(content_type)
    if decode is None:
        raise UnsupportedFormatError(content_type)
    array = decode(body)
    return array.astype(numpy.float32) if content_type in _TEXT_TYPES else array


def default_predict_fn(data: Any, model: Any) -> Any:
    """Return the model's predictions."""
    return model.predict(data)


def default_output_fn(prediction: Any, accept: str) -> Response:
    """Return the prediction in the accepted format."""
    encode = {_NPY: _to_npy, _CSV: _to_csv, _JSON: _to_json}.get(accept)
    if encode is None:
        raise UnsupportedFormatError(accept)
    return Response(encode(prediction), mimetype=accept)


def _from_npy(body: Any) -> Any:
    return numpy.load(io.BytesIO(body), allow_pickle=False)


def _from_csv(body: Any) -> Any:
    return numpy.array(list(csv.reader(io.StringIO(body), strict=True))).squeeze()


def _from_json(body: Any) -> Any:
    return numpy.array(json.loads(body))


def _to_npy(values: Any) -> bytes:
    buffer = io.BytesIO()
    numpy.save(buffer, values, allow_pickle=False)
    return buffer.getvalue()


def _to_csv(values: Any) -> str:
    array = numpy.array(values)
    if array.ndim == 1:
        array = array.reshape(-1, 1)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", strict=True).writerows(array)
    return text.getvalue()


def _to_json(values: Any) -> str:
    return json.dumps(values, default=lambda value: value.tolist())


@dataclass(frozen=True)
class Program:
    """The user's functions, with the image's defaults for those that are missing."""

    model_fn: Callable[[str], Any]
    transform_fn: Callable[[Any, Any, str, str], Any]
    execution_parameters_fn: Callable[[], Any] | None

    @classmethod
    def of(cls, module: ModuleType) -> Program:
        """Choose the functions of a script.

        Raises:
            RuntimeError: it has no `model_fn`, or both `transform_fn` and one of its steps.
        """
        steps = {name: getattr(module, name, None) for name in _STEPS}
        transform = getattr(module, "transform_fn", None)
        if transform is not None and any(steps.values()):
            raise RuntimeError(
                "Cannot use transform_fn implementation with input_fn, predict_fn, and/or output_fn"
            )
        model_fn = getattr(module, "model_fn", None)
        if model_fn is None:
            raise RuntimeError("Please provide a model_fn implementation.")
        return cls(
            model_fn,
            transform or _in_steps(**{name: step for name, step in steps.items() if step}),
            getattr(module, "execution_parameters_fn", None),
        )


def _in_steps(
    input_fn: Callable[[Any, str], Any] = default_input_fn,
    predict_fn: Callable[[Any, Any], Any] = default_predict_fn,
    output_fn: Callable[[Any, str], Any] = default_output_fn,
) -> Callable[[Any, Any, str, str], Any]:
    def transform(model: Any, body: Any, content_type: str, accept: str) -> Any:
        return output_fn(predict_fn(input_fn(body, content_type), model), accept)

    return transform


def create_app(model_dir: Path, program: Program, default_accept: str = _JSON) -> Flask:
    """Load the model once and answer `/ping` and `/invocations`."""
    model = program.model_fn(str(model_dir))
    app = Flask(__name__)

    def ping() -> Response:
        return Response(status=200, mimetype=_JSON)

    def invocations() -> Any:
        content_type = request.headers.get("Content-Type") or _JSON
        accept = request.headers.get("Accept")
        if not accept or accept == "*/*":
            accept = default_accept
        sent = request.get_data()
        body = sent.decode("utf-8", "replace") if content_type in _TEXT_TYPES else sent
        answer = program.transform_fn(model, body, content_type, accept)
        if isinstance(answer, tuple):
            return Response(answer[0], mimetype=answer[1])
        return answer

    app.add_url_rule("/ping", view_func=ping, methods=["GET"])
    app.add_url_rule("/invocations", view_func=invocations, methods=["POST"])
    if program.execution_parameters_fn is not None:
        app.add_url_rule("/execution-parameters", view_func=program.execution_parameters_fn)
    return app


def place_code(source: str, folder: Path) -> None:
    """Copy the script's folder to `/opt/ml/code`, or unpack its archive there.

    Args:
        source: a folder, a tar.gz file or its `s3://` address.
        folder: `/opt/ml/code`; if it holds something, the image leaves it alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()) or Path(source) == folder:
        return
    if not source.startswith("s3://"):
        _place_local(Path(source), folder)
        return
    import boto3

    bucket, _, key = source.removeprefix("s3://").partition("/")
    with tempfile.TemporaryDirectory() as scratch:
        archive = Path(scratch) / "tar_file"
        boto3.client("s3").download_file(bucket, key, str(archive))
        _place_local(archive, folder)


def _place_local(source: Path, folder: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, folder, dirs_exist_ok=True)
    elif tarfile.is_tarfile(source):
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(folder, filter="data")
    else:
        shutil.copy2(source, folder)


def app_from_environment() -> Flask:
    """Create the application for the model and script that the environment names."""
    logging.basicConfig(
        format="%(asctime)s %(levelname)s - %(name)s - %(message)s", level=logging.INFO
    )
    base = Path(os.environ["SAGEMAKER_BASE_DIR"])
    name = os.environ.get("SAGEMAKER_PROGRAM")
    if name is None:
        raise RuntimeError("The model's environment lacks SAGEMAKER_PROGRAM, its serving script.")
    code = base / "code"
    place_code(os.environ.get("SAGEMAKER_SUBMIT_DIRECTORY", str(code)), code)
    sys.path.insert(0, str(code))
    module = importlib.import_module(name.removesuffix(".py"))
    accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", _JSON)
    return create_app(base / "model", Program.of(module), accept)
