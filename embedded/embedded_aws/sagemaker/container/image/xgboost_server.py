"""The model server of SageMaker's built-in XGBoost: a Flask application for Gunicorn.

It reads CSV without a header, or libsvm, and answers one line for each row. (Source:
`algorithm_mode/serve.py`, `algorithm_mode/serve_utils.py` and `encoder.py` of
aws/sagemaker-xgboost-container, branch 1.7-1.)

It differs from the image in these points. The library is that of the local environment. A model is
one file that XGBoost itself has written: pickled models and several files are rejected. Requests
in RecordIO and `SAGEMAKER_INFERENCE_OUTPUT` are not supported, nor is a script in the image.

It runs in the environment that represents the image, so it imports nothing of this project.
"""

from __future__ import annotations

import csv
import json
import logging
import os
from pathlib import Path
from typing import Any

import numpy
import xgboost
from flask import Flask, Response, request
from scipy.sparse import csr_matrix

_CSV, _JSON = "text/csv", "application/json"
_LIBSVM = ("libsvm", "text/libsvm", "text/x-libsvm")
_ACCEPTED = (_JSON, "application/jsonlines", "application/x-recordio-protobuf", _CSV)
_USUAL_LIMIT_BYTES = 6_291_456
_BYTES_PER_MB = 1024**2
log = logging.getLogger(__name__)


def read_rows(body: bytes, content_type: str) -> xgboost.DMatrix:
    """Return the rows of a request.

    Raises:
        ValueError: the body is not of its content type, or this server does not know that.
    """
    kind = content_type.lower().partition(";")[0].strip()
    text = body.strip().decode("utf-8")
    if kind in ("csv", _CSV):
        try:
            return xgboost.DMatrix(_csv(text))
        except (ValueError, csv.Error) as error:
            raise ValueError(
                "Loading csv data failed with Exception, please ensure data is in csv format:\n "
                f"{type(error)}\n {error}"
            ) from error
    if kind in _LIBSVM:
        return xgboost.DMatrix(_libsvm(text))
    raise ValueError(f"Content-type {content_type} is not supported.")


def _csv(text: str) -> Any:
    lines = text.split("\n")
    found = csv.Sniffer().sniff(lines[0][:512]).delimiter
    delimiter = "," if found.isalnum() else found
    cells = [["nan" if cell == "" else cell for cell in line.split(delimiter)] for line in lines]
    return numpy.array(cells).astype(float)


def _libsvm(text: str) -> Any:
    rows, columns, values = [], [], []
    for number, line in enumerate(text.split("\n")):
        for item in line.split(" "):
            column, colon, value = item.partition(":")
            if colon:
                rows.append(number)
                columns.append(int(column))
                values.append(float(value))
    return csr_matrix((values, (rows, columns)))


def written(answers: list[Any], accept: str, *, in_batch: bool) -> str:
    """Return answers as the algorithm writes them, a line for each row but in JSON."""
    if in_batch:  # whatever is accepted
        return "\n".join(map(str, answers)) + "\n"
    if accept == _JSON:
        return json.dumps({"predictions": [{"score": answer} for answer in answers]})
    lines = (answer if isinstance(answer, list) else [answer] for answer in answers)
    return "".join(",".join(map(str, line)) + "\n" for line in lines)


def create_app(model_dir: Path, limit_bytes: int, *, in_batch: bool) -> Flask:
    """Load the model once and answer `/ping`, `/execution-parameters` and `/invocations`.

    Raises:
        RuntimeError: the folder has not exactly one file that XGBoost has written.
    """
    booster = _booster(model_dir)
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = limit_bytes

    def ping() -> Response:
        return Response(status=200)

    def execution_parameters() -> Response:
        parameters = {
            "MaxConcurrentTransforms": os.cpu_count() or 1,
            "BatchStrategy": "MULTI_RECORD",
            "MaxPayloadInMB": limit_bytes // _BYTES_PER_MB,
        }
        return Response(json.dumps(parameters), mimetype=_JSON)

    def invocations() -> Response:
        body = request.get_data()
        if not body:
            return Response(status=204)
        try:
            rows = read_rows(body, request.content_type or _LIBSVM[0])
        except ValueError as error:
            log.exception("the request cannot be read")
            return Response(str(error), status=415)
        try:
            answers = booster.predict(rows, validate_features=False).tolist()
        except ValueError as error:
            log.exception("the rows cannot be predicted")
            return Response(f"Unable to evaluate payload provided: {error}", status=400)
        accept = _accepted(request.headers.get("Accept", ""))
        if accept not in _ACCEPTED:
            return Response(f"Accept type {accept} is not supported.", status=406)
        if accept not in (_CSV, _JSON) and not in_batch:
            return Response(f"Content type {accept} is not supported.", status=500)
        return Response(written(answers, accept, in_batch=in_batch), mimetype=accept)

    app.add_url_rule("/ping", view_func=ping, methods=["GET"])
    app.add_url_rule("/execution-parameters", view_func=execution_parameters, methods=["GET"])
    app.add_url_rule("/invocations", view_func=invocations, methods=["POST"])
    return app


def _accepted(header: str) -> str:
    found = header.partition(";")[0].strip().lower()
    usual = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", _CSV)
    return usual if found in ("", "*/*") else found


def _booster(model_dir: Path) -> xgboost.Booster:
    files = [path for path in model_dir.iterdir() if path.is_file() and path.name[0] != "."]
    if len(files) != 1:
        names = ", ".join(sorted(path.name for path in files)) or "none"
        raise RuntimeError(f"The model must be one file, xgboost-model; its files: {names}.")
    try:
        booster = xgboost.Booster(model_file=str(files[0]))
    except xgboost.core.XGBoostError as error:
        raise RuntimeError(f"Model {files[0].name} cannot be loaded: {error}") from error
    booster.set_param({"nthread": 1})
    return booster


def app_from_environment() -> Flask:
    """Create the application for the model that the environment names."""
    logging.basicConfig(level=logging.INFO)
    for name in ("SAGEMAKER_PROGRAM", "SAGEMAKER_INFERENCE_OUTPUT"):
        if name in os.environ:
            raise RuntimeError(
                f"The model's environment has {name}, and the embedded AWS runs this image as the "
                "built-in algorithm alone."
            )
    return create_app(
        Path(os.environ["SAGEMAKER_BASE_DIR"]) / "model",
        int(os.environ.get("MAX_CONTENT_LENGTH", _USUAL_LIMIT_BYTES)),
        in_batch="SAGEMAKER_BATCH" in os.environ,
    )
