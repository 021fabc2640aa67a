"""The model server of the AutoGluon 1.6 container: a Flask application for Gunicorn.

It runs in the environment that represents the image, so it imports nothing of this project.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask, Response, jsonify, request

_TEXT_TYPES = {"application/json", "application/jsonl", "application/x-autogluon"}
_PIPELINE = ("input_fn", "predict_fn", "output_fn")
_DEFAULT_ACCEPT = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", "application/json")

Transform = Callable[[Any, "bytes | str", str, str], Any]

log = logging.getLogger("autogluon-serving")


def load_program(model_dir: Path, program: str) -> ModuleType:
    """Import the serving script from `<model_dir>/code`. Raises RuntimeError when it is missing."""
    path = model_dir / "code" / program
    if not path.is_file():
        raise RuntimeError(f"AutoGluon inference handler not found: {path}")
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location("autogluon_user_handler", path)
    if spec is None or spec.loader is None:
        raise RuntimeError(f"Unable to import AutoGluon inference handler: {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def choose_transform(module: ModuleType) -> Transform:
    """Return `transform_fn` or the three functions that replace it; exactly one must exist."""
    steps = {name: getattr(module, name) for name in _PIPELINE if hasattr(module, name)}
    transform: Transform | None = getattr(module, "transform_fn", None)
    if transform is not None and steps:
        raise RuntimeError(f"transform_fn cannot be combined with {', '.join(_PIPELINE)}")
    if transform is not None:
        return transform
    missing = [name for name in _PIPELINE if name not in steps]
    if missing:
        raise RuntimeError(
            f"the handler must define transform_fn or all of {', '.join(_PIPELINE)}; "
            f"missing {', '.join(missing)}"
        )
    return lambda model, body, content_type, accept: steps["output_fn"](
        steps["predict_fn"](steps["input_fn"](body, content_type), model), accept
    )


def media_type(header: str | None, default: str) -> str:
    """Return a header's first media type: lower case, no parameters; `*/*` means the default."""
    first = (header or default).split(",", 1)[0].split(";", 1)[0].strip().lower()
    return default if first in {"", "*/*"} else first


def decode_body(body: bytes, content_type: str) -> bytes | str:
    """Return text for the text formats, bytes for the others."""
    is_text = content_type.startswith("text/") or content_type in _TEXT_TYPES
    return body.decode("utf-8") if is_text else body


def create_app(model_dir: Path, program: str) -> Flask:
    """Load the model once and answer `/ping` and `/invocations`."""
    module = load_program(model_dir, program)
    transform = choose_transform(module)
    model = module.model_fn(str(model_dir))
    app = Flask(__name__)

    def ping() -> Response:
        return Response(status=200)

    def invocations() -> Response | tuple[Response, int]:
        content_type = media_type(request.headers.get("Content-Type"), "application/json")
        accept = media_type(request.headers.get("Accept"), _DEFAULT_ACCEPT)
        try:
            body = decode_body(request.get_data(cache=False), content_type)
            result = transform(model, body, content_type, accept)
        except ValueError as error:
            return jsonify(detail=str(error)), 400
        except Exception:
            log.exception("AutoGluon inference failed")
            return jsonify(detail="inference failed"), 500
        return _respond(result, accept)

    app.add_url_rule("/ping", view_func=ping, methods=["GET"])
    app.add_url_rule("/invocations", view_func=invocations, methods=["POST"])
    return app


def _respond(result: Any, accept: str) -> Response | tuple[Response, int]:
    body, answered = result if isinstance(result, tuple) and len(result) == 2 else (result, accept)
    content_type = media_type(answered, accept)
    if isinstance(body, bytearray | memoryview):
        body = bytes(body)
    if isinstance(body, bytes | str):
        return Response(response=body, content_type=content_type)
    return jsonify(detail=f"handler returned {type(body).__name__} for {content_type}"), 500


def app_from_environment() -> Flask:
    """Create the application for the model and program that the environment names."""
    level = os.environ.get("SAGEMAKER_CONTAINER_LOG_LEVEL", "INFO").upper()
    logging.basicConfig(level=int(level) if level.isdigit() else level)
    return create_app(
        Path(os.environ["SAGEMAKER_BASE_DIR"]) / "model",
        os.environ.get("SAGEMAKER_PROGRAM", "inference.py"),
    )
